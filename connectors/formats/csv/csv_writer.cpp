// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/compute/cast.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/formats/csv/csv_writer.h"

#include "connectors/core/arrow_result.h"
#include "connectors/formats/base64.h"
#include "connectors/formats/ndjson/json_cells.h"
#include "connectors/formats/text_row_writer.h"
#include "connectors/formats/value_text.h"

#include <fmt/format.h>

#include <array>
#include <vector>

namespace headrace {

namespace {

/// How one column's values become text; exactly one way is set.
struct Column {
    std::string name;
    std::unique_ptr<CellText> plain; ///< numbers, booleans, dates and times
    std::unique_ptr<JsonCells> json; ///< nested values
    BytesView bytes;                 ///< text and binary
    bool isText = false;             ///< of the bytes: text, not binary
    bool alwaysQuoted = false;
    std::shared_ptr<arrow::DataType> decodedType; ///< of a dictionary column: what its values are
    std::shared_ptr<arrow::Array> array;
    bool mayBeNull = false;
};

bool startsFormula(std::string_view text)
{
    return !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
}

class CsvWriter final : public TextRowWriter {
public:
    CsvWriter(std::vector<Column> columns, ByteOutput& output, const CsvStyle& style)
        : TextRowWriter(output)
        , m_columns(std::move(columns))
        , m_style(style)
    {
        for (const char special : {style.delimiter, style.quote, '\r', '\n'})
            m_special[static_cast<unsigned char>(special)] = true;
    }

    void writeHeader()
    {
        for (const Column& column : m_columns) {
            appendText(column.name, m_style.quoting == CsvStyle::Quoting::All);
            m_block += &column == &m_columns.back() ? m_style.lineEnd : std::string(1, m_style.delimiter);
        }
    }

    Status write(const std::shared_ptr<arrow::RecordBatch>& rows) override
    {
        for (std::size_t index = 0; index < m_columns.size(); ++index)
            HEADRACE_CHECK(bind(m_columns[index], rows->column(static_cast<int>(index))));
        for (std::int64_t row = 0; row < rows->num_rows(); ++row) {
            for (const Column& column : m_columns) {
                if (&column != &m_columns.front())
                    m_block += m_style.delimiter;
                appendCell(column, row);
            }
            m_block += m_style.lineEnd;
            HEADRACE_CHECK(flushIfLarge());
        }
        return {};
    }

private:
    static Status bind(Column& column, std::shared_ptr<arrow::Array> array)
    {
        if (column.decodedType) {
            HEADRACE_TRY(array, fromArrow(arrow::compute::Cast(*array, column.decodedType),
                                          fmt::format("The column '{}' could not be decoded", column.name)));
        }
        column.array = std::move(array);
        column.mayBeNull = column.array->type_id() == arrow::Type::NA || column.array->null_count() > 0;
        if (column.plain)
            column.plain->bind(*column.array);
        else if (column.json)
            column.json->bind(*column.array);
        else
            column.bytes.bind(*column.array);
        return {};
    }

    void appendCell(const Column& column, std::int64_t row)
    {
        if (column.mayBeNull && column.array->IsNull(row)) {
            m_block += m_style.nullText;
            return;
        }
        if (column.plain) {
            if (column.alwaysQuoted)
                m_block += m_style.quote;
            const std::size_t start = m_block.size();
            column.plain->append(row, m_block);
            if (column.alwaysQuoted)
                m_block += m_style.quote;
            else
                quoteWhereNeeded(start);
            return;
        }
        if (column.json) {
            m_scratch.clear();
            // Non-finite numbers are written as text here, so that append cannot refuse one.
            static_cast<void>(column.json->append(row, m_scratch));
            appendText(m_scratch, column.alwaysQuoted);
            return;
        }
        if (column.isText)
            return appendText(column.bytes.at(row), column.alwaysQuoted);
        m_scratch.clear();
        appendBase64(column.bytes.at(row), m_scratch);
        appendText(m_scratch, column.alwaysQuoted);
    }

    /// Numbers and times need quotes only when they hold the delimiter ("-", ":", "." …) or equal the null text.
    void quoteWhereNeeded(std::size_t start)
    {
        const std::string_view cell = std::string_view(m_block).substr(start);
        if (!needsQuotes(cell))
            return;
        m_scratch.assign(cell);
        m_block.resize(start);
        appendQuoted(m_scratch);
    }

    bool needsQuotes(std::string_view cell) const
    {
        if (cell == m_style.nullText || cell.empty())
            return true;
        for (const char c : cell)
            if (m_special[static_cast<unsigned char>(c)])
                return true;
        return cell.front() == ' ' || cell.back() == ' ';
    }

    void appendText(std::string_view text, bool quoted)
    {
        if (m_style.formulaSafe && startsFormula(text)) {
            m_guarded.assign(1, '\'').append(text);
            text = m_guarded;
        }
        if (quoted || needsQuotes(text))
            appendQuoted(text);
        else
            m_block += text;
    }

    void appendQuoted(std::string_view text)
    {
        m_block += m_style.quote;
        for (auto at = text.find(m_style.quote); at != std::string_view::npos; at = text.find(m_style.quote)) {
            m_block += text.substr(0, at + 1);
            m_block += m_style.quote;
            text.remove_prefix(at + 1);
        }
        m_block += text;
        m_block += m_style.quote;
    }

    std::vector<Column> m_columns;
    CsvStyle m_style;
    std::array<bool, 256> m_special{};
    std::string m_scratch;
    std::string m_guarded;
};

Result<Column> makeColumn(const arrow::Field& field, CsvStyle::Quoting quoting)
{
    Column column;
    if (field.type()->id() == arrow::Type::DICTIONARY)
        column.decodedType = static_cast<const arrow::DictionaryType&>(*field.type()).value_type();
    const arrow::DataType& type = column.decodedType ? *column.decodedType : *field.type();
    column.name = field.name();
    column.isText = BytesView::isText(type);
    column.plain = makeCellText(type, {});
    const bool bare = arrow::is_numeric(type.id()) || arrow::is_decimal(type.id()) || type.id() == arrow::Type::BOOL;
    column.alwaysQuoted = quoting == CsvStyle::Quoting::All || (quoting == CsvStyle::Quoting::Text && !bare);
    if (column.plain || BytesView::covers(type))
        return column;
    auto json = makeJsonCells(type, NonFinite::Text);
    if (!json)
        return fail(ErrorCode::Data,
                    fmt::format("The column '{}' cannot be written as CSV: {}.", field.name(), json.error().message));
    column.json = std::move(*json);
    return column;
}

} // namespace

Result<std::unique_ptr<RowWriter>> openCsvWriter(const std::shared_ptr<arrow::Schema>& schema, ByteOutput& output,
                                                 const CsvStyle& style)
{
    std::vector<Column> columns;
    for (const auto& field : schema->fields()) {
        HEADRACE_TRY(Column column, makeColumn(*field, style.quoting));
        columns.push_back(std::move(column));
    }
    auto writer = std::make_unique<CsvWriter>(std::move(columns), output, style);
    if (style.header)
        writer->writeHeader();
    return writer;
}

} // namespace headrace
