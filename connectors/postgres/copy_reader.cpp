// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/postgres/copy_reader.h"

#include "connectors/postgres/wire.h"

#include <fmt/format.h>

namespace headrace::postgres {

namespace {

constexpr std::string_view kSignature{"PGCOPY\n\xff\r\n\0", 11};
constexpr std::size_t kHeaderBytes = 19;
constexpr std::size_t kShownBytes = 200;

/// The cells of a row that was refused, for the quarantine: texts as they are, anything else as hexadecimal digits.
std::string rawText(std::string_view row, const std::vector<ReadColumn>& columns)
{
    std::string text;
    for (const ReadColumn& column : columns) {
        const auto length = fromWire<std::int32_t>(row.data());
        row.remove_prefix(4);
        text += text.empty() ? "" : ", ";
        text += column.field->name() + '=';
        if (length < 0) {
            text += "NULL";
        } else {
            const std::string_view cell = row.substr(0, static_cast<std::size_t>(length));
            if (isTextLike(column.type.oid))
                text += cell;
            else
                for (const char byte : cell)
                    text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
            row.remove_prefix(static_cast<std::size_t>(length));
        }
        if (text.size() >= BadRecord::kMaxRawBytes)
            break;
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
    : m_connection(connection)
    , m_columns(columns)
    , m_title(std::move(title))
    , m_what(fmt::format("Reading the {} failed", m_title))
{
    for (const ReadColumn& column : columns)
        m_decoders.push_back(makeDecoder(column, options));
    m_schema = schemaOf(columns);
}

std::shared_ptr<arrow::RecordBatch> CopyReader::emptyRows(const std::vector<ReadColumn>& columns)
{
    return arrow::RecordBatch::MakeEmpty(schemaOf(columns)).ValueOrDie();
}

Status CopyReader::begin(const std::string& select)
{
    return m_connection.sendCopyOut(fmt::format("COPY ({}) TO STDOUT (FORMAT binary)", select), m_what);
}

Result<CopyReader::Block> CopyReader::read(std::int64_t maxRows, std::int64_t maxBytes, std::chrono::milliseconds wait,
                                           std::stop_token stop)
{
    Block block;
    m_rows = 0;
    for (const auto& decoder : m_decoders)
        HEADRACE_CHECK(decoder->reserve(maxRows));
    while (!m_ended && m_rows < maxRows && block.wireBytes < maxBytes) {
        HEADRACE_TRY(const auto message, m_connection.copyData(wait, m_what, stop));
        if (!message) {
            m_ended = true;
            break;
        }
        if (message->empty())
            break;
        HEADRACE_CHECK(decodeMessage(*message, block));
    }
    arrow::ArrayVector arrays;
    arrays.reserve(m_decoders.size());
    for (const auto& decoder : m_decoders) {
        HEADRACE_TRY(auto array, decoder->finish());
        arrays.push_back(std::move(array));
    }
    block.rows = arrow::RecordBatch::Make(m_schema, m_rows, std::move(arrays));
    block.last = m_ended;
    m_rowsBefore += m_rows;
    return block;
}

/// PostgreSQL puts one row into a message, the header before the first and the trailer into the last.
Status CopyReader::decodeMessage(std::string_view message, Block& block)
{
    const auto malformed = [this] {
        return fail(ErrorCode::Failed, fmt::format("{}: PostgreSQL sent something that is no binary COPY.", m_what));
    };
    block.wireBytes += static_cast<std::int64_t>(message.size());
    if (!m_headerSeen) {
        if (message.size() < kHeaderBytes || !message.starts_with(kSignature))
            return malformed();
        const auto extension = fromWire<std::uint32_t>(message.data() + kHeaderBytes - 4);
        if (message.size() - kHeaderBytes < extension)
            return malformed();
        message.remove_prefix(kHeaderBytes + extension);
        m_headerSeen = true;
    }
    while (!message.empty()) {
        if (message.size() < 2)
            return malformed();
        const auto cells = fromWire<std::int16_t>(message.data());
        message.remove_prefix(2);
        if (cells == -1)
            return {}; // the trailer
        if (cells != static_cast<std::int16_t>(m_columns.size()) || !decodeRow(message, block))
            return malformed();
    }
    return {};
}

Status CopyReader::decodeRow(std::string_view& message, Block& block)
{
    const std::string_view row = message;
    std::size_t refused = m_decoders.size();
    for (std::size_t i = 0; i < m_decoders.size(); ++i) {
        if (message.size() < 4)
            return fail(ErrorCode::Failed, "");
        const auto length = fromWire<std::int32_t>(message.data());
        message.remove_prefix(4);
        if (length < 0) {
            m_decoders[i]->appendNull();
            continue;
        }
        const auto size = static_cast<std::size_t>(length);
        if (message.size() < size)
            return fail(ErrorCode::Failed, "");
        if (!m_decoders[i]->append(message.substr(0, size)) && refused == m_decoders.size())
            refused = i;
        message.remove_prefix(size);
    }
    if (refused < m_decoders.size()) {
        BadRecord record = rejectedRow(row, refused);
        record.beforeRow = m_rows - static_cast<std::int64_t>(block.refused.size());
        block.rejected.push_back(std::move(record));
        block.refused.push_back(m_rows);
    }
    ++m_rows;
    return {};
}

BadRecord CopyReader::rejectedRow(std::string_view row, std::size_t column) const
{
    std::string_view cell = row;
    for (std::size_t i = 0; i <= column; ++i) {
        const auto length = fromWire<std::int32_t>(cell.data());
        cell.remove_prefix(4);
        if (i == column)
            cell = cell.substr(0, static_cast<std::size_t>(length));
        else
            cell.remove_prefix(static_cast<std::size_t>(std::max(0, length)));
    }
    const ReadColumn& bad = m_columns[column];
    std::string why;
    if (bad.type.element != 0)
        why = "which a list cannot hold: it has several dimensions, does not begin at 1, or holds such a value; select "
              "it as text in the option 'query'";
    else if (bad.type.oid == kNumeric)
        why = "which is NaN, infinite or has more digits; set the option 'special' or 'numeric'";
    else if (isTextLike(bad.type.oid))
        why = "which is not valid UTF-8";
    else
        why = "which is infinite or beyond its range; set the option 'special'";
    BadRecord record;
    record.origin = m_title;
    record.reason = fmt::format("The column '{}' is read as {}, but holds a value of {}, {}.", bad.field->name(),
                                bad.field->type()->ToString(), bad.type.name, why);
    record.raw = rawText(row, m_columns);
    if (isTextLike(bad.type.oid))
        record.reason += fmt::format(" It begins with '{}'.", cell.substr(0, std::min(kShownBytes, cell.size())));
    return record;
}

} // namespace headrace::postgres
