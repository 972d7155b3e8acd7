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

# troth_assets(PROGRAM): the console, and the styles, scripts and letters of the other pages, as a C source to be linked
# into a program: page_assets. The console's types are those of the API that PROGRAM describes; they are
# written only where they differ, so a change in C that leaves the API alone bundles nothing anew. TROTH_ASSETS names the source
# that another build of the same tree has made: the console is the same whatever the compiler.
set(TROTH_ASSETS "" CACHE FILEPATH "assets.c of another build of the same sources")
function(troth_assets program)
  if(TROTH_ASSETS)
    add_library(page_assets OBJECT ${TROTH_ASSETS})
    target_link_libraries(page_assets PRIVATE room_feature_page)
    return()
  endif()
  set(console ${CMAKE_SOURCE_DIR}/console)
  set(work ${CMAKE_BINARY_DIR}/console)
  set(packages ${console}/node_modules/.package-lock.json)
  add_custom_command(
    OUTPUT ${packages}
    COMMAND ${CMAKE_SOURCE_DIR}/scripts/npm ${console}
    DEPENDS ${console}/package-lock.json
    COMMENT "Fetching what the console is made of")
  set(api ${work}/openapi.json)
  # A program under TSan starts only where addresses are not random.
  set(quiet "")
  if(TROTH_PROFILE STREQUAL "tsan")
    set(quiet setarch --addr-no-randomize)
  endif()
  add_custom_command(
    OUTPUT ${api}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${work}
    COMMAND ${quiet} $<TARGET_FILE:${program}> openapi > ${api}.new
    COMMAND ${CMAKE_COMMAND} -E copy_if_different ${api}.new ${api}
    DEPENDS ${program} VERBATIM
    COMMENT "Describing the API")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${console}/src/* ${console}/pages/* ${console}/licenses/*)
  set(out ${work}/assets.c)
  add_custom_command(
    OUTPUT ${out}
    COMMAND node ${console}/build.mjs ${api} ${work}
    DEPENDS ${packages} ${api} ${sources} ${console}/build.mjs ${console}/chunks.mjs ${console}/direct.mjs ${console}/licenses.mjs ${console}/tsconfig.json
    VERBATIM
    COMMENT "Bundling the console")
  add_library(page_assets OBJECT ${out})
  target_link_libraries(page_assets PRIVATE room_feature_page)
endfunction()
