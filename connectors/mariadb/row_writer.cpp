// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include "connectors/mariadb/row_writer.h"

#include "connectors/core/shown_number.h"
#include "connectors/core/value_bytes.h"
#include "connectors/mariadb/maria_library.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace::mariadb {

namespace {

/// Of one statement: far below what servers take at once (max_allowed_packet, 16 MiB unless set).
constexpr std::int64_t kPieceBytes = 1024 * 1024;
constexpr std::int64_t kPieceRows = 8192;
constexpr std::size_t kShownBytes = 100;

} // namespace

RowWriter::RowWriter(Connection& connection, std::vector<Column> columns, std::string title)
    : m_connection(connection)
    , m_columns(std::move(columns))
    , m_title(std::move(title))
    , m_what(fmt::format("Writing to the {} failed", m_title))
    , m_takesMany(connection.isMariaDb())
{
}

RowWriter::~RowWriter()
{
    if (m_statement != nullptr)
        mysql_stmt_close(m_statement);
}

Status RowWriter::prepare(const std::string& insert, const std::stop_token& stop)
{
    m_statement = mysql_stmt_init(m_connection.handle());
    if (m_statement == nullptr)
        return fail(ErrorCode::Failed, fmt::format("{}: no memory is left.", m_what));
    int problem = 0;
    const int sent = mysql_stmt_prepare_start(&problem, m_statement, insert.data(), insert.size());
    HEADRACE_CHECK(m_connection.finish(
        sent, [&](int ready) { return mysql_stmt_prepare_cont(&problem, m_statement, ready); }, m_what, stop));
    return problem == 0 ? Status() : fail(m_connection.error(m_what, m_statement));
}

Status RowWriter::write(const arrow::RecordBatch& rows)
{
    if (m_columns.empty())
        return {};
    std::int64_t from = 0;
    for (const std::int64_t end : pieceEnds(rows, m_takesMany ? kPieceRows : 1, kPieceBytes)) {
        HEADRACE_CHECK(writePiece(rows, from, end - from));
        from = end;
    }
    m_rows += rows.num_rows();
    return {};
}

Status RowWriter::writePiece(const arrow::RecordBatch& rows, std::int64_t from, std::int64_t count)
{
    std::vector<MYSQL_BIND> binds(m_columns.size());
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const auto& array = *rows.column(static_cast<int>(i));
        const std::int64_t end = m_columns[i].parameter->bind(array, from, count, binds[i]);
        if (end != from + count)
            return fail(misfit(rows, end, i));
        if (!m_takesMany) { // what lies behind pointers in an array stands by itself here
            if (binds[i].length != nullptr || binds[i].buffer_type >= MYSQL_TYPE_DATE)
                binds[i].buffer = *static_cast<void**>(binds[i].buffer);
            binds[i].is_null_value = static_cast<my_bool>(array.IsNull(from));
            binds[i].is_null = &binds[i].is_null_value;
            binds[i].u.indicator = nullptr;
        }
    }
    const auto size = static_cast<unsigned>(count);
    if (m_takesMany)
        mysql_stmt_attr_set(m_statement, STMT_ATTR_ARRAY_SIZE, &size);
    if (mysql_stmt_bind_param(m_statement, binds.data()) != 0)
        return fail(m_connection.error(m_what, m_statement));
    return execute(m_rows + from + 1, count);
}

Status RowWriter::execute(std::int64_t firstRow, std::int64_t count)
{
    int problem = 0;
    const int sent = mysql_stmt_execute_start(&problem, m_statement);
    HEADRACE_CHECK(m_connection.finish(
        sent, [&](int ready) { return mysql_stmt_execute_cont(&problem, m_statement, ready); }, m_what, {}));
    if (problem == 0)
        return {};
    const std::string where = count == 1 ? fmt::format("row {}", groupedNumber(firstRow))
                                         : fmt::format("among the rows {} to {}", groupedNumber(firstRow),
                                                       groupedNumber(firstRow + count - 1));
    return fail(m_connection.error(fmt::format("{}, {} of this run", m_what, where), m_statement));
}

Error RowWriter::misfit(const arrow::RecordBatch& rows, std::int64_t row, std::size_t column) const
{
    const auto& array = *rows.column(static_cast<int>(column));
    const auto scalar = array.GetScalar(row);
    const std::string value = scalar.ok() ? (*scalar)->ToString() : "";
    return {ErrorCode::Data,
            fmt::format("{}, row {} of this run, column '{}': MariaDB cannot hold the {} '{}' there exactly. Cast the "
                        "column in the shape, or give the table another type.",
                        m_what, m_rows + row + 1, m_columns[column].name, array.type()->ToString(),
                        value.substr(0, kShownBytes)),
            {},
            std::nullopt};
}

} // namespace headrace::mariadb
