// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <chrono>
#include <memory>
#include <string>

namespace headrace {

using WallTime = std::chrono::system_clock::time_point;

/// A stretch of time in which a zone's distance from UTC does not change.
struct OffsetSpan {
    WallTime from;
    WallTime until; ///< the change of the clocks that ends it; WallTime::max() when none is known
    std::chrono::seconds offset{};

    [[nodiscard]] bool contains(WallTime at) const { return at >= from && at < until; }
};

/// An IANA time zone ("Europe/Berlin"). Immutable and thread-safe.
class TimeZone {
public:
    /// An unknown name is a Usage error that names the nearest right one.
    [[nodiscard]] static Result<std::shared_ptr<const TimeZone>> find(const std::string& name);
    virtual ~TimeZone() = default;

    [[nodiscard]] virtual OffsetSpan spanAt(WallTime at) const = 0;
};

} // namespace headrace
