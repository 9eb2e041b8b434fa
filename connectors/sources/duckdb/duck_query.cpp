// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>

#include "connectors/sources/duckdb/duck_query.h"

#include "connectors/core/options.h"
#include "connectors/core/sql_identifier.h"
#include "connectors/core/stable_hash.h"
#include "connectors/duckdb/duck_error.h"
#include "connectors/sources/tables/table_selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <strings.h>

namespace headrace::duck {

namespace {

using Names = arrow::StringArray;
using Numbers = arrow::Int64Array;

template <typename Array>
const Array& column(const arrow::RecordBatch& rows, int index)
{
    return static_cast<const Array&>(*rows.column(index));
}

/// Types that come out as text, since Arrow or most destinations have none that holds all their values: a UUID, an
/// integer of 39 digits, a time with its zone, an enum's name, an interval as DuckDB writes it.
bool isReadAsText(std::string_view type)
{
    constexpr auto kTextTypes = std::to_array<std::string_view>(
        {"ENUM(", "UUID", "HUGEINT", "BIT", "TIME WITH TIME ZONE", "INTERVAL", "MAP(", "UNION(", "BIGNUM"});
    const bool isNested = type.starts_with("STRUCT(") || type.ends_with(']');
    return std::ranges::any_of(kTextTypes, [&](std::string_view text) {
        return isNested ? type.find(text) != std::string_view::npos : type.starts_with(text) || type == "UHUGEINT";
    });
}

Error unreadable(const std::string& title, const std::string& path, const std::string& sql, const Error& error)
{
    constexpr std::size_t kShown = 80;
    const std::string_view end = sql.size() > kShown ? "…" : "";
    return {error.code == ErrorCode::NotFound ? ErrorCode::Usage : error.code,
            fmt::format("The {} cannot be read from '{}': {}{}", title, path, duckSentence(error.detail),
                        sql.empty() ? ""
                                    : fmt::format(" It must be one SELECT and is '{}{}'.", sql.substr(0, kShown), end)),
            error.detail, std::nullopt};
}

} // namespace

Result<std::vector<TableInfo>> listTables(DuckConnection& connection)
{
    HEADRACE_TRY(DuckResult result,
                 connection.query("SELECT schema_name, table_name, false AS is_view, estimated_size::BIGINT, "
                                  "column_count::BIGINT FROM duckdb_tables() WHERE NOT internal AND NOT temporary AND "
                                  "database_name = current_database() UNION ALL "
                                  "SELECT schema_name, view_name, true, 0, column_count::BIGINT FROM duckdb_views() "
                                  "WHERE NOT internal AND NOT temporary AND database_name = current_database() "
                                  "ORDER BY ALL"));
    HEADRACE_TRY(const auto rows, result.readAll());
    std::vector<TableInfo> tables;
    for (std::int64_t row = 0; row < rows->num_rows(); ++row)
        tables.push_back({column<Names>(*rows, 0).GetString(row), column<Names>(*rows, 1).GetString(row),
                          column<arrow::BooleanArray>(*rows, 2).Value(row), column<Numbers>(*rows, 3).Value(row),
                          column<Numbers>(*rows, 4).Value(row)});
    return tables;
}

Result<Query> Query::plan(DuckConnection& connection, const Settings& settings)
{
    Query query;
    if (settings.table.empty()) {
        query.m_title = "query";
        query.m_from = fmt::format("({}\n)", trimmedQuery(settings.sql)); // a comment may end it
        HEADRACE_CHECK(query.readColumns(connection, settings));
        return query;
    }
    HEADRACE_TRY(const auto tables, listTables(connection));
    std::vector<std::string> names;
    for (const TableInfo& table : tables) {
        if (::strcasecmp(table.schema.c_str(), settings.schema.c_str()) != 0)
            continue;
        names.push_back(table.name);
        if (::strcasecmp(table.name.c_str(), settings.table.c_str()) != 0)
            continue;
        query.m_title = fmt::format("{} '{}'", table.isView ? "view" : "table", table.name);
        query.m_from = fmt::format("{}.{}", sqlIdentifier(table.schema), sqlIdentifier(table.name));
        query.m_hasRowId = !table.isView;
        query.m_rows = table.isView ? -1 : table.rows;
        HEADRACE_CHECK(query.readColumns(connection, settings));
        return query;
    }
    const std::string near = nearest(settings.table, names);
    return fail(ErrorCode::NotFound,
                fmt::format("There is no table '{}' in the schema '{}' of '{}'{}.", settings.table, settings.schema,
                            settings.path, near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
}

Status Query::readColumns(DuckConnection& connection, const Settings& settings)
{
    auto described = connection.query(fmt::format("DESCRIBE SELECT * FROM {}", from()));
    if (!described)
        return fail(unreadable(m_title, settings.path, settings.sql, described.error()));
    HEADRACE_TRY(const auto rows, described->readAll());
    StableHash hash;
    for (std::int64_t row = 0; row < rows->num_rows(); ++row) {
        const std::string name = column<Names>(*rows, 0).GetString(row);
        const std::string type = column<Names>(*rows, 1).GetString(row);
        const std::string quoted = sqlIdentifier(name);
        // A column may have the name of the row id, which then cannot be reached.
        m_hasRowId = m_hasRowId && ::strcasecmp(name.c_str(), "rowid") != 0;
        m_selects += row == 0 ? "" : ", ";
        m_selects += isReadAsText(type) ? fmt::format("CAST({0} AS VARCHAR) AS {0}", quoted) : quoted;
        m_columns.push_back({name, type});
        hash.add(name);
        hash.add("\n" + type + "\n");
    }
    m_fingerprint = fmt::format("{:016x}", hash.value());
    return {};
}

std::string Query::behindRowId(std::int64_t after) const
{
    return fmt::format("SELECT rowid, {} FROM {} WHERE rowid > {}", m_selects, from(), after);
}

std::string Query::atRowId(std::int64_t rowId) const
{
    return fmt::format("SELECT rowid, {} FROM {} WHERE rowid = {}", m_selects, from(), rowId);
}

std::string Query::behindRows(std::int64_t rows) const
{
    return fmt::format("SELECT {} FROM {} OFFSET {}", m_selects, from(), rows);
}

std::string Query::count() const
{
    return fmt::format("SELECT count(*) FROM {}", from());
}

} // namespace headrace::duck
