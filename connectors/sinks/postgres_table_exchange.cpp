// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/sinks/postgres_table.h"

#include "connectors/core/stable_hash.h"

#include <fmt/format.h>

#include <chrono>

namespace headrace {

using namespace postgres;

namespace {

/// Whoever reads a created table longer keeps it: its rows are copied then.
constexpr std::chrono::milliseconds kExchangeWait{1000};

} // namespace

Status PostgresTable::beginReplacement()
{
    HEADRACE_TRY(const Rows session, m_connection.query("SELECT pg_catalog.pg_backend_pid()", {}, m_what));
    m_replacement = replacementPrefix() + session.text(0, 0);
    HEADRACE_CHECK(m_connection.execute("DROP TABLE IF EXISTS " + qualified(m_replacement), m_what));
    HEADRACE_CHECK(createTable(m_replacement, {}));
    HEADRACE_CHECK(adopt({}));
    return hasStage() ? createStage({}) : Status();
}

Status PostgresTable::swap()
{
    if (m_replacement.empty())
        return {};
    const std::string what = fmt::format("The {} could not be exchanged", m_title);
    const std::string table = qualified(m_target.table);
    if (!m_createdState.empty()) {
        HEADRACE_TRY(const bool isUntouched, lockUntouched());
        if (!isUntouched)
            return m_connection.execute(fmt::format("INSERT INTO {0} ({1}) SELECT {1} FROM {2}; DROP TABLE {2}", table,
                                                    columnList(), written()),
                                        what);
    }
    if (m_target.mode == WriteMode::Replace) {
        HEADRACE_TRY(const Attachments attached, attachments({}));
        HEADRACE_CHECK(attached.checkStillNone(m_title));
    }
    return m_connection.execute(
        fmt::format("DROP TABLE IF EXISTS {}; ALTER TABLE {} RENAME TO {}", table, written(), quoted(m_target.table)),
        what);
}

Result<Attachments> PostgresTable::attachments(const std::stop_token& stop)
{
    HEADRACE_TRY(const Rows rows,
                 m_connection.query(postgresAttachments("$1"), {qualified(m_target.table)}, m_what, stop));
    return rows.size() == 0 ? Attachments{} : Attachments{rows.integer(0, 0), rows.text(0, 1)};
}

Result<bool> PostgresTable::lockUntouched()
{
    const std::string what = fmt::format("The {} could not be locked", m_title);
    HEADRACE_CHECK(m_connection.execute(
        fmt::format("SAVEPOINT exchange; SET LOCAL lock_timeout = '{}ms'", kExchangeWait.count()), what));
    if (!m_connection.execute(fmt::format("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", qualified(m_target.table)), what)) {
        HEADRACE_CHECK(m_connection.execute("ROLLBACK TO exchange", what));
        return false;
    }
    HEADRACE_CHECK(m_connection.execute("RELEASE exchange", what));
    HEADRACE_TRY(const std::string now, state({}));
    return now == m_createdState;
}

void PostgresTable::endExchange()
{
    m_removal.clear();
    m_replacement.clear();
    m_createdState.clear();
    m_wantsReplacement = false;
}

void PostgresTable::dropReplacements() noexcept
{
    if (m_pipeline.empty() || m_connection.isBroken())
        return;
    if (!m_replacement.empty())
        static_cast<void>(m_connection.execute("DROP TABLE IF EXISTS " + written(), m_what));
    static_cast<void>(dropLeftReplacements({}));
}

Result<std::string> PostgresTable::state(const std::stop_token& stop)
{
    HEADRACE_TRY(const Rows rows,
                 m_connection.query(
                     "SELECT concat_ws(' ', c.oid, c.xmin, relhasindex, relhastriggers, relhasrules, "
                     "pg_catalog.pg_relation_size(c.oid), (SELECT string_agg(a.xmin::text, ' ' ORDER BY attnum) "
                     "FROM pg_catalog.pg_attribute a WHERE attrelid = c.oid AND attnum > 0), (SELECT count(*) "
                     "FROM pg_catalog.pg_depend WHERE refclassid = 'pg_catalog.pg_class'::regclass AND refobjid = "
                     "c.oid), (SELECT count(*) FROM pg_catalog.pg_description WHERE classoid = "
                     "'pg_catalog.pg_class'::regclass AND objoid = c.oid)) FROM pg_catalog.pg_class c WHERE oid = "
                     "pg_catalog.to_regclass($1)",
                     {qualified(m_target.table)}, m_what, stop));
    return rows.size() == 0 ? "" : rows.text(0, 0);
}

Result<bool> PostgresTable::takesSeveralWriters(const std::stop_token& stop)
{
    if (hasStage())
        return false;
    HEADRACE_TRY(const Rows rows,
                 m_connection.query("SELECT relkind = 'r' AND NOT relhastriggers AND NOT relhasrules AND NOT EXISTS "
                                    "(SELECT FROM pg_catalog.pg_index WHERE indrelid = c.oid AND (indisunique OR "
                                    "indisexclusion)) FROM pg_catalog.pg_class c WHERE oid = "
                                    "pg_catalog.to_regclass($1)",
                                    {written()}, m_what, stop));
    return rows.size() == 1 && rows.boolean(0, 0);
}

/// Those of runs that were killed. One that a run still uses is left: it does not get to commit any more.
Status PostgresTable::dropLeftReplacements(const std::stop_token& stop)
{
    HEADRACE_TRY(const Rows left, m_connection.query("SELECT relname FROM pg_catalog.pg_class c WHERE relnamespace = "
                                                     "pg_catalog.to_regnamespace($1) AND relkind = 'r' AND "
                                                     "pg_catalog.starts_with(relname, $2) AND NOT EXISTS (SELECT FROM "
                                                     "pg_catalog.pg_locks WHERE relation = c.oid)",
                                                     {quoted(m_target.schema), replacementPrefix()}, m_what, stop));
    for (int row = 0; row < left.size(); ++row)
        HEADRACE_CHECK(m_connection.execute("DROP TABLE IF EXISTS " + qualified(left.text(row, 0)), m_what, stop));
    return {};
}

/// Of a fixed length: PostgreSQL cuts long names, and must never take this one for the user's own table. It is the
/// pipeline's, whose newer runs may remove what an older one has left; behind it stands the number of the session.
std::string PostgresTable::replacementPrefix() const
{
    return fmt::format("headrace_replacement_{:016x}_", stableHash(m_pipeline + '\n' + m_target.table));
}

} // namespace headrace
