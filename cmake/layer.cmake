# layer(name USES lower layers... LIBS outside libraries...): a static library that can see only the headers of the layers it
# names, so an upward include does not compile. Files named test_*.c beside the code become test programs of the layer;
# a test may see the same layers and no more.
function(layer name)
  cmake_parse_arguments(L "" "" "USES;LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.c)
  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/test_*.c)
  if(tests)
    list(REMOVE_ITEM sources ${tests})
  endif()
  add_library(${name} STATIC ${sources})
  # -iquote and not -I: "time.h" and "limits.h" are ours, <time.h> and <limits.h> the system's.
  target_compile_options(${name} PUBLIC "SHELL:-iquote ${CMAKE_SOURCE_DIR}/src/${name}")
  target_link_libraries(${name} PRIVATE flags ${L_LIBS} ${L_USES})
  foreach(test ${tests})
    get_filename_component(program ${test} NAME_WE)
    string(REPLACE "test_" "test_${name}_" program ${program})
    add_executable(${program} ${test})
    target_include_directories(${program} PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit)
    target_link_libraries(${program} PRIVATE flags ${name} ${L_USES} ${L_LIBS} PkgConfig::CMOCKA)
    add_test(NAME ${program} COMMAND ${program})
    set_tests_properties(${program} PROPERTIES SKIP_RETURN_CODE 77 LABELS unit TIMEOUT 300)
  endforeach()
endfunction()
