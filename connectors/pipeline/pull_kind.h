// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"
#include "connectors/pipeline/pipeline.h"

#include <string>

namespace headrace {

/// What each pull of a pipeline reads.
struct PullKind {
    bool whole = false;      ///< everything again; else what is new since the pull before
    bool mayRestart = false; ///< rows that were delivered may come again: they take the place of what is there
    std::string sentence;    ///< for the user; empty where there is only one pull
};

/// Fails only when a connector type does not exist.
[[nodiscard]] Result<PullKind> pullKind(const Pipeline& pipeline, const Registry& registry);

} // namespace headrace
