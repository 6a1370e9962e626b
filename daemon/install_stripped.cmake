# A program is installed without its symbols. They go where debuggers look for them by build id:
# lib/debug/.build-id/xx/yyyy.debug below the prefix (gdb's and coredumpctl's own place when that is /usr).
find_program(READELF readelf REQUIRED)

function(install_stripped target destination)
  target_link_options(${target} PRIVATE -Wl,--build-id=sha1)
  install(TARGETS ${target} DESTINATION ${destination})
  install(CODE "
set(root \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}\")
set(program \"\${root}/${destination}/${target}\")
execute_process(COMMAND ${READELF} --notes \"\${program}\" OUTPUT_VARIABLE notes COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCH \"Build ID: ([0-9a-f][0-9a-f])([0-9a-f]+)\" found \"\${notes}\")
if(NOT found)
  message(FATAL_ERROR \"\${program} has no build id\")
endif()
set(symbols \"\${root}/lib/debug/.build-id/\${CMAKE_MATCH_1}/\${CMAKE_MATCH_2}.debug\")
file(MAKE_DIRECTORY \"\${root}/lib/debug/.build-id/\${CMAKE_MATCH_1}\")
execute_process(COMMAND ${CMAKE_OBJCOPY} --only-keep-debug --compress-debug-sections \"\${program}\" \"\${symbols}\"
  COMMAND_ERROR_IS_FATAL ANY)
file(CHMOD \"\${symbols}\" PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
execute_process(COMMAND ${CMAKE_STRIP} --strip-unneeded \"\${program}\" COMMAND_ERROR_IS_FATAL ANY)
message(STATUS \"Symbols of ${target}: \${symbols}\")
")
endfunction()
