// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/duckdb/duck_connection.h"
#include "connectors/duckdb/duck_database.h"
#include "connectors/duckdb/duck_result.h"

#include <arrow/api.h>

#include <QString>

namespace headrace::test {

/// The only cell of what a DuckDB file answers, a whole number; −1: it does not answer so.
inline std::int64_t duckNumber(const QString& file, const std::string& sql)
{
    const auto database = DuckDatabase::open(file.toStdString());
    if (!database)
        return -1;
    auto connection = database->connect();
    if (!connection)
        return -1;
    auto result = connection->query(sql);
    if (!result)
        return -1;
    const auto rows = result->readAll();
    return rows && (*rows)->num_rows() == 1 ? static_cast<const arrow::Int64Array&>(*(*rows)->column(0)).Value(0) : -1;
}

} // namespace headrace::test
