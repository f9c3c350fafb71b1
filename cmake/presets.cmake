# Compiles src/flows/presets/*.json into the flows, as data.
file(GLOB preset_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/flows/presets/*.json)
set(presets_c ${CMAKE_BINARY_DIR}/presets.c)
add_custom_command(OUTPUT ${presets_c}
  COMMAND ${CMAKE_SOURCE_DIR}/script/embed-presets ${presets_c} ${preset_files}
  DEPENDS ${CMAKE_SOURCE_DIR}/script/embed-presets ${preset_files})
target_sources(flows PRIVATE ${presets_c})
set_source_files_properties(${presets_c} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
