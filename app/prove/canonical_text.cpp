// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/prove/canonical_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>

namespace headrace::prove {

namespace {

bool isDigit(char c)
{
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/// Digits without point, leading and trailing zeros, and the power of ten of the last one.
std::string canonicalNumber(std::string_view text)
{
    std::string_view rest = text;
    const bool negative = rest.starts_with('-');
    if (negative || rest.starts_with('+'))
        rest.remove_prefix(1);
    std::string digits;
    std::int64_t exponent = 0;
    bool point = false;
    while (!rest.empty() && (isDigit(rest.front()) || (rest.front() == '.' && !point))) {
        if (rest.front() == '.') {
            point = true;
        } else {
            digits += rest.front();
            exponent -= point ? 1 : 0;
        }
        rest.remove_prefix(1);
    }
    if (!digits.empty() && (rest.starts_with('e') || rest.starts_with('E'))) {
        rest.remove_prefix(rest.size() > 1 && rest[1] == '+' ? 2 : 1);
        std::int64_t written = 0;
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), written);
        if (error != std::errc())
            return std::string(text);
        exponent += written;
        rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    }
    if (digits.empty() || !rest.empty())
        return std::string(text);
    digits.erase(0, digits.find_first_not_of('0'));
    if (digits.empty())
        return "0";
    const std::size_t last = digits.find_last_not_of('0');
    exponent += static_cast<std::int64_t>(digits.size() - last - 1);
    digits.erase(last + 1);
    return fmt::format("{}{}e{}", negative ? "-" : "", digits, exponent);
}

std::string canonicalDouble(std::string_view text)
{
    double value = 0;
    const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size())
        return std::string(text);
    return fmt::format("{}", value == 0 ? 0.0 : value);
}

std::string canonicalTime(std::string_view text)
{
    std::string time(text);
    if (time.size() > 10 && time[10] == 'T')
        time[10] = ' ';
    for (const std::string_view zone : {"Z", "+00:00", "+00"}) {
        if (time.size() > 10 && time.ends_with(zone)) {
            time.resize(time.size() - zone.size());
            break;
        }
    }
    if (time.find('.') != std::string::npos) {
        time.erase(time.find_last_not_of('0') + 1);
        if (time.ends_with('.'))
            time.pop_back();
    }
    if (time.ends_with(" 00:00:00"))
        time.resize(time.size() - std::string_view(" 00:00:00").size());
    return time;
}

std::string canonicalBoolean(std::string_view text)
{
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    if (lower == "true" || lower == "t" || lower == "1")
        return "true";
    if (lower == "false" || lower == "f" || lower == "0")
        return "false";
    return std::string(text);
}

} // namespace

std::string canonicalText(ValueKind kind, std::string_view text)
{
    switch (kind) {
    case ValueKind::Text:
        break;
    case ValueKind::Exact:
        return canonicalNumber(text);
    case ValueKind::Floating:
        return canonicalDouble(text);
    case ValueKind::Boolean:
        return canonicalBoolean(text);
    case ValueKind::Time:
        return canonicalTime(text);
    }
    return std::string(text);
}

} // namespace headrace::prove
