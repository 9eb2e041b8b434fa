// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/sources/kafka/metadata_columns.h"

#include "connectors/formats/base64.h"
#include "connectors/formats/ndjson/json_cells.h"
#include "connectors/formats/utf8.h"
#include "connectors/formats/value_text.h"

#include <string>
#include <string_view>

namespace headrace::kafka {

namespace {

std::string_view keyOf(const rd_kafka_message_t& message)
{
    return {static_cast<const char*>(message.key), message.key_len};
}

/// [["name","value"],["raw",{"base64":"…"}],["empty",null]]
void appendHeaders(const rd_kafka_message_t& message, CellBuffer& cells)
{
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        cells.appendNull();
        return;
    }
    std::string text = "[";
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
        text += i == 0 ? "[" : ",[";
        appendJsonText(isUtf8(name) ? name : "?", text);
        text += ',';
        const std::string_view bytes(static_cast<const char*>(value), size);
        if (value == nullptr) {
            text += "null";
        } else if (isUtf8(bytes)) {
            appendJsonText(bytes, text);
        } else {
            text += "{\"base64\":\"";
            appendBase64(bytes, text);
            text += "\"}";
        }
        text += ']';
    }
    text += ']';
    cells.append(std::string_view(text));
}

} // namespace

std::vector<MetadataColumn> metadataColumns(bool keyAsBytes)
{
    return {{"topic", arrow::utf8()},      {"key", keyAsBytes ? arrow::binary() : arrow::utf8()},
            {"headers", arrow::utf8()},    {"timestamp", arrow::timestamp(arrow::TimeUnit::MILLI, "UTC")},
            {"partition", arrow::int64()}, {"offset", arrow::int64()}};
}

std::optional<std::int64_t> timestampOf(const rd_kafka_message_t& message)
{
    rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    const std::int64_t time = rd_kafka_message_timestamp(&message, &type);
    return type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? std::nullopt : std::optional(time);
}

bool hasTextKey(const rd_kafka_message_t& message)
{
    return message.key == nullptr || isUtf8(keyOf(message));
}

void appendMetadata(const rd_kafka_message_t& message, MetadataCells& metadata)
{
    const auto cells = [&](Metadata column) { return metadata.cells(static_cast<std::size_t>(column)); };
    if (auto* const topic = cells(Metadata::Topic))
        topic->append(std::string_view(rd_kafka_topic_name(message.rkt)));
    if (auto* const key = cells(Metadata::Key))
        message.key == nullptr ? key->appendNull() : key->append(keyOf(message));
    if (auto* const headers = cells(Metadata::Headers))
        appendHeaders(message, *headers);
    if (auto* const partition = cells(Metadata::Partition))
        partition->append(std::int64_t{message.partition});
    if (auto* const offset = cells(Metadata::Offset))
        offset->append(message.offset);
    auto* const timestamp = cells(Metadata::Timestamp);
    if (timestamp == nullptr)
        return;
    if (const auto time = timestampOf(message))
        timestamp->append(*time);
    else
        timestamp->appendNull();
}

} // namespace headrace::kafka
