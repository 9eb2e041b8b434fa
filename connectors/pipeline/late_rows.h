// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/pipeline.h"

namespace headrace {

/// What the pulls up to this position tell about late rows and the source's lag, as sentences; "" for nothing.
[[nodiscard]] std::string lateRows(const Pipeline& pipeline, const Position& position);

} // namespace headrace
