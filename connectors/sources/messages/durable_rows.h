// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/position.h"

#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

namespace headrace {

/// Knows how many records of each partition lie before the positions that a source hands out, and so how many are
/// durable when one of these is acknowledged. Public methods are thread-safe.
class DurableRows {
public:
    using Counts = std::vector<std::int64_t>; ///< since open(), by a number that the source gives each partition

    /// So many lie before a position that is handed out now.
    void note(const Position& position, Counts rows);

    /// Everything before `position` is durable. One that was not handed out changes nothing.
    void settle(const Position& position);

    [[nodiscard]] Counts counts() const;

    static constexpr std::size_t kMost = 4'096; ///< positions that wait; of more the oldest are forgotten

private:
    struct Noted {
        Position position;
        Counts rows;
    };

    mutable std::mutex m_mutex;
    std::deque<Noted> m_noted; ///< in the order in which they were handed out
    Counts m_durable;
};

} // namespace headrace
