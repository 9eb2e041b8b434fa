// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"
#include "connectors/exporters/exporter.h"
#include "connectors/exporters/proof.h"
#include "connectors/pipeline/pipeline.h"

#include <stop_token>
#include <string>

namespace headrace::prove {

/// Runs `pipeline` here and its export on the engine program `engine`, both into folders below `workFolder`, reads both
/// back with our own sources and compares the rows. Triggers count as once. Blocks; a stop ends both
/// runs and returns Cancelled.
/// An error: the pipeline has no export, its destination cannot be read back, or one of the runs failed.
[[nodiscard]] Result<Proof> prove(const Pipeline& pipeline, const Exporter& exporter, const std::string& engine,
                                  const std::string& workFolder, const Registry& registry,
                                  const std::stop_token& stop = {});

} // namespace headrace::prove
