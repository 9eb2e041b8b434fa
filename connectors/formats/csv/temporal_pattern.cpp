// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/csv/temporal_pattern.h"

#include <fmt/format.h>

#include <array>

namespace headrace::csv {

struct TemporalPattern::Fields {
    int year = 1970;
    int month = 1;
    int day = 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int micro = 0;
    int half = -1; ///< 0 AM, 1 PM
    int offsetMinutes = 0;
};

namespace {

constexpr std::string_view kLetters = "YymdbHIMSpz";
constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;

constexpr std::array<std::string_view, 12> kMonths{"january",   "february", "march",    "april",
                                                   "may",       "june",     "july",     "august",
                                                   "september", "october",  "november", "december"};

bool isDigit(char character)
{
    return static_cast<unsigned char>(character - '0') < 10;
}

/// Howard Hinnant's days_from_civil.
std::int64_t daysFromCivil(int year, int month, int day)
{
    const int shifted = month <= 2 ? year - 1 : year;
    const int era = (shifted >= 0 ? shifted : shifted - 399) / 400;
    const int yearOfEra = shifted - era * 400;
    const int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return static_cast<std::int64_t>(era) * 146'097 + dayOfEra - 719'468;
}

int daysInMonth(int year, int month)
{
    constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

/// Reads `least` to `most` digits.
bool readNumber(const char*& at, const char* end, int least, int most, int& value)
{
    int digits = 0;
    int number = 0;
    while (at != end && digits < most && isDigit(*at)) {
        number = number * 10 + (*at++ - '0');
        ++digits;
    }
    value = number;
    return digits >= least;
}

bool readSecond(const char*& at, const char* end, int& second, int& micro)
{
    if (!readNumber(at, end, 2, 2, second))
        return false;
    if (at == end || (*at != '.' && *at != ','))
        return true;
    ++at;
    int digits = 0;
    int fraction = 0;
    for (; at != end && isDigit(*at); ++at, ++digits) {
        if (digits < 6)
            fraction = fraction * 10 + (*at - '0');
        else if (*at != '0')
            return false; // finer than a microsecond: would be cut
    }
    if (digits == 0)
        return false;
    for (; digits < 6; ++digits)
        fraction *= 10;
    micro = fraction;
    return true;
}

bool readMonthName(const char*& at, const char* end, int& month)
{
    std::array<char, 9> lower{};
    std::size_t size = 0;
    for (const char* next = at; next != end && size < lower.size(); ++next, ++size) {
        const char character = static_cast<char>(*next | 0x20);
        if (character < 'a' || character > 'z')
            break;
        lower[size] = character;
    }
    const std::string_view name(lower.data(), size);
    for (std::size_t i = 0; i < kMonths.size(); ++i) {
        if (name != kMonths[i] && name != kMonths[i].substr(0, 3))
            continue;
        month = static_cast<int>(i) + 1;
        at += size;
        return true;
    }
    return false;
}

bool readHalf(const char*& at, const char* end, int& half)
{
    if (end - at < 2 || (at[1] | 0x20) != 'm')
        return false;
    const char letter = static_cast<char>(*at | 0x20);
    if (letter != 'a' && letter != 'p')
        return false;
    half = letter == 'p' ? 1 : 0;
    at += 2;
    return true;
}

bool readOffset(const char*& at, const char* end, int& minutes)
{
    if (at != end && *at == ' ')
        ++at;
    if (at == end)
        return false;
    if (*at == 'Z') {
        ++at;
        return true;
    }
    if (*at != '+' && *at != '-')
        return false;
    const int sign = *at++ == '-' ? -1 : 1;
    int hour = 0;
    int minute = 0;
    if (!readNumber(at, end, 2, 2, hour))
        return false;
    if (at != end && *at == ':') {
        ++at;
        if (!readNumber(at, end, 2, 2, minute))
            return false;
    } else if (at != end && isDigit(*at) && !readNumber(at, end, 2, 2, minute)) {
        return false;
    }
    minutes = sign * (hour * 60 + minute);
    return hour <= 18 && minute < 60;
}

/// Two digits without a loop.
bool readPair(const char* at, int& value)
{
    const auto tens = static_cast<unsigned char>(at[0] - '0');
    const auto ones = static_cast<unsigned char>(at[1] - '0');
    value = tens * 10 + ones;
    return tens < 10 && ones < 10;
}

tl::unexpected<Error> unusable(std::string_view pattern, std::string_view why)
{
    return fail(ErrorCode::Usage, fmt::format("The format '{}' {}; write for example '%d.%m.%Y' or "
                                              "'%Y-%m-%d %H:%M:%S'.",
                                              pattern, why));
}

} // namespace

Result<TemporalPattern> TemporalPattern::compile(std::string_view pattern, Kind kind)
{
    TemporalPattern compiled(kind);
    std::string letters;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != '%') {
            compiled.m_tokens.push_back({0, pattern[i]});
            continue;
        }
        const char letter = ++i < pattern.size() ? pattern[i] : '\0';
        if (letter == '%') {
            compiled.m_tokens.push_back({0, '%'});
            continue;
        }
        if (letter == '\0' || kLetters.find(letter) == std::string_view::npos)
            return unusable(pattern, fmt::format("has the unknown part '%{}'", letter == '\0' ? ' ' : letter));
        compiled.m_tokens.push_back({letter, 0});
        letters += letter;
    }
    const auto has = [&](std::string_view any) { return letters.find_first_of(any) != std::string::npos; };
    if (kind != Kind::Time && !(has("Yy") && has("mb") && has("d")))
        return unusable(pattern, "needs a year, a month and a day");
    if (kind != Kind::Date && !has("HI"))
        return unusable(pattern, "needs an hour");
    if (kind == Kind::Date && has("HIMSpz"))
        return unusable(pattern, "has a time of day, which a date has not");
    if (has("I") != has("p"))
        return unusable(pattern, "needs %I and %p together");
    compiled.m_isoDate = pattern.starts_with("%Y-%m-%d");
    compiled.m_isoMinute = pattern.starts_with("%Y-%m-%d %H:%M:");
    return compiled;
}

bool TemporalPattern::parseToken(const Token& token, const char*& at, const char* end, Fields& fields) const
{
    switch (token.letter) {
    case 0:
        if (at == end || (*at != token.literal && !(token.literal == ' ' && *at == 'T')))
            return false;
        ++at;
        return true;
    case 'Y':
        return readNumber(at, end, 4, 4, fields.year);
    case 'y':
        if (!readNumber(at, end, 2, 2, fields.year))
            return false;
        fields.year += fields.year < 69 ? 2000 : 1900;
        return true;
    case 'm':
        return readNumber(at, end, 1, 2, fields.month);
    case 'd':
        return readNumber(at, end, 1, 2, fields.day);
    case 'b':
        return readMonthName(at, end, fields.month);
    case 'H':
    case 'I':
        return readNumber(at, end, 1, 2, fields.hour);
    case 'M':
        return readNumber(at, end, 2, 2, fields.minute);
    case 'S':
        return readSecond(at, end, fields.second, fields.micro);
    case 'p':
        return readHalf(at, end, fields.half);
    default:
        return readOffset(at, end, fields.offsetMinutes);
    }
}

bool TemporalPattern::assemble(const Fields& fields, std::int64_t& value) const
{
    if (fields.year < 1 || fields.month < 1 || fields.month > 12 || fields.day < 1 ||
        fields.day > daysInMonth(fields.year, fields.month))
        return false;
    int hour = fields.hour;
    if (fields.half >= 0) {
        if (hour < 1 || hour > 12)
            return false;
        hour = hour % 12 + fields.half * 12;
    }
    if (hour > 23 || fields.minute > 59 || fields.second > 59)
        return false;
    const std::int64_t days = m_kind == Kind::Time ? 0 : daysFromCivil(fields.year, fields.month, fields.day);
    if (m_kind == Kind::Date) {
        value = days;
        return true;
    }
    const std::int64_t seconds =
        days * kSecondsPerDay + hour * 3600 + (fields.minute - fields.offsetMinutes) * 60 + fields.second;
    value = seconds * kMicrosPerSecond + fields.micro;
    return true;
}

bool TemporalPattern::parse(std::string_view text, std::int64_t& value) const
{
    Fields fields;
    const char* at = text.data();
    const char* end = at + text.size();
    auto token = m_tokens.begin();
    int century = 0;
    int year = 0;
    if (m_isoDate && text.size() >= 10 && at[4] == '-' && at[7] == '-' && readPair(at, century) &&
        readPair(at + 2, year) && readPair(at + 5, fields.month) && readPair(at + 8, fields.day)) {
        fields.year = century * 100 + year;
        at += 10;
        token += 5; // %Y - %m - %d
        if (m_isoMinute && end - at >= 7 && (*at == ' ' || *at == 'T') && at[3] == ':' && at[6] == ':' &&
            readPair(at + 1, fields.hour) && readPair(at + 4, fields.minute)) {
            at += 7;
            token += 5; // blank %H : %M :
        }
    }
    for (; token != m_tokens.end(); ++token)
        if (!parseToken(*token, at, end, fields))
            return false;
    return at == end && assemble(fields, value);
}

std::string_view isoPattern(const ColumnType& type)
{
    if (type.kind == Kind::Date)
        return "%Y-%m-%d";
    if (type.kind == Kind::Time)
        return "%H:%M:%S";
    return type.zoned ? "%Y-%m-%d %H:%M:%S%z" : "%Y-%m-%d %H:%M:%S";
}

} // namespace headrace::csv
