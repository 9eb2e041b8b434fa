// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/qtsql/table_names.h"

#include <fmt/format.h>

#include <QSqlDatabase>
#include <QSqlField>
#include <QSqlIndex>
#include <QSqlRecord>
#include <QStringList>

#include <algorithm>
#include <strings.h>

namespace headrace::qtsql {

namespace {

std::vector<Table> tablesOf(const std::string& connection)
{
    const QSqlDatabase database = QSqlDatabase::database(QString::fromStdString(connection), false);
    std::vector<Table> tables;
    for (const auto kind : {QSql::Tables, QSql::Views}) {
        QStringList names = database.tables(kind);
        names.sort();
        for (const QString& name : std::as_const(names))
            tables.push_back({name.toStdString(), kind == QSql::Views});
    }
    return tables;
}

std::vector<std::string> keyOf(const std::string& connection, const std::string& table)
{
    const QSqlDatabase database = QSqlDatabase::database(QString::fromStdString(connection), false);
    const QSqlIndex index = database.primaryIndex(QString::fromStdString(table));
    std::vector<std::string> columns;
    for (int i = 0; i < index.count(); ++i)
        columns.push_back(index.fieldName(i).toStdString());
    return columns;
}

std::vector<std::string> requiredOf(const std::string& connection, const std::string& table)
{
    const QSqlDatabase database = QSqlDatabase::database(QString::fromStdString(connection), false);
    const QSqlRecord record = database.record(QString::fromStdString(table));
    std::vector<std::string> columns;
    for (int i = 0; i < record.count(); ++i)
        if (record.field(i).requiredStatus() == QSqlField::Required)
            columns.push_back(record.fieldName(i).toStdString());
    return columns;
}

} // namespace

std::string Table::title() const
{
    return fmt::format("{} '{}'", isView ? "view" : "table", name);
}

Result<std::vector<Table>> listTables(Connection& connection, const std::stop_token& stop)
{
    return connection.answerOf(
        connection.thread().begin<Result<std::vector<Table>>>([name = connection.name()] { return tablesOf(name); }),
        stop);
}

Result<Table> findTable(Connection& connection, const std::string& name, const std::stop_token& stop)
{
    HEADRACE_TRY(const auto tables, listTables(connection, stop));
    const auto same = std::ranges::find(tables, name, &Table::name);
    if (same != tables.end())
        return *same;
    const auto isAlike = [&](const Table& table) { return ::strcasecmp(table.name.c_str(), name.c_str()) == 0; };
    if (std::ranges::count_if(tables, isAlike) == 1)
        return *std::ranges::find_if(tables, isAlike);
    std::vector<std::string> names;
    std::ranges::transform(tables, std::back_inserter(names), &Table::name);
    const std::string near = nearest(name, names);
    return fail(ErrorCode::NotFound, fmt::format("There is no table or view '{}' here{}", name,
                                                 near.empty() ? "." : fmt::format("; did you mean '{}'?", near)));
}

std::string qualified(const Connection& connection, const Table& table)
{
    const std::size_t point = connection.server() == Server::Firebird ? std::string::npos : table.name.find('.');
    if (point == std::string::npos)
        return connection.quoted(table.name);
    return connection.quoted(table.name.substr(0, point)) + '.' + connection.quoted(table.name.substr(point + 1));
}

Result<std::vector<std::string>> primaryKey(Connection& connection, const Table& table, const std::stop_token& stop)
{
    return connection.answerOf(
        connection.thread().begin<Result<std::vector<std::string>>>(
            [name = connection.name(), sql = qualified(connection, table)] { return keyOf(name, sql); }),
        stop);
}

Result<std::vector<std::string>> requiredColumns(Connection& connection, const Table& table,
                                                 const std::stop_token& stop)
{
    return connection.answerOf(
        connection.thread().begin<Result<std::vector<std::string>>>(
            [name = connection.name(), sql = qualified(connection, table)] { return requiredOf(name, sql); }),
        stop);
}

} // namespace headrace::qtsql
