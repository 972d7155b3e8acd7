# The engine's release build is guided by a profile (gcc's -fprofile-use): how often each branch is taken while thirteen
# months of the demo's shop run through it. pgo/ counts that anew whenever the engine changes.
set(ENGINE_PROFILES ${CMAKE_BINARY_DIR}/CMakeFiles/room_engine.dir/src/engine) # where gcc looks: beside the objects
target_compile_options(room_engine PRIVATE -fprofile-use -fprofile-partial-training -fprofile-correction -Wno-missing-profile)
get_target_property(engine_sources room_engine SOURCES)
foreach(source ${engine_sources})
  get_filename_component(name ${source} NAME)
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS ${ENGINE_PROFILES}/${name}.gcda)
endforeach()
add_dependencies(room_engine engine_profiles)
