// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sinks/messages/record_encoder.h"

#include "connectors/sinks/messages/avro_encoder.h"
#include "connectors/sinks/messages/column_texts.h"
#include "connectors/sinks/messages/json_schema_frame.h"
#include "connectors/sinks/messages/line_values.h"
#include "connectors/sinks/messages/value_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace headrace {

namespace {

/// The columns that are part of the value: all but those with a use of their own.
std::vector<int> columnsOfValue(const RecordLayout& layout, const arrow::Schema& schema)
{
    std::vector<int> columns;
    for (int i = 0; i < schema.num_fields(); ++i)
        if (const std::string& name = schema.field(i)->name();
            name != layout.headersColumn && name != layout.partitionColumn)
            columns.push_back(i);
    return columns;
}

/// The column that holds the whole value.
Result<std::string> valueColumnOf(const RecordLayout& layout, const arrow::Schema& schema)
{
    if (!layout.valueColumn.empty())
        return layout.valueColumn;
    std::vector<std::string> left = schema.field_names();
    std::erase_if(left, [&](const std::string& name) {
        return std::ranges::find(layout.keyColumns, name) != layout.keyColumns.end() || name == layout.headersColumn ||
               name == layout.partitionColumn;
    });
    if (std::ranges::find(left, "value") != left.end())
        return std::string("value");
    if (left.size() == 1)
        return left.front();
    return fail(ErrorCode::Usage, fmt::format("The {} writes values as {}, but the rows have {} columns that it "
                                              "could be; name one in 'value_column'.",
                                              layout.owner, layout.value, left.size()));
}

class ColumnValues final : public ValueEncoder {
public:
    explicit ColumnValues(ColumnTexts column)
        : m_column(std::move(column))
    {
    }
    Status encode(const arrow::RecordBatch& rows) override
    {
        m_column.bind(rows);
        return {};
    }
    [[nodiscard]] std::optional<std::string_view> at(std::int64_t row) override { return m_column.at(row); }

private:
    ColumnTexts m_column;
};

NonFinite nonFiniteOf(const RecordLayout& layout)
{
    return layout.nonFinite == "null"   ? NonFinite::Null
           : layout.nonFinite == "text" ? NonFinite::Text
                                        : NonFinite::Refuse;
}

/// Values of these columns in a format that has a schema or is text; one column may stand alone, without a record.
Result<std::unique_ptr<ValueEncoder>> encoderOf(const std::string& format, const SchemaSettings& settings,
                                                const arrow::Schema& schema, std::vector<int> columns, bool isAlone,
                                                NonFinite nonFinite, const std::stop_token& stop)
{
    if (format == "csv")
        return makeCsvValues(schema, std::move(columns));
    if (format == "avro")
        return makeAvroEncoder(settings, schema, std::move(columns), isAlone, stop);
    std::string frame;
    if (format == "json_schema") {
        HEADRACE_TRY(frame, jsonSchemaFrame(settings, schema, columns, isAlone, stop));
    }
    auto values = isAlone ? makeJsonCellValues(schema, columns.front(), nonFinite)
                          : makeJsonValues(schema, std::move(columns), nonFinite);
    if (!values || frame.empty())
        return values;
    return makeFramedValues(*std::move(values), std::move(frame));
}

Result<std::unique_ptr<ValueEncoder>> keyOf(const RecordLayout& layout, const arrow::Schema& schema,
                                            const std::stop_token& stop)
{
    if (layout.keyFormat == "text") {
        if (layout.keyColumns.size() > 1)
            return fail(ErrorCode::Usage, fmt::format("The option 'key' of the {} names {} columns, but a text holds "
                                                      "one; name one, or set 'key_format' to json or avro.",
                                                      layout.owner, layout.keyColumns.size()));
        HEADRACE_TRY(ColumnTexts texts, ColumnTexts::create(schema, layout.keyColumns.front(), "key", layout.owner));
        return std::make_unique<ColumnValues>(std::move(texts));
    }
    std::vector<int> columns;
    for (const std::string& name : layout.keyColumns) {
        HEADRACE_TRY(const int column, columnNamed(schema, name, "key", layout.owner));
        columns.push_back(column);
    }
    const bool isAlone = columns.size() == 1;
    return encoderOf(layout.keyFormat, layout.keySchema, schema, std::move(columns), isAlone, nonFiniteOf(layout),
                     stop);
}

class ColumnsEncoder final : public RecordEncoder {
public:
    Status open(const RecordLayout& layout, const arrow::Schema& schema, const std::stop_token& stop)
    {
        const auto column = [&](const std::string& name, std::string_view use,
                                std::optional<ColumnTexts>& texts) -> Status {
            if (name.empty())
                return {};
            HEADRACE_TRY(texts, ColumnTexts::create(schema, name, use, layout.owner));
            return {};
        };
        m_layout = layout;
        HEADRACE_CHECK(column(layout.headersColumn, "headers", m_headers));
        HEADRACE_CHECK(column(layout.partitionColumn, "partition", m_partition));
        if (!layout.keyColumns.empty()) {
            HEADRACE_TRY(m_key, keyOf(layout, schema, stop));
        }
        if (layout.value == "text" || layout.value == "bytes") {
            HEADRACE_TRY(const std::string name, valueColumnOf(layout, schema));
            HEADRACE_TRY(ColumnTexts texts, ColumnTexts::create(schema, name, "value_column", layout.owner));
            m_values = std::make_unique<ColumnValues>(std::move(texts));
            return {};
        }
        HEADRACE_TRY(m_values, encoderOf(layout.value, layout.schema, schema, columnsOfValue(layout, schema), false,
                                         nonFiniteOf(layout), stop));
        return {};
    }

    Status encode(const std::shared_ptr<arrow::RecordBatch>& rows) override
    {
        for (auto* column : {&m_headers, &m_partition})
            if (*column)
                (*column)->bind(*rows);
        if (m_key != nullptr)
            HEADRACE_CHECK(m_key->encode(*rows));
        return m_values->encode(*rows);
    }

    [[nodiscard]] Result<Record> record(std::int64_t row) override
    {
        Record record;
        record.value = m_values->at(row);
        if (m_key != nullptr)
            record.key = m_key->at(row);
        if (m_headers)
            record.headers = m_headers->at(row);
        if (m_partition) {
            HEADRACE_TRY(record.partition, partitionAt(row));
        }
        return record;
    }

private:
    Result<std::int32_t> partitionAt(std::int64_t row)
    {
        const auto text = m_partition->at(row);
        if (!text)
            return -1;
        std::int32_t partition = -1;
        for (const char c : *text) {
            if (c < '0' || c > '9' || partition > 100'000'000) {
                partition = -1;
                break;
            }
            partition = std::max(0, partition) * 10 + (c - '0');
        }
        if (partition < 0)
            return fail(ErrorCode::Data,
                        fmt::format("The column '{}', which the option 'partition' of the {} names, holds "
                                    "'{}', which is no number of a partition.",
                                    m_layout.partitionColumn, m_layout.owner, *text));
        return partition;
    }

    RecordLayout m_layout;
    std::unique_ptr<ValueEncoder> m_values;
    std::unique_ptr<ValueEncoder> m_key; ///< null: there is none
    std::optional<ColumnTexts> m_headers;
    std::optional<ColumnTexts> m_partition;
};

} // namespace

OptionSpec nonFiniteOption()
{
    return {.key = "non_finite",
            .type = OptionType::Choice,
            .label = "NaN in JSON",
            .help = "What becomes of NaN and infinities, which JSON has no number for.",
            .defaultText = "refuse",
            .advanced = true,
            .choices = {"refuse", "null", "text"}};
}

Result<std::unique_ptr<RecordEncoder>> RecordEncoder::create(const RecordLayout& layout,
                                                             const std::shared_ptr<arrow::Schema>& schema,
                                                             const std::stop_token& stop)
{
    auto encoder = std::make_unique<ColumnsEncoder>();
    HEADRACE_CHECK(encoder->open(layout, *schema, stop));
    return encoder;
}

} // namespace headrace
