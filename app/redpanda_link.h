// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/engine_link.h"

namespace headrace {

class Registry;

/// Proofs with the Redpanda Connect that is installed here, and submissions to one that runs in streams mode.
/// `registry` outlives the link.
[[nodiscard]] EngineLink redpandaLink(const Registry& registry);

} // namespace headrace
