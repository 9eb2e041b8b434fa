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

/// A stream that is not to be read up to an end. False for a source type that does not exist.
[[nodiscard]] bool isEndless(const ConnectorSpec& source, const Registry& registry);

/// Whether the run ends only when it is stopped: its trigger fires again, or its source is endless.
[[nodiscard]] bool goesOn(const Pipeline& pipeline, const Registry& registry);

/// The pipeline's own, with the number of attempts set. Where it says none, a run that ends by itself tries for half a
/// minute; one that goes on outlasts half a day, so that an outage of some hours needs nobody.
[[nodiscard]] RetryPolicy retryPolicy(const Pipeline& pipeline, const Registry& registry);

/// Fails only when a connector type does not exist.
[[nodiscard]] Result<PullKind> pullKind(const Pipeline& pipeline, const Registry& registry);

} // namespace headrace
