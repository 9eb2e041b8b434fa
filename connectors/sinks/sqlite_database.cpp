// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/sqlite_database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <filesystem>

namespace headrace {

namespace {

ErrorCode codeOf(int extended)
{
    switch (extended & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ErrorCode::Unavailable;
    case SQLITE_FULL:
        return ErrorCode::Full;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
        return ErrorCode::Permission;
    case SQLITE_CANTOPEN:
        return ErrorCode::NotFound;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
        return ErrorCode::Data;
    default:
        return ErrorCode::Failed;
    }
}

Error sqliteError(sqlite3* database, std::string_view what)
{
    const int code = sqlite3_extended_errcode(database);
    std::string text = sqlite3_errmsg(database);
    if ((code & 0xFF) == SQLITE_BUSY)
        text += "; another program is using it. Close that program or raise busy_timeout";
    if ((code & 0xFF) == SQLITE_FULL)
        text += ". Free some space there, then start again";
    return {codeOf(code), fmt::format("{}: {}.", what, text), fmt::format("sqlite {}", code), std::nullopt};
}

} // namespace

void SqliteStatement::Finalize::operator()(sqlite3_stmt* handle) const noexcept
{
    sqlite3_finalize(handle);
}

Status SqliteStatement::bind(int index, std::string_view text)
{
    if (sqlite3_bind_text64(m_handle.get(), index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8) != SQLITE_OK)
        return fail(sqliteError(m_database, m_what));
    return {};
}

Status SqliteStatement::bind(int index, std::int64_t number)
{
    if (sqlite3_bind_int64(m_handle.get(), index, number) != SQLITE_OK)
        return fail(sqliteError(m_database, m_what));
    return {};
}

Result<bool> SqliteStatement::step()
{
    const int outcome = sqlite3_step(m_handle.get());
    if (outcome == SQLITE_ROW)
        return true;
    if (outcome != SQLITE_DONE) {
        Error error = sqliteError(m_database, m_what);
        sqlite3_reset(m_handle.get());
        return fail(std::move(error));
    }
    sqlite3_reset(m_handle.get());
    return false;
}

std::string SqliteStatement::text(int column) const
{
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(m_handle.get(), column));
    return bytes == nullptr ? "" : std::string(bytes, sqlite3_column_bytes(m_handle.get(), column));
}

std::int64_t SqliteStatement::integer(int column) const
{
    return sqlite3_column_int64(m_handle.get(), column);
}

void SqliteWriteDatabase::Close::operator()(sqlite3* handle) const noexcept
{
    sqlite3_close_v2(handle);
}

Result<SqliteWriteDatabase> SqliteWriteDatabase::open(const std::string& path, std::chrono::milliseconds busyTimeout)
{
    std::error_code ignored;
    std::filesystem::create_directories(std::filesystem::absolute(path, ignored).parent_path(), ignored);
    SqliteWriteDatabase database;
    database.m_what = fmt::format("The SQLite database '{}' could not be written", path);
    sqlite3* handle = nullptr;
    const int opened = sqlite3_open_v2(path.c_str(), &handle,
                                       SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    database.m_handle.reset(handle);
    if (opened != SQLITE_OK)
        return fail(sqliteError(handle, fmt::format("The SQLite database '{}' could not be opened", path)));
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, static_cast<int>(busyTimeout.count()));
    HEADRACE_CHECK(database.execute("PRAGMA synchronous = FULL"));
    HEADRACE_TRY(database.m_isNew, database.isEmpty());
    if (!database.m_isNew)
        HEADRACE_CHECK(database.useWriteAheadLog());
    return database;
}

Result<bool> SqliteWriteDatabase::isEmpty()
{
    HEADRACE_TRY(SqliteStatement pages, prepare("PRAGMA page_count"));
    HEADRACE_TRY(const bool answered, pages.step());
    return answered && pages.integer(0) == 0;
}

Status SqliteWriteDatabase::useWriteAheadLog()
{
    m_isNew = false;
    return execute("PRAGMA journal_mode = WAL");
}

Status SqliteWriteDatabase::execute(const std::string& sql)
{
    if (sqlite3_exec(m_handle.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        return fail(sqliteError(m_handle.get(), m_what));
    return {};
}

Result<SqliteStatement> SqliteWriteDatabase::prepare(const std::string& sql)
{
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(m_handle.get(), sql.c_str(), static_cast<int>(sql.size()), &statement, nullptr) != SQLITE_OK)
        return fail(sqliteError(m_handle.get(), m_what));
    return SqliteStatement(m_handle.get(), statement, m_what);
}

} // namespace headrace
