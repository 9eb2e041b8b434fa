// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/position.h"

#include <string>

namespace headrace {

/// Positions that are a number of rows, for sources that can count to any of them.
class CountedPositions final : public RowPositions {
public:
    /// `before` rows come before the chunk's first.
    explicit CountedPositions(std::int64_t before)
        : m_before(before)
    {
    }
    [[nodiscard]] Position after(std::int64_t rows) const override { return {std::to_string(m_before + rows)}; }

private:
    std::int64_t m_before;
};

} // namespace headrace
