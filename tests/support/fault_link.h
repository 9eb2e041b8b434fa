// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace headrace::test {

/// Where a connection breaks, and how.
struct LinkCut {
    enum class Place {
        Download, ///< once `bytes` have come from the server
        Upload,   ///< once `bytes` have gone to it
        Word,     ///< when the client sends `word`, which does not arrive
        Answer,   ///< when the server has answered what `word` was in, and the answer does not arrive
    };
    Place place = Place::Download;
    std::int64_t bytes = 0;
    std::string word = {};
    int times = 1;                       ///< connections that break so
    bool isReset = true;                 ///< RST, else FIN
    std::chrono::milliseconds silence{}; ///< before it breaks, or either end is gone: nothing passes, as on a half-open
                                         ///< connection
};

/// How what passes is slowed down.
struct LinkPace {
    std::chrono::milliseconds delay{}; ///< of everything, each way
    std::int64_t bytesPerSecond = 0;   ///< each way of each connection; 0: no limit
    std::chrono::milliseconds close{}; ///< how long later than its last byte the end of a connection passes
};

/// Stands between clients and a server on 127.0.0.1 and does to their connections what networks do. Works on a thread
/// of its own; all functions may be called from any thread. Failures of its own sockets end the program.
class FaultLink {
public:
    explicit FaultLink(int serverPort);
    ~FaultLink();
    FaultLink(const FaultLink&) = delete;
    FaultLink& operator=(const FaultLink&) = delete;

    [[nodiscard]] int port() const;

    void cut(LinkCut cut);    ///< from now on, in place of the cut before
    void slow(LinkPace pace); ///< from now on
    void refuseAfterCuts();   ///< once a cut is made, no further connection gets through

    /// Neither cuts nor slows from now on; the counts begin anew.
    void heal();
    [[nodiscard]] int cuts() const;        ///< made since then
    [[nodiscard]] int connections() const; ///< asked for since then

private:
    class Loop;
    std::unique_ptr<Loop> m_loop;
};

} // namespace headrace::test
