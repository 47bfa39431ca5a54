# Packs the patterns of this folder into the library that expands them.
file(GLOB patterns CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.mig)
set(packed ${PROJECT_BINARY_DIR}/generated/standard_library.cpp)
add_custom_command(
  OUTPUT ${packed}
  COMMAND ${CMAKE_COMMAND} -D FOLDER=${CMAKE_CURRENT_LIST_DIR} -D OUTPUT=${packed} -P ${CMAKE_CURRENT_LIST_DIR}/pack_patterns.cmake
  DEPENDS ${patterns} ${CMAKE_CURRENT_LIST_DIR}/pack_patterns.cmake
  COMMENT "Packing the standard library")
target_sources(dmc_check PRIVATE ${packed})
