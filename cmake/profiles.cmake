set(warnings
    -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2
    -Wundef -Wswitch-enum -Wimplicit-fallthrough -Wwrite-strings -Wcast-qual -Wnull-dereference)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  list(APPEND warnings -Wjump-misses-init -Wimplicit-fallthrough=5 -Wlogical-op -Wduplicated-cond)
endif()
add_compile_options(${warnings} -fno-common)
if(TROTH_WERROR)
  add_compile_options(-Werror)
endif()
add_compile_definitions(_GNU_SOURCE)

if(TROTH_PROFILE STREQUAL "debug")
  add_compile_options(-g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
elseif(TROTH_PROFILE STREQUAL "release")
  add_compile_options(
    -g -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fcf-protection
    -ftrivial-auto-var-init=zero -fPIE)
  add_link_options(-pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack)
elseif(TROTH_PROFILE STREQUAL "tsan")
  # gcc's flow analysis is misled by what TSan inserts.
  add_compile_options(-g -O1 -fno-omit-frame-pointer -fsanitize=thread -Wno-maybe-uninitialized)
  add_link_options(-fsanitize=thread)
elseif(TROTH_PROFILE STREQUAL "fuzz")
  add_compile_options(-g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined,fuzzer-no-link
                      -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
elseif(TROTH_PROFILE STREQUAL "coverage")
  add_compile_options(-g -O0 --coverage)
  add_link_options(--coverage)
else()
  message(FATAL_ERROR "unknown TROTH_PROFILE ${TROTH_PROFILE}")
endif()
