// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/csv/column_type.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace headrace::csv {

/// A date or time format in strptime's letters: %Y %m %d %b %H %I %M %S %p %z, and %y for years 1969 … 2068. Months,
/// days and hours may lack their leading zero; %S takes a fraction of up to six digits; %b is English, short or long;
/// %z is Z, +01, +0100 or +01:00; a blank also matches the T between date and time. Immutable.
class TemporalPattern {
public:
    /// The error quotes the pattern and names what is missing for `kind` or unknown.
    [[nodiscard]] static Result<TemporalPattern> compile(std::string_view pattern, Kind kind);

    /// Reads `text` as days since 1970 (Date), microseconds since midnight (Time) or since 1970 (Timestamp).
    /// False when the text does not fit or names no real day or time.
    [[nodiscard]] bool parse(std::string_view text, std::int64_t& value) const;

private:
    struct Token {
        char letter = 0; ///< of the directive; 0: a literal
        char literal = 0;
    };
    struct Fields;

    explicit TemporalPattern(Kind kind)
        : m_kind(kind)
    {
    }

    [[nodiscard]] bool parseToken(const Token& token, const char*& at, const char* end, Fields& fields) const;
    [[nodiscard]] bool assemble(const Fields& fields, std::int64_t& value) const;

    Kind m_kind;
    bool m_isoDate = false;   ///< begins with %Y-%m-%d
    bool m_isoMinute = false; ///< goes on with a blank and %H:%M:
    std::vector<Token> m_tokens;
};

/// The default pattern of a Date, Time or Timestamp column: ISO 8601.
[[nodiscard]] std::string_view isoPattern(const ColumnType& type);

} // namespace headrace::csv
