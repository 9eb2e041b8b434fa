// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/iso_time.h"

#include <chrono>

namespace headrace {

namespace {

constexpr std::int64_t kSecond = 1'000'000;

/// Takes decimal digits and separators from the front of a text.
class Scanner {
public:
    explicit Scanner(std::string_view text)
        : m_text(text)
    {
    }

    bool number(std::size_t digits, int& value)
    {
        if (m_text.size() < digits)
            return false;
        value = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            const unsigned digit = static_cast<unsigned char>(m_text[i]) - unsigned{'0'};
            if (digit > 9)
                return false;
            value = value * 10 + static_cast<int>(digit);
        }
        m_text.remove_prefix(digits);
        return true;
    }

    bool take(char wanted)
    {
        if (!startsWith(wanted))
            return false;
        m_text.remove_prefix(1);
        return true;
    }

    /// Up to six digits, as microseconds.
    bool fraction(int& microseconds)
    {
        std::size_t digits = 0;
        microseconds = 0;
        for (int digit = 0; digits <= 6 && number(1, digit); ++digits)
            microseconds = microseconds * 10 + digit;
        if (digits == 0 || digits > 6)
            return false;
        for (; digits < 6; ++digits)
            microseconds *= 10;
        return true;
    }

    [[nodiscard]] bool startsWith(char wanted) const { return !m_text.empty() && m_text.front() == wanted; }
    [[nodiscard]] bool isEmpty() const { return m_text.empty(); }

private:
    std::string_view m_text;
};

bool scanDate(Scanner& scanner, std::int64_t& days)
{
    int year = 0;
    int month = 0;
    int day = 0;
    if (!scanner.number(4, year) || !scanner.take('-') || !scanner.number(2, month) || !scanner.take('-') ||
        !scanner.number(2, day))
        return false;
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    days = date.ok() ? std::chrono::sys_days{date}.time_since_epoch().count() : 0;
    return date.ok();
}

/// Minutes east of UTC; `zoned` stays false when nothing follows.
bool scanZone(Scanner& scanner, int& minutes, bool& zoned)
{
    minutes = 0;
    zoned = !scanner.isEmpty();
    if (!zoned || scanner.take('Z'))
        return scanner.isEmpty();
    const bool west = scanner.startsWith('-');
    int hour = 0;
    int minute = 0;
    if ((!scanner.take('+') && !scanner.take('-')) || !scanner.number(2, hour))
        return false;
    if (!scanner.isEmpty()) {
        scanner.take(':');
        if (!scanner.number(2, minute))
            return false;
    }
    minutes = (hour * 60 + minute) * (west ? -1 : 1);
    return scanner.isEmpty() && hour < 24 && minute < 60;
}

} // namespace

bool parseIsoDate(std::string_view text, std::int32_t& days)
{
    Scanner scanner(text);
    std::int64_t value = 0;
    if (!scanDate(scanner, value) || !scanner.isEmpty())
        return false;
    days = static_cast<std::int32_t>(value);
    return true;
}

bool parseIsoTime(std::string_view text, IsoTime& time)
{
    Scanner scanner(text);
    std::int64_t days = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int microsecond = 0;
    if (!scanDate(scanner, days) || (!scanner.take('T') && !scanner.take(' ')) || !scanner.number(2, hour) ||
        !scanner.take(':') || !scanner.number(2, minute))
        return false;
    if (scanner.take(':') && (!scanner.number(2, second) || (scanner.take('.') && !scanner.fraction(microsecond))))
        return false;
    int east = 0;
    if (hour > 23 || minute > 59 || second > 59 || !scanZone(scanner, east, time.zoned))
        return false;
    const std::int64_t seconds = ((days * 24 + hour) * 60 + minute - east) * 60 + second;
    time.microseconds = seconds * kSecond + microsecond;
    return true;
}

} // namespace headrace
