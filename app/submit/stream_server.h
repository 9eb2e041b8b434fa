// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/exporters/exporter.h"

#include <stop_token>
#include <string>

namespace headrace {

/// Starts `pipeline` on a Redpanda Connect that runs in streams mode and serves its REST API at `address`; a stream of
/// the same name is replaced. The value is a sentence that says what runs there now. Blocks; any thread but the UI's.
[[nodiscard]] Result<std::string> submitStream(const Pipeline& pipeline, const Exporter& exporter,
                                               const std::string& address, const std::stop_token& stop);

/// The exported file without the sections that belong to the server and not to one of its streams.
[[nodiscard]] std::string streamConfiguration(const std::string& exported);

} // namespace headrace
