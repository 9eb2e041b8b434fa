// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fault_link.h"

#include "tests/support/link_pipe.h"

#include <QtGlobal>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <list>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace headrace::test {

namespace {

constexpr int kTickMilliseconds = 10;

sockaddr_in localAddress(int port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

void require(bool ok, const char* what)
{
    if (!ok)
        qFatal("the link cannot %s: %s", what, std::strerror(errno));
}

/// One connection of a client, and the one to the server that belongs to it.
struct Pair {
    int client = -1;
    int server = -1;
    LinkPipe up;           ///< to the server
    LinkPipe down;         ///< to the client
    std::string tail = {}; ///< last bytes that went up, in which a word may have begun
    bool awaitsAnswer = false;
    std::optional<LinkPipe::Time> breaksAt = {};

    void close(bool isReset)
    {
        for (const int socket : {std::exchange(client, -1), std::exchange(server, -1)}) {
            if (socket < 0)
                continue;
            const linger atOnce{isReset ? 1 : 0, 0};
            ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
            ::close(socket);
        }
    }
};

} // namespace

class FaultLink::Loop {
public:
    explicit Loop(int serverPort)
        : m_serverPort(serverPort)
        , m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address = localAddress(0);
        socklen_t size = sizeof address;
        require(::bind(m_listener, reinterpret_cast<sockaddr*>(&address), size) == 0 && ::listen(m_listener, 16) == 0 &&
                    ::getsockname(m_listener, reinterpret_cast<sockaddr*>(&address), &size) == 0,
                "listen");
        m_port = ntohs(address.sin_port);
        m_thread = std::jthread([this](const std::stop_token& stop) {
            while (!stop.stop_requested())
                turn();
        });
    }

    ~Loop()
    {
        m_thread.request_stop();
        m_thread.join();
        for (Pair& pair : m_pairs)
            pair.close(true);
        ::close(m_listener);
    }
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    struct Settings {
        LinkCut cut{.times = 0};
        LinkPace pace;
        bool refusesAfterCuts = false;
        int cuts = 0;
        int connections = 0;
    };

    /// Calls `use` with the settings, under their lock.
    template <typename Use>
    auto withSettings(Use use)
    {
        const std::lock_guard lock(m_mutex);
        return use(m_settings);
    }
    [[nodiscard]] int port() const { return m_port; }

private:
    void turn()
    {
        const Settings now = withSettings([](const Settings& settings) { return settings; });
        std::vector<pollfd> sockets{{m_listener, POLLIN, 0}};
        for (const Pair& pair : m_pairs) {
            sockets.push_back({pair.client, static_cast<short>(pair.up.hasRoom() ? POLLIN : 0), 0});
            sockets.push_back({pair.server, static_cast<short>(pair.down.hasRoom() ? POLLIN : 0), 0});
        }
        const bool isBusy =
            std::ranges::any_of(m_pairs, [](const Pair& pair) { return pair.up.isWaiting() || pair.down.isWaiting(); });
        ::poll(sockets.data(), sockets.size(), isBusy ? 1 : kTickMilliseconds);
        auto pair = m_pairs.begin();
        for (std::size_t i = 1; i < sockets.size(); i += 2, ++pair) {
            if (sockets[i].revents != 0 && pair->up.hasRoom())
                take(*pair, true, now);
            if (pair->client >= 0 && sockets[i + 1].revents != 0 && pair->down.hasRoom())
                take(*pair, false, now);
            if (pair->client >= 0)
                pass(*pair, now.pace);
        }
        m_pairs.remove_if([](const Pair& gone) { return gone.client < 0; });
        if (sockets.front().revents != 0)
            accept();
    }

    void accept()
    {
        const int client = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        require(client >= 0, "accept");
        Pair pair{client, ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), {}, {}};
        const bool refuses = withSettings([](Settings& settings) {
            ++settings.connections;
            return settings.refusesAfterCuts && settings.cuts > 0;
        });
        const sockaddr_in address = localAddress(m_serverPort);
        if (refuses || ::connect(pair.server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            pair.close(true);
            return;
        }
        m_pairs.push_back(std::move(pair));
    }

    /// Reads from one side of the pair what is there.
    void take(Pair& pair, bool isUp, const Settings& now)
    {
        LinkPipe& pipe = isUp ? pair.up : pair.down;
        std::string bytes = LinkPipe::receive(isUp ? pair.client : pair.server);
        if (pair.breaksAt) { // silent
            if (bytes.empty())
                pair.breaksAt = LinkPipe::Clock::now();
            return;
        }
        if (bytes.empty()) {
            pipe.end(now.pace.close);
            return;
        }
        if (now.cut.times > now.cuts && isPlace(pair, isUp, bytes, now.cut)) {
            withSettings([](Settings& settings) { ++settings.cuts; });
            pair.breaksAt = LinkPipe::Clock::now() + now.cut.silence;
            return;
        }
        pipe.add(std::move(bytes), now.pace.delay);
    }

    /// Whether the connection breaks before these bytes.
    static bool isPlace(Pair& pair, bool isUp, const std::string& bytes, const LinkCut& cut)
    {
        using Place = LinkCut::Place;
        if (cut.place == Place::Download || cut.place == Place::Upload)
            return isUp == (cut.place == Place::Upload) &&
                   (isUp ? pair.up : pair.down).taken() + static_cast<std::int64_t>(bytes.size()) >= cut.bytes;
        if (!isUp)
            return pair.awaitsAnswer;
        const std::string whole = pair.tail + bytes;
        const bool isThere = whole.find(cut.word) != std::string::npos;
        pair.tail = whole.substr(whole.size() - std::min(whole.size(), cut.word.size() - 1));
        if (cut.place == Place::Word)
            return isThere;
        pair.awaitsAnswer = pair.awaitsAnswer || isThere;
        return false;
    }

    void pass(Pair& pair, const LinkPace& pace)
    {
        if (pair.breaksAt) {
            if (LinkPipe::Clock::now() >= *pair.breaksAt)
                pair.close(withSettings([](const Settings& settings) { return settings.cut.isReset; }));
            return;
        }
        const bool isOpen =
            pair.up.sendTo(pair.server, pace.bytesPerSecond) && pair.down.sendTo(pair.client, pace.bytesPerSecond);
        if (!isOpen || (pair.up.isOver() && pair.down.isOver()))
            pair.close(!isOpen);
    }

    std::mutex m_mutex;
    Settings m_settings;
    int m_serverPort;
    int m_listener;
    int m_port = 0;
    std::list<Pair> m_pairs; ///< of the thread
    std::jthread m_thread;
};

FaultLink::FaultLink(int serverPort)
    : m_loop(std::make_unique<Loop>(serverPort))
{
}

FaultLink::~FaultLink() = default;

int FaultLink::port() const
{
    return m_loop->port();
}

void FaultLink::cut(LinkCut cut)
{
    m_loop->withSettings([&](Loop::Settings& settings) { settings.cut = std::move(cut); });
}

void FaultLink::slow(LinkPace pace)
{
    m_loop->withSettings([&](Loop::Settings& settings) { settings.pace = pace; });
}

void FaultLink::refuseAfterCuts()
{
    m_loop->withSettings([](Loop::Settings& settings) { settings.refusesAfterCuts = true; });
}

void FaultLink::heal()
{
    m_loop->withSettings([](Loop::Settings& settings) { settings = {}; });
}

int FaultLink::cuts() const
{
    return m_loop->withSettings([](const Loop::Settings& settings) { return settings.cuts; });
}

int FaultLink::connections() const
{
    return m_loop->withSettings([](const Loop::Settings& settings) { return settings.connections; });
}

} // namespace headrace::test
