// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sinks/plain_columns.h"

#include "connectors/core/arrow_result.h"
#include "connectors/formats/ndjson/json_cells.h"
#include "connectors/formats/value_text.h"

#include <fmt/format.h>

#include <string>

namespace headrace {

namespace {

constexpr std::string_view kWhat = "A column could not be written as text";

/// Appends the text of one cell.
using Writer = std::function<void(std::int64_t row, std::string& out)>;

Result<Writer> writerOf(const arrow::DataType& type, const arrow::Array* array)
{
    if (std::shared_ptr<CellText> text = makeCellText(type, {})) {
        if (array != nullptr)
            text->bind(*array);
        return [text](std::int64_t row, std::string& out) { text->append(row, out); };
    }
    HEADRACE_TRY(std::shared_ptr<JsonCells> json, makeJsonCells(type, NonFinite::Text));
    if (array != nullptr)
        json->bind(*array);
    return [json](std::int64_t row, std::string& out) { static_cast<void>(json->append(row, out)); };
}

Result<std::shared_ptr<arrow::Array>> textOf(const arrow::Array& column)
{
    HEADRACE_TRY(const Writer write, writerOf(*column.type(), &column));
    arrow::StringBuilder texts;
    std::string cell;
    for (std::int64_t row = 0; row < column.length(); ++row) {
        if (column.IsNull(row)) {
            HEADRACE_CHECK(fromArrow(texts.AppendNull(), kWhat));
            continue;
        }
        cell.clear();
        write(row, cell);
        HEADRACE_CHECK(fromArrow(texts.Append(cell), kWhat));
    }
    return fromArrow(texts.Finish(), kWhat);
}

} // namespace

Result<std::unique_ptr<PlainColumns>> PlainColumns::make(const std::shared_ptr<arrow::Schema>& schema,
                                                         const std::function<bool(const arrow::DataType&)>& isHeld)
{
    auto plain = std::make_unique<PlainColumns>();
    arrow::FieldVector fields = schema->fields();
    for (int i = 0; i < schema->num_fields(); ++i) {
        auto& field = fields[static_cast<std::size_t>(i)];
        if (isHeld(*field->type()))
            continue;
        if (const auto writer = writerOf(*field->type(), nullptr); !writer)
            return fail(ErrorCode::Data, fmt::format("The column '{}' cannot be written: {}. Cast it in the shape.",
                                                     field->name(), writer.error().message));
        plain->m_texts.push_back(i);
        field = field->WithType(arrow::utf8());
    }
    if (plain->m_texts.empty())
        return nullptr;
    plain->m_schema = arrow::schema(std::move(fields));
    return plain;
}

Result<std::shared_ptr<arrow::RecordBatch>> PlainColumns::convert(const arrow::RecordBatch& rows) const
{
    arrow::ArrayVector columns = rows.columns();
    for (const int index : m_texts) {
        HEADRACE_TRY(columns[static_cast<std::size_t>(index)], textOf(*rows.column(index)));
    }
    return arrow::RecordBatch::Make(m_schema, rows.num_rows(), std::move(columns));
}

} // namespace headrace
