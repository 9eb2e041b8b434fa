// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/formats/ndjson/ndjson_writer.h"

#include "connectors/formats/text_row_writer.h"

#include <fmt/format.h>

#include <vector>

namespace headrace {

namespace {

struct Column {
    std::string name;
    std::string opening; ///< `{"name":` or `,"name":`
    std::unique_ptr<JsonCells> cells;
};

class NdjsonWriter final : public TextRowWriter {
public:
    NdjsonWriter(std::vector<Column> columns, ByteOutput& output)
        : TextRowWriter(output)
        , m_columns(std::move(columns))
    {
    }

    Status write(const std::shared_ptr<arrow::RecordBatch>& rows) override
    {
        for (std::size_t index = 0; index < m_columns.size(); ++index)
            m_columns[index].cells->bind(*rows->column(static_cast<int>(index)));
        for (std::int64_t row = 0; row < rows->num_rows(); ++row, ++m_row) {
            for (const Column& column : m_columns) {
                m_block += column.opening;
                if (!column.cells->append(row, m_block))
                    return notFinite(column);
            }
            m_block += m_columns.empty() ? "{}\n" : "}\n";
            HEADRACE_CHECK(flushIfLarge());
        }
        return {};
    }

private:
    Status notFinite(const Column& column) const
    {
        return fail(ErrorCode::Data,
                    fmt::format("Row {} has NaN or an infinity in the column '{}', which JSON cannot hold as "
                                "a number. Set non_finite to null or text, or filter such rows.",
                                m_row + 1, column.name));
    }

    std::vector<Column> m_columns;
    std::int64_t m_row = 0;
};

} // namespace

Result<std::unique_ptr<RowWriter>> openNdjsonWriter(const std::shared_ptr<arrow::Schema>& schema, ByteOutput& output,
                                                    NonFinite nonFinite)
{
    std::vector<Column> columns;
    for (const auto& field : schema->fields()) {
        auto cells = makeJsonCells(*field->type(), nonFinite);
        if (!cells)
            return fail(ErrorCode::Data, fmt::format("The column '{}' cannot be written as JSON: {}.", field->name(),
                                                     cells.error().message));
        Column column{field->name(), columns.empty() ? "{" : ",", std::move(*cells)};
        appendJsonText(field->name(), column.opening);
        column.opening += ':';
        columns.push_back(std::move(column));
    }
    return std::make_unique<NdjsonWriter>(std::move(columns), output);
}

} // namespace headrace
