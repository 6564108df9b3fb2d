# One private PostgreSQL for all of the store's tests, started before the first and stopped after the last; each test
# makes its own database in it.
set(WHERE ${CMAKE_CURRENT_BINARY_DIR}/store-postgres.directory)
add_test(NAME "store: start PostgreSQL" COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/store/postgres.sh start ${WHERE})
add_test(NAME "store: stop PostgreSQL" COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/store/postgres.sh stop ${WHERE})
set_tests_properties("store: start PostgreSQL" PROPERTIES FIXTURES_SETUP store_postgres LABELS store TIMEOUT 120)
set_tests_properties("store: stop PostgreSQL" PROPERTIES FIXTURES_CLEANUP store_postgres LABELS store TIMEOUT 120)
set(LAYER_TEST_PROPERTIES FIXTURES_REQUIRED store_postgres ENVIRONMENT STAGECAST_TEST_POSTGRES=${WHERE})
# They look into both databases from outside.
target_link_libraries(store_test PRIVATE PocoDataSQLite)
