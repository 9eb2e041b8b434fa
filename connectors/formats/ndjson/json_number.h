// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace headrace::ndjson {

/// What a JSON number is made of.
struct JsonNumber {
    std::uint64_t digits = 0; ///< all its digits as one whole number; only meaningful up to 19 of them
    int digitCount = 0;       ///< without leading zeros
    int exponent = 0;         ///< value = ± digits · 10^exponent
    bool negative = false;
    bool whole = true; ///< written without point and exponent
};

/// False when `token` is not exactly one number of JSON's grammar.
[[nodiscard]] bool scanNumber(std::string_view token, JsonNumber& number);

/// False when it is not whole or does not fit 64 bits.
[[nodiscard]] bool toInt64(const JsonNumber& number, std::int64_t& value);

/// The nearest double; false beyond a double's range, and for whole numbers that no double equals.
[[nodiscard]] bool toDouble(std::string_view token, const JsonNumber& number, double& value);

} // namespace headrace::ndjson
