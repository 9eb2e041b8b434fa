// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include "connectors/postgres/copy_writer.h"

#include "connectors/core/packed_rows.h"

#include <fmt/format.h>

namespace headrace::postgres {

namespace {

constexpr std::string_view kHeader{"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", 19};
constexpr std::size_t kPiece = 1024 * 1024;
constexpr std::size_t kShown = 200;

} // namespace

CopyWriter::CopyWriter(Connection& connection, std::vector<std::unique_ptr<CellEncoder>> encoders,
                       std::vector<std::string> names, std::string title)
    : m_connection(&connection)
    , m_encoders(std::move(encoders))
    , m_names(std::move(names))
    , m_title(std::move(title))
    , m_what(fmt::format("Writing to the {} failed", m_title))
{
}

Status CopyWriter::begin(const std::string& target)
{
    HEADRACE_CHECK(m_connection->beginCopyIn(fmt::format("COPY {} FROM STDIN (FORMAT binary)", target), m_what));
    m_buffer.truncate(0);
    m_buffer.append(kHeader);
    return {};
}

Status CopyWriter::writePacked(const arrow::RecordBatch& rows)
{
    HEADRACE_CHECK(flush());
    const auto& packed = static_cast<const arrow::BinaryArray&>(*rows.column(0));
    const std::int32_t first = packed.value_offset(0);
    std::string_view bytes(reinterpret_cast<const char*>(packed.raw_data()) + first,
                           static_cast<std::size_t>(packed.value_offset(packed.length()) - first));
    while (!bytes.empty()) {
        const std::string_view piece = bytes.substr(0, kPiece);
        HEADRACE_CHECK(m_connection->putCopyData(piece, m_what, {}));
        bytes.remove_prefix(piece.size());
    }
    return {};
}

Status CopyWriter::write(const arrow::RecordBatch& rows, std::int64_t earlierRows)
{
    if (isPacked(rows))
        return writePacked(rows);
    std::vector<const arrow::Array*> columns;
    for (int i = 0; i < rows.num_columns(); ++i) {
        columns.push_back(rows.column(i).get());
        m_encoders[static_cast<std::size_t>(i)]->bind(*columns.back());
    }
    const auto count = static_cast<std::int16_t>(columns.size());
    for (std::int64_t row = 0; row < rows.num_rows(); ++row) {
        m_buffer.append(count);
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (columns[i]->IsNull(row)) {
                m_buffer.append(std::int32_t{-1});
            } else if (!m_encoders[i]->append(row, m_buffer)) {
                const auto scalar = columns[i]->GetScalar(row);
                return fail(
                    ErrorCode::Data,
                    fmt::format("The {} cannot hold the value '{}' exactly: row {} of this run, column '{}'. Cast "
                                "the column in the shape.",
                                m_title, scalar.ok() ? (*scalar)->ToString().substr(0, kShown) : "",
                                earlierRows + row + 1, m_names[i]));
            }
        }
        if (m_buffer.size() >= kPiece)
            HEADRACE_CHECK(flush());
    }
    return {};
}

Status CopyWriter::end()
{
    m_buffer.append(std::int16_t{-1});
    HEADRACE_CHECK(flush());
    return m_connection->endCopy(false, m_what, {});
}

void CopyWriter::abort()
{
    static_cast<void>(m_connection->endCopy(true, m_what, {})); // it always fails, which is what it is for
}

Status CopyWriter::flush()
{
    const Status sent = m_connection->putCopyData(m_buffer.view(), m_what, {});
    m_buffer.truncate(0);
    return sent;
}

} // namespace headrace::postgres
