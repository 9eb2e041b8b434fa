// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace headrace {

/// The boundary numbers of a batch. An absent limit never closes a batch; limits combine as "whichever comes first".
struct BatchPolicy {
    std::optional<std::int64_t> rows = {};             ///< exact: a batch never holds more
    std::optional<std::int64_t> bytes = {};            ///< value bytes; never exceeded but by a single larger row
    std::optional<std::chrono::nanoseconds> age = {};  ///< counted from the batch's first row
    std::optional<std::chrono::nanoseconds> grid = {}; ///< wall-clock multiples since local midnight of `zone`
    std::string zone = "UTC";                          ///< IANA name for `grid`

    /// No rows, bytes, age or grid: one batch until the end of the input. Worth a warning on unbounded sources.
    [[nodiscard]] bool isUnlimited() const { return !rows && !bytes && !age && !grid; }

    /// Every present limit must be positive and `grid` must divide a day or be a multiple of one.
    [[nodiscard]] Status check() const;

    /// "1,000 rows · 4 MiB · 5 s" as the window and the logs show it; "one batch" when unlimited.
    [[nodiscard]] std::string describe() const;

    friend bool operator==(const BatchPolicy&, const BatchPolicy&) = default;
};

} // namespace headrace
