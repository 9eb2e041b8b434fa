// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sinks/messages/line_values.h"

#include "connectors/formats/csv/csv_writer.h"
#include "connectors/formats/ndjson/ndjson_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

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

/// Values that the writers of text files write, a line each.
class LineValues final : public ValueEncoder {
public:
    LineValues(const arrow::Schema& schema, std::vector<int> columns, bool isCsv)
        : m_columns(std::move(columns))
        , m_mayQuote(isCsv)
    {
        arrow::FieldVector fields;
        for (const int index : m_columns)
            fields.push_back(schema.field(index));
        m_schema = arrow::schema(std::move(fields));
    }

    Status openJson(NonFinite nonFinite)
    {
        HEADRACE_TRY(m_writer, openNdjsonWriter(m_schema, m_output, nonFinite));
        return {};
    }

    Status openCsv()
    {
        CsvStyle style;
        style.header = false;
        HEADRACE_TRY(m_writer, openCsvWriter(m_schema, m_output, style));
        return {};
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

/// One column's cells.
class CellValues final : public ValueEncoder {
public:
    CellValues(const arrow::Field& field, int column, std::unique_ptr<JsonCells> cells)
        : m_name(field.name())
        , m_column(column)
        , m_cells(std::move(cells))
    {
    }

    Status encode(const arrow::RecordBatch& rows) override
    {
        m_array = rows.column(m_column);
        m_cells->bind(*m_array);
        m_bytes.clear();
        m_ends.clear();
        for (std::int64_t row = 0; row < rows.num_rows(); ++row) {
            if (!m_cells->append(row, m_bytes))
                return fail(ErrorCode::Data, fmt::format("The column '{}' holds NaN or an infinity, which JSON cannot "
                                                         "hold as a number. Set non_finite to null or text, or filter "
                                                         "such rows.",
                                                         m_name));
            m_ends.push_back(m_bytes.size());
        }
        return {};
    }

    [[nodiscard]] std::optional<std::string_view> at(std::int64_t row) override
    {
        if (m_array->IsNull(row))
            return std::nullopt;
        const auto index = static_cast<std::size_t>(row);
        const std::size_t begin = index == 0 ? 0 : m_ends[index - 1];
        return std::string_view(m_bytes).substr(begin, m_ends[index] - begin);
    }

private:
    std::string m_name;
    int m_column;
    std::unique_ptr<JsonCells> m_cells;
    std::shared_ptr<arrow::Array> m_array;
    std::string m_bytes;
    std::vector<std::size_t> m_ends;
};

} // namespace

Result<std::unique_ptr<ValueEncoder>> makeJsonValues(const arrow::Schema& schema, std::vector<int> columns,
                                                     NonFinite nonFinite)
{
    auto values = std::make_unique<LineValues>(schema, std::move(columns), false);
    HEADRACE_CHECK(values->openJson(nonFinite));
    return values;
}

Result<std::unique_ptr<ValueEncoder>> makeCsvValues(const arrow::Schema& schema, std::vector<int> columns)
{
    auto values = std::make_unique<LineValues>(schema, std::move(columns), true);
    HEADRACE_CHECK(values->openCsv());
    return values;
}

Result<std::unique_ptr<ValueEncoder>> makeJsonCellValues(const arrow::Schema& schema, int column, NonFinite nonFinite)
{
    const arrow::Field& field = *schema.field(column);
    auto cells = makeJsonCells(field, nonFinite);
    if (!cells)
        return fail(ErrorCode::Data,
                    fmt::format("The column '{}' cannot be written as JSON: {}.", field.name(), cells.error().message));
    return std::make_unique<CellValues>(field, column, *std::move(cells));
}

std::unique_ptr<ValueEncoder> makeFramedValues(std::unique_ptr<ValueEncoder> values, std::string frame)
{
    return std::make_unique<FramedValues>(std::move(values), std::move(frame));
}

} // namespace headrace
