// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/aws/connection.h"
#include "connectors/sources/kinesis/shard_place.h"
#include "connectors/sources/messages/metadata_cells.h"
#include "connectors/sources/messages/value_settings.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace headrace::kinesis {

/// Where reading ends.
struct Until {
    enum class Kind { Never, Now, Time };
    Kind kind = Kind::Never;
    std::int64_t time = 0; ///< milliseconds since 1970
};

struct SourceSettings : ValueSettings {
    std::shared_ptr<aws::Connection> connection;
    std::string stream;
    std::vector<std::string> shards; ///< only these and those that come of them; empty: all
    aws::IteratorStart from;
    Until until;
    std::chrono::milliseconds poll{}; ///< between two reads of a shard that has nothing new
};

enum class Metadata { PartitionKey, SequenceNumber, SubSequence, Shard, ArrivalTime };

[[nodiscard]] std::vector<OptionSpec> sourceOptions();

/// In the order of Metadata.
[[nodiscard]] std::vector<MetadataColumn> metadataColumns();

/// The error names a wanted shard that the stream does not have, and the nearest one.
[[nodiscard]] Status checkWantedShards(const SourceSettings& settings, const std::vector<aws::ShardInfo>& shards);

/// `options` are checked against sourceOptions().
[[nodiscard]] Result<SourceSettings> sourceSettings(const Options& options);

} // namespace headrace::kinesis
