// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace headrace {

/// When a pull starts.
struct Trigger {
    enum class Kind { Once, Every, Cron, Continuous, NewRows };

    Kind kind = Kind::Once;
    std::chrono::nanoseconds every{}; ///< for Every; counted from start to start, missed starts are skipped
    std::string cron;                 ///< for Cron: five fields, Vixie rules, in `zone`
    std::string zone = "UTC";
    std::int64_t newRows = 1000;                     ///< for NewRows: so many behind the position start a pull
    std::chrono::nanoseconds poll{5'000'000'000};    ///< for NewRows: from one look at the source to the next
    std::optional<std::chrono::nanoseconds> atLeast; ///< for NewRows: from start to start, however few rows there are

    [[nodiscard]] Status check() const;

    /// When the next pull starts after one that started at `lastStart` and ended at `now`; nullopt: never again.
    /// Without a last start: the first start (all but Cron: `now`). NewRows: not before the next look at the source;
    /// whether the rows are there is asked then (new_rows_watch.h).
    [[nodiscard]] std::optional<std::chrono::system_clock::time_point>
    nextStart(std::optional<std::chrono::system_clock::time_point> lastStart,
              std::chrono::system_clock::time_point now) const;

    /// "once", "every 15 m", "at 0 2 * * * (UTC)", "continuously", "when 1000 rows are new, looked for every 5 s".
    [[nodiscard]] std::string describe() const;

    friend bool operator==(const Trigger&, const Trigger&) = default;

private:
    [[nodiscard]] Status checkNewRows() const;
};

} // namespace headrace
