// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/avro/logical_text.h"

#include "connectors/formats/iso_time.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>

namespace headrace::avro {

namespace {

constexpr std::int64_t kNanosPerMicro = 1'000;
constexpr std::size_t kMicroDigits = 6;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Takes a number and the letter behind it off the text.
template <typename Number>
bool take(std::string_view& text, Number& number, char letter)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end == text.data() + text.size() || *end != letter)
        return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    return true;
}

/// Nanoseconds, of texts with a fraction of up to nine digits.
std::optional<std::int64_t> nanosOf(std::string text, bool zoned)
{
    std::int64_t rest = 0;
    if (const std::size_t dot = text.find('.'); dot != std::string::npos) {
        std::size_t end = dot + 1;
        for (int digit = 0; end < text.size() && isDigit(text[end]); ++end, ++digit)
            rest = digit < 6 ? 0 : rest * 10 + (text[end] - '0');
        const std::size_t digits = end - dot - 1;
        if (digits > 9)
            return std::nullopt;
        for (std::size_t i = std::max(digits, kMicroDigits); i < 9; ++i)
            rest *= 10;
        if (digits > kMicroDigits)
            text.erase(dot + 1 + kMicroDigits, digits - kMicroDigits);
    }
    IsoTime time;
    std::int64_t nanos = 0;
    if (!parseIsoTime(text, time) || time.zoned != zoned ||
        __builtin_mul_overflow(time.microseconds, kNanosPerMicro, &nanos) ||
        __builtin_add_overflow(nanos, rest, &nanos))
        return std::nullopt;
    return nanos;
}

/// Microseconds, which reach farther.
std::optional<std::int64_t> microsOf(const std::string& text, bool zoned, std::int64_t divisor)
{
    IsoTime time;
    if (!parseIsoTime(text, time) || time.zoned != zoned || time.microseconds % divisor != 0)
        return std::nullopt;
    return time.microseconds / divisor;
}

} // namespace

std::optional<std::string> uuidBytes(std::string_view text)
{
    std::string digits;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool isDash = i == 8 || i == 13 || i == 18 || i == 23;
        if (isDash != (text[i] == '-') || (!isDash && std::isxdigit(static_cast<unsigned char>(text[i])) == 0))
            return std::nullopt;
        if (!isDash)
            digits += text[i];
    }
    if (text.size() != 36)
        return std::nullopt;
    std::string bytes;
    for (std::size_t i = 0; i < digits.size(); i += 2)
        bytes += static_cast<char>(std::strtoul(digits.substr(i, 2).c_str(), nullptr, 16));
    return bytes;
}

std::optional<std::string> durationBytes(std::string_view text)
{
    std::uint32_t parts[3] = {};
    std::uint64_t seconds = 0;
    if (!text.starts_with('P'))
        return std::nullopt;
    text.remove_prefix(1);
    if (!take(text, parts[0], 'M') || !take(text, parts[1], 'D') || !text.starts_with('T'))
        return std::nullopt;
    text.remove_prefix(1);
    std::uint32_t millis = 0;
    if (!take(text, seconds, '.') || text.size() != 4 || !take(text, millis, 'S') || !text.empty())
        return std::nullopt;
    const std::uint64_t all = seconds * 1000 + millis;
    if (seconds > UINT32_MAX / 1000 || all > UINT32_MAX)
        return std::nullopt;
    parts[2] = static_cast<std::uint32_t>(all);
    return std::string(reinterpret_cast<const char*>(parts), sizeof parts); // little-endian as this machine is
}

std::optional<std::int64_t> timeNumber(std::string_view text, Logical logical)
{
    std::int32_t days = 0;
    const std::string whole(text);
    switch (logical) {
    case Logical::Date:
        return parseIsoDate(text, days) ? std::optional<std::int64_t>(days) : std::nullopt;
    case Logical::TimeMillis:
        return microsOf("1970-01-01T" + whole, false, 1000);
    case Logical::TimeMicros:
        return microsOf("1970-01-01T" + whole, false, 1);
    case Logical::TimestampMillis:
    case Logical::LocalTimestampMillis:
        return microsOf(whole, logical == Logical::TimestampMillis, 1000);
    case Logical::TimestampMicros:
    case Logical::LocalTimestampMicros:
        return microsOf(whole, logical == Logical::TimestampMicros, 1);
    case Logical::TimestampNanos:
    case Logical::LocalTimestampNanos:
        return nanosOf(whole, logical == Logical::TimestampNanos);
    default:
        return std::nullopt;
    }
}

} // namespace headrace::avro
