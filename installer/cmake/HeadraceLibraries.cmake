# SPDX-FileCopyrightText: The Headrace authors
# SPDX-License-Identifier: GPL-3.0-or-later
# The libraries of the project. Arrow, DuckDB and librdkafka come pinned from installer/setup's cache folder.

set(HEADRACE_CACHE "$ENV{HEADRACE_CACHE}" CACHE PATH "Folder in which installer/setup keeps the pinned libraries")
if(NOT HEADRACE_CACHE)
    if(DEFINED ENV{XDG_CACHE_HOME})
        set(HEADRACE_CACHE "$ENV{XDG_CACHE_HOME}/headrace")
    else()
        set(HEADRACE_CACHE "$ENV{HOME}/.cache/headrace")
    endif()
endif()

function(headrace_pinned name include_folder)
    add_library(${name} INTERFACE)
    if(include_folder)
        target_include_directories(${name} SYSTEM INTERFACE ${include_folder})
    endif()
    foreach(library IN LISTS ARGN)
        if(NOT EXISTS ${library})
            message(FATAL_ERROR "The library '${library}' is missing. Run installer/setup, which fetches it.")
        endif()
        target_link_libraries(${name} INTERFACE ${library})
    endforeach()
    # The wheel's libraries name symbols of optional parts that this program never calls.
    target_link_options(${name} INTERFACE -Wl,--allow-shlib-undefined)
endfunction()

set(arrow ${HEADRACE_CACHE}/arrow-26.0.0)
headrace_pinned(headrace_arrow ${arrow}/include ${arrow}/lib/libarrow.so.2600)
headrace_pinned(headrace_parquet ${arrow}/include ${arrow}/lib/libparquet.so.2600 ${arrow}/lib/libarrow.so.2600)
set(duckdb ${HEADRACE_CACHE}/duckdb-1.4.4)
headrace_pinned(headrace_libduckdb ${duckdb}/include ${duckdb}/lib/libduckdb.so)
headrace_pinned(headrace_duckdb_headers ${duckdb}/include) # for those who load the library when they need it
# Debian's headers are older than the library, whose interface only grows.
set(librdkafka ${HEADRACE_CACHE}/librdkafka-2.16.0)
find_path(LIBRDKAFKA_INCLUDE librdkafka/rdkafka.h REQUIRED)
headrace_pinned(headrace_librdkafka "" ${librdkafka}/lib/librdkafka-0cb94173.so.1)
list(APPEND CMAKE_BUILD_RPATH ${arrow}/lib ${duckdb}/lib ${librdkafka}/lib)

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(tl-expected REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(simdjson REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
find_path(CURL_INCLUDE_DIRS curl/curl.h REQUIRED)
find_library(MOSQUITTO_LIBRARY mosquitto REQUIRED) # linked by tests alone
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(libmariadb REQUIRED IMPORTED_TARGET libmariadb)
find_path(ODBC_INCLUDE_DIRS sqlext.h REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n)

find_package(Qt6 6.4 REQUIRED COMPONENTS Core Network Sql Test)
# It would give every test the paths of its folders, for a macro that is not used here; see headrace_test_data.
set_target_properties(Qt6::Test PROPERTIES INTERFACE_COMPILE_DEFINITIONS QT_TESTLIB_LIB)
if(HEADRACE_WINDOW)
    find_package(Qt6 6.4 REQUIRED COMPONENTS Gui Network Widgets Charts Svg)
endif()
