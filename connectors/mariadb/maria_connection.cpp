// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/mariadb/maria_connection.h"

#include "connectors/core/sql_identifier.h"
#include "connectors/core/trusted_way.h"
#include "connectors/mariadb/maria_library.h"

#include <fmt/format.h>

#include <errmsg.h>
#include <fcntl.h>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace headrace::mariadb {

namespace {

/// How soon a wait for the server notices a stop.
constexpr std::chrono::milliseconds kTick{50};
constexpr std::chrono::milliseconds kKillPatience{3000};

Error stopped(std::string_view what)
{
    return {ErrorCode::Cancelled, fmt::format("{}: it was stopped.", what), {}, std::nullopt};
}

/// A peer that is gone without a word is noticed within about a minute. With TLS the library's calls only do not block
/// when the socket does not.
void setUpSocket(int socket)
{
    ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
    const auto set = [socket](int level, int option, int value) {
        ::setsockopt(socket, level, option, &value, sizeof value); // of no use on a local socket, which refuses it
    };
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, 30);
    set(IPPROTO_TCP, TCP_KEEPINTVL, 10);
    set(IPPROTO_TCP, TCP_KEEPCNT, 3);
    set(IPPROTO_TCP, TCP_USER_TIMEOUT, 60'000);
}

/// The library's own words for a file that is missing are those for a bad certificate.
Status checkFiles(const Target& target)
{
    for (const auto& [option, file] :
         {std::pair{"sslrootcert", &target.caFile}, std::pair{"sslcert", &target.certificateFile},
          std::pair{"sslkey", &target.keyFile}})
        if (!file->empty() && ::access(file->c_str(), R_OK) != 0)
            return fail(ErrorCode::Usage,
                        fmt::format("The file '{}' of the option '{}' cannot be read.", *file, option));
    return {};
}

const char* orNull(const std::string& text)
{
    return text.empty() ? nullptr : text.c_str();
}

std::string hexDigits(std::string_view bytes)
{
    std::string text;
    for (const char byte : bytes)
        text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return text;
}

} // namespace

std::string Rows::text(std::size_t row, std::size_t column) const
{
    return m_rows[row][column].value_or("");
}

std::vector<std::int64_t> Rows::integers(std::size_t row) const
{
    std::vector<std::int64_t> integers;
    for (std::size_t column = 0; column < m_rows[row].size(); ++column)
        integers.push_back(integer(row, column));
    return integers;
}

std::int64_t Rows::integer(std::size_t row, std::size_t column) const
{
    return std::strtoll(text(row, column).c_str(), nullptr, 10);
}

void Connection::Close::operator()(st_mysql* handle) const noexcept
{
    mysql_close(handle);
}

Result<Connection> Connection::open(const Target& target, std::stop_token stop)
{
    static std::once_flag once;
    HEADRACE_CHECK(mariaLibrary.load());
    std::call_once(once, [] { mysql_server_init(0, nullptr, nullptr); });
    Connection connection(target);
    connection.m_handle.reset(mysql_init(nullptr));
    if (connection.m_handle == nullptr)
        return fail(ErrorCode::Failed, fmt::format("{} cannot be reached: no memory is left.", target.title));
    HEADRACE_CHECK(checkFiles(target));
    if (target.tunnel) {
        HEADRACE_TRY(connection.m_tunnel, SshTunnel::open(*target.tunnel, target.connectTimeout, stop));
    }
    connection.setOptions();
    HEADRACE_CHECK(connection.connect(stop));
    HEADRACE_CHECK(connection.setUp(stop));
    return connection;
}

void Connection::setOptions()
{
    MYSQL* const handle = m_handle.get();
    const my_bool yes = 1;
    mysql_options(handle, MYSQL_OPT_NONBLOCK, nullptr);
    mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    const unsigned noFiles = 0; // a server could ask for any file of this machine
    mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &noFiles);
    if (!m_target.applicationName.empty())
        mysql_options4(handle, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", m_target.applicationName.c_str());
    const unsigned protocol = m_target.socket.empty() ? MYSQL_PROTOCOL_TCP : MYSQL_PROTOCOL_SOCKET;
    mysql_options(handle, MYSQL_OPT_PROTOCOL, &protocol);
    if (m_target.tls == Tls::Disable)
        return;
    mysql_options(handle, MYSQL_OPT_SSL_ENFORCE, &yes); // the library's word for: where the server offers it
    for (const auto& [option, file] :
         {std::pair{MYSQL_OPT_SSL_CA, &m_target.caFile}, std::pair{MYSQL_OPT_SSL_CERT, &m_target.certificateFile},
          std::pair{MYSQL_OPT_SSL_KEY, &m_target.keyFile}})
        if (!file->empty())
            mysql_options(handle, option, file->c_str());
    if (m_target.tls != Tls::Verify)
        return;
    mysql_options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes);
    if (m_target.caFile.empty())
        mysql_options(handle, MYSQL_OPT_SSL_CA, kSystemCertificates);
}

Status Connection::connect(const std::stop_token& stop)
{
    MYSQL* const handle = m_handle.get();
    MYSQL* connected = nullptr;
    const auto deadline = std::chrono::steady_clock::now() + m_target.connectTimeout;
    const std::string host = m_tunnel ? "127.0.0.1" : m_target.host;
    const int port = m_tunnel ? m_tunnel->port() : m_target.port;
    int status =
        mysql_real_connect_start(&connected, handle, orNull(host), m_target.user.c_str(), m_target.password.c_str(),
                                 orNull(m_target.database), static_cast<unsigned>(port), orNull(m_target.socket), 0);
    while (status != 0) {
        int ready = waitFor(status, kTick);
        const bool late = std::chrono::steady_clock::now() > deadline;
        if (ready == 0 && !late && !stop.stop_requested())
            continue;
        if (ready == 0)
            ready = MYSQL_WAIT_TIMEOUT; // ends the call
        status = mysql_real_connect_cont(&connected, handle, ready);
    }
    if (stop.stop_requested())
        return fail(stopped(fmt::format("Connecting to {}", m_target.title)));
    if (connected == nullptr && std::chrono::steady_clock::now() > deadline)
        return fail(ErrorCode::Unavailable,
                    fmt::format("{} cannot be reached: it did not answer in time. Check the address and firewalls.",
                                m_target.title));
    if (connected == nullptr)
        return fail(connectError(m_target, failure(), m_tunnel ? m_tunnel->said() : ""));
    if (m_target.tls >= Tls::Require && mysql_get_ssl_cipher(handle) == nullptr)
        return fail(connectError(m_target, {2026, "08000", "The server does not support TLS."}));
    setUpSocket(static_cast<int>(mysql_get_socket(handle)));
    return {};
}

Status Connection::setUp(const std::stop_token& stop)
{
    // A pipeline that waits for its destination may leave the server with rows for long.
    std::string settings = "SET SESSION time_zone = '+00:00', net_write_timeout = 31536000";
    if (const auto timeout = m_target.statementTimeout.count(); timeout > 0)
        settings += isMariaDb() ? fmt::format(", max_statement_time = {}", static_cast<double>(timeout) / 1000)
                                : fmt::format(", max_execution_time = {}", timeout);
    return execute(settings, fmt::format("The session with {} could not be set up", m_target.title), stop);
}

int Connection::waitFor(int status, std::chrono::milliseconds wait) const
{
    pollfd socket{static_cast<int>(mysql_get_socket(m_handle.get())), 0, 0};
    if ((status & MYSQL_WAIT_READ) != 0)
        socket.events |= POLLIN;
    if ((status & MYSQL_WAIT_WRITE) != 0)
        socket.events |= POLLOUT;
    if ((status & MYSQL_WAIT_EXCEPT) != 0)
        socket.events |= POLLPRI;
    if (::poll(&socket, 1, static_cast<int>(wait.count())) <= 0)
        return 0;
    int ready = 0;
    if ((socket.revents & (POLLIN | POLLHUP | POLLERR)) != 0)
        ready |= MYSQL_WAIT_READ;
    if ((socket.revents & (POLLOUT | POLLHUP | POLLERR)) != 0)
        ready |= MYSQL_WAIT_WRITE;
    if ((socket.revents & POLLPRI) != 0)
        ready |= MYSQL_WAIT_EXCEPT;
    return ready & status;
}

Status Connection::finish(int status, const Proceed& proceed, std::string_view what, const std::stop_token& stop)
{
    bool isStopped = false;
    while (status != 0) {
        int ready = waitFor(status, kTick);
        if (ready == 0 && stop.stop_requested()) {
            isStopped = true;
            abandon();
            ready = MYSQL_WAIT_TIMEOUT; // ends the call
        }
        if (ready != 0)
            status = proceed(ready);
    }
    return isStopped ? fail(stopped(what)) : Status();
}

Status Connection::execute(const std::string& sql, std::string_view what, std::stop_token stop)
{
    HEADRACE_CHECK(query(sql, what, std::move(stop)));
    return {};
}

Result<Rows> Connection::query(const std::string& sql, std::string_view what, std::stop_token stop)
{
    MYSQL* const handle = m_handle.get();
    int problem = 0;
    const int sent = mysql_real_query_start(&problem, handle, sql.data(), sql.size());
    HEADRACE_CHECK(finish(
        sent, [&](int ready) { return mysql_real_query_cont(&problem, handle, ready); }, what, stop));
    if (problem != 0)
        return fail(error(what));
    MYSQL_RES* result = nullptr;
    const int stored = mysql_store_result_start(&result, handle);
    HEADRACE_CHECK(finish(
        stored, [&](int ready) { return mysql_store_result_cont(&result, handle, ready); }, what, stop));
    if (result == nullptr && mysql_errno(handle) != 0)
        return fail(error(what));
    std::vector<std::vector<Rows::Cell>> rows;
    const unsigned columns = result == nullptr ? 0 : mysql_num_fields(result);
    while (result != nullptr) {
        const MYSQL_ROW row = mysql_fetch_row(result);
        if (row == nullptr)
            break;
        const unsigned long* lengths = mysql_fetch_lengths(result);
        auto& cells = rows.emplace_back();
        for (unsigned i = 0; i < columns; ++i)
            cells.push_back(row[i] == nullptr ? Rows::Cell() : std::string(row[i], lengths[i]));
    }
    if (result != nullptr)
        mysql_free_result(result);
    return Rows(std::move(rows));
}

bool Connection::isMariaDb() const
{
    return mariadb_connection(m_handle.get()) != 0;
}

std::string Connection::tlsMode() const
{
    const char* version = nullptr;
    const char* const cipher = mysql_get_ssl_cipher(m_handle.get());
    if (cipher == nullptr)
        return m_target.socket.empty() ? "not encrypted" : "over a local socket";
    mariadb_get_info(m_handle.get(), MARIADB_CONNECTION_TLS_VERSION, static_cast<void*>(&version));
    return fmt::format("{}, certificate {}, {}", version == nullptr ? "TLS" : version,
                       m_target.tls == Tls::Verify ? "verified" : "not verified", cipher);
}

void Connection::abandon() noexcept
{
    if (m_broken)
        return;
    m_broken = true;
    const auto thread = mysql_thread_id(m_handle.get());
    ::shutdown(static_cast<int>(mysql_get_socket(m_handle.get())), SHUT_RDWR);
    Target target = m_target;
    target.connectTimeout = std::min(target.connectTimeout, kKillPatience);
    target.statementTimeout = {};
    if (auto other = open(target, {}))
        static_cast<void>(other->execute(fmt::format("KILL {}", thread), "The statement could not be ended"));
}

Error Connection::error(std::string_view what, st_mysql_stmt* statement)
{
    // A result that breaks off is a failure of the connection alone.
    const bool ofStatement = statement != nullptr && mysql_stmt_errno(statement) != 0;
    const Failure said =
        ofStatement ? Failure{mysql_stmt_errno(statement), mysql_stmt_sqlstate(statement), mysql_stmt_error(statement)}
                    : failure();
    Error error = statementError(what, said);
    m_broken = m_broken || (said.number >= CR_MIN_ERROR && error.code == ErrorCode::Unavailable);
    return error;
}

Failure Connection::failure() const
{
    return {mysql_errno(m_handle.get()), mysql_sqlstate(m_handle.get()), mysql_error(m_handle.get())};
}

std::string quoted(std::string_view name)
{
    return sqlQuoted(name, '`');
}

std::string literal(std::string_view text)
{
    return "_utf8mb4 X'" + hexDigits(text) + "'";
}

} // namespace headrace::mariadb
