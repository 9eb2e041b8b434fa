// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/odbc/environment.h"

#include "connectors/odbc/odbc_library.h"

namespace headrace::odbc {

void Environment::Free::operator()(void* handle) const noexcept
{
    SQLFreeHandle(SQL_HANDLE_ENV, handle);
}

Result<Environment> Environment::create()
{
    if (const Status loaded = odbcLibrary.load(); !loaded)
        return fail(ErrorCode::Failed, "ODBC's driver manager is missing; install the package libodbc2.",
                    loaded.error().detail);
    Environment environment;
    SQLHENV handle = nullptr;
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &handle)))
        return fail(ErrorCode::Failed, "ODBC's driver manager could not be started: no memory is left.");
    environment.m_handle.reset(handle);
    SQLSetEnvAttr(handle, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3), 0);
    return environment;
}

} // namespace headrace::odbc
