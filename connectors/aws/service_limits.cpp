// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/aws/service_limits.h"

#include "connectors/aws/limits_text.h"
#include "connectors/core/quantity.h"

#include <fmt/format.h>

#include <cstdlib>
#include <map>
#include <string>
#include <yaml-cpp/yaml.h>

namespace headrace::aws {

namespace {

/// By "service.name". Sizes are written as "10MiB".
std::map<std::string, std::int64_t> readLimits()
{
    std::map<std::string, std::int64_t> limits;
    for (const auto& service : YAML::Load(kLimitsText))
        for (const auto& limit : service.second["limits"])
            if (const auto number = parseBytes(limit.second.as<std::string>()))
                limits[fmt::format("{}.{}", service.first.as<std::string>(), limit.first.as<std::string>())] = *number;
    return limits;
}

} // namespace

std::int64_t serviceLimit(std::string_view service, std::string_view name)
{
    static const auto kLimits = readLimits();
    const auto found = kLimits.find(fmt::format("{}.{}", service, name));
    if (found == kLimits.end())
        std::abort();
    return found->second;
}

} // namespace headrace::aws
