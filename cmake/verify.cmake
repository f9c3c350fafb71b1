# Tests that need more than their own program: the independent verifier in JavaScript, and vectors that other languages share.
find_program(NODE node)
if(NODE)
  add_test(NAME test_verify COMMAND ${NODE} ${CMAKE_SOURCE_DIR}/tests/verify/verify.test.mjs $<TARGET_FILE:test_crypt_merkle>)
endif()
set_tests_properties(test_base_money PROPERTIES ENVIRONMENT FIELDWARD_SOURCE=${CMAKE_SOURCE_DIR})
# A look past the guards, for the black-box tests.
if(TEST_CLOCK)
  add_executable(vault tests/harness/vault.c)
  target_link_libraries(vault PRIVATE flags sql crypt base sqlcipher)
endif()
