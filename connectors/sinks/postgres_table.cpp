// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/sinks/postgres_table.h"

#include "connectors/postgres/row_packer.h"
#include "connectors/sinks/postgres_types.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace headrace {

using namespace postgres;

namespace {

constexpr const char* kStage = "pg_temp.headrace_stage";
constexpr std::size_t kLongestName = 63;

} // namespace

PostgresTable::PostgresTable(Connection& connection, Target target, std::shared_ptr<arrow::Schema> incoming)
    : m_connection(connection)
    , m_target(std::move(target))
    , m_incoming(std::move(incoming))
    , m_title(fmt::format("table '{}'", m_target.table))
    , m_what(fmt::format("The {} could not be prepared", m_title))
{
}

Status PostgresTable::prepare(std::stop_token stop)
{
    for (const std::string& name : m_incoming->field_names())
        if (name.empty() || name.size() > kLongestName)
            return fail(ErrorCode::Data,
                        fmt::format("The column '{}' cannot be written to PostgreSQL, whose names have 1 to {} "
                                    "bytes. Rename it in the shape.",
                                    name, kLongestName));
    if (m_target.table.size() > kLongestName || m_target.schema.size() > kLongestName)
        return fail(ErrorCode::Usage,
                    fmt::format("The name of the {} is longer than the {} bytes that PostgreSQL keeps. "
                                "Name a table in the option 'table'.",
                                m_title, kLongestName));
    if (m_target.mode == WriteMode::Upsert)
        HEADRACE_CHECK(checkKey(m_target.key, m_incoming->field_names()));
    if (m_target.schema.empty()) {
        HEADRACE_TRY(const Rows rows, m_connection.query("SELECT pg_catalog.current_schema()", {}, m_what, stop));
        m_target.schema = rows.text(0, 0);
    }
    HEADRACE_TRY(const Rows present,
                 m_connection.query("SELECT pg_catalog.to_regnamespace($1) IS NOT NULL, "
                                    "pg_catalog.to_regclass($2) IS NOT NULL, "
                                    "pg_catalog.to_regclass($3) IS NOT NULL",
                                    {quoted(m_target.schema), qualified("headrace_commits"), qualified(m_target.table)},
                                    m_what, stop));
    if (!present.boolean(0, 0))
        HEADRACE_CHECK(m_connection.execute("CREATE SCHEMA IF NOT EXISTS " + quoted(m_target.schema), m_what, stop));
    if (!present.boolean(0, 1))
        HEADRACE_CHECK(m_connection.execute(
            fmt::format(
                "CREATE TABLE IF NOT EXISTS {} (pipeline text NOT NULL, source text NOT NULL, position text NOT NULL, "
                "sequence bigint NOT NULL, run text NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (pipeline, "
                "source))",
                qualified("headrace_commits")),
            m_what, stop));
    const bool isMissing = !present.boolean(0, 2);
    if (isMissing)
        HEADRACE_CHECK(createTable(m_target.table, stop));
    if (m_target.mode == WriteMode::Replace) {
        HEADRACE_TRY(const Attachments attached, attachments(stop));
        HEADRACE_CHECK(attached.checkRowsCanGo(m_title));
        if (attached.count > 0)
            m_removal = "SET CONSTRAINTS ALL DEFERRED; DELETE FROM " + qualified(m_target.table);
        else
            return {}; // the columns are those of the replacement, or are adopted when it is there
    }
    HEADRACE_CHECK(adopt(stop));
    if (m_target.mode == WriteMode::Upsert)
        HEADRACE_CHECK(createKey(stop));
    if (hasStage())
        return createStage(stop);
    if (isMissing) {
        HEADRACE_TRY(m_createdState, state(stop));
    }
    return {};
}

Result<std::optional<CommittedPosition>> PostgresTable::takeOver(const RunIdentity& identity, std::stop_token stop)
{
    const std::string what =
        fmt::format("The position of the pipeline '{}' could not be read from PostgreSQL", identity.pipeline);
    m_pipeline = identity.pipeline;
    // Waits for a commit that an older run has under way: its outcome is known afterwards.
    HEADRACE_TRY(
        const Rows rows,
        m_connection.query(fmt::format("INSERT INTO {} AS mine VALUES ($1, $2, '', 0, $3, now()) ON CONFLICT "
                                       "(pipeline, source) DO UPDATE SET run = excluded.run RETURNING position, "
                                       "sequence",
                                       qualified("headrace_commits")),
                           {identity.pipeline, identity.source, identity.run}, what, stop));
    HEADRACE_CHECK(dropLeftReplacements(stop));
    m_wantsReplacement = !m_createdState.empty();
    if (m_target.mode == WriteMode::Replace) {
        const bool isReplaced = rows.integer(0, 1) > identity.earlierBatches; // rows are appended from now on
        const bool isAdopted = !m_removal.empty();                            // by prepare()
        m_wantsReplacement = !isReplaced && !isAdopted;
        if (isReplaced)
            m_removal.clear();
        if (isReplaced && !isAdopted) {
            HEADRACE_CHECK(adopt(stop));
            if (hasStage())
                HEADRACE_CHECK(createStage(stop));
        }
    }
    if (rows.integer(0, 1) == 0)
        return std::nullopt;
    return CommittedPosition{Position{rows.text(0, 0)}, rows.integer(0, 1)};
}

CopyWriter PostgresTable::writer(Connection& connection) const
{
    std::vector<std::unique_ptr<CellEncoder>> encoders;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const auto& type = *m_incoming->field(static_cast<int>(i))->type();
        encoders.push_back(makeEncoder(type, m_columns[i].castFromText ? textTypeFor(type) : m_columns[i].type));
        names.push_back(m_columns[i].name);
    }
    return CopyWriter(connection, std::move(encoders), std::move(names), m_title);
}

std::string PostgresTable::copyTarget() const
{
    const std::string table = hasStage() ? kStage : written();
    return m_columns.empty() ? table : fmt::format("{} ({})", table, columnList());
}

Result<std::string> PostgresTable::packing(const std::stop_token& stop)
{
    std::vector<Type> types;
    if (!m_columns.empty()) {
        if (std::ranges::any_of(m_columns, &Column::castFromText))
            return std::string();
        std::ranges::transform(m_columns, std::back_inserter(types), &Column::type);
        return packingOf(types);
    }
    std::string select;
    for (const auto& field : m_incoming->fields()) {
        HEADRACE_TRY(const std::string type, typeFor(*field, stop));
        select += fmt::format("{}NULL::{} AS {}", select.empty() ? "SELECT " : ", ", type, quoted(field->name()));
    }
    if (select.empty())
        return std::string();
    HEADRACE_TRY(const auto columns, columnsOf(m_connection, select, m_what, stop));
    std::ranges::transform(columns, std::back_inserter(types), &postgres::Column::type);
    return packingOf(types);
}

Status PostgresTable::moveStagedRows()
{
    if (!hasStage())
        return {};
    std::string values;
    std::string updates;
    std::string keys;
    for (const Column& column : m_columns) {
        const std::string name = quoted(column.name);
        values += (values.empty() ? "" : ", ") + name + (column.castFromText ? "::" + column.type.name : "");
        if (std::ranges::find(m_target.key, column.name) == m_target.key.end())
            updates += fmt::format("{}{} = excluded.{}", updates.empty() ? "" : ", ", name, name);
    }
    for (const std::string& key : m_target.key)
        keys += (keys.empty() ? "" : ", ") + quoted(key);
    std::string sql = fmt::format("INSERT INTO {} ({}) SELECT ", written(), columnList());
    if (m_target.mode == WriteMode::Upsert) // rows lie in the order they came: the last of a key wins
        sql += fmt::format("DISTINCT ON ({0}) {1} FROM {2} ORDER BY {0}, ctid DESC ON CONFLICT ({0}) DO {3}", keys,
                           values, kStage, updates.empty() ? "NOTHING" : "UPDATE SET " + updates);
    else
        sql += fmt::format("{} FROM {} ORDER BY ctid", values, kStage);
    return m_connection.execute(fmt::format("{}; TRUNCATE {}", sql, kStage),
                                fmt::format("Writing to the {} failed", m_title));
}

Status PostgresTable::saveCommit(Connection& connection, const RunIdentity& identity,
                                 const CommittedPosition& committed) const
{
    HEADRACE_TRY(
        const Rows rows,
        connection.query(
            fmt::format("UPDATE {} SET position = $1, sequence = $2, at = now() WHERE pipeline = $3 AND source "
                        "= $4 AND run = $5 RETURNING 1",
                        qualified("headrace_commits")),
            {committed.end.text, std::to_string(committed.sequence), identity.pipeline, identity.source, identity.run},
            "The position could not be saved"));
    if (rows.size() == 1)
        return {};
    return fail(ErrorCode::Conflict,
                fmt::format("Another run of the pipeline '{}' has taken over; this one ends without its "
                            "last batch.",
                            identity.pipeline));
}

Status PostgresTable::createTable(const std::string& name, const std::stop_token& stop)
{
    std::string columns;
    for (const auto& field : m_incoming->fields()) {
        HEADRACE_TRY(const std::string type, typeFor(*field, stop));
        columns += fmt::format("{}{} {}", columns.empty() ? "" : ", ", quoted(field->name()), type);
    }
    return m_connection.execute(fmt::format("CREATE TABLE {} ({})", qualified(name), columns), m_what, stop);
}

/// The type of a new column: that of the PostgreSQL column which the values come from, where this database has it.
Result<std::string> PostgresTable::typeFor(const arrow::Field& field, const std::stop_token& stop)
{
    std::string type = newColumnType(*field.type());
    if (const std::string original = originalType(field); !original.empty()) {
        HEADRACE_TRY(const Rows rows, m_connection.query("SELECT pg_catalog.to_regtype($1) IS NOT NULL",
                                                         {original.substr(0, original.find('('))}, m_what, stop));
        if (rows.boolean(0, 0))
            type = original;
    }
    if (type.empty())
        return fail(ErrorCode::Data,
                    fmt::format("The column '{}' is {}, for which PostgreSQL has no type. Cast it in the shape.",
                                field.name(), field.type()->ToString()));
    return type;
}

Status PostgresTable::adopt(const std::stop_token& stop)
{
    if (m_replacement.empty()) {
        HEADRACE_TRY(const auto before, tableColumns(m_connection, written(), m_what, stop));
        HEADRACE_CHECK(fit(before, stop));
    }
    HEADRACE_TRY(const auto existing, tableColumns(m_connection, written(), m_what, stop));
    m_columns.clear();
    for (const auto& field : m_incoming->fields()) {
        const auto found = std::ranges::find(existing, field->name(), &postgres::Column::name);
        if (found == existing.end())
            return fail(ErrorCode::Conflict,
                        fmt::format("The {} has lost its column '{}' meanwhile.", m_title, field->name()));
        m_columns.push_back({field->name(), found->type, makeEncoder(*field->type(), found->type) == nullptr});
    }
    return {};
}

Status PostgresTable::fit(const std::vector<postgres::Column>& existing, const std::stop_token& stop)
{
    for (const auto& field : m_incoming->fields()) {
        const auto found = std::ranges::find(existing, field->name(), &postgres::Column::name);
        if (found != existing.end() && holds(found->type, *field))
            continue;
        std::string change;
        if (found == existing.end()) {
            HEADRACE_TRY(const std::string type, typeFor(*field, stop));
            change = fmt::format("ADD COLUMN {} {}", quoted(field->name()), type);
        } else if (const std::string wider = widened(found->type, *field->type()); !wider.empty()) {
            change = fmt::format("ALTER COLUMN {} TYPE {}", quoted(field->name()), wider);
        } else {
            return fail(
                ErrorCode::Data,
                fmt::format("The column '{}' of the {} is {}, which cannot hold the incoming {} exactly. Cast the "
                            "column in the shape, or write to another table.",
                            field->name(), m_title, found->type.name, newColumnType(*field->type())));
        }
        if (!m_target.evolve)
            return fail(ErrorCode::Data,
                        fmt::format("The {} does not fit the incoming rows and must not be changed: {} would "
                                    "be needed. Set evolve to true, or change it by hand.",
                                    m_title, change));
        HEADRACE_CHECK(
            m_connection.execute(fmt::format("ALTER TABLE {} {}", qualified(m_target.table), change), m_what, stop));
    }
    return {};
}

/// ON CONFLICT needs a unique index over exactly the key.
Status PostgresTable::createKey(const std::stop_token& stop)
{
    std::string names;
    std::string columns;
    for (const std::string& key : m_target.key) {
        names += (names.empty() ? "" : ",") + quoted(key);
        columns += (columns.empty() ? "" : ", ") + quoted(key);
    }
    HEADRACE_TRY(
        const Rows found,
        m_connection.query("SELECT 1 FROM pg_catalog.pg_index i WHERE indrelid = pg_catalog.to_regclass($1) AND "
                           "indisunique AND indpred IS NULL AND indexprs IS NULL AND (SELECT array_agg(attname::text "
                           "ORDER BY attname::text) FROM pg_catalog.pg_attribute WHERE attrelid = indrelid AND attnum "
                           "= ANY (indkey)) = (SELECT array_agg(name ORDER BY name) FROM unnest($2::text[]) AS name)",
                           {qualified(m_target.table), "{" + names + "}"}, m_what, stop));
    if (found.size() > 0)
        return {};
    return m_connection.execute(fmt::format("CREATE UNIQUE INDEX ON {} ({})", qualified(m_target.table), columns),
                                fmt::format("The key of the {} could not be created", m_title), stop);
}

Status PostgresTable::createStage(const std::stop_token& stop)
{
    std::string columns;
    for (std::size_t i = 0; i < m_columns.size(); ++i)
        columns +=
            fmt::format("{}{} {}", i == 0 ? "" : ", ", quoted(m_columns[i].name),
                        m_columns[i].castFromText ? textTypeFor(*m_incoming->field(static_cast<int>(i))->type()).name
                                                  : m_columns[i].type.name);
    return m_connection.execute(
        fmt::format("DROP TABLE IF EXISTS {0}; CREATE TEMP TABLE headrace_stage ({1})", kStage, columns), m_what, stop);
}

std::string PostgresTable::written() const
{
    return qualified(m_replacement.empty() ? m_target.table : m_replacement);
}

bool PostgresTable::hasStage() const
{
    return m_target.mode == WriteMode::Upsert || std::ranges::any_of(m_columns, &Column::castFromText);
}

std::string PostgresTable::columnList() const
{
    std::string list;
    for (const Column& column : m_columns)
        list += (list.empty() ? "" : ", ") + quoted(column.name);
    return list;
}

std::string PostgresTable::qualified(const std::string& name) const
{
    return quoted(m_target.schema) + '.' + quoted(name);
}

} // namespace headrace
