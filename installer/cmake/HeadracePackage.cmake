# SPDX-FileCopyrightText: The Headrace authors
# SPDX-License-Identifier: GPL-3.0-or-later
# What `cmake --install` and the .deb hold: the program, the pinned libraries beside it, and its desktop files.
include(GNUInstallDirs)
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON) # the tests need not be built for a package

set(packaging ${PROJECT_SOURCE_DIR}/installer/packaging)
set(private_libraries ${CMAKE_INSTALL_LIBDIR}/headrace)
set(programs headrace)
if(HEADRACE_WINDOW)
    list(APPEND programs headrace-workbench)
endif()
set_target_properties(${programs} PROPERTIES INSTALL_RPATH "$ORIGIN/../${private_libraries}")
install(TARGETS ${programs} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${arrow}/lib/libarrow.so.2600 ${arrow}/lib/libparquet.so.2600 ${duckdb}/lib/libduckdb.so
              ${librdkafka}/lib/librdkafka-0cb94173.so.1
        DESTINATION ${private_libraries})
install(FILES ${packaging}/org.headrace.Headrace.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
install(FILES ${packaging}/org.headrace.Headrace.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)
install(FILES ${packaging}/org.headrace.Headrace.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/mime/packages)
install(FILES ${packaging}/org.headrace.Headrace.svg DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)
install(FILES ${packaging}/headrace.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${packaging}/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY ${arrow}/licenses/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/arrow OPTIONAL)
install(DIRECTORY ${duckdb}/licenses/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/duckdb OPTIONAL)
install(DIRECTORY ${librdkafka}/licenses/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/librdkafka OPTIONAL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME headrace)
set(CPACK_PACKAGE_CONTACT "The Headrace authors <headrace@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Build, tune and run data pipelines")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libcurl4 | libcurl4t64, libmariadb3, libmosquitto1, libodbc2, libpq5") # loaded by name
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${arrow}/lib ${duckdb}/lib ${librdkafka}/lib)
include(CPack)
