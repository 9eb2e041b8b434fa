// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/messages/time_option.h"

#include "connectors/formats/iso_time.h"

namespace headrace {

std::optional<std::int64_t> millisecondsOf(std::string_view text)
{
    IsoTime time;
    std::int32_t days = 0;
    if (parseIsoTime(text, time))
        return time.microseconds / 1000;
    if (parseIsoDate(text, days))
        return std::int64_t{days} * 86'400'000;
    return std::nullopt;
}

} // namespace headrace
