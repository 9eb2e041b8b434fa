// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/link_pipe.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace headrace::test {

namespace {

constexpr std::size_t kMostHeld = 256 * 1024;
constexpr std::size_t kPiece = 16 * 1024;

} // namespace

std::string LinkPipe::receive(int socket)
{
    std::array<char, kPiece> bytes{};
    const ssize_t size = ::recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
    return {bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

void LinkPipe::add(std::string bytes, std::chrono::milliseconds delay)
{
    m_held += bytes.size();
    m_taken += static_cast<std::int64_t>(bytes.size());
    m_pieces.push_back({std::move(bytes), Clock::now() + delay});
}

void LinkPipe::end(std::chrono::milliseconds delay)
{
    m_end = Clock::now() + delay;
}

bool LinkPipe::hasRoom() const
{
    return !m_end && m_held < kMostHeld;
}

bool LinkPipe::sendTo(int socket, std::int64_t bytesPerSecond)
{
    const Time now = Clock::now();
    while (!m_pieces.empty() && m_pieces.front().due <= now && m_next <= now) {
        std::string& bytes = m_pieces.front().bytes;
        const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0)
            return errno == EAGAIN || errno == EINTR;
        m_held -= static_cast<std::size_t>(sent);
        if (bytesPerSecond > 0)
            m_next = std::max(m_next, now - std::chrono::milliseconds{20}) +
                     std::chrono::microseconds{sent * 1'000'000 / bytesPerSecond};
        bytes.erase(0, static_cast<std::size_t>(sent));
        if (bytes.empty())
            m_pieces.pop_front();
    }
    if (m_pieces.empty() && m_end && *m_end <= now && !m_isOver) {
        ::shutdown(socket, SHUT_WR);
        m_isOver = true;
    }
    return true;
}

} // namespace headrace::test
