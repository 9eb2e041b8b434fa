// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/source.h"
#include "connectors/sources/messages/value_decoder.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

/// Messages of a stream as rows, as far as they have the same columns.
struct MessageRows {
    std::shared_ptr<arrow::RecordBatch> values; ///< the values' columns
    std::vector<std::uint32_t> messageOfRow;    ///< index among the messages
    std::vector<BadRecord> rejected;            ///< with row, reason and raw; origin and offset are the source's
    std::vector<std::uint32_t> messageOfBad;    ///< by rejected record
    std::size_t taken = 0;                      ///< messages: the columns change before the next
};

/// A value without data() is a row of nulls. `refused` are those whose value is not looked at, in order.
[[nodiscard]] Result<MessageRows> decodeMessages(ValueDecoder& decoder, std::span<const std::string_view> values,
                                                 const std::stop_token& stop,
                                                 std::vector<ndjson::MessageParser::Bad> refused = {});

/// Adds a row that was made at a time, in milliseconds since 1970, to Chunk::made.
void addMade(std::int64_t time, std::vector<MadeAt>& made);

/// The columns of the values behind those of the metadata. The error names one that both have.
[[nodiscard]] Result<std::shared_ptr<arrow::Schema>> schemaOfMessages(const arrow::FieldVector& metadata,
                                                                      const arrow::Schema& values);

/// What learn() found in `count` messages, for Source::decisions().
[[nodiscard]] std::vector<Decision> decisionsOf(const ValueDecoder& decoder, std::size_t count);

} // namespace headrace
