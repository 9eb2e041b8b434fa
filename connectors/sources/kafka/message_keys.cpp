// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/array/concatenate.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sources/kafka/message_keys.h"

#include <utility>

namespace headrace::kafka {

namespace {

std::string_view keyOf(const rd_kafka_message_t& message)
{
    return {static_cast<const char*>(message.key), message.key_len};
}

} // namespace

MessageKeys::MessageKeys(std::unique_ptr<ValueDecoder> decoder, std::string name)
    : m_decoder(std::move(decoder))
    , m_name(std::move(name))
{
}

Result<std::unique_ptr<MessageKeys>> MessageKeys::create(const ValueSettings& settings, std::string name,
                                                         std::vector<ndjson::Column> columns)
{
    HEADRACE_TRY(auto decoder, makeValueDecoder(settings, std::move(columns)));
    return std::unique_ptr<MessageKeys>(new MessageKeys(std::move(decoder), std::move(name)));
}

Status MessageKeys::learn(std::span<const std::string_view> keys, const std::stop_token& stop)
{
    return m_decoder->learn(keys, stop);
}

arrow::FieldVector MessageKeys::fields() const
{
    arrow::FieldVector fields;
    const auto schema = m_decoder->schema();
    for (const auto& field : schema->fields()) {
        const bool isWhole = schema->num_fields() == 1 && field->name() == "value";
        fields.push_back(field->WithName(isWhole ? m_name : m_name + '.' + field->name()));
    }
    return fields;
}

Result<MessageRows> MessageKeys::decode(Messages messages, const std::stop_token& stop)
{
    std::vector<std::string_view> keys;
    keys.reserve(messages.size());
    for (const rd_kafka_message_t* const message : messages)
        keys.push_back(keyOf(*message));
    HEADRACE_TRY(MessageRows rows, decodeMessages(*m_decoder, keys, stop));
    for (BadRecord& record : rows.rejected)
        record.reason = "The message's key cannot be read. " + record.reason;
    return rows;
}

arrow::ArrayVector MessageKeys::columnsFor(const MessageRows& keys, const std::vector<std::uint32_t>& messages)
{
    const arrow::ArrayVector& all = keys.values->columns();
    if (messages.size() == keys.messageOfRow.size())
        return all;
    std::vector<std::pair<std::int64_t, std::int64_t>> runs; // first row and length
    std::size_t row = 0;
    for (const std::uint32_t message : messages) {
        while (keys.messageOfRow[row] != message)
            ++row;
        const auto place = static_cast<std::int64_t>(row);
        if (!runs.empty() && runs.back().first + runs.back().second == place)
            ++runs.back().second;
        else
            runs.emplace_back(place, 1);
    }
    arrow::ArrayVector columns;
    for (const auto& column : all) {
        arrow::ArrayVector parts{column->Slice(0, 0)};
        for (const auto& [first, length] : runs)
            parts.push_back(column->Slice(first, length));
        columns.push_back(*arrow::Concatenate(parts));
    }
    return columns;
}

} // namespace headrace::kafka
