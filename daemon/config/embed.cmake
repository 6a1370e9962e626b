# Puts the shipped data (policy/*.yaml, the presets of rosters and call systems, what a volunteer is told) into the binaries, so that
# they work from the build folder and without a configuration: one generated source with one string per file.
function(embed_policy_data target)
  set(out ${CMAKE_BINARY_DIR}/generated/embedded_data.cpp)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/policy/*.yaml ${CMAKE_SOURCE_DIR}/daemon/feeds/people/*.yaml
    ${CMAKE_SOURCE_DIR}/daemon/feeds/calls/presets/*.yaml ${CMAKE_SOURCE_DIR}/daemon/man/calibration-kit.md)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} "-DFILES=${files}" -P ${CMAKE_SOURCE_DIR}/daemon/config/embed_script.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/daemon/config/embed_script.cmake VERBATIM)
  # The standard asks compilers for literals of 64 KiB; ours take far more, and clang says so.
  set_source_files_properties(${out} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
  target_sources(${target} PRIVATE ${out})
endfunction()
