// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/ndjson/json_number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace headrace::ndjson {

namespace {

constexpr int kExactDigits = 19;                     // fit an unsigned 64-bit number
constexpr std::uint64_t kExactInDouble = 1ULL << 53; // every whole number up to here is a double
constexpr int kLargestExponent = 100'000;            // far beyond any double; keeps the sums below in range

constexpr std::array<double, 23> kPowersOfTen{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                              1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Digits from `at` on are added to the number; false when there is none.
bool scanDigits(const char*& at, const char* end, JsonNumber& number)
{
    const char* first = at;
    for (; at != end && isDigit(*at); ++at) {
        number.digits = number.digits * 10 + static_cast<std::uint64_t>(*at - '0');
        number.digitCount += number.digitCount > 0 || *at != '0' ? 1 : 0;
    }
    return at != first;
}

bool scanExponent(const char*& at, const char* end, int& exponent)
{
    const bool negative = at != end && *at == '-';
    if (at != end && (*at == '-' || *at == '+'))
        ++at;
    const char* first = at;
    int value = 0;
    for (; at != end && isDigit(*at); ++at)
        value = std::min(value * 10 + (*at - '0'), kLargestExponent);
    exponent += negative ? -value : value;
    return at != first;
}

/// A whole number beyond 2^53 is a double only when the double prints as the same digits.
bool isExactly(double value, std::string_view token)
{
    std::array<char, 400> text;
    const auto printed = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    return printed.ec == std::errc{} && std::string_view(text.data(), printed.ptr - text.data()) == token;
}

} // namespace

bool scanNumber(std::string_view token, JsonNumber& number)
{
    number = {};
    const char* at = token.data();
    const char* const end = at + token.size();
    if (at != end && *at == '-') {
        number.negative = true;
        ++at;
    }
    const char* first = at;
    if (!scanDigits(at, end, number) || (*first == '0' && at - first > 1))
        return false;
    if (at != end && *at == '.') {
        first = ++at;
        if (!scanDigits(at, end, number))
            return false;
        number.whole = false;
        number.exponent = static_cast<int>(std::max<std::ptrdiff_t>(first - at, -kLargestExponent));
    }
    if (at != end && (*at == 'e' || *at == 'E')) {
        number.whole = false;
        if (!scanExponent(++at, end, number.exponent))
            return false;
    }
    return at == end;
}

bool toInt64(const JsonNumber& number, std::int64_t& value)
{
    constexpr auto kLargest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (!number.whole || number.digitCount > kExactDigits || number.digits > kLargest + (number.negative ? 1 : 0))
        return false;
    value = static_cast<std::int64_t>(number.negative ? 0 - number.digits : number.digits);
    return true;
}

bool toDouble(std::string_view token, const JsonNumber& number, double& value)
{
    if (number.digitCount <= kExactDigits && number.digits <= kExactInDouble && std::abs(number.exponent) <= 22) {
        // Both factors are exact, so the one operation rounds correctly (Clinger, "How to read floating point numbers
        // accurately", PLDI 1990).
        const auto digits = static_cast<double>(number.digits);
        const double power = kPowersOfTen[static_cast<std::size_t>(std::abs(number.exponent))];
        value = number.exponent < 0 ? digits / power : digits * power;
        value = number.negative ? -value : value;
        return true;
    }
    const auto parsed = std::from_chars(token.data(), token.data() + token.size(), value);
    if (parsed.ec == std::errc::result_out_of_range && number.exponent < 0 && !number.whole) {
        value = number.negative ? -0.0 : 0.0; // closer to zero than the smallest double
        return true;
    }
    return parsed.ec == std::errc{} && std::isfinite(value) && (!number.whole || isExactly(value, token));
}

} // namespace headrace::ndjson
