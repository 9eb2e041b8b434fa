// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/lazy_library.h"

#include <odbcinst.h>
#include <sql.h>
#include <sqlext.h>
#undef BOOL // a name in Arrow

namespace headrace::odbc {

/// unixODBC's driver manager, and those of its functions that are used here: inside this namespace their names mean the
/// objects below. Why not Qt SQL: its values lose digits of decimals, of whole numbers and of the fractions of seconds,
/// and it takes rows one cell at a time. Texts go through the wide functions, whose encoding no locale decides.
extern LazyLibrary odbcLibrary;
/// The part of it that reads odbc.ini and odbcinst.ini for drivers.
extern LazyLibrary odbcInstallerLibrary;

template <typename Signature>
using OdbcFunction = LazyFunction<odbcLibrary, Signature>;

// NOLINTBEGIN(readability-identifier-naming)
inline constinit OdbcFunction<decltype(::SQLAllocHandle)> SQLAllocHandle{"SQLAllocHandle"};
inline constinit OdbcFunction<decltype(::SQLBindCol)> SQLBindCol{"SQLBindCol"};
inline constinit OdbcFunction<decltype(::SQLBindParameter)> SQLBindParameter{"SQLBindParameter"};
inline constinit OdbcFunction<decltype(::SQLCancel)> SQLCancel{"SQLCancel"};
inline constinit OdbcFunction<decltype(::SQLColAttributeW)> SQLColAttributeW{"SQLColAttributeW"};
inline constinit OdbcFunction<decltype(::SQLColumnsW)> SQLColumnsW{"SQLColumnsW"};
inline constinit OdbcFunction<decltype(::SQLDataSourcesW)> SQLDataSourcesW{"SQLDataSourcesW"};
inline constinit OdbcFunction<decltype(::SQLDescribeColW)> SQLDescribeColW{"SQLDescribeColW"};
inline constinit OdbcFunction<decltype(::SQLDisconnect)> SQLDisconnect{"SQLDisconnect"};
inline constinit OdbcFunction<decltype(::SQLDriverConnectW)> SQLDriverConnectW{"SQLDriverConnectW"};
inline constinit OdbcFunction<decltype(::SQLDriversW)> SQLDriversW{"SQLDriversW"};
inline constinit OdbcFunction<decltype(::SQLEndTran)> SQLEndTran{"SQLEndTran"};
inline constinit OdbcFunction<decltype(::SQLExecDirectW)> SQLExecDirectW{"SQLExecDirectW"};
inline constinit OdbcFunction<decltype(::SQLExecute)> SQLExecute{"SQLExecute"};
inline constinit OdbcFunction<decltype(::SQLFetch)> SQLFetch{"SQLFetch"};
inline constinit OdbcFunction<decltype(::SQLForeignKeysW)> SQLForeignKeysW{"SQLForeignKeysW"};
inline constinit OdbcFunction<decltype(::SQLFreeHandle)> SQLFreeHandle{"SQLFreeHandle"};
inline constinit OdbcFunction<decltype(::SQLFreeStmt)> SQLFreeStmt{"SQLFreeStmt"};
inline constinit OdbcFunction<decltype(::SQLGetConnectAttrW)> SQLGetConnectAttrW{"SQLGetConnectAttrW"};
inline constinit OdbcFunction<decltype(::SQLGetData)> SQLGetData{"SQLGetData"};
inline constinit OdbcFunction<decltype(::SQLGetDiagRecW)> SQLGetDiagRecW{"SQLGetDiagRecW"};
inline constinit OdbcFunction<decltype(::SQLGetInfoW)> SQLGetInfoW{"SQLGetInfoW"};
inline constinit OdbcFunction<decltype(::SQLGetTypeInfoW)> SQLGetTypeInfoW{"SQLGetTypeInfoW"};
inline constinit OdbcFunction<decltype(::SQLNumResultCols)> SQLNumResultCols{"SQLNumResultCols"};
inline constinit OdbcFunction<decltype(::SQLPrepareW)> SQLPrepareW{"SQLPrepareW"};
inline constinit OdbcFunction<decltype(::SQLPrimaryKeysW)> SQLPrimaryKeysW{"SQLPrimaryKeysW"};
inline constinit OdbcFunction<decltype(::SQLRowCount)> SQLRowCount{"SQLRowCount"};
inline constinit OdbcFunction<decltype(::SQLSetConnectAttrW)> SQLSetConnectAttrW{"SQLSetConnectAttrW"};
inline constinit OdbcFunction<decltype(::SQLSetEnvAttr)> SQLSetEnvAttr{"SQLSetEnvAttr"};
inline constinit OdbcFunction<decltype(::SQLSetPos)> SQLSetPos{"SQLSetPos"};
inline constinit OdbcFunction<decltype(::SQLSetStmtAttrW)> SQLSetStmtAttrW{"SQLSetStmtAttrW"};
inline constinit OdbcFunction<decltype(::SQLStatisticsW)> SQLStatisticsW{"SQLStatisticsW"};
inline constinit OdbcFunction<decltype(::SQLTablesW)> SQLTablesW{"SQLTablesW"};
inline constinit LazyFunction<odbcInstallerLibrary, decltype(::SQLGetPrivateProfileString)> SQLGetPrivateProfileString{
    "SQLGetPrivateProfileString"};
// NOLINTEND(readability-identifier-naming)

} // namespace headrace::odbc
