# Tests that need more than their own program: the independent verifier in JavaScript, and vectors that other languages share.
find_program(NODE node)
if(NODE)
  add_test(NAME test_verify COMMAND ${NODE} ${CMAKE_SOURCE_DIR}/tests/verify/verify.test.mjs $<TARGET_FILE:test_crypt_merkle>)
endif()
set_tests_properties(test_base_money PROPERTIES ENVIRONMENT FIELDWARD_SOURCE=${CMAKE_SOURCE_DIR})
# What C answers to random questions about money, for the client's half of the algorithm (tests/money). As a test: under sanitizers.
add_executable(money_answers tests/money/answers.c)
target_include_directories(money_answers PRIVATE tests/unit)
target_link_libraries(money_answers PRIVATE flags base PkgConfig::JANSSON)
foreach(kind documents typed shown)
  add_test(NAME money_answers_${kind} COMMAND money_answers ${kind} 1 2000)
endforeach()
set_tests_properties(money_answers_documents money_answers_typed money_answers_shown PROPERTIES LABELS unit TIMEOUT 120)
# A look past the guards, for the black-box tests.
if(TEST_CLOCK)
  add_executable(vault tests/harness/vault.c)
  target_link_libraries(vault PRIVATE flags sql crypt base sqlcipher)
endif()
