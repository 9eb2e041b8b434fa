// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>

#include "connectors/sinks/duckdb_table.h"

#include "connectors/core/sql_identifier.h"
#include "connectors/duckdb/duck_error.h"
#include "connectors/sinks/attachments.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace headrace {

namespace {

/// Collects the incoming rows of an upsert.
constexpr std::string_view kStage = "temp.headrace_stage";

/// Types that hold every value of the key's type exactly.
const std::map<std::string_view, std::vector<std::string_view>> kWider{
    {"TINYINT", {"SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE"}},
    {"SMALLINT", {"INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE"}},
    {"INTEGER", {"BIGINT", "HUGEINT", "DOUBLE"}},
    {"BIGINT", {"HUGEINT"}},
    {"UTINYINT", {"USMALLINT", "UINTEGER", "UBIGINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE"}},
    {"USMALLINT", {"UINTEGER", "UBIGINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE"}},
    {"UINTEGER", {"UBIGINT", "BIGINT", "HUGEINT", "DOUBLE"}},
    {"UBIGINT", {"HUGEINT"}},
    {"FLOAT", {"DOUBLE"}},
    {"\"NULL\"", {}},
};

bool isDecimal(std::string_view type, int& precision, int& scale)
{
    return std::sscanf(std::string(type).c_str(), "DECIMAL(%d,%d)", &precision, &scale) == 2;
}

bool holds(std::string_view existing, std::string_view incoming)
{
    if (existing == incoming || incoming == "\"NULL\"")
        return true;
    int existingPrecision = 0;
    int existingScale = 0;
    int precision = 0;
    int scale = 0;
    if (isDecimal(existing, existingPrecision, existingScale) && isDecimal(incoming, precision, scale))
        return existingScale >= scale && existingPrecision - existingScale >= precision - scale;
    const auto found = kWider.find(incoming);
    return found != kWider.end() && std::ranges::find(found->second, existing) != found->second.end();
}

/// The column type for incoming values: coarse timestamps become DuckDB's usual TIMESTAMP.
std::string storedType(const std::string& type)
{
    if (type == "TIMESTAMP_S" || type == "TIMESTAMP_MS")
        return "TIMESTAMP";
    return type == "\"NULL\"" ? "INTEGER" : type;
}

} // namespace

DuckTable::DuckTable(DuckConnection& connection, Target target, std::string incoming)
    : m_connection(connection)
    , m_target(std::move(target))
    , m_view(std::move(incoming))
    , m_name(sqlIdentifier(m_target.schema) + '.' + sqlIdentifier(m_target.table))
{
}

Status DuckTable::prepare()
{
    HEADRACE_TRY(m_incoming, columnsOf("FROM " + m_view));
    for (auto& column : m_incoming)
        column.type = storedType(column.type);
    HEADRACE_CHECK(m_connection.execute(fmt::format(
        "CREATE SCHEMA IF NOT EXISTS {0}; CREATE TABLE IF NOT EXISTS {0}.headrace_commits (pipeline VARCHAR NOT NULL, "
        "source VARCHAR NOT NULL, position VARCHAR NOT NULL, sequence BIGINT NOT NULL, run VARCHAR NOT NULL, "
        "\"at\" TIMESTAMPTZ NOT NULL)",
        sqlIdentifier(m_target.schema))));
    HEADRACE_TRY(const bool exists, tableExists());
    if (exists && m_target.mode == WriteMode::Replace) {
        HEADRACE_TRY(DuckResult attached,
                     m_connection.query(duckAttachments(sqlLiteral(m_target.schema), sqlLiteral(m_target.table))));
        HEADRACE_TRY(const auto rows, attached.readAll());
        m_keepsTable = static_cast<const arrow::Int64Array&>(*rows->column(0)).Value(0) > 0;
    }
    if (!exists)
        HEADRACE_CHECK(createTable());
    else if (m_target.mode != WriteMode::Replace || m_keepsTable)
        HEADRACE_CHECK(evolve());
    if (m_target.mode != WriteMode::Upsert)
        return {};
    std::vector<std::string> names;
    for (const Column& column : m_incoming)
        names.push_back(column.name);
    HEADRACE_CHECK(checkKey(m_target.key, names));
    return createStage();
}

Result<std::optional<CommittedPosition>> DuckTable::committed(const RunIdentity& identity)
{
    HEADRACE_TRY(DuckStatement statement, m_connection.prepare(fmt::format(
                                              "SELECT position, sequence FROM {}.headrace_commits WHERE pipeline = $1 "
                                              "AND source = $2 ORDER BY sequence DESC LIMIT 1",
                                              sqlIdentifier(m_target.schema))));
    HEADRACE_CHECK(statement.bind(1, identity.pipeline));
    HEADRACE_CHECK(statement.bind(2, identity.source));
    HEADRACE_TRY(DuckResult result, statement.execute());
    HEADRACE_TRY(const auto rows, result.readAll());
    if (rows->num_rows() == 0)
        return std::nullopt;
    return CommittedPosition{Position{static_cast<const arrow::StringArray&>(*rows->column(0)).GetString(0)},
                             static_cast<const arrow::Int64Array&>(*rows->column(1)).Value(0)};
}

Status DuckTable::removeRows()
{
    if (m_keepsTable)
        return m_connection.execute("DELETE FROM " + m_name);
    HEADRACE_CHECK(m_connection.execute(fmt::format("DROP TABLE IF EXISTS {}", m_name)));
    return createTable();
}

Status DuckTable::write()
{
    std::string columns;
    for (const Column& column : m_incoming)
        columns += (columns.empty() ? "" : ", ") + sqlIdentifier(column.name);
    if (m_target.mode != WriteMode::Upsert)
        return m_connection.execute(fmt::format("INSERT INTO {} ({}) FROM {}", m_name, columns, m_view));

    std::string keys;
    std::string match;
    for (const std::string& key : m_target.key) {
        const std::string name = sqlIdentifier(key);
        keys += (keys.empty() ? "" : ", ") + name;
        match += fmt::format("{}target.{} IS NOT DISTINCT FROM stage.{}", match.empty() ? "" : " AND ", name, name);
    }
    HEADRACE_CHECK(m_connection.execute(fmt::format("INSERT INTO {} FROM {}", kStage, m_view)));
    // Deleting and inserting needs no unique index, whose upkeep costs more than the rows. The last row of a key wins.
    HEADRACE_CHECK(m_connection.execute(fmt::format(
        "DELETE FROM {} AS target USING (SELECT DISTINCT {} FROM {}) AS stage WHERE {}", m_name, keys, kStage, match)));
    HEADRACE_CHECK(m_connection.execute(fmt::format(
        "INSERT INTO {0} ({1}) SELECT {1} FROM {2} WHERE rowid IN (SELECT max(rowid) FROM {2} GROUP BY {3})", m_name,
        columns, kStage, keys)));
    return m_connection.execute(fmt::format("DELETE FROM {}", kStage));
}

Status DuckTable::saveCommit(const RunIdentity& identity, const CommittedPosition& committed)
{
    const std::string commits = sqlIdentifier(m_target.schema) + ".headrace_commits";
    const auto bindAndRun = [&](const std::string& sql) -> Result<std::int64_t> {
        HEADRACE_TRY(DuckStatement statement, m_connection.prepare(sql));
        HEADRACE_CHECK(statement.bind(1, identity.pipeline));
        HEADRACE_CHECK(statement.bind(2, identity.source));
        HEADRACE_CHECK(statement.bind(3, committed.end.text));
        HEADRACE_CHECK(statement.bind(4, committed.sequence));
        HEADRACE_CHECK(statement.bind(5, identity.run));
        HEADRACE_TRY(const DuckResult result, statement.execute());
        return result.rowsChanged();
    };
    HEADRACE_TRY(
        const std::int64_t updated,
        bindAndRun(fmt::format("UPDATE {} SET position = $3, sequence = $4, run = $5, \"at\" = now() WHERE pipeline = "
                               "$1 AND source = $2",
                               commits)));
    if (updated == 0)
        HEADRACE_CHECK(bindAndRun(fmt::format("INSERT INTO {} VALUES ($1, $2, $3, $4, $5, now())", commits)));
    return {};
}

Result<std::vector<DuckTable::Column>> DuckTable::columnsOf(const std::string& query)
{
    HEADRACE_TRY(DuckResult result,
                 m_connection.query("SELECT column_name, column_type FROM (DESCRIBE " + query + ")"));
    HEADRACE_TRY(const auto rows, result.readAll());
    std::vector<Column> columns;
    for (std::int64_t row = 0; row < rows->num_rows(); ++row)
        columns.push_back({static_cast<const arrow::StringArray&>(*rows->column(0)).GetString(row),
                           static_cast<const arrow::StringArray&>(*rows->column(1)).GetString(row)});
    return columns;
}

Result<bool> DuckTable::tableExists()
{
    HEADRACE_TRY(DuckResult result, m_connection.query(fmt::format(
                                        "SELECT 1 FROM duckdb_tables() WHERE schema_name = {} AND lower(table_name) "
                                        "= lower({}) AND database_name = current_database()",
                                        sqlLiteral(m_target.schema), sqlLiteral(m_target.table))));
    HEADRACE_TRY(const auto rows, result.readAll());
    return rows->num_rows() > 0;
}

Status DuckTable::createTable()
{
    std::string columns;
    for (const Column& column : m_incoming)
        columns += fmt::format("{}{} {}", columns.empty() ? "" : ", ", sqlIdentifier(column.name), column.type);
    return m_connection.execute(fmt::format("CREATE TABLE {} ({})", m_name, columns));
}

Status DuckTable::evolve()
{
    HEADRACE_TRY(const auto existing, columnsOf("FROM " + m_name));
    for (const Column& column : m_incoming) {
        const auto found =
            std::ranges::find_if(existing, [&](const Column& other) { return sameName(other.name, column.name); });
        if (found == existing.end()) {
            HEADRACE_CHECK(m_connection.execute(
                fmt::format("ALTER TABLE {} ADD COLUMN {} {}", m_name, sqlIdentifier(column.name), column.type)));
        } else if (!holds(found->type, column.type)) {
            return fail(
                ErrorCode::Data,
                fmt::format("The column '{}' of the table '{}' is {}, which cannot hold the incoming {} exactly. "
                            "Cast the column in the shape, or write to another table.",
                            column.name, m_target.table, found->type, column.type));
        }
    }
    return {};
}

Status DuckTable::createStage()
{
    std::string columns;
    for (const Column& column : m_incoming)
        columns += fmt::format("{}{} {}", columns.empty() ? "" : ", ", sqlIdentifier(column.name), column.type);
    return m_connection.execute(fmt::format("CREATE OR REPLACE TEMP TABLE {} ({})", kStage, columns));
}

} // namespace headrace
