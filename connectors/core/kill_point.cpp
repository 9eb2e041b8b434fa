// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/kill_point.h"

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <string>

namespace headrace {

namespace {

struct KillPlan {
    std::string name;
    long pass = 0;

    static KillPlan fromEnvironment()
    {
        const char* value = std::getenv("HEADRACE_KILL_AT");
        const std::string_view text = value == nullptr ? "" : value;
        const auto colon = text.find(':');
        KillPlan plan;
        if (colon == std::string_view::npos)
            return plan;
        const auto [end, error] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), plan.pass);
        if (error == std::errc{})
            plan.name = text.substr(0, colon);
        return plan;
    }
};

} // namespace

void killPoint(std::string_view name) noexcept
{
    static const KillPlan plan = KillPlan::fromEnvironment();
    static std::atomic<long> passes{0};
    if (plan.name.empty() || name != plan.name)
        return;
    if (++passes == plan.pass)
        std::raise(SIGKILL);
}

} // namespace headrace
