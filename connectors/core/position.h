// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace headrace {

/// Opaque text made by a source, from which that source can resume. Compared only for equality.
struct Position {
    std::string text;

    friend bool operator==(const Position&, const Position&) = default;
};

/// Where the rows of one chunk end, row by row. Immutable; readable from any thread.
class RowPositions {
public:
    virtual ~RowPositions() = default;

    /// The position after the first `rows` rows of the chunk, 0 ≤ rows ≤ chunk rows. `after(0)` is where the chunk
    /// starts; `after(all)` is its end, past any rejected records that follow the last row.
    [[nodiscard]] virtual Position after(std::int64_t rows) const = 0;
};

} // namespace headrace
