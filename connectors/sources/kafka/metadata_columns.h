// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/cell_buffer.h"

#include <arrow/type_fwd.h>
#include <librdkafka/rdkafka.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headrace::kafka {

enum class MetadataColumn { Topic, Key, Headers, Timestamp, Partition, Offset };

/// Their names, in that order.
inline constexpr std::array<std::string_view, 6> kMetadataColumns{"topic",     "key",       "headers",
                                                                  "timestamp", "partition", "offset"};

/// Milliseconds since 1970; nullopt for messages of a time when Kafka had none.
[[nodiscard]] std::optional<std::int64_t> timestampOf(const rd_kafka_message_t& message);

/// The columns that stand beside a message's value. One thread at a time.
class MetadataColumns {
public:
    /// `names` are of kMetadataColumns.
    MetadataColumns(const std::vector<std::string>& names, const std::string& prefix, bool keyAsBytes);

    [[nodiscard]] const arrow::FieldVector& fields() const { return m_fields; }

    /// False when the key is no text and must be; the message is then a bad one.
    [[nodiscard]] bool fits(const rd_kafka_message_t& message) const;
    void append(const rd_kafka_message_t& message);

    /// The columns of the messages appended; empty afterwards.
    [[nodiscard]] arrow::ArrayVector finish();

private:
    void appendCell(MetadataColumn column, const rd_kafka_message_t& message, CellBuffer& cells);
    void appendHeaders(const rd_kafka_message_t& message, CellBuffer& cells);

    std::vector<MetadataColumn> m_columns;
    arrow::FieldVector m_fields; ///< by column
    std::vector<CellBuffer> m_cells;
    bool m_checkKey = false;
    std::string m_text;
};

} // namespace headrace::kafka
