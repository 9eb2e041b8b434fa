// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sinks/messages/record_encoder.h"

#include "connectors/core/options.h"
#include "connectors/formats/csv/csv_writer.h"
#include "connectors/formats/ndjson/ndjson_writer.h"
#include "connectors/formats/value_text.h"
#include "connectors/sinks/messages/avro_encoder.h"
#include "connectors/sinks/messages/json_schema_frame.h"
#include "connectors/sinks/messages/value_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace headrace {

namespace {

class MemoryOutput final : public ByteOutput {
public:
    Status write(std::string_view written) override
    {
        bytes += written;
        return {};
    }
    Status finish() override { return {}; }

    std::string bytes;
};

/// The cells of one column as texts: bytes as they are, anything else as the CSV writer spells it.
class ColumnTexts {
public:
    static Result<ColumnTexts> create(const arrow::Schema& schema, const std::string& name, std::string_view use,
                                      std::string_view owner)
    {
        const int index = schema.GetFieldIndex(name);
        if (index < 0) {
            const std::string near = nearest(name, schema.field_names());
            return fail(ErrorCode::Usage,
                        fmt::format("The option '{}' of the {} names the column '{}', which the rows do not have{}",
                                    use, owner, name, near.empty() ? "." : fmt::format("; did you mean '{}'?", near)));
        }
        ColumnTexts column;
        column.m_index = index;
        const auto& type = *schema.field(index)->type();
        if (!BytesView::covers(type)) {
            column.m_text = makeCellText(type, {});
            if (column.m_text == nullptr)
                return fail(ErrorCode::Data, fmt::format("The column '{}' is {}, which is no text for the option '{}'.",
                                                         name, type.ToString(), use));
        }
        return column;
    }

    void bind(const arrow::RecordBatch& rows)
    {
        m_array = rows.column(m_index);
        if (m_text == nullptr)
            m_bytes.bind(*m_array);
        else
            m_text->bind(*m_array);
    }

    /// Good until the next call.
    std::optional<std::string_view> at(std::int64_t row)
    {
        if (m_array->IsNull(row))
            return std::nullopt;
        if (m_text == nullptr)
            return m_bytes.at(row);
        m_cell.clear();
        m_text->append(row, m_cell);
        return m_cell;
    }

private:
    int m_index = 0;
    std::shared_ptr<arrow::Array> m_array;
    BytesView m_bytes;
    std::unique_ptr<CellText> m_text;
    std::string m_cell;
};

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

/// Values that the writers of text files write, a line each.
class LineValues final : public ValueEncoder {
public:
    static Result<std::unique_ptr<ValueEncoder>> create(const RecordLayout& layout, const arrow::Schema& schema)
    {
        auto values = std::make_unique<LineValues>();
        arrow::FieldVector fields;
        values->m_columns = columnsOfValue(layout, schema);
        for (const int index : values->m_columns)
            fields.push_back(schema.field(index));
        values->m_schema = arrow::schema(std::move(fields));
        values->m_mayQuote = layout.value == "csv";
        if (layout.value == "csv") {
            CsvStyle style;
            style.header = false;
            HEADRACE_TRY(values->m_writer, openCsvWriter(values->m_schema, values->m_output, style));
        } else {
            const NonFinite nonFinite = layout.nonFinite == "null"   ? NonFinite::Null
                                        : layout.nonFinite == "text" ? NonFinite::Text
                                                                     : NonFinite::Refuse;
            HEADRACE_TRY(values->m_writer, openNdjsonWriter(values->m_schema, values->m_output, nonFinite));
        }
        return values;
    }

    Status encode(const arrow::RecordBatch& rows) override
    {
        arrow::ArrayVector columns;
        for (const int index : m_columns)
            columns.push_back(rows.column(index));
        m_output.bytes.clear();
        HEADRACE_CHECK(m_writer->write(arrow::RecordBatch::Make(m_schema, rows.num_rows(), std::move(columns))));
        HEADRACE_CHECK(m_writer->flush());
        m_ends.clear();
        const char* const first = m_output.bytes.data();
        const char* const last = first + m_output.bytes.size();
        const char* line = first;
        for (const char* at = first; (at = static_cast<const char*>(std::memchr(at, '\n', last - at))) != nullptr;) {
            // Line ends inside quotes belong to a cell; quotes in a cell are doubled, so they come in pairs.
            const bool isInside = m_mayQuote && std::count(line, at, '"') % 2 != 0;
            ++at;
            if (isInside)
                continue;
            m_ends.push_back(static_cast<std::size_t>(at - first));
            line = at;
        }
        return {};
    }

    [[nodiscard]] std::optional<std::string_view> at(std::int64_t row) override
    {
        const auto index = static_cast<std::size_t>(row);
        const std::size_t begin = index == 0 ? 0 : m_ends[index - 1];
        return std::string_view(m_output.bytes).substr(begin, m_ends[index] - 1 - begin);
    }

private:
    std::vector<int> m_columns;
    std::shared_ptr<arrow::Schema> m_schema;
    bool m_mayQuote = false;
    MemoryOutput m_output;
    std::unique_ptr<RowWriter> m_writer;
    std::vector<std::size_t> m_ends;
};

/// Values behind the number of their schema.
class FramedValues final : public ValueEncoder {
public:
    FramedValues(std::unique_ptr<ValueEncoder> values, std::string frame)
        : m_values(std::move(values))
        , m_frame(std::move(frame))
    {
    }

    Status encode(const arrow::RecordBatch& rows) override { return m_values->encode(rows); }
    [[nodiscard]] std::optional<std::string_view> at(std::int64_t row) override
    {
        const auto value = m_values->at(row);
        if (!value)
            return std::nullopt;
        m_value = m_frame;
        m_value += *value;
        return m_value;
    }

private:
    std::unique_ptr<ValueEncoder> m_values;
    std::string m_frame;
    std::string m_value; ///< the last one
};

/// The column that holds the whole value.
Result<std::string> valueColumnOf(const RecordLayout& layout, const arrow::Schema& schema)
{
    if (!layout.valueColumn.empty())
        return layout.valueColumn;
    std::vector<std::string> left = schema.field_names();
    std::erase_if(left, [&](const std::string& name) {
        return name == layout.keyColumn || name == layout.headersColumn || name == layout.partitionColumn;
    });
    if (std::ranges::find(left, "value") != left.end())
        return std::string("value");
    if (left.size() == 1)
        return left.front();
    return fail(ErrorCode::Usage, fmt::format("The {} writes values as {}, but the rows have {} columns that it "
                                              "could be; name one in 'value_column'.",
                                              layout.owner, layout.value, left.size()));
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
        HEADRACE_CHECK(column(layout.keyColumn, "key", m_key));
        HEADRACE_CHECK(column(layout.headersColumn, "headers", m_headers));
        HEADRACE_CHECK(column(layout.partitionColumn, "partition", m_partition));
        if (layout.value == "json" || layout.value == "csv") {
            HEADRACE_TRY(m_values, LineValues::create(layout, schema));
            return {};
        }
        if (layout.value == "json_schema") {
            arrow::FieldVector fields;
            for (const int index : columnsOfValue(layout, schema))
                fields.push_back(schema.field(index));
            HEADRACE_TRY(auto lines, LineValues::create(layout, schema));
            HEADRACE_TRY(std::string frame, jsonSchemaFrame(layout.schema, fields, stop));
            m_values = std::make_unique<FramedValues>(std::move(lines), std::move(frame));
            return {};
        }
        if (layout.value == "avro") {
            HEADRACE_TRY(m_values, makeAvroEncoder(layout.schema, schema, columnsOfValue(layout, schema), stop));
            return {};
        }
        HEADRACE_TRY(const std::string name, valueColumnOf(layout, schema));
        HEADRACE_TRY(ColumnTexts texts, ColumnTexts::create(schema, name, "value_column", layout.owner));
        m_values = std::make_unique<ColumnValues>(std::move(texts));
        return {};
    }

    Status encode(const std::shared_ptr<arrow::RecordBatch>& rows) override
    {
        for (auto* column : {&m_key, &m_headers, &m_partition})
            if (*column)
                (*column)->bind(*rows);
        return m_values->encode(*rows);
    }

    [[nodiscard]] Result<Record> record(std::int64_t row) override
    {
        Record record;
        record.value = m_values->at(row);
        if (m_key)
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
            return fail(ErrorCode::Data, fmt::format("'{}' is no number of a partition.", *text));
        return partition;
    }

    std::unique_ptr<ValueEncoder> m_values;
    std::optional<ColumnTexts> m_key;
    std::optional<ColumnTexts> m_headers;
    std::optional<ColumnTexts> m_partition;
};

} // namespace

Result<std::unique_ptr<RecordEncoder>> RecordEncoder::create(const RecordLayout& layout,
                                                             const std::shared_ptr<arrow::Schema>& schema,
                                                             const std::stop_token& stop)
{
    auto encoder = std::make_unique<ColumnsEncoder>();
    HEADRACE_CHECK(encoder->open(layout, *schema, stop));
    return encoder;
}

} // namespace headrace
