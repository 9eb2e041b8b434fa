// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sources/messages/value_decoder.h"

#include "connectors/formats/cell_buffer.h"
#include "connectors/formats/utf8.h"
#include "connectors/sources/messages/avro_values.h"
#include "connectors/sources/messages/connect_values.h"
#include "connectors/sources/messages/csv_values.h"
#include "connectors/sources/messages/json_schema_values.h"

namespace headrace {

namespace {

/// Text or bytes: one column, the value as it is.
class PlainValues final : public ValueDecoder {
public:
    explicit PlainValues(bool isText)
        : m_isText(isText)
        , m_schema(arrow::schema({arrow::field("value", isText ? arrow::utf8() : arrow::binary())}))
        , m_cells(m_schema->field(0)->type())
    {
    }

    Status learn(std::span<const std::string_view>, const std::stop_token&) override { return {}; }
    [[nodiscard]] std::shared_ptr<arrow::Schema> schema() const override { return m_schema; }

    [[nodiscard]] Result<Decoded> decode(std::span<const std::string_view> values, const std::stop_token&) override
    {
        Decoded decoded;
        decoded.taken = values.size();
        m_cells.reserve(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (values[i].data() == nullptr)
                m_cells.appendNull();
            else if (m_isText && !isUtf8(values[i]))
                decoded.bad.push_back({i, "The message's value is not valid UTF-8; set 'value' to bytes to read it."});
            else
                m_cells.append(values[i]);
        }
        const auto rows = static_cast<std::int64_t>(values.size() - decoded.bad.size());
        decoded.rows = arrow::RecordBatch::Make(m_schema, rows, arrow::ArrayVector{m_cells.finish()});
        return decoded;
    }

private:
    bool m_isText;
    std::shared_ptr<arrow::Schema> m_schema;
    CellBuffer m_cells;
};

class JsonValues final : public ValueDecoder {
public:
    explicit JsonValues(ndjson::MessageParser parser)
        : m_parser(std::move(parser))
    {
    }

    Status learn(std::span<const std::string_view> values, const std::stop_token&) override
    {
        return m_parser.learn(values);
    }
    [[nodiscard]] std::shared_ptr<arrow::Schema> schema() const override { return m_parser.schema(); }
    [[nodiscard]] std::vector<ndjson::Column> columns() const override { return m_parser.columns(); }
    [[nodiscard]] Result<Decoded> decode(std::span<const std::string_view> values, const std::stop_token&) override
    {
        return m_parser.parse(values);
    }

private:
    ndjson::MessageParser m_parser;
};

} // namespace

Result<std::unique_ptr<ValueDecoder>> makeValueDecoder(const ValueSettings& settings,
                                                       std::vector<ndjson::Column> columns)
{
    if (settings.value == ValueFormat::Json) {
        HEADRACE_TRY(auto parser, ndjson::MessageParser::create(settings.json, std::move(columns)));
        return std::make_unique<JsonValues>(std::move(parser));
    }
    if (settings.value == ValueFormat::JsonSchema)
        return makeJsonSchemaValues(settings.jsonRegistry, settings.json, std::move(columns));
    if (settings.value == ValueFormat::Connect)
        return makeConnectValues(settings.json, std::move(columns));
    if (settings.value == ValueFormat::Avro)
        return makeAvroValues(settings.avro, std::move(columns));
    if (settings.value == ValueFormat::Csv)
        return makeCsvValues(settings.csv);
    return std::make_unique<PlainValues>(settings.value == ValueFormat::Text);
}

} // namespace headrace
