# Compiles migrations/NNNN-name.sql into the store, so that an installed program carries what it needs.
file(GLOB migration_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/migrations/*.sql)
list(SORT migration_files)
set(migrations_c ${CMAKE_BINARY_DIR}/migrations.c)
add_custom_command(OUTPUT ${migrations_c}
  COMMAND ${CMAKE_SOURCE_DIR}/script/embed-migrations ${migrations_c} ${migration_files}
  DEPENDS ${CMAKE_SOURCE_DIR}/script/embed-migrations ${migration_files})
target_sources(store PRIVATE ${migrations_c})
set_source_files_properties(${migrations_c} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
