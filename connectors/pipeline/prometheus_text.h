// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/metrics.h"

#include <string>

namespace headrace {

/// The metrics of a run in Prometheus' text format 0.0.4; every sample carries the label `pipeline`.
[[nodiscard]] std::string prometheusText(const std::string& pipeline, const Metrics& metrics);

} // namespace headrace
