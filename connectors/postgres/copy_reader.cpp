// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/postgres/copy_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace headrace::postgres {

namespace {

/// The cells of a row that was refused, for the quarantine: texts as they are, anything else as hexadecimal digits.
std::string rawText(const CopyInput& input, std::size_t row, const std::vector<ReadColumn>& columns)
{
    std::string text;
    for (std::size_t i = 0; i < columns.size() && text.size() < BadRecord::kMaxRawBytes; ++i) {
        const WireCell& cell = input.cell(row, i);
        text += text.empty() ? "" : ", ";
        text += columns[i].field->name() + '=';
        if (cell.isNull())
            text += "NULL";
        else if (isTextLike(columns[i].type.oid))
            text += cell.view();
        else
            for (const char byte : cell.view())
                text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    }
    text.resize(std::min(text.size(), BadRecord::kMaxRawBytes));
    return text;
}

std::shared_ptr<arrow::Schema> schemaOf(const std::vector<ReadColumn>& columns)
{
    arrow::FieldVector fields;
    for (const ReadColumn& column : columns)
        fields.push_back(column.field);
    return arrow::schema(std::move(fields));
}

} // namespace

CopyReader::CopyReader(Connection& connection, const std::vector<ReadColumn>& columns, const ReadOptions& options,
                       std::string title)
    : m_columns(columns)
    , m_title(std::move(title))
    , m_input(connection, columns.size(), fmt::format("Reading the {} failed", m_title))
    , m_packer(columns)
    , m_schema(schemaOf(columns))
{
    for (const ReadColumn& column : columns)
        m_decoders.push_back(makeDecoder(column, options));
}

std::shared_ptr<arrow::RecordBatch> CopyReader::emptyRows(const std::vector<ReadColumn>& columns)
{
    return arrow::RecordBatch::MakeEmpty(schemaOf(columns)).ValueOrDie();
}

Status CopyReader::begin(const std::string& select)
{
    return m_input.begin(select);
}

Result<CopyReader::Block> CopyReader::read(const Limits& limits, bool packed, std::stop_token stop)
{
    Block block;
    m_rows = 0;
    while (!m_input.ended() && m_rows < limits.rows && block.wireBytes < limits.bytes) {
        HEADRACE_TRY(const std::size_t rows, split(limits, block));
        if (rows == 0) {
            HEADRACE_TRY(const bool came, m_input.fill(limits.wait, stop));
            if (!came)
                break;
            continue;
        }
        const bool pack = packed && m_packer.fits(m_input);
        m_rowsAtHand = m_rows > 0 && pack != block.isPacked; // they begin the next block
        if (m_rowsAtHand)
            break;
        block.isPacked = pack;
        block.wireBytes += static_cast<std::int64_t>(m_input.bytes().size());
        HEADRACE_CHECK(pack ? m_packer.add(m_input) : decode(block));
        m_rows += static_cast<std::int64_t>(rows);
    }
    block.last = m_input.ended();
    HEADRACE_TRY(block.rows, block.isPacked ? m_packer.finish() : finishRows(m_rows));
    return block;
}

Result<std::size_t> CopyReader::split(const Limits& limits, const Block& block)
{
    if (std::exchange(m_rowsAtHand, false))
        return m_input.rowSizes().size();
    return m_input.split(limits.rows - m_rows, limits.bytes - block.wireBytes);
}

Result<std::shared_ptr<arrow::RecordBatch>> CopyReader::finishRows(std::int64_t rows)
{
    arrow::ArrayVector arrays;
    arrays.reserve(m_decoders.size());
    for (const auto& decoder : m_decoders) {
        HEADRACE_TRY(auto array, decoder->finish());
        arrays.push_back(std::move(array));
    }
    return arrow::RecordBatch::Make(m_schema, rows, std::move(arrays));
}

Status CopyReader::decode(Block& block)
{
    std::vector<std::size_t> refused;
    std::vector<std::pair<std::size_t, std::size_t>> cells; // row and column of what was refused
    for (std::size_t column = 0; column < m_decoders.size(); ++column) {
        refused.clear();
        HEADRACE_CHECK(m_decoders[column]->append(m_input.column(column), refused));
        for (const std::size_t row : refused)
            cells.emplace_back(row, column);
    }
    std::ranges::sort(cells);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const auto [row, column] = cells[i];
        if (i > 0 && cells[i - 1].first == row)
            continue;
        BadRecord record = rejectedRow(row, column);
        const std::int64_t inBlock = m_rows + static_cast<std::int64_t>(row);
        record.beforeRow = inBlock - static_cast<std::int64_t>(block.refused.size());
        block.rejected.push_back(std::move(record));
        block.refused.push_back(inBlock);
    }
    return {};
}

Result<std::shared_ptr<arrow::RecordBatch>>
CopyReader::unpacked(std::string_view row, const std::vector<ReadColumn>& columns, const ReadOptions& options)
{
    std::vector<WireCell> cells(columns.size());
    if (splitCells(row.data() + sizeof(std::int16_t), row.data() + row.size(), cells.size(), cells.data(), 1) ==
        nullptr)
        return fail(ErrorCode::Failed, "A row of PostgreSQL that was passed on as it came is cut short.");
    arrow::ArrayVector arrays;
    std::vector<std::size_t> refused;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto decoder = makeDecoder(columns[i], options);
        HEADRACE_CHECK(decoder->append({&cells[i], 1}, refused));
        HEADRACE_TRY(auto array, decoder->finish());
        arrays.push_back(std::move(array));
    }
    return arrow::RecordBatch::Make(schemaOf(columns), 1, std::move(arrays));
}

BadRecord CopyReader::rejectedRow(std::size_t row, std::size_t column) const
{
    const ReadColumn& bad = m_columns[column];
    std::string why;
    if (bad.type.element != 0)
        why = "which a list cannot hold: it has several dimensions, does not begin at 1, or holds such a value; select "
              "it as text in the option 'query'";
    else if (bad.type.oid == kNumeric)
        why = "which is NaN, infinite or has more digits; set the option 'special' or 'numeric'";
    else
        why = "which is infinite or beyond its range; set the option 'special'";
    BadRecord record;
    record.origin = m_title;
    record.reason = fmt::format("The column '{}' is read as {}, but holds a value of {}, {}.", bad.field->name(),
                                bad.field->type()->ToString(), bad.type.name, why);
    record.raw = rawText(m_input, row, m_columns);
    return record;
}

} // namespace headrace::postgres
