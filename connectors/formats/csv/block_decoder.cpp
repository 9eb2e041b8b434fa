// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>

#include "connectors/formats/csv/block_decoder.h"

#include "connectors/core/arrow_result.h"
#include "connectors/formats/csv/row_index.h"
#include "connectors/formats/csv/value_parser.h"
#include "connectors/formats/utf8.h"

#include <fmt/format.h>

#include <map>
#include <utility>

namespace headrace::csv {

namespace {

/// Bad rows of a block with the reason, the leftmost column's where several cells do not fit.
using BadRows = std::map<std::uint32_t, std::string>;

void reject(RowIndex& index, BadRows&& bad)
{
    std::vector<std::uint32_t> rows;
    std::vector<std::string> reasons;
    for (auto& [row, reason] : bad) {
        rows.push_back(row);
        reasons.push_back(std::move(reason));
    }
    index.reject(rows, std::move(reasons));
}

void rejectInvalidText(RowIndex& index, std::string_view text, const std::vector<Column>& columns, Encoding encoding)
{
    BadRows bad;
    for (std::uint32_t row = 0; row < index.rows().size(); ++row) {
        const RowIndex::Row& at = index.rows()[row];
        if (isUtf8(text.substr(at.begin, at.next - at.begin)))
            continue;
        const Cell* cells = &index.cells()[row * columns.size()];
        std::size_t column = 0;
        while (column + 1 < columns.size() && isUtf8(cells[column].in(text)))
            ++column;
        bad.emplace(row, fmt::format("The value of column '{}' has bytes that are no {} text; set the option "
                                     "'encoding' if the file has another one.",
                                     columns[column].name, toString(encoding)));
    }
    reject(index, std::move(bad));
}

std::string reasonFor(const Column& column, std::string_view value)
{
    const std::string hint =
        column.type.detected
            ? fmt::format("; the type was detected, columns: {{{}: text}} keeps every value as it is", column.name)
            : "";
    return fmt::format("The value {} of column '{}' does not fit the type {}{}.", shown(value), column.name,
                       notation(column.type), hint);
}

/// Offsets behind each row and of each reject, in the file's own encoding.
class SourceOffsets {
public:
    SourceOffsets(std::string_view text, std::int64_t begin, Encoding encoding)
        : m_text(text)
        , m_encoding(encoding)
        , m_offset(begin)
    {
    }

    /// Places must not go back from call to call.
    std::int64_t at(std::size_t place)
    {
        m_offset += encodedSize(m_text.substr(m_place, place - m_place), m_encoding);
        m_place = place;
        return m_offset;
    }

private:
    std::string_view m_text;
    Encoding m_encoding;
    std::size_t m_place = 0;
    std::int64_t m_offset;
};

void fillPlaces(DecodedBlock& decoded, const RowIndex& index, std::string_view text, Encoding encoding)
{
    SourceOffsets rowOffsets(text, decoded.begin, encoding);
    SourceOffsets rejectOffsets(text, decoded.begin, encoding);
    decoded.ends.reserve(index.rows().size());
    decoded.linesBefore.reserve(index.rows().size());
    for (const RowIndex::Row& row : index.rows()) {
        decoded.ends.push_back(rowOffsets.at(row.next));
        decoded.linesBefore.push_back(row.linesAfter);
    }
    decoded.end = rowOffsets.at(text.size());
    decoded.lines = index.lines();

    std::size_t before = 0;
    for (const RowIndex::Reject& reject : index.rejects()) {
        while (before < index.rows().size() && index.rows()[before].begin < reject.row.begin)
            ++before;
        BadRecord record;
        record.beforeRow = static_cast<std::int64_t>(before);
        record.line = reject.row.linesBefore;
        record.byteOffset = rejectOffsets.at(reject.row.begin);
        record.reason = reject.reason;
        record.raw = text.substr(reject.row.begin,
                                 std::min<std::size_t>(reject.row.next - reject.row.begin, BadRecord::kMaxRawBytes));
        decoded.rejected.push_back(std::move(record));
    }
}

} // namespace

Result<BlockDecoder> BlockDecoder::create(const Format& format)
{
    BlockDecoder decoder;
    decoder.m_dialect = format.dialect;
    decoder.m_encoding = format.encoding;
    decoder.m_columns = format.columns;
    decoder.m_schema = format.schema();
    for (const Column& column : format.columns) {
        HEADRACE_TRY(auto columnDecoder, makeColumnDecoder(column.type, format.dialect, format.decimalPoint));
        decoder.m_decoders.push_back(std::move(columnDecoder));
    }
    return decoder;
}

Result<DecodedBlock> BlockDecoder::decode(const Block& block) const
{
    if (block.longRecord) {
        HEADRACE_TRY(auto none, fromArrow(arrow::RecordBatch::MakeEmpty(m_schema), "Out of memory"));
        DecodedBlock decoded;
        decoded.rows = std::move(none);
        decoded.begin = block.offset;
        decoded.end = block.longRecord->end;
        decoded.lines = static_cast<std::uint32_t>(block.longRecord->lines);
        decoded.longRecord = block.longRecord;
        return decoded;
    }
    const std::string_view text = block.text();
    RowIndex index(text, m_dialect, m_columns);
    if (!isUtf8(text))
        rejectInvalidText(index, text, m_columns, m_encoding);

    arrow::ArrayVector arrays;
    while (true) {
        BadRows bad;
        arrays.clear();
        for (std::size_t column = 0; column < m_columns.size(); ++column) {
            const CellColumn cells{text, index.cells().data() + column, m_columns.size(), index.rows().size()};
            std::vector<std::uint32_t> badRows;
            HEADRACE_TRY(auto array, m_decoders[column]->decode(cells, badRows));
            arrays.push_back(std::move(array));
            for (const std::uint32_t row : badRows)
                bad.try_emplace(row, reasonFor(m_columns[column], cells.cell(row).in(text)));
        }
        if (bad.empty())
            break;
        // Rare: take the bad rows out and decode the rest again.
        reject(index, std::move(bad));
    }

    DecodedBlock decoded;
    decoded.begin = block.offset;
    decoded.rows =
        arrow::RecordBatch::Make(m_schema, static_cast<std::int64_t>(index.rows().size()), std::move(arrays));
    fillPlaces(decoded, index, text, m_encoding);
    return decoded;
}

} // namespace headrace::csv
