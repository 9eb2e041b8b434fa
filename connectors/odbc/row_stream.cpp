// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/odbc/row_stream.h"

#include "connectors/odbc/odbc_library.h"
#include "connectors/odbc/wide_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace headrace::odbc {

namespace {

constexpr std::uint64_t kBufferBytes = 2 * 1024 * 1024;
constexpr std::uint64_t kMostRows = 1024;
constexpr std::uint64_t kPieceBytes = 64 * 1024; ///< of a long value
constexpr std::uint64_t kFirstRoom = 128;        ///< of a value that may have any length
constexpr SQLSMALLINT kMostName = 512;
// Of a cursor at once:
constexpr std::int64_t kFirstAsked = 256; ///< rows
constexpr std::int64_t kMostAsked = 4096;
constexpr std::int64_t kAskedBytes = 4 * 1024 * 1024;

SQLSMALLINT cType(Wire wire)
{
    switch (wire) {
    case Wire::Integer:
        return SQL_C_SBIGINT;
    case Wire::Unsigned:
        return SQL_C_UBIGINT;
    case Wire::Double:
        return SQL_C_DOUBLE;
    case Wire::Bit:
        return SQL_C_BIT;
    case Wire::Date:
        return SQL_C_TYPE_DATE;
    case Wire::DateTime:
        return SQL_C_TYPE_TIMESTAMP;
    case Wire::Characters:
        return SQL_C_CHAR;
    case Wire::Wide:
        return SQL_C_WCHAR;
    case Wire::Bytes:
        return SQL_C_BINARY;
    }
    return SQL_C_DEFAULT;
}

/// Bytes at the end of a buffer that the driver needs for a zero.
std::uint64_t endBytes(Wire wire)
{
    return wire == Wire::Characters ? 1 : wire == Wire::Wide ? sizeof(char16_t) : 0;
}

bool isLimited(Wire wire)
{
    return wire == Wire::Characters || wire == Wire::Wide || wire == Wire::Bytes;
}

std::string attributeText(SQLHSTMT statement, SQLUSMALLINT column, SQLUSMALLINT attribute)
{
    std::array<SQLWCHAR, kMostName> text{};
    SQLSMALLINT bytes = 0;
    if (!SQL_SUCCEEDED(SQLColAttributeW(statement, column, attribute, text.data(), sizeof text, &bytes, nullptr)))
        return {};
    const auto length = std::min<std::size_t>(static_cast<std::size_t>(bytes) / sizeof(SQLWCHAR), text.size() - 1);
    return narrowed({reinterpret_cast<const char16_t*>(text.data()), length});
}

Column columnAt(SQLHSTMT statement, SQLUSMALLINT number)
{
    std::array<SQLWCHAR, kMostName> name{};
    SQLSMALLINT length = 0;
    SQLSMALLINT type = 0;
    SQLULEN size = 0;
    SQLSMALLINT digits = 0;
    SQLSMALLINT nullable = SQL_NULLABLE_UNKNOWN;
    SQLDescribeColW(statement, number, name.data(), kMostName, &length, &type, &size, &digits, &nullable);
    SQLLEN isUnsigned = SQL_FALSE;
    SQLColAttributeW(statement, number, SQL_DESC_UNSIGNED, nullptr, 0, nullptr, &isUnsigned);
    Column column;
    column.name = narrowed({reinterpret_cast<const char16_t*>(name.data()), static_cast<std::size_t>(length)});
    column.type = type;
    column.typeName = attributeText(statement, number, SQL_DESC_TYPE_NAME);
    column.size = size;
    column.digits = digits;
    column.isUnsigned = isUnsigned == SQL_TRUE;
    column.isRequired = nullable == SQL_NO_NULLS;
    return column;
}

} // namespace

Result<std::vector<Column>> columnsOf(Connection& connection, const std::string& select, std::string_view what,
                                      const std::stop_token& stop)
{
    HEADRACE_TRY(const Statement statement, connection.statement(what));
    std::u16string text = wide(select);
    HEADRACE_CHECK(connection.run(
        statement,
        [&] {
            return SQLPrepareW(statement.handle(), reinterpret_cast<SQLWCHAR*>(text.data()),
                               static_cast<SQLINTEGER>(text.size()));
        },
        what, stop));
    SQLSMALLINT count = 0;
    HEADRACE_CHECK(connection.run(
        statement, [&] { return SQLNumResultCols(statement.handle(), &count); }, what, stop));
    // Some drivers find out that a statement is wrong when it runs. What gives no rows must not run as it is.
    if (count == 0)
        HEADRACE_CHECK(connection.execute(fmt::format("SELECT 1 FROM ({}) AS input WHERE 1 = 0", select), what, stop));
    std::vector<Column> columns;
    for (SQLSMALLINT i = 1; i <= count; ++i)
        columns.push_back(columnAt(statement.handle(), static_cast<SQLUSMALLINT>(i)));
    return columns;
}

RowStream::RowStream(Connection& connection, std::vector<ReadColumn> columns, std::string title)
    : m_connection(connection)
    , m_columns(std::move(columns))
    , m_title(std::move(title))
    , m_what(fmt::format("Reading the {} failed", m_title))
    , m_buffers(m_columns.size())
    , m_cells(m_columns.size())
{
    arrow::FieldVector fields;
    for (const ReadColumn& column : m_columns) {
        m_decoders.push_back(makeDecoder(column));
        fields.push_back(column.field);
    }
    m_schema = arrow::schema(std::move(fields));
}

RowStream::~RowStream()
{
    // Its driver would read what is left of the rows; others would cancel the statement after this one.
    if (m_statement && !m_ended && m_connection.facts().dialect == Dialect::MySql)
        SQLCancel(m_statement->handle());
}

Status RowStream::begin(const std::string& select, const std::stop_token& stop)
{
    HEADRACE_TRY(Statement statement, m_connection.statement(m_what));
    m_statement.emplace(std::move(statement));
    HEADRACE_CHECK(bind());
    return execute(select, stop);
}

Status RowStream::beginCursor(std::string cursor, const std::stop_token& stop)
{
    HEADRACE_TRY(Statement statement, m_connection.statement(m_what));
    m_statement.emplace(std::move(statement));
    HEADRACE_CHECK(bind());
    m_cursor = std::move(cursor);
    return askCursor(stop);
}

Status RowStream::askCursor(const std::stop_token& stop)
{
    SQLFreeStmt(m_statement->handle(), SQL_CLOSE);
    m_asked = m_came == 0 ? kFirstAsked
                          : std::clamp<std::int64_t>(kAskedBytes / std::max<std::int64_t>(1, m_cameBytes / m_came), 1,
                                                     kMostAsked);
    m_came = 0;
    m_cameBytes = 0;
    return execute(fmt::format("FETCH {} FROM {}", m_asked, m_cursor), stop);
}

Status RowStream::execute(const std::string& sql, const std::stop_token& stop)
{
    std::u16string text = wide(sql);
    HEADRACE_CHECK(m_connection.run(
        *m_statement,
        [&] {
            return SQLExecDirectW(m_statement->handle(), reinterpret_cast<SQLWCHAR*>(text.data()),
                                  static_cast<SQLINTEGER>(text.size()));
        },
        m_what, stop));
    return {};
}

Status RowStream::bind()
{
    SQLHSTMT statement = m_statement->handle();
    std::uint64_t rowBytes = sizeof(SQLLEN) * m_columns.size();
    for (const ReadColumn& column : m_columns)
        rowBytes += column.room;
    // A value may be longer than its buffer; then the driver must give it once more, in a block at any row of it.
    const Facts& facts = m_connection.facts();
    const bool mayExceed = std::ranges::any_of(m_columns, &ReadColumn::mayExceed);
    m_isBound = facts.rereads || !mayExceed;
    const std::uint64_t rows =
        mayExceed && !facts.rereadsInBlocks
            ? 1
            : std::clamp<std::uint64_t>(kBufferBytes / std::max<std::uint64_t>(1, rowBytes), 1, kMostRows);
    m_states.resize(rows);
    SQLSetStmtAttrW(statement, SQL_ATTR_ROW_ARRAY_SIZE, reinterpret_cast<SQLPOINTER>(rows), 0);
    SQLSetStmtAttrW(statement, SQL_ATTR_ROWS_FETCHED_PTR, &m_fetched, 0);
    SQLSetStmtAttrW(statement, SQL_ATTR_ROW_STATUS_PTR, m_states.data(), 0);
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const bool startsSmall = rows == 1 && m_columns[i].mayExceed;
        m_buffers[i].room = startsSmall ? std::min(m_columns[i].room, kFirstRoom) : m_columns[i].room;
        HEADRACE_CHECK(bindColumn(i));
    }
    return {};
}

Status RowStream::bindColumn(std::size_t column)
{
    Buffer& buffer = m_buffers[column];
    buffer.cells.resize(buffer.room * m_states.size());
    buffer.lengths.resize(m_states.size());
    if (m_isBound && !SQL_SUCCEEDED(SQLBindCol(m_statement->handle(), static_cast<SQLUSMALLINT>(column + 1),
                                               cType(m_columns[column].wire), buffer.cells.data(),
                                               static_cast<SQLLEN>(buffer.room), buffer.lengths.data())))
        return fail(m_connection.error(m_what, *m_statement));
    return {};
}

/// Some drivers fill buffers up with zeros, so these grow only where values are longer.
Status RowStream::growBuffers()
{
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        Buffer& buffer = m_buffers[i];
        if (buffer.longest + endBytes(m_columns[i].wire) <= buffer.room || buffer.room >= m_columns[i].room)
            continue;
        buffer.room = std::min(m_columns[i].room, 2 * buffer.longest);
        HEADRACE_CHECK(bindColumn(i));
    }
    m_grows = false;
    return {};
}

Status RowStream::fetch(const std::stop_token& stop)
{
    if (m_grows)
        HEADRACE_CHECK(growBuffers());
    m_at = 0;
    m_fetched = 0;
    HEADRACE_TRY(const short answer,
                 m_connection.run(
                     *m_statement, [this] { return SQLFetch(m_statement->handle()); }, m_what, stop));
    m_ended = answer == SQL_NO_DATA;
    if (m_ended)
        m_fetched = 0;
    else if (m_fetched == 0) // a driver that does not count
        m_fetched = 1;
    m_came += static_cast<std::int64_t>(m_fetched);
    if (m_ended && !m_cursor.empty() && m_came == m_asked) {
        m_ended = false;
        return askCursor(stop);
    }
    if (answer == SQL_SUCCESS_WITH_INFO &&
        std::find(m_states.begin(), m_states.begin() + static_cast<std::ptrdiff_t>(m_fetched), SQL_ROW_ERROR) !=
            m_states.begin() + static_cast<std::ptrdiff_t>(m_fetched))
        return fail(m_connection.error(m_what, *m_statement));
    return {};
}

Result<RowBlock> RowStream::read(std::int64_t maxRows, std::int64_t maxBytes, std::chrono::milliseconds wait,
                                 const std::stop_token& stop)
{
    RowBlock block;
    m_rows = 0;
    for (const auto& decoder : m_decoders)
        HEADRACE_CHECK(decoder->reserve(maxRows));
    const auto deadline = std::chrono::steady_clock::now() + wait;
    while (!m_ended && m_rows < maxRows && block.wireBytes < maxBytes) {
        if (m_at == m_fetched) {
            if (m_rows > 0 && std::chrono::steady_clock::now() >= deadline)
                break;
            HEADRACE_CHECK(fetch(stop));
            continue;
        }
        HEADRACE_CHECK(keepRow(block));
        ++m_at;
    }
    HEADRACE_TRY(block.rows, finishRows(m_schema, m_rows, m_decoders));
    block.last = m_ended;
    return block;
}

Status RowStream::keepRow(RowBlock& block)
{
    std::size_t bad = m_columns.size();
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        HEADRACE_TRY(m_cells[i], cell(i));
        if (!m_cells[i]) {
            m_decoders[i]->appendNull();
            continue;
        }
        m_cameBytes += static_cast<std::int64_t>(m_cells[i]->size());
        block.wireBytes += static_cast<std::int64_t>(m_cells[i]->size());
        if (!m_decoders[i]->append(*m_cells[i]) && bad == m_columns.size())
            bad = i;
    }
    if (bad < m_columns.size())
        block.refuse(m_rows, rejectedRow(bad));
    ++m_rows;
    return {};
}

Result<std::optional<std::string_view>> RowStream::cell(std::size_t column)
{
    const ReadColumn& read = m_columns[column];
    Buffer& buffer = m_buffers[column];
    char* const at = buffer.cells.data() + m_at * buffer.room;
    if (!m_isBound) {
        if (isLimited(read.wire))
            return longCell(column, std::max<std::uint64_t>(buffer.longest, kFirstRoom));
        if (!SQL_SUCCEEDED(SQLGetData(m_statement->handle(), static_cast<SQLUSMALLINT>(column + 1), cType(read.wire),
                                      at, static_cast<SQLLEN>(buffer.room), &buffer.lengths[m_at])))
            return fail(m_connection.error(m_what, *m_statement));
    }
    const SQLLEN length = buffer.lengths[m_at];
    if (length == SQL_NULL_DATA)
        return std::nullopt;
    if (!isLimited(read.wire))
        return std::string_view(at, buffer.room);
    if (length >= 0 && static_cast<std::uint64_t>(length) + endBytes(read.wire) <= buffer.room)
        return std::string_view(at, static_cast<std::size_t>(length));
    const Facts& facts = m_connection.facts();
    if (m_states.size() > 1 ? !facts.rereadsInBlocks : !facts.rereads)
        return fail(ErrorCode::Data, fmt::format("{}: the column '{}' holds a value that is longer than the {} bytes "
                                                 "which its driver says are the most. Cast it to text in a query.",
                                                 m_what, read.field->name(), buffer.room));
    if (m_states.size() > 1)
        SQLSetPos(m_statement->handle(), m_at + 1, SQL_POSITION, SQL_LOCK_NO_CHANGE);
    return longCell(column, length >= 0 ? static_cast<std::uint64_t>(length) : kPieceBytes);
}

Result<std::optional<std::string_view>> RowStream::longCell(std::size_t column, std::uint64_t expected)
{
    const Wire wire = m_columns[column].wire;
    Buffer& buffer = m_buffers[column];
    std::string& value = buffer.longValue;
    value.clear();
    m_piece.resize(kPieceBytes);
    std::uint64_t size = std::min(expected + endBytes(wire), kPieceBytes);
    while (true) {
        SQLLEN length = 0;
        const SQLRETURN answer = SQLGetData(m_statement->handle(), static_cast<SQLUSMALLINT>(column + 1), cType(wire),
                                            m_piece.data(), static_cast<SQLLEN>(size), &length);
        if (answer == SQL_NO_DATA)
            break;
        if (!SQL_SUCCEEDED(answer))
            return fail(m_connection.error(m_what, *m_statement));
        if (length == SQL_NULL_DATA)
            return std::nullopt;
        const std::size_t most = size - endBytes(wire);
        const bool isWhole = length >= 0 && static_cast<std::size_t>(length) <= most;
        value.append(m_piece.data(), isWhole ? static_cast<std::size_t>(length) : most);
        if (isWhole)
            break;
        size = kPieceBytes;
    }
    buffer.longest = std::max<std::uint64_t>(buffer.longest, value.size());
    m_grows = m_isBound && m_states.size() == 1;
    return value;
}

BadRecord RowStream::rejectedRow(std::size_t bad) const
{
    const ReadColumn& column = m_columns[bad];
    BadRecord record;
    record.origin = m_title;
    record.reason =
        fmt::format("The column '{}' is read as {}, but holds '{}', which has no exact place in it. Cast it "
                    "to text in a query.",
                    column.field->name(), column.field->type()->ToString(), shownCell(column, *m_cells[bad]));
    record.raw = rowText(*m_schema, [this](int i) {
        const auto& cell = m_cells[static_cast<std::size_t>(i)];
        return cell ? shownCell(m_columns[static_cast<std::size_t>(i)], *cell) : "NULL";
    });
    return record;
}

} // namespace headrace::odbc
