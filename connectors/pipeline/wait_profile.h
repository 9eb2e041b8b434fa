// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace headrace {

/// How long the rows of one batch waited, from when groups of them arrived. Bounded memory: neighbouring groups merge
/// when there are many, which moves a percentile by less than a thousandth of the rows.
class WaitProfile {
public:
    /// `rows` more rows arrived at `at`; calls come in the order of arrival.
    void add(std::chrono::nanoseconds at, std::int64_t rows);

    /// The wait until `end` that `percent` % of the rows do not exceed.
    [[nodiscard]] std::chrono::nanoseconds percentile(double percent, std::chrono::nanoseconds end) const;

    void clear();

private:
    struct Group {
        std::chrono::nanoseconds at;
        std::int64_t rows;
    };

    static constexpr std::size_t kMaxGroups = 4096;

    void append(const Group& group);

    std::vector<Group> m_groups;
    std::int64_t m_rows = 0;
    std::int64_t m_mergeUpTo = 0; ///< rows that a group of several arrivals holds at most
};

} // namespace headrace
