# Packs the measured locks into the dialect: what its lowering claims and what `dmc calibrate` tries out are one file.
set(measured ${CMAKE_CURRENT_LIST_DIR}/locks.json)
set(packed ${PROJECT_BINARY_DIR}/generated/postgres_locks.cpp)
add_custom_command(
  OUTPUT ${packed}
  COMMAND ${CMAKE_COMMAND} -D INPUT=${measured} -D OUTPUT=${packed} -P ${CMAKE_CURRENT_LIST_DIR}/pack_locks.cmake
  DEPENDS ${measured} ${CMAKE_CURRENT_LIST_DIR}/pack_locks.cmake
  COMMENT "Packing the measured locks of PostgreSQL")
target_sources(dmc_dialects PRIVATE ${packed})
