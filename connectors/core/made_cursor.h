// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/chunk.h"

#include <algorithm>
#include <span>

namespace headrace {

/// Walks over Chunk::made in the same steps as over the chunk's rows. The groups outlive it.
class MadeCursor {
public:
    explicit MadeCursor(std::span<const MadeAt> groups)
        : m_groups(groups)
    {
    }

    /// Calls `each(MadeAt)` for the parts of the groups that make up the next `rows` rows.
    template <typename Each>
    void take(std::int64_t rows, Each&& each)
    {
        while (rows > 0 && !m_groups.empty()) {
            const std::int64_t count = std::min(rows, m_groups.front().rows - m_taken);
            each(MadeAt{count, m_groups.front().at});
            rows -= count;
            m_taken += count;
            if (m_taken < m_groups.front().rows)
                return;
            m_groups = m_groups.subspan(1);
            m_taken = 0;
        }
    }

private:
    std::span<const MadeAt> m_groups;
    std::int64_t m_taken = 0; ///< rows of the first group
};

} // namespace headrace
