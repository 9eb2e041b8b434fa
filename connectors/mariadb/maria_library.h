// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/lazy_library.h"

#include <mysql.h>

namespace headrace::mariadb {

/// MariaDB's client library, which speaks to MySQL too, and those of its functions that are used here: inside this
/// namespace their names mean the objects below. Why not Qt SQL: rows come an order of magnitude faster when the binary
/// protocol is decoded straight into columns, FLOAT is exact only there, and commands load no Qt.
extern LazyLibrary mariaLibrary;

template <typename Signature>
using MariaFunction = LazyFunction<mariaLibrary, Signature>;

// NOLINTBEGIN(readability-identifier-naming)
inline constinit MariaFunction<decltype(::mysql_affected_rows)> mysql_affected_rows{"mysql_affected_rows"};
inline constinit MariaFunction<decltype(::mysql_close)> mysql_close{"mysql_close"};
inline constinit MariaFunction<decltype(::mysql_errno)> mysql_errno{"mysql_errno"};
inline constinit MariaFunction<decltype(::mysql_error)> mysql_error{"mysql_error"};
inline constinit MariaFunction<decltype(::mysql_fetch_fields)> mysql_fetch_fields{"mysql_fetch_fields"};
inline constinit MariaFunction<decltype(::mysql_fetch_lengths)> mysql_fetch_lengths{"mysql_fetch_lengths"};
inline constinit MariaFunction<decltype(::mysql_fetch_row)> mysql_fetch_row{"mysql_fetch_row"};
inline constinit MariaFunction<decltype(::mysql_free_result)> mysql_free_result{"mysql_free_result"};
inline constinit MariaFunction<decltype(::mysql_get_server_info)> mysql_get_server_info{"mysql_get_server_info"};
inline constinit MariaFunction<decltype(::mysql_get_socket)> mysql_get_socket{"mysql_get_socket"};
inline constinit MariaFunction<decltype(::mysql_get_ssl_cipher)> mysql_get_ssl_cipher{"mysql_get_ssl_cipher"};
inline constinit MariaFunction<decltype(::mysql_init)> mysql_init{"mysql_init"};
inline constinit MariaFunction<decltype(::mysql_num_fields)> mysql_num_fields{"mysql_num_fields"};
inline constinit MariaFunction<decltype(::mysql_num_rows)> mysql_num_rows{"mysql_num_rows"};
inline constinit MariaFunction<decltype(::mysql_options)> mysql_options{"mysql_options"};
inline constinit MariaFunction<decltype(::mysql_options4)> mysql_options4{"mysql_options4"};
inline constinit MariaFunction<decltype(::mysql_real_connect_cont)> mysql_real_connect_cont{"mysql_real_connect_cont"};
inline constinit MariaFunction<decltype(::mysql_real_connect_start)> mysql_real_connect_start{
    "mysql_real_connect_start"};
inline constinit MariaFunction<decltype(::mysql_real_query_cont)> mysql_real_query_cont{"mysql_real_query_cont"};
inline constinit MariaFunction<decltype(::mysql_real_query_start)> mysql_real_query_start{"mysql_real_query_start"};
inline constinit MariaFunction<decltype(::mysql_server_init)> mysql_server_init{"mysql_server_init"};
inline constinit MariaFunction<decltype(::mysql_sqlstate)> mysql_sqlstate{"mysql_sqlstate"};
inline constinit MariaFunction<decltype(::mysql_stmt_attr_set)> mysql_stmt_attr_set{"mysql_stmt_attr_set"};
inline constinit MariaFunction<decltype(::mysql_stmt_bind_param)> mysql_stmt_bind_param{"mysql_stmt_bind_param"};
inline constinit MariaFunction<decltype(::mysql_stmt_close)> mysql_stmt_close{"mysql_stmt_close"};
inline constinit MariaFunction<decltype(::mysql_stmt_errno)> mysql_stmt_errno{"mysql_stmt_errno"};
inline constinit MariaFunction<decltype(::mysql_stmt_error)> mysql_stmt_error{"mysql_stmt_error"};
inline constinit MariaFunction<decltype(::mysql_stmt_execute_cont)> mysql_stmt_execute_cont{"mysql_stmt_execute_cont"};
inline constinit MariaFunction<decltype(::mysql_stmt_execute_start)> mysql_stmt_execute_start{
    "mysql_stmt_execute_start"};
inline constinit MariaFunction<decltype(::mysql_stmt_fetch_cont)> mysql_stmt_fetch_cont{"mysql_stmt_fetch_cont"};
inline constinit MariaFunction<decltype(::mysql_stmt_fetch_start)> mysql_stmt_fetch_start{"mysql_stmt_fetch_start"};
inline constinit MariaFunction<decltype(::mysql_stmt_init)> mysql_stmt_init{"mysql_stmt_init"};
inline constinit MariaFunction<decltype(::mysql_stmt_prepare_cont)> mysql_stmt_prepare_cont{"mysql_stmt_prepare_cont"};
inline constinit MariaFunction<decltype(::mysql_stmt_prepare_start)> mysql_stmt_prepare_start{
    "mysql_stmt_prepare_start"};
inline constinit MariaFunction<decltype(::mysql_stmt_result_metadata)> mysql_stmt_result_metadata{
    "mysql_stmt_result_metadata"};
inline constinit MariaFunction<decltype(::mysql_stmt_sqlstate)> mysql_stmt_sqlstate{"mysql_stmt_sqlstate"};
inline constinit MariaFunction<decltype(::mysql_store_result_cont)> mysql_store_result_cont{"mysql_store_result_cont"};
inline constinit MariaFunction<decltype(::mysql_store_result_start)> mysql_store_result_start{
    "mysql_store_result_start"};
inline constinit MariaFunction<decltype(::mysql_thread_id)> mysql_thread_id{"mysql_thread_id"};
inline constinit MariaFunction<decltype(::mariadb_connection)> mariadb_connection{"mariadb_connection"};
inline constinit MariaFunction<decltype(::mariadb_field_attr)> mariadb_field_attr{"mariadb_field_attr"};
inline constinit MariaFunction<decltype(::mariadb_get_info)> mariadb_get_info{"mariadb_get_info"};
// NOLINTEND(readability-identifier-naming)

} // namespace headrace::mariadb
