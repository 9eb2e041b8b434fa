// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/qtsql/row_stream.h"

#include "connectors/qtsql/cell_decoder.h"
#include "connectors/qtsql/qt_error.h"

#include <fmt/format.h>

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QVariant>

#include <optional>

namespace headrace::qtsql {

/// What the connection's thread works with; none of its functions is called on another one.
struct RowStream::Reading {
    std::vector<ReadColumn> columns;
    std::string title;
    std::string what;
    std::shared_ptr<arrow::Schema> schema;
    std::vector<std::unique_ptr<CellDecoder>> decoders;
    std::optional<QSqlQuery> query;

    Status begin(const std::string& connection, const std::string& select)
    {
        query.emplace(QSqlDatabase::database(QString::fromStdString(connection), false));
        query->setForwardOnly(true);
        if (!query->exec(QString::fromStdString(select)))
            return fail(statementError(what, query->lastError()));
        return {};
    }

    Result<RowBlock> read(std::int64_t maxRows, std::int64_t maxBytes, std::chrono::steady_clock::time_point deadline)
    {
        RowBlock block;
        for (const auto& decoder : decoders)
            HEADRACE_CHECK(decoder->reserve(maxRows));
        std::int64_t rows = 0;
        while (rows < maxRows && block.wireBytes < maxBytes &&
               (rows == 0 || std::chrono::steady_clock::now() < deadline)) {
            if (!query->next()) {
                if (query->lastError().isValid())
                    return fail(statementError(what, query->lastError()));
                block.last = true;
                break;
            }
            keepRow(rows++, block);
        }
        HEADRACE_TRY(block.rows, finishRows(schema, rows, decoders));
        return block;
    }

private:
    void keepRow(std::int64_t row, RowBlock& block)
    {
        std::optional<std::size_t> bad;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const QVariant cell = query->value(static_cast<int>(i));
            if (cell.isNull() || query->isNull(static_cast<int>(i))) {
                decoders[i]->appendNull();
                continue;
            }
            block.wireBytes += cell.typeId() == QMetaType::QString      ? cell.toString().size()
                               : cell.typeId() == QMetaType::QByteArray ? cell.toByteArray().size()
                                                                        : qsizetype{sizeof(qlonglong)};
            if (!decoders[i]->append(cell) && !bad)
                bad = i;
        }
        if (bad)
            block.refuse(row, rejectedRow(*bad));
    }

    [[nodiscard]] BadRecord rejectedRow(std::size_t bad) const
    {
        const arrow::Field& field = *columns[bad].field;
        BadRecord record;
        record.origin = title;
        record.reason =
            fmt::format("The column '{}' is read as {}, but holds '{}', which has no exact place in it. "
                        "Cast it to {} in a query.",
                        field.name(), field.type()->ToString(), shownCell(query->value(static_cast<int>(bad))),
                        field.type()->id() == arrow::Type::STRING ? "bytes" : "text");
        record.raw = rowText(*schema, [this](int column) { return shownCell(query->value(column)); });
        return record;
    }
};

RowStream::RowStream(Connection& connection, std::vector<ReadColumn> columns, std::string title)
    : m_connection(connection)
    , m_reading(std::make_shared<Reading>())
{
    arrow::FieldVector fields;
    for (const ReadColumn& column : columns) {
        m_reading->decoders.push_back(makeDecoder(column));
        fields.push_back(column.field);
    }
    m_reading->schema = arrow::schema(std::move(fields));
    m_reading->columns = std::move(columns);
    m_reading->what = fmt::format("Reading the {} failed", title);
    m_reading->title = std::move(title);
}

RowStream::~RowStream()
{
    m_connection.thread().post([reading = m_reading] { reading->query.reset(); });
}

Status RowStream::begin(const std::string& select, const std::stop_token& stop)
{
    return m_connection.answerOf(m_connection.thread().begin<Status>([reading = m_reading, name = m_connection.name(),
                                                                      select] { return reading->begin(name, select); }),
                                 stop);
}

Result<RowBlock> RowStream::read(std::int64_t maxRows, std::int64_t maxBytes, std::chrono::milliseconds wait,
                                 const std::stop_token& stop)
{
    if (!m_block.valid())
        m_block = m_connection.thread().begin<Result<RowBlock>>(
            [reading = m_reading, maxRows, maxBytes, deadline = std::chrono::steady_clock::now() + wait] {
                return reading->read(maxRows, maxBytes, deadline);
            });
    if (waitFor(m_block, wait, stop))
        return m_block.get();
    if (stop.stop_requested())
        return fail(m_connection.cancelled());
    RowBlock nothing;
    HEADRACE_TRY(nothing.rows, fromArrow(arrow::RecordBatch::MakeEmpty(m_reading->schema), "No rows could be made"));
    return nothing;
}

} // namespace headrace::qtsql
