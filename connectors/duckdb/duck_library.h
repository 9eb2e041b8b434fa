// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/lazy_library.h"

#include <duckdb.h>

namespace headrace {

/// DuckDB, and those of its functions that are used here: inside this namespace their names mean the objects below.
extern LazyLibrary duckLibrary;

template <typename Signature>
using DuckFunction = LazyFunction<duckLibrary, Signature>;

// NOLINTBEGIN(readability-identifier-naming)
inline constinit DuckFunction<decltype(::duckdb_append_data_chunk)> duckdb_append_data_chunk{
    "duckdb_append_data_chunk"};
inline constinit DuckFunction<decltype(::duckdb_appender_create)> duckdb_appender_create{"duckdb_appender_create"};
inline constinit DuckFunction<decltype(::duckdb_appender_destroy)> duckdb_appender_destroy{"duckdb_appender_destroy"};
inline constinit DuckFunction<decltype(::duckdb_appender_error_data)> duckdb_appender_error_data{
    "duckdb_appender_error_data"};
inline constinit DuckFunction<decltype(::duckdb_appender_flush)> duckdb_appender_flush{"duckdb_appender_flush"};
inline constinit DuckFunction<decltype(::duckdb_arrow_scan)> duckdb_arrow_scan{"duckdb_arrow_scan"};
inline constinit DuckFunction<decltype(::duckdb_bind_add_result_column)> duckdb_bind_add_result_column{
    "duckdb_bind_add_result_column"};
inline constinit DuckFunction<decltype(::duckdb_bind_get_extra_info)> duckdb_bind_get_extra_info{
    "duckdb_bind_get_extra_info"};
inline constinit DuckFunction<decltype(::duckdb_bind_int64)> duckdb_bind_int64{"duckdb_bind_int64"};
inline constinit DuckFunction<decltype(::duckdb_bind_null)> duckdb_bind_null{"duckdb_bind_null"};
inline constinit DuckFunction<decltype(::duckdb_bind_varchar_length)> duckdb_bind_varchar_length{
    "duckdb_bind_varchar_length"};
inline constinit DuckFunction<decltype(::duckdb_close)> duckdb_close{"duckdb_close"};
inline constinit DuckFunction<decltype(::duckdb_column_count)> duckdb_column_count{"duckdb_column_count"};
inline constinit DuckFunction<decltype(::duckdb_column_logical_type)> duckdb_column_logical_type{
    "duckdb_column_logical_type"};
inline constinit DuckFunction<decltype(::duckdb_column_name)> duckdb_column_name{"duckdb_column_name"};
inline constinit DuckFunction<decltype(::duckdb_connect)> duckdb_connect{"duckdb_connect"};
inline constinit DuckFunction<decltype(::duckdb_create_config)> duckdb_create_config{"duckdb_create_config"};
inline constinit DuckFunction<decltype(::duckdb_create_table_function)> duckdb_create_table_function{
    "duckdb_create_table_function"};
inline constinit DuckFunction<decltype(::duckdb_data_chunk_from_arrow)> duckdb_data_chunk_from_arrow{
    "duckdb_data_chunk_from_arrow"};
inline constinit DuckFunction<decltype(::duckdb_data_chunk_get_vector)> duckdb_data_chunk_get_vector{
    "duckdb_data_chunk_get_vector"};
inline constinit DuckFunction<decltype(::duckdb_data_chunk_set_size)> duckdb_data_chunk_set_size{
    "duckdb_data_chunk_set_size"};
inline constinit DuckFunction<decltype(::duckdb_data_chunk_to_arrow)> duckdb_data_chunk_to_arrow{
    "duckdb_data_chunk_to_arrow"};
inline constinit DuckFunction<decltype(::duckdb_destroy_arrow_converted_schema)> duckdb_destroy_arrow_converted_schema{
    "duckdb_destroy_arrow_converted_schema"};
inline constinit DuckFunction<decltype(::duckdb_destroy_arrow_options)> duckdb_destroy_arrow_options{
    "duckdb_destroy_arrow_options"};
inline constinit DuckFunction<decltype(::duckdb_destroy_config)> duckdb_destroy_config{"duckdb_destroy_config"};
inline constinit DuckFunction<decltype(::duckdb_destroy_data_chunk)> duckdb_destroy_data_chunk{
    "duckdb_destroy_data_chunk"};
inline constinit DuckFunction<decltype(::duckdb_destroy_error_data)> duckdb_destroy_error_data{
    "duckdb_destroy_error_data"};
inline constinit DuckFunction<decltype(::duckdb_destroy_logical_type)> duckdb_destroy_logical_type{
    "duckdb_destroy_logical_type"};
inline constinit DuckFunction<decltype(::duckdb_destroy_prepare)> duckdb_destroy_prepare{"duckdb_destroy_prepare"};
inline constinit DuckFunction<decltype(::duckdb_destroy_result)> duckdb_destroy_result{"duckdb_destroy_result"};
inline constinit DuckFunction<decltype(::duckdb_destroy_table_function)> duckdb_destroy_table_function{
    "duckdb_destroy_table_function"};
inline constinit DuckFunction<decltype(::duckdb_disconnect)> duckdb_disconnect{"duckdb_disconnect"};
inline constinit DuckFunction<decltype(::duckdb_error_data_has_error)> duckdb_error_data_has_error{
    "duckdb_error_data_has_error"};
inline constinit DuckFunction<decltype(::duckdb_error_data_message)> duckdb_error_data_message{
    "duckdb_error_data_message"};
inline constinit DuckFunction<decltype(::duckdb_execute_prepared)> duckdb_execute_prepared{"duckdb_execute_prepared"};
inline constinit DuckFunction<decltype(::duckdb_execute_prepared_streaming)> duckdb_execute_prepared_streaming{
    "duckdb_execute_prepared_streaming"};
inline constinit DuckFunction<decltype(::duckdb_fetch_chunk)> duckdb_fetch_chunk{"duckdb_fetch_chunk"};
inline constinit DuckFunction<decltype(::duckdb_free)> duckdb_free{"duckdb_free"};
inline constinit DuckFunction<decltype(::duckdb_function_get_extra_info)> duckdb_function_get_extra_info{
    "duckdb_function_get_extra_info"};
inline constinit DuckFunction<decltype(::duckdb_function_get_init_data)> duckdb_function_get_init_data{
    "duckdb_function_get_init_data"};
inline constinit DuckFunction<decltype(::duckdb_function_set_error)> duckdb_function_set_error{
    "duckdb_function_set_error"};
inline constinit DuckFunction<decltype(::duckdb_init_get_column_count)> duckdb_init_get_column_count{
    "duckdb_init_get_column_count"};
inline constinit DuckFunction<decltype(::duckdb_init_get_column_index)> duckdb_init_get_column_index{
    "duckdb_init_get_column_index"};
inline constinit DuckFunction<decltype(::duckdb_init_get_extra_info)> duckdb_init_get_extra_info{
    "duckdb_init_get_extra_info"};
inline constinit DuckFunction<decltype(::duckdb_init_set_init_data)> duckdb_init_set_init_data{
    "duckdb_init_set_init_data"};
inline constinit DuckFunction<decltype(::duckdb_init_set_max_threads)> duckdb_init_set_max_threads{
    "duckdb_init_set_max_threads"};
inline constinit DuckFunction<decltype(::duckdb_interrupt)> duckdb_interrupt{"duckdb_interrupt"};
inline constinit DuckFunction<decltype(::duckdb_logical_type_get_alias)> duckdb_logical_type_get_alias{
    "duckdb_logical_type_get_alias"};
inline constinit DuckFunction<decltype(::duckdb_open_ext)> duckdb_open_ext{"duckdb_open_ext"};
inline constinit DuckFunction<decltype(::duckdb_prepare)> duckdb_prepare{"duckdb_prepare"};
inline constinit DuckFunction<decltype(::duckdb_prepare_error)> duckdb_prepare_error{"duckdb_prepare_error"};
inline constinit DuckFunction<decltype(::duckdb_query)> duckdb_query{"duckdb_query"};
inline constinit DuckFunction<decltype(::duckdb_register_table_function)> duckdb_register_table_function{
    "duckdb_register_table_function"};
inline constinit DuckFunction<decltype(::duckdb_result_error)> duckdb_result_error{"duckdb_result_error"};
inline constinit DuckFunction<decltype(::duckdb_result_get_arrow_options)> duckdb_result_get_arrow_options{
    "duckdb_result_get_arrow_options"};
inline constinit DuckFunction<decltype(::duckdb_rows_changed)> duckdb_rows_changed{"duckdb_rows_changed"};
inline constinit DuckFunction<decltype(::duckdb_schema_from_arrow)> duckdb_schema_from_arrow{
    "duckdb_schema_from_arrow"};
inline constinit DuckFunction<decltype(::duckdb_set_config)> duckdb_set_config{"duckdb_set_config"};
inline constinit DuckFunction<decltype(::duckdb_table_function_set_bind)> duckdb_table_function_set_bind{
    "duckdb_table_function_set_bind"};
inline constinit DuckFunction<decltype(::duckdb_table_function_set_extra_info)> duckdb_table_function_set_extra_info{
    "duckdb_table_function_set_extra_info"};
inline constinit DuckFunction<decltype(::duckdb_table_function_set_function)> duckdb_table_function_set_function{
    "duckdb_table_function_set_function"};
inline constinit DuckFunction<decltype(::duckdb_table_function_set_init)> duckdb_table_function_set_init{
    "duckdb_table_function_set_init"};
inline constinit DuckFunction<decltype(::duckdb_table_function_set_name)> duckdb_table_function_set_name{
    "duckdb_table_function_set_name"};
inline constinit DuckFunction<decltype(::duckdb_table_function_supports_projection_pushdown)>
    duckdb_table_function_supports_projection_pushdown{"duckdb_table_function_supports_projection_pushdown"};
inline constinit DuckFunction<decltype(::duckdb_to_arrow_schema)> duckdb_to_arrow_schema{"duckdb_to_arrow_schema"};
inline constinit DuckFunction<decltype(::duckdb_vector_get_column_type)> duckdb_vector_get_column_type{
    "duckdb_vector_get_column_type"};
inline constinit DuckFunction<decltype(::duckdb_vector_reference_vector)> duckdb_vector_reference_vector{
    "duckdb_vector_reference_vector"};
// NOLINTEND(readability-identifier-naming)

} // namespace headrace
