// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/sources/messages/metadata_cells.h"

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace headrace::kafka {

/// The columns beside the value, in their order.
enum class Metadata { Topic, Key, Headers, Timestamp, Partition, Offset };

[[nodiscard]] std::vector<MetadataColumn> metadataColumns(bool keyAsBytes);

/// Milliseconds since 1970; nullopt for messages of a time when Kafka had none.
[[nodiscard]] std::optional<std::int64_t> timestampOf(const rd_kafka_message_t& message);

/// False when the key is no text; the message is then a bad one where the column is to be text.
[[nodiscard]] bool hasTextKey(const rd_kafka_message_t& message);

/// A row of those of metadataColumns() that are wanted.
void appendMetadata(const rd_kafka_message_t& message, MetadataCells& cells);

} // namespace headrace::kafka
