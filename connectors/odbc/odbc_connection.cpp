// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/odbc/odbc_connection.h"

#include "connectors/core/sql_identifier.h"
#include "connectors/odbc/odbc_library.h"
#include "connectors/odbc/tls_mode.h"
#include "connectors/odbc/wide_text.h"

#include <fmt/format.h>

#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace headrace::odbc {

namespace {

/// A cancel that comes just before the call begins is lost, so it is repeated.
constexpr std::chrono::milliseconds kCancelAgain{50};

/// Cancels what runs on a statement from the firing of a token on until this object ends.
class CancelOnStop {
public:
    CancelOnStop(void* statement, const std::stop_token& stop)
    {
        m_callback.emplace(stop,
                           [this, statement] { m_canceller = std::thread([this, statement] { cancel(statement); }); });
    }
    ~CancelOnStop()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_ended = true;
        }
        m_changed.notify_all();
        m_callback.reset();
        if (m_canceller.joinable())
            m_canceller.join();
    }
    CancelOnStop(const CancelOnStop&) = delete;
    CancelOnStop& operator=(const CancelOnStop&) = delete;

private:
    void cancel(void* statement)
    {
        std::unique_lock lock(m_mutex);
        while (!m_ended) {
            SQLCancel(statement);
            m_changed.wait_for(lock, kCancelAgain, [this] { return m_ended; });
        }
    }

    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_ended = false;
    std::thread m_canceller; ///< before the callback, which may start it at once
    std::optional<std::stop_callback<std::function<void()>>> m_callback;
};

Error stopped(std::string_view what)
{
    return {ErrorCode::Cancelled, fmt::format("{}: it was stopped.", what), {}, std::nullopt};
}

SQLWCHAR* units(std::u16string& text)
{
    return reinterpret_cast<SQLWCHAR*>(text.data());
}

} // namespace

std::string textOf(const Rows& rows, std::size_t row, std::size_t column)
{
    return rows[row][column].value_or("");
}

std::int64_t integerOf(const Rows& rows, std::size_t row, std::size_t column)
{
    return std::strtoll(textOf(rows, row, column).c_str(), nullptr, 10);
}

void Statement::Free::operator()(void* handle) const noexcept
{
    SQLFreeHandle(SQL_HANDLE_STMT, handle);
}

void Connection::Close::operator()(void* handle) const noexcept
{
    SQLEndTran(SQL_HANDLE_DBC, handle, SQL_ROLLBACK); // an open transaction keeps the connection open
    SQLDisconnect(handle);
    SQLFreeHandle(SQL_HANDLE_DBC, handle);
}

Result<Connection> Connection::open(const Target& target, std::stop_token stop)
{
    // ODBC cannot end the making of a connection, so that is done on a thread which a stop leaves behind, with its
    // connection, until the driver answers or the login times out; not every driver heeds the time it is given.
    constexpr std::chrono::seconds kGrace{1};
    struct Making {
        std::mutex mutex;
        std::condition_variable_any ended;
        std::optional<Result<Connection>> connection;
    };
    const auto making = std::make_shared<Making>();
    std::thread([making, target] {
        auto connection = connected(target);
        const std::lock_guard lock(making->mutex);
        making->connection.emplace(std::move(connection));
        making->ended.notify_all();
    }).detach();
    std::unique_lock lock(making->mutex);
    if (!making->ended.wait_for(lock, stop, target.connectTimeout + kGrace,
                                [&] { return making->connection.has_value(); }))
        return stop.stop_requested() ? fail(stopped(fmt::format("Connecting to {}", target.title)))
                                     : fail(connectError(target, {{"HYT00", 0, "The login has timed out"}}));
    HEADRACE_TRY(Connection connection, *std::move(making->connection));
    lock.unlock();
    connection.readFacts();
    HEADRACE_CHECK(checkTls(connection, stop));
    HEADRACE_CHECK(connection.setUp(stop));
    return connection;
}

Result<Connection> Connection::connected(const Target& target)
{
    HEADRACE_TRY(Environment environment, Environment::create());
    Connection connection(target, std::move(environment));
    HEADRACE_CHECK(connection.connect());
    return connection;
}

Status Connection::connect()
{
    SQLHDBC handle = nullptr;
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_DBC, m_environment.handle(), &handle)))
        return fail(connectError(m_target, diagnosticsOf(SQL_HANDLE_ENV, m_environment.handle())));
    m_handle.reset(handle);
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(m_target.connectTimeout).count();
    SQLSetConnectAttrW(handle, SQL_ATTR_LOGIN_TIMEOUT, reinterpret_cast<SQLPOINTER>(seconds), 0);
    std::u16string text = wide(m_target.connectionString);
    const SQLRETURN answer = SQLDriverConnectW(handle, nullptr, units(text), static_cast<SQLSMALLINT>(text.size()),
                                               nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT);
    if (!SQL_SUCCEEDED(answer))
        return fail(connectError(m_target, diagnosticsOf(SQL_HANDLE_DBC, handle)));
    return {};
}

std::string Connection::info(unsigned short what) const
{
    constexpr SQLSMALLINT kMostCharacters = 256;
    std::array<SQLWCHAR, kMostCharacters> text{};
    SQLSMALLINT bytes = 0;
    if (!SQL_SUCCEEDED(SQLGetInfoW(m_handle.get(), what, text.data(), sizeof text, &bytes)))
        return {};
    const auto length = std::min<std::size_t>(static_cast<std::size_t>(bytes) / sizeof(SQLWCHAR), text.size() - 1);
    return narrowed({reinterpret_cast<const char16_t*>(text.data()), length});
}

unsigned Connection::number(unsigned short what) const
{
    SQLUINTEGER value = 0; // wide enough for the answers of 16 bits, too
    SQLGetInfoW(m_handle.get(), what, &value, sizeof value, nullptr);
    return value;
}

void Connection::readFacts()
{
    const std::string product = info(SQL_DBMS_NAME);
    m_facts.product = fmt::format("{} {}", product, info(SQL_DBMS_VER));
    m_facts.driver = fmt::format("{} {}", info(SQL_DRIVER_NAME), info(SQL_DRIVER_VER));
    m_facts.dialect = m_target.dialect.value_or(dialectOf(product));
    m_facts.quote = info(SQL_IDENTIFIER_QUOTE_CHAR);
    if (m_facts.quote == " ") // how ODBC says that there is none
        m_facts.quote.clear();
    m_facts.catalog = info(SQL_DATABASE_NAME);
    m_facts.usesCatalogs = (number(SQL_CATALOG_USAGE) & SQL_CU_DML_STATEMENTS) != 0;
    m_facts.usesSchemas = (number(SQL_SCHEMA_USAGE) & SQL_SU_DML_STATEMENTS) != 0;
    if (const unsigned longest = std::min(number(SQL_MAX_COLUMN_NAME_LEN), number(SQL_MAX_TABLE_NAME_LEN)) & 0xffffU;
        longest > 0)
        m_facts.longestName = longest;
    if (m_facts.dialect == Dialect::MySql) // whose driver says 255
        m_facts.longestName = 64;
    const unsigned transactions = number(SQL_TXN_CAPABLE) & 0xffffU;
    m_facts.hasTransactions = transactions != SQL_TC_NONE;
    m_facts.changesInTransactions = transactions == SQL_TC_ALL;
    constexpr unsigned kNeeded = SQL_GD_BOUND | SQL_GD_ANY_COLUMN | SQL_GD_ANY_ORDER;
    const unsigned gets = number(SQL_GETDATA_EXTENSIONS);
    m_facts.rereads = (gets & kNeeded) == kNeeded;
    // MariaDB's driver says that it can go back to a row of a block, but not while the rows come one by one.
    m_facts.rereadsInBlocks = m_facts.rereads && (gets & SQL_GD_BLOCK) != 0 && m_facts.dialect != Dialect::MySql;
}

Status Connection::setUp(const std::stop_token& stop)
{
    constexpr std::string_view kWhat = "The session could not be set up";
    if (m_facts.dialect == Dialect::PostgreSql)
        return execute("SET TIME ZONE 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; "
                       "SET extra_float_digits = 3; SET bytea_output = 'hex'",
                       kWhat, stop);
    if (m_facts.dialect == Dialect::MySql)
        return execute("SET SESSION time_zone = '+00:00'", kWhat, stop);
    return {};
}

Result<Statement> Connection::statement(std::string_view what)
{
    SQLHSTMT handle = nullptr;
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, m_handle.get(), &handle)))
        return fail(statementError(what, diagnosticsOf(SQL_HANDLE_DBC, m_handle.get())));
    if (const auto limit = std::chrono::ceil<std::chrono::seconds>(m_target.statementTimeout).count(); limit > 0)
        SQLSetStmtAttrW(handle, SQL_ATTR_QUERY_TIMEOUT, reinterpret_cast<SQLPOINTER>(limit), 0);
    return Statement(handle);
}

Result<short> Connection::run(const Statement& statement, const std::function<short()>& call, std::string_view what,
                              const std::stop_token& stop)
{
    if (stop.stop_requested())
        return fail(stopped(what));
    SQLRETURN answer = SQL_SUCCESS;
    if (stop.stop_possible()) {
        const CancelOnStop cancel(statement.handle(), stop);
        answer = call();
    } else {
        answer = call();
    }
    if (SQL_SUCCEEDED(answer) || answer == SQL_NO_DATA)
        return answer;
    return stop.stop_requested() ? fail(stopped(what)) : fail(error(what, statement));
}

Error Connection::error(std::string_view what, const Statement& statement)
{
    return failure(what, diagnosticsOf(SQL_HANDLE_STMT, statement.handle()));
}

/// Not every driver says in the diagnostics that the connection is gone.
Error Connection::failure(std::string_view what, const std::vector<Diagnostic>& diagnostics)
{
    SQLUINTEGER dead = SQL_CD_FALSE;
    SQLGetConnectAttrW(m_handle.get(), SQL_ATTR_CONNECTION_DEAD, &dead, sizeof dead, nullptr);
    m_broken = m_broken || dead == SQL_CD_TRUE || isConnectionLost(diagnostics);
    Error error = statementError(what, diagnostics);
    if (m_broken)
        error.code = ErrorCode::Unavailable;
    return error;
}

Status Connection::execute(const std::string& sql, std::string_view what, const std::stop_token& stop)
{
    HEADRACE_CHECK(change(sql, what, stop));
    return {};
}

Result<std::int64_t> Connection::change(const std::string& sql, std::string_view what, const std::stop_token& stop)
{
    HEADRACE_TRY(const Statement own, statement(what));
    std::u16string text = wide(sql);
    HEADRACE_CHECK(run(
        own, [&] { return SQLExecDirectW(own.handle(), units(text), static_cast<SQLINTEGER>(text.size())); }, what,
        stop));
    SQLLEN rows = 0;
    SQLRowCount(own.handle(), &rows);
    return static_cast<std::int64_t>(rows);
}

Result<Rows> Connection::query(const std::string& sql, std::string_view what, const std::stop_token& stop)
{
    std::u16string text = wide(sql);
    return ask([&](void* handle) { return SQLExecDirectW(handle, units(text), static_cast<SQLINTEGER>(text.size())); },
               what, stop);
}

Result<Rows> Connection::ask(const Ask& ask, std::string_view what, const std::stop_token& stop)
{
    HEADRACE_TRY(const Statement own, statement(what));
    HEADRACE_CHECK(run(
        own, [&] { return ask(own.handle()); }, what, stop));
    return fetchAll(own, what, stop);
}

Result<Rows> Connection::fetchAll(const Statement& statement, std::string_view what, const std::stop_token& stop)
{
    SQLSMALLINT columns = 0;
    SQLNumResultCols(statement.handle(), &columns);
    Rows rows;
    while (true) {
        HEADRACE_TRY(const short answer, run(
                                             statement, [&] { return SQLFetch(statement.handle()); }, what, stop));
        if (answer == SQL_NO_DATA)
            return rows;
        auto& cells = rows.emplace_back();
        for (SQLSMALLINT column = 1; column <= columns; ++column) {
            constexpr std::size_t kUnits = 1024;
            std::array<char16_t, kUnits> piece{};
            std::u16string text;
            SQLLEN length = 0;
            SQLRETURN got = SQL_SUCCESS;
            while (SQL_SUCCEEDED(got = SQLGetData(statement.handle(), static_cast<SQLUSMALLINT>(column), SQL_C_WCHAR,
                                                  piece.data(), sizeof piece, &length)) &&
                   length != SQL_NULL_DATA) {
                const bool isWhole = length >= 0 && static_cast<std::size_t>(length) <= sizeof piece - sizeof(char16_t);
                text.append(piece.data(), isWhole ? static_cast<std::size_t>(length) / sizeof(char16_t) : kUnits - 1);
                if (isWhole)
                    break;
            }
            if (got == SQL_ERROR)
                return fail(error(what, statement));
            cells.push_back(length == SQL_NULL_DATA ? std::nullopt : std::optional(narrowed(text)));
        }
    }
}

Status Connection::setAutoCommit(bool on, std::string_view what)
{
    const auto value = static_cast<std::uintptr_t>(on ? SQL_AUTOCOMMIT_ON : SQL_AUTOCOMMIT_OFF);
    if (SQL_SUCCEEDED(SQLSetConnectAttrW(m_handle.get(), SQL_ATTR_AUTOCOMMIT, reinterpret_cast<SQLPOINTER>(value), 0)))
        return {};
    return fail(statementError(what, diagnosticsOf(SQL_HANDLE_DBC, m_handle.get())));
}

Status Connection::commit(std::string_view what)
{
    return end(SQL_COMMIT, what);
}

Status Connection::rollback(std::string_view what)
{
    return end(SQL_ROLLBACK, what);
}

Status Connection::end(short how, std::string_view what)
{
    if (SQL_SUCCEEDED(SQLEndTran(SQL_HANDLE_DBC, m_handle.get(), how)))
        return {};
    return fail(failure(what, diagnosticsOf(SQL_HANDLE_DBC, m_handle.get())));
}

std::string Connection::quoted(std::string_view name) const
{
    if (m_facts.quote.size() != 1)
        return m_facts.quote + std::string(name) + m_facts.quote;
    return sqlQuoted(name, m_facts.quote.front());
}

std::string Connection::literal(std::string_view text) const
{
    return textLiteral(text, m_facts.dialect);
}

std::string textLiteral(std::string_view text, Dialect dialect)
{
    if (dialect != Dialect::MySql)
        return sqlLiteral(text);
    std::string digits; // a backslash may be more than that in quotes
    for (const char byte : text)
        digits += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return "_utf8mb4 X'" + digits + "'";
}

} // namespace headrace::odbc
