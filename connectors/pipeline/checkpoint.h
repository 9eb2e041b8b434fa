// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/core/sink.h"
#include "connectors/core/state_folder.h"

#include <optional>
#include <string>

namespace headrace {

/// What a pipeline remembers between runs.
struct Checkpoint {
    CommittedPosition committed;
    std::int64_t rows = 0; ///< delivered so far, over all runs
    std::int64_t quarantined = 0;
    bool finished = false;           ///< the source ended after this position
    std::int64_t earlierBatches = 0; ///< as RunIdentity::earlierBatches
    std::string destination = {};    ///< Pipeline::destinationPlace() that has these rows; "" when not known

    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

/// Keeps one pipeline's checkpoint and holds its lock: a second process on the same pipeline is refused.
/// One thread at a time.
class CheckpointStore {
public:
    virtual ~CheckpointStore() = default;
    /// The checkpoint under `fingerprint`; nullopt when there is none or it belongs to other options.
    virtual Result<std::optional<Checkpoint>> load(const std::string& fingerprint) = 0;
    /// Durable when it returns.
    virtual Status save(const std::string& fingerprint, const Checkpoint& checkpoint) = 0;
    virtual Status reset() = 0;
};

/// JSON file `<folder>/<pipeline>.state.json`, versioned, written with temp + fsync + rename, guarded by a lock file.
/// Conflict when another process holds it; the message names that process.
[[nodiscard]] Result<std::unique_ptr<CheckpointStore>> openCheckpointFile(const std::string& folder,
                                                                          const std::string& pipeline);

/// What that file holds, without its lock: for a look while another process may write it.
[[nodiscard]] Result<std::optional<Checkpoint>> peekCheckpoint(const std::string& folder, const std::string& pipeline,
                                                               const std::string& fingerprint);

} // namespace headrace
