// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/sinks/mariadb/maria_table.h"

#include "connectors/core/kill_point.h"
#include "connectors/core/stable_hash.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace headrace {

using namespace mariadb;

namespace {

constexpr std::size_t kLongestName = 64;
/// Texts that differ by case, accents or blanks at the end are different keys.
constexpr const char* kTableOptions = "ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE ";

const char* exactCollation(const Connection& connection)
{
    return connection.isMariaDb() ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin";
}

std::size_t characters(const std::string& text)
{
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

/// One of four bytes in UTF-8.
bool hasLongCharacter(const std::string& text)
{
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0xf0; });
}

} // namespace

MariaTable::MariaTable(Connection& connection, Target target, std::shared_ptr<arrow::Schema> incoming)
    : m_connection(connection)
    , m_target(std::move(target))
    , m_incoming(std::move(incoming))
    , m_title(fmt::format("table '{}'", m_target.table))
    , m_what(fmt::format("The {} could not be prepared", m_title))
{
}

Status MariaTable::checkNames() const
{
    for (const std::string& name : m_incoming->field_names())
        if (name.empty() || characters(name) > kLongestName || name.ends_with(' '))
            return fail(ErrorCode::Data,
                        fmt::format("The column '{}' cannot be written to MariaDB, whose names have 1 to {} characters "
                                    "and no blank at the end. Rename it in the shape.",
                                    name, kLongestName));
    for (const std::string& name : m_incoming->field_names())
        if (hasLongCharacter(name))
            return fail(ErrorCode::Data,
                        fmt::format("The column '{}' cannot be written to MariaDB, whose names have no emoji or other "
                                    "characters beyond U+FFFF. Rename it in the shape.",
                                    name));
    if (hasLongCharacter(m_target.table))
        return fail(ErrorCode::Usage, fmt::format("The {} cannot be in MariaDB, whose names have no emoji or other "
                                                  "characters beyond U+FFFF. Name another one in the option 'table'.",
                                                  m_title));
    if (characters(m_target.table) > kLongestName)
        return fail(ErrorCode::Usage, fmt::format("The name of the {} is longer than the {} characters that MariaDB "
                                                  "allows. Name a table in the option 'table'.",
                                                  m_title, kLongestName));
    HEADRACE_CHECK(checkDistinct(m_incoming->field_names(), "MariaDB"));
    return m_target.mode == WriteMode::Upsert ? checkKey(m_target.key, m_incoming->field_names()) : Status();
}

Result<std::optional<CommittedPosition>> MariaTable::takeOver(const RunIdentity& identity, std::stop_token stop)
{
    HEADRACE_CHECK(checkNames());
    const std::string what =
        fmt::format("The position of the pipeline '{}' could not be read from MariaDB", identity.pipeline);
    if (m_target.database.empty()) {
        HEADRACE_TRY(const Rows rows, m_connection.query("SELECT DATABASE()", what, stop));
        if (rows.isNull(0, 0))
            return fail(ErrorCode::Usage, "The mariadb destination needs the option 'database'.");
        m_target.database = rows.text(0, 0);
    }
    HEADRACE_TRY(const bool hasCommits, exists("headrace_commits", stop));
    if (!hasCommits)
        HEADRACE_CHECK(m_connection.execute(
            fmt::format("CREATE TABLE IF NOT EXISTS {} (pipeline varchar(255) NOT NULL, source varchar(64) NOT NULL, "
                        "position longtext NOT NULL, sequence bigint NOT NULL, run varchar(255) NOT NULL, replacement "
                        "varchar(64) NOT NULL, at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6), PRIMARY KEY "
                        "(pipeline, source)) {}{}",
                        qualified("headrace_commits"), kTableOptions, exactCollation(m_connection)),
            what, stop));
    // Waits for a commit that an older run has under way: its outcome is known afterwards.
    HEADRACE_CHECK(m_connection.execute(
        fmt::format(
            "INSERT INTO {} (pipeline, source, position, sequence, run, replacement) VALUES ({}, {}, '', 0, {}, "
            "'') ON DUPLICATE KEY UPDATE run = VALUES(run)",
            qualified("headrace_commits"), literal(identity.pipeline), literal(identity.source), literal(identity.run)),
        what, stop));
    HEADRACE_TRY(const Rows rows,
                 m_connection.query(fmt::format("SELECT position, sequence, replacement FROM {} WHERE {}",
                                                qualified("headrace_commits"), where(identity)),
                                    what, stop));
    if (rows.size() == 0)
        return fail(ErrorCode::Conflict, fmt::format("{}: its row in headrace_commits is gone.", what));
    if (!rows.text(0, 2).empty()) {
        HEADRACE_TRY(const bool isWaiting, exists(rows.text(0, 2), stop));
        if (isWaiting)
            HEADRACE_CHECK(rename(rows.text(0, 2), stop));
        HEADRACE_CHECK(m_connection.execute(
            fmt::format("UPDATE {} SET replacement = '' WHERE {}", qualified("headrace_commits"), where(identity)),
            what, stop));
    }
    if (rows.integer(0, 1) == 0)
        return std::nullopt;
    return CommittedPosition{Position{rows.text(0, 0)}, rows.integer(0, 1)};
}

Status MariaTable::prepare(std::stop_token stop)
{
    HEADRACE_TRY(const bool isThere, exists(m_target.table, stop));
    if (!isThere)
        HEADRACE_CHECK(createTable(m_target.table, stop));
    HEADRACE_CHECK(checkEngine(m_target.table, stop));
    HEADRACE_TRY(const auto existing, columnsOf(m_target.table, stop));
    HEADRACE_CHECK(fit(existing, stop));
    HEADRACE_CHECK(adopt(m_target.table, stop));
    return m_target.mode == WriteMode::Upsert ? createKey(stop) : Status();
}

Result<Attachments> MariaTable::attachments(const std::stop_token& stop)
{
    HEADRACE_TRY(const Rows rows,
                 m_connection.query(mariaAttachments(literal(m_target.database), literal(m_target.table),
                                                     m_connection.isMariaDb(), exactCollation(m_connection)),
                                    m_what, stop));
    return Attachments{rows.integer(0, 0), rows.text(0, 1)};
}

Status MariaTable::prepareReplacement(std::stop_token stop)
{
    HEADRACE_TRY(const Attachments attached, attachments(stop));
    HEADRACE_CHECK(attached.checkRowsCanGo(m_title));
    m_keepsTable = attached.count > 0;
    return m_keepsTable ? prepare(stop) : Status();
}

Status MariaTable::removeRows()
{
    return m_connection.execute("DELETE FROM " + qualified(m_target.table),
                                fmt::format("The rows of the {} could not be replaced", m_title));
}

Status MariaTable::beginReplacement()
{
    HEADRACE_CHECK(m_connection.execute("DROP TABLE IF EXISTS " + qualified(replacementName()), m_what));
    HEADRACE_CHECK(createTable(replacementName(), {}));
    m_replacing = true;
    return adopt(replacementName(), {});
}

Status MariaTable::exchange(const RunIdentity& identity)
{
    if (!m_replacing)
        return {};
    HEADRACE_CHECK(rename(replacementName(), {}));
    killPoint("after-rename");
    m_replacing = false;
    return m_connection.execute(fmt::format("UPDATE {} SET replacement = '' WHERE {} AND run = {}",
                                            qualified("headrace_commits"), where(identity), literal(identity.run)),
                                m_what);
}

Status MariaTable::rename(const std::string& replacement, const std::stop_token& stop)
{
    const std::string what = fmt::format("The {} could not be exchanged", m_title);
    const std::string old = qualified(replacement + "_old");
    HEADRACE_CHECK(m_connection.execute("DROP TABLE IF EXISTS " + old, what, stop));
    HEADRACE_TRY(const bool isThere, exists(m_target.table, stop));
    const std::string away = isThere ? fmt::format("{} TO {}, ", qualified(m_target.table), old) : "";
    HEADRACE_CHECK(m_connection.execute(
        fmt::format("RENAME TABLE {}{} TO {}", away, qualified(replacement), qualified(m_target.table)), what, stop));
    return m_connection.execute("DROP TABLE IF EXISTS " + old, what, stop);
}

Result<std::unique_ptr<RowWriter>> MariaTable::writer(std::stop_token stop)
{
    std::vector<RowWriter::Column> columns;
    std::vector<std::string> names;
    std::vector<std::string> updates;
    for (std::size_t i = 0; i < m_types.size(); ++i) {
        const auto& field = *m_incoming->field(static_cast<int>(i));
        columns.push_back({field.name(), makeParameter(*field.type(), m_types[i])});
        names.push_back(quoted(field.name()));
        updates.push_back(fmt::format("{0} = VALUES({0})", names.back()));
    }
    auto writer = std::make_unique<RowWriter>(m_connection, std::move(columns), m_title);
    if (names.empty())
        return writer;
    std::string sql =
        fmt::format("INSERT INTO {} ({}) VALUES (?{})", qualified(m_replacing ? replacementName() : m_target.table),
                    fmt::join(names, ", "), [&] {
                        std::string more;
                        for (std::size_t i = 1; i < names.size(); ++i)
                            more += ", ?";
                        return more;
                    }());
    if (m_target.mode == WriteMode::Upsert)
        sql += fmt::format(" ON DUPLICATE KEY UPDATE {}", fmt::join(updates, ", "));
    HEADRACE_CHECK(writer->prepare(sql, stop));
    return writer;
}

Status MariaTable::saveCommit(const RunIdentity& identity, const CommittedPosition& committed)
{
    const std::string what = fmt::format("The position of the pipeline '{}' could not be saved", identity.pipeline);
    if (m_replacing) {
        HEADRACE_TRY(const Attachments attached, attachments({}));
        HEADRACE_CHECK(attached.checkStillNone(m_title));
    }
    HEADRACE_CHECK(m_connection.execute(
        fmt::format("UPDATE {} SET position = {}, sequence = {}, replacement = {}, at = now(6) WHERE {} AND run = {}",
                    qualified("headrace_commits"), literal(committed.end.text), committed.sequence,
                    m_replacing ? literal(replacementName()) : "''", where(identity), literal(identity.run)),
        what));
    HEADRACE_TRY(const Rows changed, m_connection.query("SELECT ROW_COUNT()", what));
    if (changed.integer(0, 0) == 1)
        return {};
    return fail(ErrorCode::Conflict, fmt::format("Another run of the pipeline '{}' has taken over; this one ends "
                                                 "without its last batch.",
                                                 identity.pipeline));
}

Result<bool> MariaTable::exists(const std::string& name, const std::stop_token& stop)
{
    HEADRACE_TRY(const Rows rows,
                 m_connection.query(fmt::format("SELECT 1 FROM information_schema.tables WHERE table_schema = {} AND "
                                                "table_name = {}",
                                                literal(m_target.database), literal(name)),
                                    m_what, stop));
    return rows.size() > 0;
}

Status MariaTable::createTable(const std::string& name, const std::stop_token& stop)
{
    std::string columns;
    for (const auto& field : m_incoming->fields()) {
        HEADRACE_TRY(const std::string type, typeFor(*field));
        columns += fmt::format("{}{} {} NULL", columns.empty() ? "" : ", ", quoted(field->name()), type);
    }
    if (columns.empty())
        return fail(ErrorCode::Data,
                    fmt::format("The {} would have no columns. Give the rows one in the shape.", m_title));
    return m_connection.execute(
        fmt::format("CREATE TABLE {} ({}) {}{}", qualified(name), columns, kTableOptions, exactCollation(m_connection)),
        m_what, stop);
}

/// A name of fixed length, for the table's own may be the longest that there is.
std::string MariaTable::replacementName() const
{
    return fmt::format("headrace_replacement_{:016x}", stableHash(m_target.table));
}

std::string MariaTable::qualified(const std::string& name) const
{
    return quoted(m_target.database) + '.' + quoted(name);
}

std::string MariaTable::where(const RunIdentity& identity) const
{
    return fmt::format("pipeline = {} AND source = {}", literal(identity.pipeline), literal(identity.source));
}

Result<std::string> MariaTable::typeFor(const arrow::Field& field) const
{
    const bool isKey = m_target.mode == WriteMode::Upsert && std::ranges::any_of(m_target.key, [&](const auto& name) {
                           return sameName(name, field.name());
                       });
    std::string type = newColumnType(field, isKey);
    if (type.empty())
        return fail(ErrorCode::Data,
                    fmt::format("The column '{}' is {}, for which MariaDB has no type. Cast it in the shape.",
                                field.name(), field.type()->ToString()));
    return type;
}

} // namespace headrace
