// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace headrace::prove {

/// How two texts of a column are compared. It follows the type the column has here: another engine may write the
/// same number as text, with other trailing zeros or an exponent.
enum class ValueKind { Text, Exact, Floating, Boolean, Time };

/// The one text that all spellings of a value share: Exact "+01.50" and "15e-1" → "15e-1"; Floating the shortest text
/// that reads back as the same double; Time "2026-01-02T03:04:05.100Z" → "2026-01-02 03:04:05.1". A text that is no
/// such value stays as it is.
[[nodiscard]] std::string canonicalText(ValueKind kind, std::string_view text);

} // namespace headrace::prove
