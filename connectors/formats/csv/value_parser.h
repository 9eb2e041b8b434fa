// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace headrace::csv {

/// How a cell's number is read. Texts given to these functions are padded (kPadding) and trimmed.
struct NumberStyle {
    char decimalPoint = '.';
    bool strict = false; ///< refuse what the number would not give back: "007", "+5", digits beyond a double's
};

/// Decimal digits with an optional sign; false on anything else and beyond 64 bits.
[[nodiscard]] bool parseInt64(std::string_view text, const NumberStyle& style, std::int64_t& value);

/// A decimal number with optional exponent, inf or nan. Strict: only when printing the double with as many digits
/// gives the text's digits back.
[[nodiscard]] bool parseDouble(std::string_view text, const NumberStyle& style, double& value);

/// An unscaled 128-bit decimal.
struct Decimal {
    std::uint64_t low = 0;
    std::int64_t high = 0;
};

/// A plain decimal number that fits decimal(precision, scale) without rounding.
[[nodiscard]] bool parseDecimal(std::string_view text, const NumberStyle& style, int precision, int scale,
                                Decimal& value);

/// true and false in any case; unless strict also t, f, yes, no, y, n, 1 and 0.
[[nodiscard]] bool parseBoolean(std::string_view text, bool strict, bool& value);

/// The digits of a plain decimal number (sign, digits, point, digits), for detection.
struct DecimalShape {
    int whole = 0;            ///< digits before the point
    int fraction = -1;        ///< digits behind it; −1 without a point
    bool leadingZero = false; ///< "007", "00.5": more than one digit before the point, the first a zero
};

[[nodiscard]] bool decimalShape(std::string_view text, char decimalPoint, DecimalShape& shape);

[[nodiscard]] inline std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

} // namespace headrace::csv
