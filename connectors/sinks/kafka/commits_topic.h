// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/sink.h"
#include "connectors/kafka/client.h"

#include <optional>
#include <stop_token>
#include <string>

namespace headrace::kafka {

/// A compacted topic that holds how far each pipeline has come, as the table of that name does in databases. Its
/// messages are written inside the transactions of the rows, so that both are there or neither. Consumer groups could
/// keep positions too, but forget them a week after the last run.
inline constexpr const char* kCommitsTopic = "headrace_commits";

/// Creates the topic unless it is there.
Status createCommitsTopic(Client& client, const std::stop_token& stop);

/// The message's key of a pipeline that writes to `topic`, and the value for a position.
[[nodiscard]] std::string commitKey(const RunIdentity& identity, const std::string& topic);
[[nodiscard]] std::string commitValue(const CommittedPosition& committed);

/// The position that was committed last under `key`. Looks from the end backwards.
[[nodiscard]] Result<std::optional<CommittedPosition>> readCommitted(Client& client, const std::string& key,
                                                                     const std::stop_token& stop);

} // namespace headrace::kafka
