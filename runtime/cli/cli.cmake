# Packs the command pages into the binary, and draws the manual pages from them.
file(GLOB pages CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.md)
set(packed ${PROJECT_BINARY_DIR}/generated/cli_pages.cpp)
add_custom_command(
  OUTPUT ${packed}
  COMMAND ${CMAKE_COMMAND} -D FOLDER=${CMAKE_CURRENT_LIST_DIR} -D OUTPUT=${packed} -P ${CMAKE_CURRENT_LIST_DIR}/pack_pages.cmake
  DEPENDS ${pages} ${CMAKE_CURRENT_LIST_DIR}/pack_pages.cmake
  COMMENT "Packing the command pages")
target_sources(dmc_cli PRIVATE ${packed})
target_compile_definitions(dmc_cli PUBLIC DMC_VERSION="${PROJECT_VERSION}")

if(TARGET dmc)
  include(GNUInstallDirs)
  set(manual ${PROJECT_BINARY_DIR}/man)
  add_custom_command(TARGET dmc POST_BUILD COMMAND dmc help --man ${manual} COMMENT "Drawing the manual pages")
  install(TARGETS dmc)
  install(DIRECTORY ${manual}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()
