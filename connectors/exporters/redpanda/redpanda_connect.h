// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/exporters/exporter.h"

namespace headrace {

/// Redpanda Connect (formerly Benthos) as an export target: one `pipeline.yaml`. Written against version 4.103; its
/// batch rule is internal/batch/policy/policy.go and internal/component/output/batcher/batcher.go of the engine.
[[nodiscard]] Exporter redpandaConnectExporter();

} // namespace headrace
