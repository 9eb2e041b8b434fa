// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/sources/messages/message_rows.h"

#include <librdkafka/rdkafka.h>

#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace headrace::kafka {

/// Keys of messages as columns of their own: '_key.id' of a key with the field 'id', '_key' of one that is no record.
/// One thread at a time.
class MessageKeys {
public:
    using Messages = std::span<rd_kafka_message_t* const>;

    /// `name` is that of the column or what opens the columns' names; `columns` are those of a saved position.
    [[nodiscard]] static Result<std::unique_ptr<MessageKeys>> create(const ValueSettings& settings, std::string name,
                                                                     std::vector<ndjson::Column> columns);

    /// Adds what samples show.
    Status learn(std::span<const std::string_view> keys, const std::stop_token& stop);

    [[nodiscard]] arrow::FieldVector fields() const;
    [[nodiscard]] std::shared_ptr<arrow::Schema> schema() const { return m_decoder->schema(); }
    [[nodiscard]] std::vector<ndjson::Column> columns() const { return m_decoder->columns(); }

    /// As far as the keys have the same columns.
    [[nodiscard]] Result<MessageRows> decode(Messages messages, const std::stop_token& stop);

    /// The columns of `keys` for those messages, which are among its rows, in order.
    [[nodiscard]] static arrow::ArrayVector columnsFor(const MessageRows& keys,
                                                       const std::vector<std::uint32_t>& messages);

private:
    MessageKeys(std::unique_ptr<ValueDecoder> decoder, std::string name);

    std::unique_ptr<ValueDecoder> m_decoder;
    std::string m_name;
};

} // namespace headrace::kafka
