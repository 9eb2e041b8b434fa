// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <chrono>
#include <optional>
#include <string>

namespace headrace {

/// When a pull starts.
struct Trigger {
    enum class Kind { Once, Every, Cron, Continuous };

    Kind kind = Kind::Once;
    std::chrono::nanoseconds every{}; ///< for Every; counted from start to start, missed starts are skipped
    std::string cron;                 ///< for Cron: five fields, Vixie rules, in `zone`
    std::string zone = "UTC";

    [[nodiscard]] Status check() const;

    /// When the next pull starts after one that started at `lastStart` and ended at `now`; nullopt: never again.
    /// Without a last start: the first start (Once, Every and Continuous: `now`).
    [[nodiscard]] std::optional<std::chrono::system_clock::time_point>
    nextStart(std::optional<std::chrono::system_clock::time_point> lastStart,
              std::chrono::system_clock::time_point now) const;

    /// "once", "every 15 m", "at 0 2 * * * (UTC)", "continuously".
    [[nodiscard]] std::string describe() const;

    friend bool operator==(const Trigger&, const Trigger&) = default;
};

} // namespace headrace
