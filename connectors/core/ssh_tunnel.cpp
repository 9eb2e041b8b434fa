// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/ssh_tunnel.h"

#include <fmt/format.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <cctype>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <netinet/in.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace headrace {

namespace {

constexpr std::chrono::milliseconds kTick{20};
constexpr std::size_t kMostSaid = 8192;
/// What ssh is made to say when it has logged in and listens.
constexpr std::string_view kStands = "headrace: the tunnel stands";
constexpr std::chrono::milliseconds kWordsCome{500};

/// Whether ssh has said anything since the tunnel stands.
bool saysMore(const std::string& said)
{
    const std::size_t stands = said.find(kStands);
    const std::size_t from = stands == std::string::npos ? 0 : stands + kStands.size();
    return said.find_first_not_of(" \r\n", from) != std::string::npos;
}

class Descriptor {
public:
    explicit Descriptor(int fd)
        : m_fd(fd)
    {
    }
    ~Descriptor()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    Descriptor(Descriptor&& other) noexcept
        : m_fd(std::exchange(other.m_fd, -1))
    {
    }
    Descriptor& operator=(Descriptor&&) = delete;
    [[nodiscard]] int get() const { return m_fd; }

private:
    int m_fd;
};

sockaddr_in loopback(int port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/// A port of 127.0.0.1 that nobody listens on; 0 without any.
int freePort()
{
    const Descriptor probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(probe.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::getsockname(probe.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return 0;
    return ntohs(address.sin_port);
}

Error unreachable(const SshTunnel::Route& route, const std::string& said)
{
    const auto has = [&](std::string_view part) { return said.find(part) != std::string::npos; };
    const auto error = [&](ErrorCode code, const std::string& cause) {
        return Error{code, fmt::format("The SSH host '{}' cannot be used: {}", route.sshHost, cause), said, {}};
    };
    if (has("REMOTE HOST IDENTIFICATION HAS CHANGED"))
        return error(ErrorCode::Permission, "its key is not the one in known_hosts, so it may be another machine. Ask "
                                            "whoever runs it before you remove the old key.");
    if (has("host key is known for") || has("Host key verification failed"))
        return error(ErrorCode::Permission,
                     fmt::format("it is not in known_hosts. Connect once with 'ssh {}', compare the fingerprint and "
                                 "accept it.",
                                 route.sshHost));
    if (has("Permission denied"))
        return error(ErrorCode::Permission, "it refuses the login. A key without a passphrase or one in the agent is "
                                            "needed, for nothing can be asked here.");
    if (has("Could not resolve hostname"))
        return error(ErrorCode::NotFound, "its name is not known. Check ~/.ssh/config and the spelling.");
    if (has("could not be started"))
        return error(ErrorCode::NotFound, "the program ssh is not installed. Install the package openssh-client.");
    const std::size_t last = said.find_last_not_of('\n');
    const std::size_t line = last == std::string::npos ? std::string::npos : said.rfind('\n', last);
    return error(ErrorCode::Unavailable,
                 last == std::string::npos ? "it did not answer in time." : said.substr(line + 1, last - line));
}

} // namespace

/// A running ssh. A thread of its own starts it, keeps what it says and ends it: the kernel ends a child that the whole
/// program leaves behind, and takes the thread that made it for its parent.
class SshTunnel::Child {
public:
    Child(const Route& route, int port)
        : m_port(port)
        , m_arguments{"ssh",
                      "-N",
                      "-T",
                      "-o",
                      "BatchMode=yes",
                      "-o",
                      "StrictHostKeyChecking=yes",
                      "-o",
                      "ExitOnForwardFailure=yes",
                      "-o",
                      "ServerAliveInterval=15",
                      "-o",
                      "ServerAliveCountMax=4",
                      "-o",
                      "ControlMaster=no",
                      "-o",
                      "ControlPath=none",
                      "-o",
                      "PermitLocalCommand=yes",
                      "-o",
                      fmt::format("LocalCommand=echo '{}'", kStands),
                      "-L",
                      fmt::format("127.0.0.1:{}:{}:{}", port, route.host, route.port),
                      "--",
                      route.sshHost}
        , m_thread([this](const std::stop_token& stop) { run(stop); })
    {
    }

    [[nodiscard]] int port() const { return m_port; }
    [[nodiscard]] bool runs() const { return m_runs; }
    [[nodiscard]] std::string said() const
    {
        const std::lock_guard lock(m_mutex);
        return m_said;
    }

private:
    void run(const std::stop_token& stop)
    {
        std::array<int, 2> pipe{-1, -1};
        if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
            return note("ssh could not be started: no more files can be opened.");
        const Descriptor said(pipe[0]);
        const pid_t pid = start(pipe[1]);
        ::close(pipe[1]);
        if (pid < 0)
            return note("ssh could not be started: there are too many processes.");
        bool ended = false;
        while (!stop.stop_requested() && !ended) {
            ended = ::waitpid(pid, nullptr, WNOHANG) == pid;
            listen(said.get());
        }
        if (!ended) {
            ::kill(pid, SIGTERM);
            ::waitpid(pid, nullptr, 0);
        }
        m_runs = false;
    }

    /// Between fork and exec only what a signal handler may do.
    pid_t start(int output) const
    {
        std::vector<char*> words;
        for (const std::string& argument : m_arguments)
            words.push_back(const_cast<char*>(argument.c_str()));
        words.push_back(nullptr);
        const pid_t parent = ::getpid();
        const pid_t pid = ::fork();
        if (pid != 0)
            return pid;
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        const int nothing = ::open("/dev/null", O_RDONLY);
        ::dup2(nothing, STDIN_FILENO);
        ::dup2(output, STDOUT_FILENO);
        ::dup2(output, STDERR_FILENO);
        ::setpgid(0, 0); // Ctrl-C is for the run, which still needs the tunnel to end well
        if (::getppid() == parent)
            ::execvp(words.front(), words.data());
        constexpr std::string_view kMissing = "ssh could not be started.";
        static_cast<void>(!::write(STDERR_FILENO, kMissing.data(), kMissing.size()));
        ::_exit(127);
    }

    void listen(int said)
    {
        pollfd wait{said, POLLIN, 0};
        std::array<char, 1024> text;
        if (::poll(&wait, 1, static_cast<int>(kTick.count())) > 0)
            if (const auto size = ::read(said, text.data(), text.size()); size > 0)
                note({text.data(), static_cast<std::size_t>(size)});
    }

    void note(std::string_view text)
    {
        const std::lock_guard lock(m_mutex);
        m_said.append(text.substr(0, kMostSaid - std::min(kMostSaid, m_said.size())));
    }

    int m_port;
    std::vector<std::string> m_arguments;
    mutable std::mutex m_mutex;
    std::string m_said;
    std::atomic<bool> m_runs{true};
    std::jthread m_thread; ///< last: it ends before the rest goes
};

Result<SshTunnel::Route> SshTunnel::Route::through(const std::string& sshHost, const std::string& host, int port)
{
    if (host.starts_with('/') || host.find(',') != std::string::npos)
        return fail(ErrorCode::Usage,
                    fmt::format("With the option 'ssh' the host must be one name or address, as the SSH host sees it, "
                                "not '{}'.",
                                host));
    if (sshHost.starts_with('-'))
        return fail(ErrorCode::Usage, fmt::format("'{}' is no name of an SSH host.", sshHost));
    return Route{sshHost, host.empty() ? "localhost" : host, port};
}

SshTunnel::SshTunnel(std::unique_ptr<Child> child)
    : m_child(std::move(child))
{
}

SshTunnel::~SshTunnel() = default;

int SshTunnel::port() const
{
    return m_child->port();
}

bool SshTunnel::stands() const
{
    return m_child->runs();
}

std::string SshTunnel::said() const
{
    // The connection ends at once, what ssh says about it comes a moment later.
    const auto deadline = std::chrono::steady_clock::now() + kWordsCome;
    std::string words = m_child->said();
    while (!saysMore(words) && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(kTick);
        words = m_child->said();
    }
    return words;
}

std::optional<Error> SshTunnel::failureBehind(const std::string& said, const std::string& title)
{
    constexpr std::string_view kReason = "open failed: ";
    const auto at = said.rfind(kReason);
    if (at == std::string::npos)
        return std::nullopt;
    std::string reason = said.substr(at + kReason.size());
    reason = reason.substr(0, reason.find_first_of("\r\n"));
    if (!reason.empty())
        reason.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(reason.front())));
    return Error{ErrorCode::Unavailable, fmt::format("{} cannot be reached from there: {}.", title, reason), said,
                 std::nullopt};
}

Result<std::shared_ptr<SshTunnel>> SshTunnel::open(const Route& route, std::chrono::milliseconds timeout,
                                                   std::stop_token stop)
{
    static std::mutex mutex; // also while one is being made, so that those who ask meanwhile share it
    static std::map<Route, std::weak_ptr<SshTunnel>> tunnels;
    const std::lock_guard lock(mutex);
    std::erase_if(tunnels, [](const auto& tunnel) { return tunnel.second.expired(); });
    if (auto tunnel = tunnels[route].lock(); tunnel && tunnel->stands())
        return tunnel;
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    auto child = std::make_unique<Child>(route, freePort());
    while (child->runs() && std::chrono::steady_clock::now() < deadline) {
        if (child->said().find(kStands) != std::string::npos) {
            std::shared_ptr<SshTunnel> tunnel(new SshTunnel(std::move(child)));
            tunnels[route] = tunnel;
            return tunnel;
        }
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, fmt::format("Connecting to '{}' was stopped.", route.sshHost));
        std::this_thread::sleep_for(kTick);
    }
    return fail(unreachable(route, child->said()));
}

} // namespace headrace
