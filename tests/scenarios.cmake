# Tests beyond one room: outside judges, scenarios over real HTTP, crash proofs.

# Judges: Slack's own clients from npm against the sandbox (tests/judges).
add_executable(judge_host judges/host.cpp)
target_link_libraries(judge_host PRIVATE room_sandbox room_io isacbot_warnings)
set_target_properties(judge_host PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
add_test(NAME judges
  COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/judges/run" $<TARGET_FILE:judge_host> "${CMAKE_BINARY_DIR}/judges")
set_tests_properties(judges PROPERTIES LABELS judge TIMEOUT 300 SKIP_RETURN_CODE 77)

# Station's pages in headless Chromium (tests/browser).
add_executable(page_host browser/host.cpp)
target_link_libraries(page_host PRIVATE room_station room_io isacbot_warnings)
set_target_properties(page_host PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
add_test(NAME browser
  COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/browser/run" $<TARGET_FILE:page_host> "${CMAKE_BINARY_DIR}/browser")
set_tests_properties(browser PROPERTIES LABELS judge TIMEOUT 300 SKIP_RETURN_CODE 77)

# Scenarios: the whole product over real HTTP on loopback.
add_executable(test_scenarios scenarios/delivery_trouble.cpp scenarios/leaks.cpp scenarios/list_files.cpp scenarios/message_files.cpp scenarios/misp_events.cpp scenarios/misp_lists.cpp scenarios/reports.cpp
  scenarios/stop_order.cpp
  scenarios/withheld.cpp)
target_link_libraries(test_scenarios PRIVATE room_app test_support Catch2::Catch2WithMain isacbot_warnings)
isacbot_quick_to_compile(test_scenarios)
set_target_properties(test_scenarios PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
add_test(NAME scenarios COMMAND test_scenarios "~[stop]")
set_tests_properties(scenarios PROPERTIES LABELS scenario TIMEOUT 600 RUN_SERIAL ON)
add_test(NAME stop_order COMMAND test_scenarios "[stop]")
set_tests_properties(stop_order PROPERTIES LABELS "scenario;unit" TIMEOUT 300 RUN_SERIAL ON) # unit: runs under the sanitizers, too

# The tour as a stranger runs it, and the same with Station's address naming a closed port.
if(TARGET isacbot)
  add_test(NAME demo_tour COMMAND isacbot demo --exit)
  set_tests_properties(demo_tour PROPERTIES LABELS scenario TIMEOUT 300 RUN_SERIAL ON)
  add_test(NAME demo_without_station
    COMMAND sh -c "ISACBOT_TRUSTAR__ORIGIN=http://127.0.0.1:1 '$<TARGET_FILE:isacbot>' demo --exit; test $? -eq 1")
  set_tests_properties(demo_without_station PROPERTIES LABELS scenario TIMEOUT 300 RUN_SERIAL ON)
  # Ctrl-C in the middle of the tour.
  add_test(NAME demo_interrupted
    COMMAND sh -c "timeout --preserve-status -s INT 2 '$<TARGET_FILE:isacbot>' demo --exit | grep -q 'then somebody stopped it'")
  set_tests_properties(demo_interrupted PROPERTIES LABELS scenario TIMEOUT 60 RUN_SERIAL ON)
endif()

# Crash proofs: the real actors in virtual time, ended at every step; and the real process under SIGKILL.
add_executable(test_crash crash/every_step.cpp crash/fake_slack.cpp crash/judge.cpp crash/list_member.cpp
  crash/random_walk.cpp crash/sabotage.cpp crash/station_home.cpp crash/virtual_wire.cpp crash/wire.cpp crash/world.cpp)
target_link_libraries(test_crash PRIVATE room_actors room_station test_support Catch2::Catch2WithMain isacbot_warnings)
set_target_properties(test_crash PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
add_test(NAME crash COMMAND test_crash "~[sabotage]")
add_test(NAME crash_sabotage COMMAND test_crash "[sabotage]")
set_tests_properties(crash crash_sabotage PROPERTIES LABELS crash TIMEOUT 600)

# The MISP feed in virtual time: its rules, and the same proofs.
add_executable(test_misp_feed crash/misp_every_step.cpp crash/misp_feed.cpp crash/misp_judge.cpp crash/misp_wire.cpp
  crash/misp_world.cpp crash/station_home.cpp crash/virtual_wire.cpp)
target_link_libraries(test_misp_feed PRIVATE room_actors room_station room_sandbox test_support Catch2::Catch2WithMain
  isacbot_warnings)
set_target_properties(test_misp_feed PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
add_test(NAME misp_feed COMMAND test_misp_feed "~[crash]~[sabotage]")
add_test(NAME misp_crash COMMAND test_misp_feed "[crash],[sabotage]")
set_tests_properties(misp_feed misp_crash PROPERTIES LABELS crash TIMEOUT 600)
if(TARGET isacbot)
  add_executable(test_process_kill crash/child_bot.cpp crash/kill_house.cpp crash/process_kill.cpp)
  target_link_libraries(test_process_kill PRIVATE room_app test_support Catch2::Catch2WithMain isacbot_warnings)
  target_compile_definitions(test_process_kill PRIVATE ISACBOT_BINARY="$<TARGET_FILE:isacbot>")
  add_dependencies(test_process_kill isacbot)
  set_target_properties(test_process_kill PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  add_test(NAME process_kill COMMAND test_process_kill)
  set_tests_properties(process_kill PROPERTIES LABELS crash TIMEOUT 600)
endif()
