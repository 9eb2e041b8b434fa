// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/type.h>
#include <arrow/util/utf8.h>

#include "connectors/sources/kafka/metadata_columns.h"

#include "connectors/formats/ndjson/json_cells.h"
#include "connectors/formats/value_text.h"

#include <algorithm>

namespace headrace::kafka {

namespace {

std::shared_ptr<arrow::DataType> typeOf(MetadataColumn column, bool keyAsBytes)
{
    switch (column) {
    case MetadataColumn::Timestamp:
        return arrow::timestamp(arrow::TimeUnit::MILLI, "UTC");
    case MetadataColumn::Partition:
    case MetadataColumn::Offset:
        return arrow::int64();
    case MetadataColumn::Key:
        return keyAsBytes ? arrow::binary() : arrow::utf8();
    default:
        return arrow::utf8();
    }
}

bool isText(std::string_view bytes)
{
    return arrow::util::ValidateUTF8(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                     static_cast<std::int64_t>(bytes.size()));
}

std::string_view keyOf(const rd_kafka_message_t& message)
{
    return {static_cast<const char*>(message.key), message.key_len};
}

} // namespace

std::optional<std::int64_t> timestampOf(const rd_kafka_message_t& message)
{
    rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    const std::int64_t time = rd_kafka_message_timestamp(&message, &type);
    return type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? std::nullopt : std::optional(time);
}

MetadataColumns::MetadataColumns(const std::vector<std::string>& names, const std::string& prefix, bool keyAsBytes)
{
    arrow::util::InitializeUTF8();
    for (std::size_t i = 0; i < kMetadataColumns.size(); ++i) {
        if (std::ranges::find(names, kMetadataColumns[i]) == names.end())
            continue;
        const auto column = static_cast<MetadataColumn>(i);
        m_columns.push_back(column);
        m_fields.push_back(arrow::field(prefix + std::string(kMetadataColumns[i]), typeOf(column, keyAsBytes)));
        m_cells.emplace_back(m_fields.back()->type());
        m_checkKey |= column == MetadataColumn::Key && !keyAsBytes;
    }
}

bool MetadataColumns::fits(const rd_kafka_message_t& message) const
{
    return !m_checkKey || message.key == nullptr || isText(keyOf(message));
}

void MetadataColumns::append(const rd_kafka_message_t& message)
{
    for (std::size_t i = 0; i < m_columns.size(); ++i)
        appendCell(m_columns[i], message, m_cells[i]);
}

void MetadataColumns::appendCell(MetadataColumn column, const rd_kafka_message_t& message, CellBuffer& cells)
{
    switch (column) {
    case MetadataColumn::Topic:
        return cells.append(std::string_view(rd_kafka_topic_name(message.rkt)));
    case MetadataColumn::Key:
        return message.key == nullptr ? cells.appendNull() : cells.append(keyOf(message));
    case MetadataColumn::Headers:
        return appendHeaders(message, cells);
    case MetadataColumn::Partition:
        return cells.append(std::int64_t{message.partition});
    case MetadataColumn::Offset:
        return cells.append(message.offset);
    case MetadataColumn::Timestamp:
        break;
    }
    if (const auto time = timestampOf(message))
        cells.append(*time);
    else
        cells.appendNull();
}

/// [["name","value"],["raw",{"base64":"…"}],["empty",null]]
void MetadataColumns::appendHeaders(const rd_kafka_message_t& message, CellBuffer& cells)
{
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        cells.appendNull();
        return;
    }
    m_text = "[";
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
        m_text += i == 0 ? "[" : ",[";
        appendJsonText(isText(name) ? name : "?", m_text);
        m_text += ',';
        const std::string_view bytes(static_cast<const char*>(value), size);
        if (value == nullptr) {
            m_text += "null";
        } else if (isText(bytes)) {
            appendJsonText(bytes, m_text);
        } else {
            m_text += "{\"base64\":\"";
            appendBase64(bytes, m_text);
            m_text += "\"}";
        }
        m_text += ']';
    }
    m_text += ']';
    cells.append(m_text);
}

arrow::ArrayVector MetadataColumns::finish()
{
    arrow::ArrayVector columns;
    for (CellBuffer& cells : m_cells)
        columns.push_back(cells.finish());
    return columns;
}

} // namespace headrace::kafka
