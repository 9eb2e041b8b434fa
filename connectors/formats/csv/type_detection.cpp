// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/csv/type_detection.h"

#include "connectors/formats/csv/header_detection.h"
#include "connectors/formats/csv/row_index.h"
#include "connectors/formats/csv/temporal_pattern.h"
#include "connectors/formats/csv/value_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace headrace::csv {

namespace {

constexpr int kMaxPrecision = 38;
constexpr std::size_t kMostMarkers = 8;

/// Whether two patterns differ in the order of day and month only.
bool swapDayAndMonth(const std::string& a, const std::string& b)
{
    std::string swapped = a;
    for (std::size_t i = 0; i + 1 < swapped.size(); ++i) {
        if (swapped[i] != '%')
            continue;
        char& letter = swapped[++i];
        letter = letter == 'm' ? 'd' : letter == 'd' ? 'm' : letter;
    }
    return swapped == b && a != b;
}

} // namespace

ColumnEvidence::ColumnEvidence(char decimalPoint, const TemporalCandidates& candidates, bool findMarkers)
    : m_decimalPoint(decimalPoint)
    , m_candidates(candidates)
    , m_findMarkers(findMarkers)
{
}

bool ColumnEvidence::anyAlive() const
{
    return m_boolean || m_integer || m_double || m_decimal || m_temporal;
}

void ColumnEvidence::add(std::string_view value, bool literal)
{
    if (!anyAlive())
        return;
    if (!literal && m_findMarkers && isNullMarker(value) && m_markers.size() < kMostMarkers) {
        m_markers.emplace(value);
        return;
    }
    ++m_values;
    if (literal) {
        m_boolean = m_integer = m_double = m_decimal = m_temporal = false;
    } else {
        bool boolean = false;
        m_boolean = m_boolean && parseBoolean(value, true, boolean);
        if (m_integer || m_double || m_decimal)
            addNumber(value);
        if (m_temporal)
            addTemporal(value);
    }
    if (!anyAlive())
        m_first = value;
}

void ColumnEvidence::addNumber(std::string_view value)
{
    const NumberStyle style{m_decimalPoint, true};
    std::int64_t integer = 0;
    const bool isInteger = parseInt64(value, style, integer);
    m_integer = m_integer && isInteger;
    constexpr std::size_t kAlwaysExact = std::numeric_limits<double>::digits10;
    double number = 0;
    m_double = m_double && ((isInteger && value.size() <= kAlwaysExact) || parseDouble(value, style, number));

    DecimalShape shape;
    if (!decimalShape(value, m_decimalPoint, shape)) {
        m_decimal = false;
        return;
    }
    m_decimal = m_decimal && !shape.leadingZero;
    m_whole = std::max(m_whole, shape.whole);
    m_fraction = std::max(m_fraction, shape.fraction);
    m_pointed += shape.fraction >= 0 ? 1 : 0;
    const bool zeroFirst = value.front() == '0' || value.starts_with("-0");
    m_grouped += shape.fraction == 3 && shape.whole >= 1 && shape.whole <= 3 && !zeroFirst ? 1 : 0;
    m_largeWhole |= shape.fraction < 0 && shape.whole > 3;
}

void ColumnEvidence::addTemporal(std::string_view value)
{
    std::int64_t parsed = 0;
    if (m_values == 1) {
        constexpr std::size_t kShortest = 8; // 1/1/2024, 10:00:00
        for (std::size_t i = 0; i < m_candidates.size() && value.size() >= kShortest; ++i)
            if (m_candidates[i].pattern.parse(value, parsed))
                m_patterns.push_back(i);
    } else {
        std::erase_if(m_patterns, [&](std::size_t i) { return !m_candidates[i].pattern.parse(value, parsed); });
    }
    m_temporal = !m_patterns.empty();
}

bool ColumnEvidence::mayBeThousands() const
{
    if (m_pointed == 0 || m_grouped != m_pointed || m_largeWhole)
        return false;
    // 1.234 beside 56: thousands if nothing else shows; all like 1.234: only where the file is no comma-separated one.
    return m_pointed != m_values || m_decimalPoint == ',';
}

bool ColumnEvidence::showsDecimalPoint() const
{
    return m_values > 0 && m_pointed > 0 && (m_double || m_decimal) && !mayBeThousands();
}

TypeGuess ColumnEvidence::guess() const
{
    TypeGuess guess;
    guess.type.detected = true;
    const std::string all = fmt::format("All {} values looked at", m_values);
    if (m_values == 0) {
        guess.reason = "The column has no values in the part looked at.";
        return guess;
    }
    if (m_boolean) {
        guess.type.kind = Kind::Boolean;
        guess.reason = all + " are true or false.";
    } else if (m_integer) {
        guess.type.kind = Kind::Int64;
        guess.reason = all + " are whole numbers.";
    } else if (m_decimal && m_pointed == 0) {
        guess.reason = "There are whole numbers beyond 64 bits.";
        return guess;
    } else if ((m_double || m_decimal) && mayBeThousands()) {
        guess.reason = fmt::format("'{}' may separate thousands or a fraction here.", m_decimalPoint);
        return guess;
    } else if (m_double) {
        guess.type.kind = Kind::Double;
        guess.reason = all + " are numbers that a double keeps exactly.";
    } else if (m_decimal && m_fraction > 0 && m_whole + m_fraction <= kMaxPrecision) {
        guess.type.kind = Kind::Decimal;
        guess.type.precision = kMaxPrecision;
        guess.type.scale = m_fraction;
        guess.reason = all + " are numbers, some with more digits than a double keeps.";
    } else if (m_temporal) {
        guess = guessTemporal();
    } else {
        guess.reason = fmt::format("No other type reads {} like the rest.", shown(m_first));
    }
    if (guess.type.kind != Kind::Text)
        guess.type.nulls.assign(m_markers.begin(), m_markers.end());
    return guess;
}

TypeGuess ColumnEvidence::guessTemporal() const
{
    TypeGuess guess;
    const ColumnType& first = m_candidates[m_patterns.front()].type;
    for (const std::size_t other : m_patterns) {
        if (swapDayAndMonth(first.pattern, m_candidates[other].type.pattern)) {
            guess.type.detected = true;
            guess.reason = fmt::format("All values fit both {} and {}; set {} to read them.", first.pattern,
                                       m_candidates[other].type.pattern,
                                       first.kind == Kind::Date ? "date_format" : "timestamp_format");
            return guess;
        }
    }
    guess.type = first;
    guess.type.detected = true;
    guess.reason = fmt::format("All {} values looked at fit {}.", m_values, first.pattern);
    return guess;
}

} // namespace headrace::csv
