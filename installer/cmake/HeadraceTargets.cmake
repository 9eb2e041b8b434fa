# SPDX-FileCopyrightText: The Headrace authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Flags as interface targets, and one function a kind of target.

set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1")

add_library(headrace_flags INTERFACE)
target_compile_features(headrace_flags INTERFACE cxx_std_20)
target_include_directories(headrace_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(headrace_flags INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual)
# GCC 12 reports false positives of these inside the standard library's own headers at -O2.
target_compile_options(headrace_flags INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds>)
if(HEADRACE_WERROR)
    target_compile_options(headrace_flags INTERFACE -Werror)
endif()
if(HEADRACE_SANITIZE)
    target_compile_options(headrace_flags INTERFACE -fsanitize=${HEADRACE_SANITIZE} -fno-omit-frame-pointer)
    # GCC collects no garbage below 1 GiB: each time it would walk the precompiled headers.
    target_compile_options(headrace_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:--param=ggc-min-heapsize=1048576>)
    target_link_options(headrace_flags INTERFACE -fsanitize=${HEADRACE_SANITIZE})
endif()

find_program(HEADRACE_CCACHE ccache)
if(HEADRACE_CCACHE)
    # Precompiled headers are cacheable only with these; base_dir lets several checkouts share one cache.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
        CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${HEADRACE_CCACHE})
    add_compile_options($<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>)
endif()

# headrace_library(NAME file.cpp …): one box of the engine. Its headers are included from the project's root.
function(headrace_library name)
    add_library(${name} STATIC ${ARGN})
    target_link_libraries(${name} PUBLIC headrace_flags)
    set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
endfunction()

# headrace_arrow_headers(TARGET): precompiles the heavy Arrow headers once for all targets that use them.
function(headrace_arrow_headers name)
    if(NOT TARGET headrace_arrow_pch)
        file(WRITE ${CMAKE_BINARY_DIR}/arrow_pch.cpp "// carries the precompiled Arrow headers\n")
        add_library(headrace_arrow_pch STATIC ${CMAKE_BINARY_DIR}/arrow_pch.cpp)
        target_link_libraries(headrace_arrow_pch PUBLIC headrace_flags headrace_arrow fmt::fmt)
        set_target_properties(headrace_arrow_pch PROPERTIES POSITION_INDEPENDENT_CODE ON)
        target_precompile_headers(headrace_arrow_pch PRIVATE <arrow/api.h> <fmt/format.h> <map> <string> <vector>)
    endif()
    target_precompile_headers(${name} REUSE_FROM headrace_arrow_pch)
endfunction()

# headrace_test_flags(TARGET): unoptimised, which takes a third of the time to build; the engine's own code is not.
# Arrow has parameters named like Qt's keywords.
function(headrace_test_flags name)
    target_link_libraries(${name} PRIVATE headrace_flags headrace_arrow fmt::fmt Qt6::Core Qt6::Test)
    target_compile_options(${name} PRIVATE -O0)
    target_compile_definitions(${name} PRIVATE QT_NO_KEYWORDS)
endfunction()

# headrace_test_headers(TARGET): precompiles the headers that most tests use, once.
function(headrace_test_headers name)
    if(NOT TARGET headrace_test_pch)
        file(WRITE ${CMAKE_BINARY_DIR}/test_pch.cpp "// carries the tests' precompiled headers\n")
        add_library(headrace_test_pch STATIC ${CMAKE_BINARY_DIR}/test_pch.cpp)
        headrace_test_flags(headrace_test_pch)
        target_precompile_headers(headrace_test_pch PRIVATE <arrow/api.h> <fmt/format.h> <nlohmann/json.hpp>
            <QTemporaryDir> <QtTest/qtestcase.h>)  # <QTest> differs with the other parts of Qt that a test uses
    endif()
    target_precompile_headers(${name} REUSE_FROM headrace_test_pch)
endfunction()

# headrace_test_library(NAME file.cpp …): what several tests share.
function(headrace_test_library name)
    add_library(${name} STATIC ${ARGN})
    headrace_test_flags(${name})
    headrace_test_headers(${name})
endfunction()

# headrace_test_data(NAME…): these tests read files of tests/data; the folder's path is kept from all others, whose
# objects checkouts in other folders can then take from the compiler's cache.
function(headrace_test_data)
    foreach(name IN LISTS ARGN)
        target_compile_definitions(tst_${name} PRIVATE HEADRACE_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
    endforeach()
endfunction()

# headrace_test(NAME LIBRARY…): tst_NAME.cpp as a QtTest program that ctest runs without a display.
function(headrace_test name)
    add_executable(tst_${name} tst_${name}.cpp)
    set_target_properties(tst_${name} PROPERTIES AUTOMOC ON RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    target_link_libraries(tst_${name} PRIVATE ${ARGN})
    headrace_test_flags(tst_${name})
    headrace_test_headers(tst_${name})
    add_test(NAME ${name} COMMAND tst_${name})
    set_tests_properties(${name} PROPERTIES ENVIRONMENT "QT_QPA_PLATFORM=offscreen" TIMEOUT 300)
    if(HEADRACE_SANITIZE)
        # The sanitizers stand between a program and dlopen, which then no longer knows the program's own folders.
        list(TRANSFORM CMAKE_BUILD_RPATH PREPEND "LD_LIBRARY_PATH=path_list_append:" OUTPUT_VARIABLE folders)
        set(options "UBSAN_OPTIONS=set:halt_on_error=1:print_stacktrace=1")
        if(HEADRACE_SANITIZE STREQUAL thread)
            # Arrow's own allocators hand memory from thread to thread in ways that the sanitizer does not see.
            list(APPEND options "ARROW_DEFAULT_MEMORY_POOL=set:system"
                "TSAN_OPTIONS=set:suppressions=${PROJECT_SOURCE_DIR}/tests/thread_sanitizer.supp:die_after_fork=0:ignore_noninstrumented_modules=1")
        endif()
        set_tests_properties(${name} PROPERTIES ENVIRONMENT_MODIFICATION "${options};${folders}")
    endif()
endfunction()
