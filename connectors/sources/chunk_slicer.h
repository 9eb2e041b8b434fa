// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/made_cursor.h"
#include "connectors/core/source.h"

#include <cstdint>
#include <vector>

namespace headrace {

/// Cuts a chunk that was made in one piece down to the limits of the reads that ask for it. Rejected records travel
/// with the row they precede. Not thread-safe.
class ChunkSlicer {
public:
    void set(Chunk chunk);

    /// True when the whole chunk has been handed out.
    [[nodiscard]] bool isEmpty() const { return m_chunk.rows == nullptr; }

    /// The next slice within `hint`, at least one row where there is one. Not to be called when empty.
    [[nodiscard]] Chunk next(const ReadHint& hint);

    void clear();

private:
    [[nodiscard]] std::int64_t sliceEnd(const ReadHint& hint);

    Chunk m_chunk;
    std::int64_t m_from = 0;
    std::int64_t m_bytes = 0;
    std::size_t m_rejectedFrom = 0;
    MadeCursor m_made{{}};
    std::vector<std::int64_t> m_sums; ///< cumulative value bytes, made when a byte limit cuts
};

} // namespace headrace
