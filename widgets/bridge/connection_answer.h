// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/pipeline.h"

#include <stop_token>
#include <string>

namespace headrace {

/// What one end of a pipeline answered.
struct ConnectionAnswer {
    std::string text;    ///< sentences
    bool isWhole = true; ///< false: it can be reached, but what to read or write there is not said yet
};

/// Tries one end out without moving anything. With `saysPlace` the text also has who answered and how the way there is
/// protected. The error names the cause. Blocks; any thread.
[[nodiscard]] Result<ConnectionAnswer> askConnection(const Registry& registry, const ConnectorType& connector,
                                                     const ConnectorSpec& spec, bool saysPlace,
                                                     const std::stop_token& stop);

} // namespace headrace
