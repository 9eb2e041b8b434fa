// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace headrace::odbc {

// Dates and times as drivers give them, and cells of UTF-16. Each function is false for what is no such value, or has
// more digits than the unit; `value` is days for dates and units else, since 1970 or midnight.

// ODBC's structures
[[nodiscard]] bool takeDate(std::string_view cell, arrow::TimeUnit::type unit, std::int64_t& value);
[[nodiscard]] bool takeMoment(std::string_view cell, arrow::TimeUnit::type unit, std::int64_t& value);

// Texts: "2026-01-31", with " BC" at its end for years before 1; "2026-01-31 12:30:00.5", with "+00" for a zone.
[[nodiscard]] bool parseDate(std::string_view cell, arrow::TimeUnit::type unit, std::int64_t& value);
[[nodiscard]] bool parseMoment(std::string_view cell, arrow::TimeUnit::type unit, std::int64_t& value);
/// "-838:59:59.000000"
[[nodiscard]] bool parseTime(std::string_view cell, arrow::TimeUnit::type unit, std::int64_t& value);
/// The same below a day.
[[nodiscard]] bool parseTimeOfDay(std::string_view cell, arrow::TimeUnit::type unit, std::int64_t& value);

[[nodiscard]] std::string shownDate(std::string_view cell);
[[nodiscard]] std::string shownMoment(std::string_view cell);

[[nodiscard]] std::u16string_view wideCell(std::string_view cell);

} // namespace headrace::odbc
