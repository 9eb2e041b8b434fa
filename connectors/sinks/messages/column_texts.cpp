// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sinks/messages/column_texts.h"

#include "connectors/core/options.h"

#include <fmt/format.h>

namespace headrace {

Result<int> columnNamed(const arrow::Schema& schema, const std::string& name, std::string_view use,
                        std::string_view owner)
{
    const int index = schema.GetFieldIndex(name);
    if (index < 0) {
        const std::string near = nearest(name, schema.field_names());
        return fail(ErrorCode::Usage,
                    fmt::format("The option '{}' of the {} names the column '{}', which the rows do not have{}", use,
                                owner, name, near.empty() ? "." : fmt::format("; did you mean '{}'?", near)));
    }
    return index;
}

Result<ColumnTexts> ColumnTexts::create(const arrow::Schema& schema, const std::string& name, std::string_view use,
                                        std::string_view owner)
{
    HEADRACE_TRY(const int index, columnNamed(schema, name, use, owner));
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

void ColumnTexts::bind(const arrow::RecordBatch& rows)
{
    m_array = rows.column(m_index);
    if (m_text == nullptr)
        m_bytes.bind(*m_array);
    else
        m_text->bind(*m_array);
}

std::optional<std::string_view> ColumnTexts::at(std::int64_t row)
{
    if (m_array->IsNull(row))
        return std::nullopt;
    if (m_text == nullptr)
        return m_bytes.at(row);
    m_cell.clear();
    m_text->append(row, m_cell);
    return m_cell;
}

} // namespace headrace
