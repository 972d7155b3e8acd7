# Files built into the binary. troth_embed(TARGET SYMBOL FILE): its bytes as `SYMBOL` and their number as `SYMBOL_size`.
function(troth_embed target symbol file)
  set(source ${CMAKE_BINARY_DIR}/embedded/${symbol}.c)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT [[
__asm__(".section .rodata\n"
        ".global @symbol@\n.global @symbol@_size\n"
        ".balign 16\n@symbol@:\n.incbin \"@file@\"\n1:\n.byte 0\n"
        ".balign 8\n@symbol@_size:\n.quad 1b - @symbol@\n"
        ".previous\n");
typedef int embedded_by_the_lines_above;
]])
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS ${file})
  target_sources(${target} PRIVATE ${source})
endfunction()

# The pages' stylesheet, script and fonts. The fonts come from npm, by the lock file of console/; everything is served
# under a name that holds a hash of its content, so that browsers may keep it for ever.
function(troth_page_assets target)
  set(console ${CMAKE_SOURCE_DIR}/console)
  set(work ${CMAKE_BINARY_DIR}/console)
  set(inter ${work}/node_modules/@fontsource-variable/inter)
  set(serif ${work}/node_modules/@fontsource-variable/source-serif-4)
  add_custom_command(
    OUTPUT ${work}/node_modules/.package-lock.json ${inter}/LICENSE ${serif}/LICENSE
           ${inter}/files/inter-latin-wght-normal.woff2 ${serif}/files/source-serif-4-latin-wght-normal.woff2
    COMMAND ${CMAKE_COMMAND} -E make_directory ${work}
    COMMAND ${CMAKE_COMMAND} -E copy ${console}/package.json ${console}/package-lock.json ${console}/.npmrc ${work}
    COMMAND ${CMAKE_COMMAND} -E chdir ${work} npm ci --omit=dev --loglevel=error
    DEPENDS ${console}/package.json ${console}/package-lock.json ${console}/.npmrc
    COMMENT "Fetching the fonts of the pages")
  set(out ${CMAKE_BINARY_DIR}/embedded/assets.c)
  set(files
      inter.woff2=${inter}/files/inter-latin-wght-normal.woff2
      inter-license.txt=${inter}/LICENSE
      serif.woff2=${serif}/files/source-serif-4-latin-wght-normal.woff2
      serif-license.txt=${serif}/LICENSE
      live.js=${console}/pages/live.js
      icon.svg=${console}/pages/icon.svg
      page.css=${console}/pages/page.css)
  set(paths ${files})
  list(TRANSFORM paths REPLACE "^[^=]*=" "")
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} "-DFILES=${files}" -P ${CMAKE_SOURCE_DIR}/cmake/embed_assets.cmake
    DEPENDS ${paths} ${CMAKE_SOURCE_DIR}/cmake/embed_assets.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
