// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/metrics_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <netdb.h>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace headrace::cli {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kLookForStop = 100ms;
constexpr auto kRequestTime = 2s; ///< for one request, with its answer
constexpr std::size_t kLongestRequest = 8192;

struct Address {
    std::string host;
    std::string port;
};

Error badAddress(const std::string& address, std::string_view what)
{
    return {ErrorCode::Usage,
            fmt::format("--metrics '{}': {}; write it as 127.0.0.1:9100 or [::1]:9100.", address, what),
            {},
            std::nullopt};
}

Result<Address> parseAddress(const std::string& text)
{
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0)
        return fail(badAddress(text, "an address and a port are needed"));
    Address address{text.substr(0, colon), text.substr(colon + 1)};
    std::uint16_t number = 0;
    const char* const end = address.port.data() + address.port.size();
    if (const auto parsed = std::from_chars(address.port.data(), end, number);
        parsed.ec != std::errc{} || parsed.ptr != end)
        return fail(badAddress(text, fmt::format("'{}' is no port", address.port)));
    if (address.host.starts_with('[') && address.host.ends_with(']'))
        address.host = address.host.substr(1, address.host.size() - 2);
    else if (address.host.find(':') != std::string::npos)
        return fail(badAddress(text, "an IPv6 address stands in brackets"));
    return address;
}

Result<int> listeningSocket(const std::string& text, const Address& address)
{
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    addrinfo* found = nullptr;
    if (const int code = ::getaddrinfo(address.host.c_str(), address.port.c_str(), &hints, &found); code != 0)
        return fail(badAddress(
            text, fmt::format("'{}' is no address of this machine ({})", address.host, ::gai_strerror(code))));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
    const int socket = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    if (socket >= 0 && ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        ::bind(socket, found->ai_addr, found->ai_addrlen) == 0 && ::listen(socket, 8) == 0)
        return socket;
    const std::string reason = std::strerror(errno);
    if (socket >= 0)
        ::close(socket);
    return fail(ErrorCode::Failed, fmt::format("--metrics '{}': the address cannot be listened on: {}.", text, reason));
}

std::uint16_t portOf(int socket)
{
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size) != 0)
        return 0;
    return ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(bound).sin6_port
                                             : reinterpret_cast<const sockaddr_in&>(bound).sin_port);
}

bool waitFor(int socket, short events, Clock::time_point deadline)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd wanted{socket, events, 0};
    return left > 0ms && ::poll(&wanted, 1, static_cast<int>(left.count())) == 1;
}

/// The request's head; nullopt for one that is too long or too slow.
std::optional<std::string> readHead(int connection, Clock::time_point deadline)
{
    std::string head;
    while (head.find("\r\n\r\n") == std::string::npos) {
        char part[1024];
        if (head.size() >= kLongestRequest || !waitFor(connection, POLLIN, deadline))
            return std::nullopt;
        const ssize_t count = ::recv(connection, part, sizeof part, 0);
        if (count <= 0)
            return std::nullopt;
        head.append(part, static_cast<std::size_t>(count));
    }
    return head;
}

void sendAll(int connection, std::string_view text, Clock::time_point deadline)
{
    while (!text.empty() && waitFor(connection, POLLOUT, deadline)) {
        const ssize_t count = ::send(connection, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && errno != EAGAIN && errno != EINTR)
            return;
        text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(0, count)));
    }
}

std::string response(std::string_view status, std::string_view body, bool withBody = true)
{
    return fmt::format("HTTP/1.1 {}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: "
                       "{}\r\nConnection: close\r\n{}\r\n{}",
                       status, body.size(), status.starts_with("405") ? "Allow: GET, HEAD\r\n" : "",
                       withBody ? body : std::string_view());
}

} // namespace

Result<std::unique_ptr<MetricsServer>> MetricsServer::listen(const std::string& address,
                                                             std::function<std::string()> page)
{
    HEADRACE_TRY(const Address parsed, parseAddress(address));
    HEADRACE_TRY(const int socket, listeningSocket(address, parsed));
    const bool isIpv6 = parsed.host.find(':') != std::string::npos;
    return std::unique_ptr<MetricsServer>(
        new MetricsServer(socket, isIpv6 ? '[' + parsed.host + ']' : parsed.host, std::move(page)));
}

MetricsServer::MetricsServer(int socket, std::string host, std::function<std::string()> page)
    : m_socket(socket)
    , m_host(std::move(host))
    , m_port(portOf(socket))
    , m_page(std::move(page))
    , m_thread([this](const std::stop_token& stop) { serve(stop); })
{
}

MetricsServer::~MetricsServer()
{
    m_thread = {};
    ::close(m_socket);
}

std::string MetricsServer::url() const
{
    return fmt::format("http://{}:{}/metrics", m_host, m_port);
}

void MetricsServer::serve(const std::stop_token& stop)
{
    while (!stop.stop_requested()) {
        if (!waitFor(m_socket, POLLIN, Clock::now() + kLookForStop))
            continue;
        const int connection = ::accept4(m_socket, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0)
            continue;
        answer(connection);
        ::close(connection);
    }
}

void MetricsServer::answer(int connection) const
{
    const auto deadline = Clock::now() + kRequestTime;
    const auto head = readHead(connection, deadline);
    if (!head)
        return sendAll(connection, response("400 Bad Request", "This is no HTTP request.\n"), deadline);
    const std::string_view line = std::string_view(*head).substr(0, head->find("\r\n"));
    const std::size_t space = line.find(' ');
    const std::string_view method = line.substr(0, space);
    const std::string_view rest = space == std::string_view::npos ? std::string_view() : line.substr(space + 1);
    const std::string_view target = rest.substr(0, rest.find(' '));
    if (rest.size() == target.size() || !rest.substr(target.size() + 1).starts_with("HTTP/1."))
        return sendAll(connection, response("400 Bad Request", "This is no HTTP request.\n"), deadline);
    if (method != "GET" && method != "HEAD")
        return sendAll(connection, response("405 Method Not Allowed", "Only GET is answered.\n"), deadline);
    if (target.substr(0, target.find('?')) != "/metrics")
        return sendAll(connection, response("404 Not Found", "There is only /metrics.\n"), deadline);
    sendAll(connection, response("200 OK", m_page(), method == "GET"), deadline);
}

} // namespace headrace::cli
