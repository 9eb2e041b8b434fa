// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/outage.h"

#include "connectors/core/shown_number.h"

#include <fmt/format.h>

#include <cctype>
#include <ctime>

namespace headrace {

std::string clockTime(std::chrono::system_clock::time_point at)
{
    const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
    std::tm local{};
    ::localtime_r(&seconds, &local);
    return fmt::format("{:02}:{:02}:{:02}", local.tm_hour, local.tm_min, local.tm_sec);
}

std::string asCause(std::string_view words)
{
    std::string cause(words.substr(0, words.find_last_not_of(". \n") + 1));
    const auto isUpper = [](unsigned char c) { return std::isupper(c) != 0; };
    if (cause.size() > 1 && isUpper(cause[0]) && !isUpper(cause[1])) // no abbreviation
        cause[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(cause[0])));
    return cause;
}

std::string recoverySentence(const Outage& outage, std::chrono::system_clock::time_point now)
{
    return fmt::format("{}, after {}.", outage.recovery,
                       shownDuration(std::chrono::ceil<std::chrono::seconds>(now - outage.since)));
}

} // namespace headrace
