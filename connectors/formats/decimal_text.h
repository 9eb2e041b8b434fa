// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arrow/result.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace headrace {

/// The decimal that a text spells, with `scale` digits behind the point; nullopt when it is none, would lose digits, or
/// has more than `precision`. `Decimal` is arrow::Decimal128 or arrow::Decimal256.
template <typename Decimal>
[[nodiscard]] std::optional<Decimal> decimalOf(std::string_view text, int precision, int scale)
{
    Decimal value;
    std::int32_t digits = 0;
    std::int32_t found = 0;
    if (!Decimal::FromString(text, &value, &digits, &found).ok())
        return std::nullopt;
    const auto scaled = value.Rescale(found, scale);
    return scaled.ok() && scaled->FitsInPrecision(precision) ? std::optional(*scaled) : std::nullopt;
}

} // namespace headrace
