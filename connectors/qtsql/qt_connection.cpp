// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/qtsql/qt_connection.h"

#include "connectors/core/sql_identifier.h"
#include "connectors/qtsql/qt_error.h"

#include <fmt/format.h>

#include <QSqlDatabase>
#include <QSqlDriver>
#include <QSqlError>
#include <QSqlField>
#include <QSqlQuery>
#include <QSqlRecord>
#include <QVariant>

#include <atomic>

namespace headrace::qtsql {

namespace {

QSqlDatabase databaseOf(const std::string& name)
{
    return QSqlDatabase::database(QString::fromStdString(name), false);
}

/// Runs on the connection's thread, as do the functions below.
Result<std::string> openDatabase(const Target& target, const std::string& name)
{
    auto database = QSqlDatabase::addDatabase(QString::fromStdString(target.driver), QString::fromStdString(name));
    if (!database.isValid())
        return fail(missingDriver(target.driver));
    database.setHostName(QString::fromStdString(target.host));
    if (target.port > 0)
        database.setPort(target.port);
    database.setDatabaseName(QString::fromStdString(target.database));
    database.setUserName(QString::fromStdString(target.user));
    database.setPassword(QString::fromStdString(target.password));
    database.setConnectOptions(QString::fromStdString(target.driverOptions));
    database.setNumericalPrecisionPolicy(QSql::HighPrecision); // decimals come as text where the driver can
    if (!database.open())
        return fail(connectionError(target.title(), database.lastError()));
    return database.driver()
        ->escapeIdentifier(QStringLiteral("x"), QSqlDriver::FieldName)
        .section('x', 0, 0)
        .toStdString();
}

void closeDatabase(const std::string& name, bool hasTransaction)
{
    if (hasTransaction) // with which Firebird does not let go of a connection
        databaseOf(name).rollback();
    databaseOf(name).close();
    QSqlDatabase::removeDatabase(QString::fromStdString(name));
}

Result<QSqlQuery> run(const std::string& name, const std::string& sql, const std::string& what)
{
    QSqlQuery query(databaseOf(name));
    query.setForwardOnly(true);
    if (!query.exec(QString::fromStdString(sql)))
        return fail(statementError(what, query.lastError()));
    return query;
}

Result<Rows> runForRows(const std::string& name, const std::string& sql, const std::string& what)
{
    HEADRACE_TRY(QSqlQuery query, run(name, sql, what));
    const int columns = query.record().count();
    Rows rows;
    while (query.next()) {
        rows.emplace_back();
        for (int i = 0; i < columns; ++i)
            rows.back().push_back(query.isNull(i) ? std::nullopt
                                                  : std::optional(query.value(i).toString().toStdString()));
    }
    return rows;
}

Result<std::vector<Column>> runForColumns(const std::string& name, const std::string& sql, const std::string& what)
{
    HEADRACE_TRY(const QSqlQuery query, run(name, sql, what));
    if (!query.isSelect())
        return fail(ErrorCode::Usage, fmt::format("{}: it is no SELECT.", what));
    std::vector<Column> columns;
    const QSqlRecord record = query.record();
    for (int i = 0; i < record.count(); ++i) {
        const QSqlField field = record.field(i);
        columns.push_back({field.name().toStdString(), field.metaType().id(), field.typeID(), field.length(),
                           field.precision(), field.requiredStatus() == QSqlField::Required});
    }
    return columns;
}

/// Nothing that is written stays, and what is read is of one state, as far as the server has a word for it. False where
/// there is no transaction.
Result<bool> runSnapshot(const std::string& name, Server server)
{
    QSqlDatabase database = databaseOf(name);
    if (!database.driver()->hasFeature(QSqlDriver::Transactions))
        return false;
    constexpr const char* kWhat = "A transaction that only reads could not begin";
    if (!database.transaction())
        return fail(statementError(kWhat, database.lastError()));
    if (server == Server::PostgreSql)
        HEADRACE_CHECK(run(name, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", kWhat));
    return true;
}

} // namespace

Connection::Connection(const Target& target)
    : m_target(target)
    , m_thread(std::make_unique<WorkThread>())
{
    static std::atomic<int> count{0};
    m_name = fmt::format("headrace-{}", ++count);
}

Result<std::unique_ptr<Connection>> Connection::open(const Target& target, const std::stop_token& stop)
{
    if (!QSqlDatabase::isDriverAvailable(QString::fromStdString(target.driver)))
        return fail(missingDriver(target.driver));
    auto connection = std::unique_ptr<Connection>(new Connection(target));
    HEADRACE_TRY(connection->m_quote,
                 connection->answerOf(connection->m_thread->begin<Result<std::string>>(
                                          [target, name = connection->m_name] { return openDatabase(target, name); }),
                                      stop));
    return connection;
}

Connection::~Connection()
{
    m_thread->post([name = m_name, open = m_hasTransaction] { closeDatabase(name, open); });
}

Error Connection::cancelled() const
{
    return {ErrorCode::Cancelled, fmt::format("Reading from {} was stopped.", m_target.title()), {}, std::nullopt};
}

std::string Connection::quoted(const std::string& name) const
{
    return m_quote.empty() ? name : sqlQuoted(name, m_quote.front());
}

Status Connection::beginSnapshot(const std::stop_token& stop)
{
    HEADRACE_TRY(m_hasTransaction, answerOf(m_thread->begin<Result<bool>>([name = m_name, server = server()] {
                     return runSnapshot(name, server);
                 }),
                                            stop));
    return {};
}

Result<Rows> Connection::query(const std::string& sql, std::string_view what, const std::stop_token& stop)
{
    return answerOf(m_thread->begin<Result<Rows>>(
                        [name = m_name, sql, what = std::string(what)] { return runForRows(name, sql, what); }),
                    stop);
}

Result<std::vector<Column>> Connection::columnsOf(const std::string& select, std::string_view what,
                                                  const std::stop_token& stop)
{
    return answerOf(m_thread->begin<Result<std::vector<Column>>>([name = m_name, select, what = std::string(what)] {
        return runForColumns(name, select, what);
    }),
                    stop);
}

} // namespace headrace::qtsql
