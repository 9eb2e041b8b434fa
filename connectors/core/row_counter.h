// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/position.h"
#include "connectors/core/result.h"

#include <cstdint>
#include <optional>
#include <stop_token>

namespace headrace {

/// Tells how many rows a pull would find, without reading them. One thread uses it at a time; it may keep a connection
/// between two calls and makes a new one after an error.
class RowCounter {
public:
    virtual ~RowCounter() = default;

    /// Rows behind `position` (all of them without one), counted no further than `enough`. Blocks, without side
    /// effects. A row that a pull would leave to the next one, as it is not certain yet, does not count.
    virtual Result<std::int64_t> countBehind(const std::optional<Position>& position, std::int64_t enough,
                                             std::stop_token stop) = 0;
};

} // namespace headrace
