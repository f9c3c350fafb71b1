# SQLCipher 4.14.0 on SQLite 3.51.3, from the amalgamation that script/bootstrap puts into .deps/sqlcipher and whose checksum it checks.
set(SQLCIPHER_DIR ${CMAKE_SOURCE_DIR}/.deps/sqlcipher)
if(NOT EXISTS ${SQLCIPHER_DIR}/sqlite3.c)
  message(FATAL_ERROR "no ${SQLCIPHER_DIR}/sqlite3.c: run script/bootstrap first")
endif()
file(SHA256 ${SQLCIPHER_DIR}/sqlite3.c SQLCIPHER_SHA256)
if(NOT SQLCIPHER_SHA256 STREQUAL "2ba87bbc92caf02c0ac640198c537c24bdda899a18bbba289f3d3f44d56795e4")
  message(FATAL_ERROR "${SQLCIPHER_DIR}/sqlite3.c is not the file that was reviewed (sha256 ${SQLCIPHER_SHA256})")
endif()
add_library(sqlcipher STATIC ${SQLCIPHER_DIR}/sqlite3.c)
target_include_directories(sqlcipher SYSTEM PUBLIC ${SQLCIPHER_DIR})
target_compile_definitions(sqlcipher PUBLIC SQLITE_HAS_CODEC SQLITE_ENABLE_PREUPDATE_HOOK SQLITE_ENABLE_SESSION SQLITE_ENABLE_COLUMN_METADATA
  PRIVATE SQLCIPHER_CRYPTO_OPENSSL HAVE_STDINT_H=1 SQLITE_EXTRA_INIT=sqlcipher_extra_init SQLITE_EXTRA_SHUTDOWN=sqlcipher_extra_shutdown
  SQLITE_TEMP_STORE=3 SQLITE_THREADSAFE=2 SQLITE_DQS=0 SQLITE_OMIT_LOAD_EXTENSION SQLITE_TRUSTED_SCHEMA=0 SQLITE_DEFAULT_MEMSTATUS=0)
target_compile_options(sqlcipher PRIVATE -O2 -w)
target_link_libraries(sqlcipher PUBLIC PkgConfig::CRYPTO Threads::Threads m)
if(SANITIZE)
  target_compile_options(sqlcipher PRIVATE -fsanitize=${SANITIZE})
endif()
