// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"
#include "connectors/pipeline/pipeline.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace headrace {

struct ProfileLimits {
    std::int64_t rows = 1'000'000;
    std::chrono::milliseconds time{30'000};
};

/// A frequent value of a column.
struct TopValue {
    std::string value; ///< as text, cut after Profile::kMaxTextBytes
    std::int64_t rows = 0;

    friend bool operator==(const TopValue&, const TopValue&) = default;
};

/// What the values of one column look like. Texts are DuckDB's; nulls count nowhere but in `nulls`.
struct ColumnProfile {
    std::string name;
    std::string type; ///< as typeName() has it: "int64", "timestamptz"
    std::int64_t nulls = 0;
    std::int64_t distinct = 0;          ///< approximate (HyperLogLog), exact up to about 30
    std::optional<std::string> minimum; ///< nullopt: no value at all
    std::optional<std::string> maximum;
    std::optional<double> mean;         ///< of numbers
    std::vector<std::string> quantiles; ///< 5 %, 25 %, 50 %, 75 %, 95 % of numbers, dates and times; else empty
    std::vector<TopValue> top;          ///< most frequent first, approximate beyond a few hundred distinct values
};

struct Profile {
    std::int64_t rows = 0;     ///< looked at
    std::int64_t rejected = 0; ///< bad records among them
    bool complete = false;     ///< the source ended within the limits
    std::vector<ColumnProfile> columns;

    static constexpr int kTopValues = 10;
    static constexpr std::size_t kMaxTextBytes = 200;
};

/// Reads the source up to the limits and describes its columns. Nothing is moved, as in preview(). Memory does not grow
/// with the rows. Blocks; any thread.
[[nodiscard]] Result<Profile> profile(const Registry& registry, const ConnectorSpec& source,
                                      const std::string& shapeSql, const ProfileLimits& limits, std::stop_token stop);

} // namespace headrace
