// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/sqlite/sqlite_database.h"

#include "connectors/core/durable_file.h"
#include "connectors/core/options.h"
#include "connectors/core/sql_identifier.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <sqlite3.h>
#include <strings.h>
#include <unistd.h>

namespace headrace::sqlite {

namespace {

ErrorCode codeOf(int outcome)
{
    switch (outcome & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ErrorCode::Unavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ErrorCode::Data;
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
        return ErrorCode::Permission;
    case SQLITE_INTERRUPT:
        return ErrorCode::Cancelled;
    default:
        return ErrorCode::Failed;
    }
}

std::string columnText(const Statement& statement, int column)
{
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), column));
    return text == nullptr ? std::string{} : std::string(text, sqlite3_column_bytes(statement.get(), column));
}

} // namespace

void StatementCloser::operator()(sqlite3_stmt* statement) const
{
    sqlite3_finalize(statement);
}

void Database::Closer::operator()(sqlite3* handle) const
{
    sqlite3_close_v2(handle);
}

Error Database::lastError(const std::string& what) const
{
    const int outcome = sqlite3_extended_errcode(m_handle.get());
    return {codeOf(outcome), fmt::format("{}: {}.", what, sqlite3_errmsg(m_handle.get())),
            fmt::format("SQLite result {} ({})", outcome, sqlite3_errstr(outcome)), std::nullopt};
}

Result<Database> Database::open(const std::string& path, std::chrono::milliseconds busyTimeout)
{
    if (::access(path.c_str(), R_OK) != 0)
        return fail(systemError("opened", path, errno));
    Database database;
    database.m_path = path;
    sqlite3* handle = nullptr;
    const int outcome = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr);
    database.m_handle.reset(handle);
    const std::string what = fmt::format("The database '{}' cannot be read", path);
    if (outcome != SQLITE_OK)
        return fail(database.lastError(what));
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, static_cast<int>(busyTimeout.count()));
    HEADRACE_TRY(const auto probe, database.prepare("SELECT count(*) FROM sqlite_schema", what));
    HEADRACE_CHECK(database.step(probe));
    return database;
}

Result<std::vector<TableInfo>> Database::tables()
{
    HEADRACE_TRY(const auto list,
                 prepare("SELECT name, type, wr, ncol FROM pragma_table_list WHERE schema = 'main' AND "
                         "name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
                         fmt::format("The tables of '{}' cannot be listed", m_path)));
    std::vector<TableInfo> tables;
    while (true) {
        HEADRACE_TRY(const bool isRow, step(list));
        if (!isRow)
            return tables;
        TableInfo table;
        table.name = columnText(list, 0);
        table.isView = columnText(list, 1) == "view";
        table.hasRowId = columnText(list, 1) == "table" && sqlite3_column_int(list.get(), 2) == 0;
        table.columns = sqlite3_column_int(list.get(), 3);
        tables.push_back(std::move(table));
    }
}

Result<TableInfo> Database::table(const std::string& name)
{
    HEADRACE_TRY(const auto all, tables());
    for (const TableInfo& table : all)
        if (::strcasecmp(table.name.c_str(), name.c_str()) == 0)
            return table;
    std::vector<std::string> names;
    std::ranges::transform(all, std::back_inserter(names), &TableInfo::name);
    const std::string near = nearest(name, names);
    return fail(ErrorCode::NotFound, fmt::format("There is no table '{}' in '{}'{}.", name, m_path,
                                                 near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
}

Result<std::optional<std::int64_t>> Database::highestRowId(const TableInfo& table)
{
    if (!table.hasRowId)
        return std::nullopt;
    HEADRACE_TRY(const auto highest, prepare(fmt::format("SELECT max(_rowid_) FROM {}", sqlIdentifier(table.name)),
                                             fmt::format("The table '{}' of '{}' cannot be read", table.name, m_path)));
    HEADRACE_TRY(const bool isRow, step(highest));
    if (!isRow || sqlite3_column_type(highest.get(), 0) != SQLITE_INTEGER)
        return std::nullopt;
    return std::optional(sqlite3_column_int64(highest.get(), 0));
}

Result<std::map<std::string, Database::Estimate>> Database::estimates()
{
    const std::string what = fmt::format("The tables of '{}' cannot be described", m_path);
    constexpr std::int64_t kMostBytes = 64 << 20;
    HEADRACE_TRY(const auto known,
                 prepare("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'), page_count * "
                         "page_size FROM pragma_page_count, pragma_page_size",
                         what));
    HEADRACE_CHECK(step(known));
    std::map<std::string, Estimate> estimates;
    if (sqlite3_column_int(known.get(), 0) != 0) {
        HEADRACE_TRY(const auto rows,
                     prepare("SELECT tbl, max(CAST(stat AS INTEGER)) FROM sqlite_stat1 GROUP BY tbl", what));
        HEADRACE_CHECK(
            eachRow(rows, [&] { estimates[columnText(rows, 0)].rows = sqlite3_column_int64(rows.get(), 1); }));
    }
    if (sqlite3_column_int64(known.get(), 1) <= kMostBytes && sqlite3_compileoption_used("ENABLE_DBSTAT_VTAB") != 0) {
        // Joined here: a join in SQL looks at the schema, which has no index, once for each table.
        std::map<std::string, std::int64_t> bytes;
        HEADRACE_TRY(const auto sizes, prepare("SELECT name, pgsize FROM dbstat WHERE aggregate = 1", what));
        HEADRACE_CHECK(eachRow(sizes, [&] { bytes[columnText(sizes, 0)] = sqlite3_column_int64(sizes.get(), 1); }));
        HEADRACE_TRY(const auto parts, prepare("SELECT name, tbl_name FROM sqlite_schema WHERE rootpage > 0", what));
        HEADRACE_CHECK(eachRow(parts, [&] {
            std::optional<std::int64_t>& sum = estimates[columnText(parts, 1)].bytes;
            sum = sum.value_or(0) + bytes[columnText(parts, 0)];
        }));
    }
    return estimates;
}

Status Database::eachRow(const Statement& statement, const std::function<void()>& row)
{
    while (true) {
        HEADRACE_TRY(const bool isRow, step(statement));
        if (!isRow)
            return {};
        row();
    }
}

Status Database::beginSnapshot()
{
    const std::string what = fmt::format("A snapshot of '{}' cannot be taken", m_path);
    if (sqlite3_exec(m_handle.get(), "BEGIN", nullptr, nullptr, nullptr) != SQLITE_OK)
        return fail(lastError(what));
    HEADRACE_TRY(const auto touch, prepare("SELECT count(*) FROM sqlite_schema", what)); // the first read takes it
    HEADRACE_CHECK(step(touch));
    return {};
}

Result<Statement> Database::prepare(const std::string& sql, const std::string& what)
{
    sqlite3_stmt* raw = nullptr;
    const char* rest = nullptr;
    const int outcome = sqlite3_prepare_v2(m_handle.get(), sql.c_str(), static_cast<int>(sql.size()), &raw, &rest);
    Statement statement(raw);
    if (outcome != SQLITE_OK)
        return fail(lastError(what));
    const std::string_view behind(rest);
    if (statement == nullptr || behind.find_first_not_of(" \t\r\n;") != std::string_view::npos)
        return fail(ErrorCode::Usage, fmt::format("{}: it must be one SELECT.", what));
    if (sqlite3_stmt_readonly(raw) == 0 || sqlite3_column_count(raw) == 0)
        return fail(ErrorCode::Usage,
                    fmt::format("{}: it must be a SELECT, which gives rows and changes nothing.", what));
    return statement;
}

Result<bool> Database::step(const Statement& statement)
{
    const int outcome = sqlite3_step(statement.get());
    if (outcome == SQLITE_ROW)
        return true;
    if (outcome == SQLITE_DONE)
        return false;
    return fail(lastError(fmt::format("The database '{}' cannot be read", m_path)));
}

} // namespace headrace::sqlite
