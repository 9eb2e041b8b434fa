// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/outage.h"

#include <functional>
#include <optional>

namespace headrace {

/// What a Sink may be besides: one that waits by itself for servers that are away. (A Source says it in its progress.)
class TellsOutages {
public:
    using Tell = std::function<void(const std::optional<Outage>&)>;

    virtual ~TellsOutages() = default;

    /// Called before open. Until close `tell` hears from any thread how it is now; nullopt: every server answers. What
    /// becomes an error of the sink is not told.
    virtual void onOutage(Tell tell) = 0;
};

} // namespace headrace
