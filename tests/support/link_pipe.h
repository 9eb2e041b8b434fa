// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace headrace::test {

/// One way of a connection: bytes that were received on one socket and are still to be sent on another, each not
/// before its time. One thread at a time.
class LinkPipe {
public:
    using Clock = std::chrono::steady_clock;
    using Time = Clock::time_point;

    /// What has come; empty when the other side has ended the connection or broken it.
    [[nodiscard]] static std::string receive(int socket);

    void add(std::string bytes, std::chrono::milliseconds delay);
    /// Nothing more comes; whoever receives learns it so much later.
    void end(std::chrono::milliseconds delay);

    [[nodiscard]] bool hasRoom() const; ///< false after end()
    [[nodiscard]] bool isWaiting() const { return !m_pieces.empty() || (m_end && !m_isOver); }
    [[nodiscard]] bool isOver() const { return m_isOver; }       ///< the receiver knows that nothing more comes
    [[nodiscard]] std::int64_t taken() const { return m_taken; } ///< bytes that were added

    /// Sends what is due, and the end behind it. False when the socket is broken.
    bool sendTo(int socket, std::int64_t bytesPerSecond);

private:
    struct Piece {
        std::string bytes;
        Time due;
    };

    std::deque<Piece> m_pieces;
    std::size_t m_held = 0;
    std::int64_t m_taken = 0;
    Time m_next{}; ///< when the rate allows more
    std::optional<Time> m_end;
    bool m_isOver = false;
};

} // namespace headrace::test
