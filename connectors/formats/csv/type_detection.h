// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/csv/column_type.h"
#include "connectors/formats/csv/temporal_candidates.h"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace headrace::csv {

struct TypeGuess {
    ColumnType type;
    std::string reason; ///< a sentence
};

/// Gathers what the values of one column can be read as without losing anything. Tried in this order: bool, int64,
/// double (when printing it gives the digits back), decimal, date, time, timestamp; else text. Text stays what could be
/// meant in two ways: 01/02/2024 throughout, or 1.234 beside 56, which may be thousands.
class ColumnEvidence {
public:
    /// `candidates` outlive it. With `findMarkers`, texts such as NA are set aside as NULLs.
    ColumnEvidence(char decimalPoint, const TemporalCandidates& candidates, bool findMarkers);

    /// A filled cell's content: padded and trimmed. `literal`: it holds escapes, so it is text.
    void add(std::string_view value, bool literal);

    [[nodiscard]] TypeGuess guess() const;

    /// Whether the column is numbers, and the decimal point shows in at least one beyond doubt.
    [[nodiscard]] bool showsDecimalPoint() const;

private:
    [[nodiscard]] bool anyAlive() const;
    void addNumber(std::string_view value);
    void addTemporal(std::string_view value);
    [[nodiscard]] bool mayBeThousands() const;
    [[nodiscard]] TypeGuess guessTemporal() const;

    char m_decimalPoint;
    const TemporalCandidates& m_candidates;
    bool m_findMarkers;
    std::int64_t m_values = 0; ///< besides markers
    bool m_boolean = true;
    bool m_integer = true;
    bool m_double = true;
    bool m_decimal = true;
    bool m_temporal = true;
    std::vector<std::size_t> m_patterns; ///< candidate patterns that fit all values so far
    std::set<std::string> m_markers;
    int m_whole = 0;            ///< most digits before the point
    int m_fraction = 0;         ///< most digits behind it
    std::int64_t m_grouped = 0; ///< values like 1.234: up to three digits, the point, three digits
    std::int64_t m_pointed = 0; ///< values with a point
    bool m_largeWhole = false;  ///< a value of four digits or more without a point: so points are no thousands
    std::string m_first;        ///< the first value that no type reads
};

} // namespace headrace::csv
