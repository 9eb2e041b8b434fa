// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/postgres/pg_connection.h"

#include "connectors/core/sql_identifier.h"
#include "connectors/postgres/pg_error.h"
#include "connectors/postgres/pq_library.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <poll.h>
#include <sys/socket.h>
#include <utility>

namespace headrace::postgres {

namespace {

/// How soon a wait for the server notices a stop.
constexpr std::chrono::milliseconds kTick{50};

/// The server sends COPY TO in pieces of 8 KiB. Waking up for four at once costs both ends less.
constexpr int kLowWater = 32 * 1024;
constexpr int kLargeValue = 100'000;

Error stopped(std::string_view what)
{
    return {ErrorCode::Cancelled, fmt::format("{}: it was stopped.", what), {}, std::nullopt};
}

bool failed(const pg_result* result)
{
    const ExecStatusType status = PQresultStatus(result);
    return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN &&
           status != PGRES_COPY_OUT;
}

} // namespace

void ResultCloser::operator()(pg_result* result) const noexcept
{
    PQclear(result);
}

int Rows::size() const
{
    return PQntuples(m_handle.get());
}

bool Rows::isNull(int row, int column) const
{
    return PQgetisnull(m_handle.get(), row, column) != 0;
}

std::string Rows::text(int row, int column) const
{
    return {PQgetvalue(m_handle.get(), row, column),
            static_cast<std::size_t>(PQgetlength(m_handle.get(), row, column))};
}

std::int64_t Rows::integer(int row, int column) const
{
    return std::strtoll(PQgetvalue(m_handle.get(), row, column), nullptr, 10);
}

bool Rows::boolean(int row, int column) const
{
    return *PQgetvalue(m_handle.get(), row, column) == 't';
}

int Rows::columns() const
{
    return PQnfields(m_handle.get());
}

std::string Rows::columnName(int column) const
{
    return PQfname(m_handle.get(), column);
}

unsigned Rows::columnType(int column) const
{
    return PQftype(m_handle.get(), column);
}

int Rows::columnModifier(int column) const
{
    return PQfmod(m_handle.get(), column);
}

void Connection::Finish::operator()(pg_conn* connection) const noexcept
{
    PQfinish(connection);
}

void Connection::FreeCancel::operator()(pg_cancel* cancel) const noexcept
{
    PQfreeCancel(cancel);
}

Result<Connection> Connection::open(const Target& target, std::stop_token stop)
{
    Connection connection(target);
    // PQconnectPoll knows no timeout of its own.
    const auto seconds = target.parameters.find("connect_timeout");
    const std::chrono::seconds timeout(seconds == target.parameters.end() ? 3600 : std::atoi(seconds->second.c_str()));
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    auto parameters = target.parameters;
    if (target.tunnel) {
        HEADRACE_TRY(connection.m_tunnel, SshTunnel::open(*target.tunnel, timeout, stop));
        parameters["hostaddr"] = "127.0.0.1"; // the certificate is still that of 'host'
        parameters["port"] = std::to_string(connection.m_tunnel->port());
    }
    std::vector<const char*> keywords;
    std::vector<const char*> values;
    for (const auto& [keyword, value] : parameters) {
        keywords.push_back(keyword.c_str());
        values.push_back(value.c_str());
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    connection.m_handle.reset(PQconnectStartParams(keywords.data(), values.data(), 0));
    if (connection.m_handle == nullptr)
        return fail(ErrorCode::Failed, fmt::format("{} cannot be reached: no memory is left.", target.title));

    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    while (state != PGRES_POLLING_OK) {
        if (PQstatus(connection.m_handle.get()) == CONNECTION_BAD || state == PGRES_POLLING_FAILED)
            return fail(connectError(target.title, connection.m_handle.get(),
                                     connection.m_tunnel ? connection.m_tunnel->said() : ""));
        while (!connection.waitForSocket(state == PGRES_POLLING_WRITING, kTick)) {
            if (stop.stop_requested())
                return fail(stopped(fmt::format("Connecting to {}", target.title)));
            if (std::chrono::steady_clock::now() > deadline)
                return fail(ErrorCode::Unavailable,
                            fmt::format("{} cannot be reached: it did not answer in time. Check the address and "
                                        "firewalls.",
                                        target.title));
        }
        state = PQconnectPoll(connection.m_handle.get());
    }
    PQsetnonblocking(connection.m_handle.get(), 1);
    // Notices of CREATE … IF NOT EXISTS and the like would end up on standard error.
    PQsetNoticeReceiver(
        connection.m_handle.get(), [](void*, const PGresult*) {}, nullptr);
    connection.m_cancel.reset(PQgetCancel(connection.m_handle.get()));
    std::string settings = "SET datestyle = ISO; SET intervalstyle = iso_8601; SET bytea_output = hex; "
                           "SET extra_float_digits = 1; SET synchronize_seqscans = off";
    if (target.statementTimeout.count() > 0)
        settings += fmt::format("; SET statement_timeout = {}", target.statementTimeout.count());
    HEADRACE_CHECK(
        connection.execute(settings, fmt::format("The session with {} could not be set up", target.title), stop));
    return connection;
}

Connection::~Connection()
{
    if (m_handle != nullptr && PQtransactionStatus(m_handle.get()) == PQTRANS_ACTIVE)
        cancel();
}

Status Connection::execute(const std::string& sql, std::string_view what, std::stop_token stop)
{
    if (PQsendQuery(m_handle.get(), sql.c_str()) == 0)
        return fail(error(what, nullptr));
    HEADRACE_CHECK(finish(what, stop));
    return {};
}

Result<Rows> Connection::query(const std::string& sql, const std::vector<std::string>& parameters,
                               std::string_view what, std::stop_token stop)
{
    std::vector<const char*> values;
    values.reserve(parameters.size());
    for (const std::string& parameter : parameters)
        values.push_back(parameter.c_str());
    if (PQsendQueryParams(m_handle.get(), sql.c_str(), static_cast<int>(values.size()), nullptr, values.data(), nullptr,
                          nullptr, 0) == 0)
        return fail(error(what, nullptr));
    HEADRACE_TRY(ResultHandle result, finish(what, stop));
    return Rows(std::move(result));
}

Result<Rows> Connection::describe(const std::string& sql, std::string_view what, std::stop_token stop)
{
    if (PQsendPrepare(m_handle.get(), "headrace_described", sql.c_str(), 0, nullptr) == 0)
        return fail(error(what, nullptr));
    HEADRACE_CHECK(finish(what, stop));
    if (PQsendDescribePrepared(m_handle.get(), "headrace_described") == 0)
        return fail(error(what, nullptr));
    HEADRACE_TRY(ResultHandle result, finish(what, stop));
    HEADRACE_CHECK(execute("DEALLOCATE headrace_described", what, stop));
    return Rows(std::move(result));
}

Status Connection::sendCopyOut(const std::string& sql, std::string_view what)
{
    // libpq reads into a buffer of 16 KiB that grows with what it must hold, and stays large.
    if (!std::exchange(m_bufferIsLarge, true))
        HEADRACE_CHECK(execute(fmt::format("SELECT pg_catalog.repeat(' ', {})", kLargeValue), what));
    if (PQsendQuery(m_handle.get(), sql.c_str()) == 0 || PQflush(m_handle.get()) < 0)
        return fail(error(what, nullptr));
    m_copyAwaited = true;
    return {};
}

Status Connection::beginCopyIn(const std::string& sql, std::string_view what)
{
    return execute(sql, what);
}

Result<bool> Connection::copyHasBegun(std::string_view what, const std::stop_token& stop)
{
    if (!m_copyAwaited)
        return true;
    if (PQflush(m_handle.get()) > 0 || PQisBusy(m_handle.get()) != 0)
        return false;
    HEADRACE_CHECK(finish(what, stop));
    m_copyAwaited = false;
    setLowWater(kLowWater);
    return true;
}

Result<std::optional<std::size_t>> Connection::readCopy(std::span<char> room, std::chrono::milliseconds wait,
                                                        std::string_view what, std::stop_token stop)
{
    std::optional<std::chrono::steady_clock::time_point> deadline; // from the first wait on
    std::chrono::milliseconds pause{1};
    while (true) {
        HEADRACE_TRY(const bool begun, copyHasBegun(what, stop));
        std::size_t filled = 0;
        for (int count = 1; begun && count > 0 && filled < room.size(); filled += static_cast<std::size_t>(count)) {
            count = PQgetlineAsync(m_handle.get(), room.data() + filled, static_cast<int>(room.size() - filled));
            if (count == -1 && filled == 0) {
                HEADRACE_CHECK(endCopyOut(what, stop));
                return std::nullopt;
            }
            count = std::max(count, 0);
        }
        if (filled > 0)
            return filled;
        const auto now = std::chrono::steady_clock::now();
        if (!deadline)
            deadline = now + wait;
        else if (now >= *deadline)
            return std::size_t{0};
        if (stop.stop_requested()) {
            cancel();
            return fail(stopped(what));
        }
        // Less than the low-water mark may be all that comes, so what is here is taken after every wait.
        static_cast<void>(waitForSocket(false, std::min(pause, wait)));
        pause = std::min(pause * 2, kTick);
        if (PQconsumeInput(m_handle.get()) == 0)
            return fail(error(what, nullptr));
    }
}

Status Connection::endCopyOut(std::string_view what, const std::stop_token& stop)
{
    setLowWater(1);
    HEADRACE_CHECK(finish(what, stop));
    return {};
}

void Connection::setLowWater(int bytes) const noexcept
{
    // Where it cannot be set, each piece that the server sends ends a wait: slower, and as right.
    static_cast<void>(::setsockopt(PQsocket(m_handle.get()), SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof bytes));
}

Status Connection::putCopyData(std::string_view bytes, std::string_view what, std::stop_token stop)
{
    // libpq would keep in memory what the server does not take yet.
    while (true) {
        const int unsent = PQflush(m_handle.get());
        if (unsent < 0)
            return fail(error(what, nullptr));
        if (unsent == 0)
            break;
        while (!waitForSocket(true, kTick)) {
            if (stop.stop_requested())
                return fail(stopped(what));
        }
        if (PQconsumeInput(m_handle.get()) == 0) // an error may have come
            return fail(error(what, nullptr));
    }
    if (PQputCopyData(m_handle.get(), bytes.data(), static_cast<int>(bytes.size())) != 1) {
        HEADRACE_CHECK(finish(what, stop)); // the server ended the COPY: its reason is the result
        return fail(error(what, nullptr));
    }
    return {};
}

Status Connection::endCopy(bool abort, std::string_view what, std::stop_token stop)
{
    if (PQputCopyEnd(m_handle.get(), abort ? "the batch was rolled back" : nullptr) < 0)
        return fail(error(what, nullptr));
    HEADRACE_CHECK(finish(what, stop));
    return {};
}

bool Connection::isBroken() const
{
    return PQstatus(m_handle.get()) != CONNECTION_OK;
}

int Connection::serverVersion() const
{
    return PQserverVersion(m_handle.get());
}

std::string Connection::tlsMode() const
{
    if (PQsslInUse(m_handle.get()) == 0)
        return "not encrypted";
    const auto mode = m_target.parameters.find("sslmode");
    const std::string wanted = mode == m_target.parameters.end() ? "" : mode->second;
    return fmt::format("{}, certificate {}verified{}, {}", PQsslAttribute(m_handle.get(), "protocol"),
                       wanted.starts_with("verify") ? "" : "not ",
                       wanted == "verify-ca" ? " but not the server's name" : "",
                       PQsslAttribute(m_handle.get(), "cipher"));
}

Error Connection::error(std::string_view what, const pg_result* result) const
{
    return statementError(what, m_handle.get(), result);
}

bool Connection::waitForSocket(bool write, std::chrono::milliseconds wait) const
{
    pollfd socket{PQsocket(m_handle.get()), static_cast<short>(write ? POLLOUT | POLLIN : POLLIN), 0};
    return ::poll(&socket, 1, static_cast<int>(wait.count())) != 0; // errors show in the next call of libpq
}

Result<ResultHandle> Connection::finish(std::string_view what, const std::stop_token& stop)
{
    ResultHandle last;
    bool cancelled = false;
    while (true) {
        while (true) {
            const int unsent = PQflush(m_handle.get());
            if (unsent < 0 || (unsent == 0 && PQisBusy(m_handle.get()) == 0))
                break;
            while (!waitForSocket(unsent > 0, kTick)) {
                if (stop.stop_requested() && !cancelled) {
                    cancel();
                    cancelled = true;
                }
            }
            if (PQconsumeInput(m_handle.get()) == 0)
                break;
        }
        ResultHandle result(PQgetResult(m_handle.get()));
        if (result == nullptr)
            break;
        const ExecStatusType status = PQresultStatus(result.get());
        if (!failed(last.get()) || last == nullptr)
            last = std::move(result);
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT)
            break; // the data follow, the last result after them
    }
    if (cancelled)
        return fail(stopped(what));
    if (last == nullptr || failed(last.get()))
        return fail(error(what, last.get()));
    return last;
}

void Connection::cancel() noexcept
{
    std::array<char, 256> message;
    if (const auto request = std::move(m_cancel); request != nullptr) // once: with the server away it takes its time
        PQcancel(request.get(), message.data(), static_cast<int>(message.size()));
}

std::string quoted(std::string_view name)
{
    return sqlIdentifier(name);
}

std::string literal(std::string_view text)
{
    std::string result = text.find('\\') == std::string_view::npos ? "'" : " E'";
    for (const char c : text)
        result.append(c == '\'' || c == '\\' ? 2 : 1, c);
    return result + "'";
}

} // namespace headrace::postgres
