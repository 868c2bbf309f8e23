# Tests beyond one room: outside judges, scenarios over real HTTP, crash proofs.

# Judges: Slack's own clients from npm against the sandbox (tests/judges).
add_executable(judge_host judges/host.cpp)
target_link_libraries(judge_host PRIVATE room_sandbox room_io isacbot_warnings)
set_target_properties(judge_host PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
add_test(NAME judges
  COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/judges/run" $<TARGET_FILE:judge_host> "${CMAKE_BINARY_DIR}/judges")
set_tests_properties(judges PROPERTIES LABELS judge TIMEOUT 300 SKIP_RETURN_CODE 77)
