// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/util/value_parsing.h>

#include "connectors/formats/csv/value_parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace headrace::csv {

namespace {

bool isDigit(char character)
{
    return static_cast<unsigned char>(character - '0') < 10;
}

/// Eight bytes as number, where all are digits (Daniel Lemire, "Quickly parsing eight digits").
bool parseEight(std::uint64_t chunk, std::uint64_t& value)
{
    const std::uint64_t digits = chunk ^ 0x3030303030303030ULL;
    if (((digits | (digits + 0x0606060606060606ULL)) & 0xF0F0F0F0F0F0F0F0ULL) != 0)
        return false;
    const std::uint64_t pairs = digits * 10 + (digits >> 8);
    value = (((pairs & 0x000000FF000000FFULL) * (100 + (1'000'000ULL << 32))) +
             (((pairs >> 16) & 0x000000FF000000FFULL) * (1 + (10'000ULL << 32)))) >>
            32;
    return true;
}

/// Up to eight digits, read at once; the bytes behind them are readable padding.
bool parseShort(const char* digits, std::size_t size, std::uint64_t& value)
{
    std::uint64_t chunk = 0;
    std::memcpy(&chunk, digits, sizeof chunk);
    if (size < 8) {
        // Shift the digits to the end and fill the front with '0'.
        const unsigned shift = 64 - 8 * static_cast<unsigned>(size);
        chunk = (chunk << shift) | (0x3030303030303030ULL >> (64 - shift));
    }
    return parseEight(chunk, value);
}

constexpr std::array<double, 16> kPowersOfTen{1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                              1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

/// What a number's text looks like.
struct Scanned {
    int digits = 0; ///< significant ones, without leading zeros
    bool leadingZero = false;
};

bool scanNumber(std::string_view text, char point, Scanned& number)
{
    const char* at = text.data();
    const char* const end = at + text.size();
    const auto skipSign = [&] { at += at != end && (*at == '-' || *at == '+') ? 1 : 0; };
    const auto skipDigits = [&] {
        const char* const first = at;
        for (; at != end && isDigit(*at); ++at)
            number.digits += number.digits > 0 || *at != '0' ? 1 : 0;
        return at - first;
    };
    skipSign();
    const char* const first = at;
    const auto whole = skipDigits();
    number.leadingZero = whole > 1 && *first == '0';
    std::ptrdiff_t fraction = 0;
    if (at != end && *at == point) {
        ++at;
        fraction = skipDigits();
    }
    if (whole + fraction == 0)
        return false;
    if (at != end && (*at == 'e' || *at == 'E')) {
        const int significant = number.digits;
        ++at;
        skipSign();
        if (skipDigits() == 0)
            return false;
        number.digits = significant;
    }
    return at == end;
}

/// inf, infinity, nan in any case with an optional sign.
bool parseSpecial(std::string_view text, double& value)
{
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+'))
        text.remove_prefix(1);
    std::array<char, 8> lower{};
    if (text.empty() || text.size() > lower.size())
        return false;
    std::ranges::transform(text, lower.begin(), [](char c) { return static_cast<char>(c | 0x20); });
    const std::string_view word(lower.data(), text.size());
    if (word == "nan")
        value = std::numeric_limits<double>::quiet_NaN();
    else if (word == "inf" || word == "infinity")
        value = negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
    else
        return false;
    return true;
}

/// The significant digits of `text`, without point, exponent, leading and trailing zeros.
std::string_view significantDigits(std::string_view text, char point, std::array<char, 64>& buffer)
{
    std::size_t size = 0;
    for (const char character : text) {
        if (character == 'e' || character == 'E')
            break;
        if (character == point || character == '-' || character == '+' || (size == 0 && character == '0'))
            continue;
        if (size == buffer.size())
            return {};
        buffer[size++] = character;
    }
    while (size > 0 && buffer[size - 1] == '0')
        --size;
    return {buffer.data(), size};
}

/// Whether printing `value` with the digits of `text` gives these digits back.
bool givesBack(std::string_view text, const NumberStyle& style, int digits, double value)
{
    std::array<char, 64> expectedBuffer;
    const std::string_view expected = significantDigits(text, style.decimalPoint, expectedBuffer);
    if (expected.empty())
        return value == 0;
    std::array<char, 128> printed;
    std::array<char, 64> actualBuffer;
    const auto shortest =
        std::to_chars(printed.data(), printed.data() + printed.size(), value, std::chars_format::scientific);
    const std::string_view shortText(printed.data(), static_cast<std::size_t>(shortest.ptr - printed.data()));
    if (significantDigits(shortText, '.', actualBuffer) == expected)
        return true;
    const auto exact = std::to_chars(printed.data(), printed.data() + printed.size(), value,
                                     std::chars_format::scientific, std::min(digits - 1, 60));
    const std::string_view exactText(printed.data(), static_cast<std::size_t>(exact.ptr - printed.data()));
    return exact.ec == std::errc() && significantDigits(exactText, '.', actualBuffer) == expected;
}

/// What the short way of parseDouble leaves: exponents, many digits, signs, inf and nan.
bool parseAnyDouble(std::string_view text, const NumberStyle& style, double& value)
{
    Scanned number;
    if (!scanNumber(text, style.decimalPoint, number))
        return parseSpecial(text, value);
    if (style.strict && (number.leadingZero || text.front() == '+'))
        return false;
    if (text.front() == '+')
        text.remove_prefix(1);
    if (!arrow::internal::StringToFloat(text.data(), text.size(), style.decimalPoint, &value))
        return false;
    if (std::isinf(value) || (value == 0 && number.digits > 0))
        return false; // beyond a double's range
    return !style.strict || number.digits <= std::numeric_limits<double>::digits10 ||
           givesBack(text, style, number.digits, value);
}

} // namespace

bool parseInt64(std::string_view text, const NumberStyle& style, std::int64_t& value)
{
    if (text.empty())
        return false;
    const bool negative = text.front() == '-';
    if (negative || text.front() == '+') {
        if (style.strict && !negative)
            return false;
        text.remove_prefix(1);
    }
    if (text.empty() || (style.strict && text.front() == '0' && (text.size() > 1 || negative)))
        return false;
    while (text.size() > 19 && text.front() == '0')
        text.remove_prefix(1);
    if (text.size() > 19)
        return false;
    std::uint64_t number = 0;
    if (!parseShort(text.data(), std::min<std::size_t>(text.size(), 8), number))
        return false;
    if (text.size() > 8) {
        for (const char character : text.substr(8)) {
            if (!isDigit(character))
                return false;
            number = number * 10 + static_cast<std::uint64_t>(character - '0');
        }
        if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) + (negative ? 1 : 0))
            return false;
    }
    value = static_cast<std::int64_t>(negative ? 0 - number : number);
    return true;
}

bool parseDouble(std::string_view text, const NumberStyle& style, double& value)
{
    const char* at = text.data();
    const char* const end = at + text.size();
    const bool negative = at != end && *at == '-';
    at += negative ? 1 : 0;
    const char* const digits = at;
    std::uint64_t mantissa = 0;
    for (; at != end && isDigit(*at); ++at)
        mantissa = mantissa * 10 + static_cast<std::uint64_t>(*at - '0');
    auto count = static_cast<std::size_t>(at - digits);
    const bool leadingZero = count > 1 && *digits == '0';
    std::size_t fraction = 0;
    if (at != end && *at == style.decimalPoint) {
        const char* const behind = ++at;
        for (; at != end && isDigit(*at); ++at)
            mantissa = mantissa * 10 + static_cast<std::uint64_t>(*at - '0');
        fraction = static_cast<std::size_t>(at - behind);
        count += fraction;
    }
    constexpr std::size_t kAlwaysExact = std::numeric_limits<double>::digits10;
    if (at != end || count == 0 || count > kAlwaysExact || (style.strict && leadingZero))
        return parseAnyDouble(text, style, value);
    // Both are exact doubles, so their quotient is the correctly rounded result (William Clinger, 1990).
    const double result = static_cast<double>(mantissa) / kPowersOfTen[fraction];
    value = negative ? -result : result;
    return true;
}

bool parseDecimal(std::string_view text, const NumberStyle& style, int precision, int scale, Decimal& value)
{
    const char* at = text.data();
    const char* end = at + text.size();
    const bool negative = at != end && *at == '-';
    if (at != end && (*at == '-' || *at == '+')) {
        if (style.strict && *at == '+')
            return false;
        ++at;
    }
    unsigned __int128 number = 0;
    int digits = 0;    // significant ones
    int fraction = -1; // digits behind the point
    bool any = false;
    for (; at != end; ++at) {
        if (*at == style.decimalPoint && fraction < 0) {
            fraction = 0;
            continue;
        }
        if (!isDigit(*at))
            return false;
        any = true;
        if (fraction >= scale && fraction >= 0) {
            if (*at != '0')
                return false; // a digit beyond the scale
            continue;
        }
        fraction += fraction >= 0 ? 1 : 0;
        digits += digits > 0 || *at != '0' ? 1 : 0;
        if (digits > precision)
            return false;
        number = number * 10 + static_cast<unsigned>(*at - '0');
    }
    for (int place = std::max(fraction, 0); place < scale; ++place) {
        digits += digits > 0 ? 1 : 0;
        number *= 10;
    }
    if (!any || digits > precision)
        return false;
    if (negative)
        number = 0 - number;
    value = {static_cast<std::uint64_t>(number), static_cast<std::int64_t>(number >> 64)};
    return true;
}

bool parseBoolean(std::string_view text, bool strict, bool& value)
{
    std::array<char, 5> lower{};
    if (text.empty() || text.size() > lower.size())
        return false;
    std::ranges::transform(text, lower.begin(), [](char c) { return static_cast<char>(c | 0x20); });
    const std::string_view word(lower.data(), text.size());
    const bool isTrue = word == "true" || (!strict && (word == "t" || word == "yes" || word == "y" || text == "1"));
    const bool isFalse = word == "false" || (!strict && (word == "f" || word == "no" || word == "n" || text == "0"));
    value = isTrue;
    return isTrue || isFalse;
}

bool decimalShape(std::string_view text, char decimalPoint, DecimalShape& shape)
{
    if (text.starts_with('-'))
        text.remove_prefix(1);
    shape = {};
    for (const char character : text) {
        if (character == decimalPoint && shape.fraction < 0)
            shape.fraction = 0;
        else if (!isDigit(character))
            return false;
        else if (shape.fraction < 0)
            ++shape.whole;
        else
            ++shape.fraction;
    }
    shape.leadingZero = shape.whole > 1 && text.front() == '0';
    return shape.whole + std::max(shape.fraction, 0) > 0;
}

} // namespace headrace::csv
