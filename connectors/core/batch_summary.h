// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace headrace {

/// Why a batch was closed. The order is the order of precedence when several limits are met by the same row.
enum class CloseReason { Rows, Bytes, Age, Grid, EndOfInput, SchemaChange, Stop };

inline constexpr int kCloseReasonCount = 7;

/// Stable lower-case name used in files, JSON and metrics: "rows", "bytes", "age", "grid", "end_of_input",
/// "schema_change", "stop".
[[nodiscard]] std::string_view toString(CloseReason reason);

/// One closed batch. Times are on the Runner's monotonic clock unless they say wall.
struct BatchSummary {
    std::int64_t sequence = 0; ///< 1, 2, 3 … within a pipeline's life, also across runs
    std::int64_t rows = 0;
    std::int64_t bytes = 0; ///< value bytes (value_bytes.h)
    bool oversize = false;  ///< a single row larger than the byte limit, travelling alone
    CloseReason reason = CloseReason::EndOfInput;
    std::chrono::nanoseconds openedAt{}; ///< when its first row reached the batcher
    std::chrono::nanoseconds closedAt{};
    std::chrono::system_clock::time_point openedWall;
};

} // namespace headrace
