// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/sinks/odbc/column_types.h"

#include "connectors/core/sql_identifier.h"
#include "connectors/mariadb/column_type.h"
#include "connectors/postgres/pg_type.h"
#include "connectors/sinks/postgres_types.h"
#include "connectors/sinks/sqlite_affinity.h"
#include "connectors/sinks/sqlite_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace headrace::odbc {

namespace {

class PostgresTypes final : public ColumnTypes {
public:
    explicit PostgresTypes(Connection& connection)
        : m_connection(connection)
    {
    }

    Result<std::vector<ExistingColumn>> columnsOf(const Table& table, std::string_view what,
                                                  const std::stop_token& stop) override
    {
        HEADRACE_TRY(const Rows rows,
                     m_connection.query(
                         fmt::format("SELECT a.attname, format_type(a.atttypid, a.atttypmod), format_type(a.atttypid, "
                                     "NULL), a.atttypid::bigint, a.atttypmod, t.typelem::bigint FROM "
                                     "pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid WHERE "
                                     "a.attrelid = pg_catalog.to_regclass({}) AND a.attnum > 0 AND NOT a.attisdropped "
                                     "ORDER BY a.attnum",
                                     sqlLiteral(qualified(m_connection, table))),
                         what, stop));
        std::vector<ExistingColumn> columns;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            ExistingColumn column;
            column.name = textOf(rows, row, 0);
            column.declaration = textOf(rows, row, 1);
            column.oid = static_cast<unsigned>(integerOf(rows, row, 3));
            column.modifier = static_cast<int>(integerOf(rows, row, 4));
            column.element = static_cast<unsigned>(integerOf(rows, row, 5));
            if (column.oid != postgres::kBytea) // which comes as bytes
                column.cast = textOf(rows, row, 2);
            constexpr int kHeader = 4;
            if (column.oid == postgres::kVarchar && column.modifier >= kHeader)
                column.most = column.modifier - kHeader;
            columns.push_back(std::move(column));
        }
        return columns;
    }

    [[nodiscard]] bool holds(const ExistingColumn& existing, const arrow::Field& incoming) const override
    {
        static constexpr std::array kRounding{postgres::kTime, postgres::kTimestamp, postgres::kTimestamptz,
                                              postgres::kInterval};
        if (existing.oid == postgres::kBpchar || // pads
            (existing.modifier >= 0 && std::ranges::find(kRounding, existing.oid) != kRounding.end()))
            return false;
        return headrace::holds(typeOf(existing), incoming);
    }

    [[nodiscard]] std::string newType(const arrow::Field& field, bool) const override
    {
        return postgres::newColumnType(*field.type());
    }

    [[nodiscard]] std::string widening(const ExistingColumn& existing, const arrow::Field& incoming) const override
    {
        const std::string wider = headrace::widened(typeOf(existing), *incoming.type());
        return wider.empty() ? wider
                             : fmt::format("ALTER COLUMN {} TYPE {}", m_connection.quoted(existing.name), wider);
    }

    [[nodiscard]] std::string textType(bool) const override { return "text"; }

private:
    [[nodiscard]] static postgres::Type typeOf(const ExistingColumn& existing)
    {
        postgres::Type type;
        type.oid = existing.oid;
        type.modifier = existing.modifier;
        type.element = existing.element;
        type.name = existing.declaration;
        return type;
    }

    Connection& m_connection;
};

class MySqlTypes final : public ColumnTypes {
public:
    explicit MySqlTypes(Connection& connection)
        : m_connection(connection)
    {
    }

    Result<std::vector<ExistingColumn>> columnsOf(const Table& table, std::string_view what,
                                                  const std::stop_token& stop) override
    {
        HEADRACE_TRY(
            const Rows rows,
            m_connection.query(
                fmt::format("SELECT column_name, column_type, character_maximum_length, data_type, is_nullable, "
                            "column_default, extra, column_comment FROM information_schema.columns WHERE "
                            "table_schema = {} AND table_name = {} ORDER BY ordinal_position",
                            m_connection.literal(table.catalog), m_connection.literal(table.name)),
                what, stop));
        std::vector<ExistingColumn> columns;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            ExistingColumn column;
            column.name = textOf(rows, row, 0);
            column.declaration = textOf(rows, row, 1);
            const std::string type = textOf(rows, row, 3);
            if (rows[row][2] && type != "enum" && type != "set")
                column.most = integerOf(rows, row, 2);
            const std::string byDefault = textOf(rows, row, 5);
            column.isPlain = textOf(rows, row, 4) == "YES" && (byDefault.empty() || byDefault == "NULL") &&
                             textOf(rows, row, 6).empty() && textOf(rows, row, 7).empty();
            columns.push_back(std::move(column));
        }
        return columns;
    }

    [[nodiscard]] bool holds(const ExistingColumn& existing, const arrow::Field& incoming) const override
    {
        const auto type = mariadb::ColumnType::parse(existing.declaration);
        return !type.dropsBlanks() && type.name != "binary" && !isBits(type) && mariadb::holds(type, incoming);
    }

    [[nodiscard]] std::string newType(const arrow::Field& field, bool isKey) const override
    {
        const std::string type = mariadb::newColumnType(field, isKey);
        return isBits(mariadb::ColumnType::parse(type)) ? mariadb::newColumnType(*field.WithMetadata(nullptr), isKey)
                                                        : type;
    }

    [[nodiscard]] std::string widening(const ExistingColumn& existing, const arrow::Field& incoming) const override
    {
        const std::string wider = mariadb::widened(mariadb::ColumnType::parse(existing.declaration), *incoming.type());
        return wider.empty() || !existing.isPlain
                   ? std::string()
                   : fmt::format("MODIFY COLUMN {} {} NULL", m_connection.quoted(existing.name), wider);
    }

    [[nodiscard]] std::string textType(bool isKey) const override { return isKey ? "varchar(255)" : "longtext"; }

private:
    /// Large numbers are written as their digits, which to such a column are bytes.
    [[nodiscard]] static bool isBits(const mariadb::ColumnType& type)
    {
        return type.name == "bit" && type.precision > 1;
    }

    Connection& m_connection;
};

class SqliteTypes final : public ColumnTypes {
public:
    explicit SqliteTypes(Connection& connection)
        : m_connection(connection)
    {
    }

    Result<std::vector<ExistingColumn>> columnsOf(const Table& table, std::string_view what,
                                                  const std::stop_token& stop) override
    {
        HEADRACE_TRY(const Rows rows, m_connection.query(fmt::format("SELECT name, type FROM pragma_table_info({})",
                                                                     sqlLiteral(table.name)),
                                                         what, stop));
        std::vector<ExistingColumn> columns;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            ExistingColumn column;
            column.name = textOf(rows, row, 0);
            column.declaration = textOf(rows, row, 1);
            columns.push_back(std::move(column));
        }
        return columns;
    }

    [[nodiscard]] bool holds(const ExistingColumn& existing, const arrow::Field& incoming) const override
    {
        return keepsValues(existing.declaration, newType(incoming, false));
    }

    [[nodiscard]] std::string newType(const arrow::Field& field, bool) const override
    {
        const auto columns = sqliteColumns(*arrow::schema({field.Copy()}));
        return columns ? columns->front().declaredType : "";
    }

    [[nodiscard]] std::string widening(const ExistingColumn&, const arrow::Field&) const override { return {}; }
    [[nodiscard]] std::string textType(bool) const override { return "TEXT"; }

private:
    Connection& m_connection;
};

} // namespace

std::unique_ptr<ColumnTypes> postgresTypes(Connection& connection)
{
    return std::make_unique<PostgresTypes>(connection);
}

std::unique_ptr<ColumnTypes> mysqlTypes(Connection& connection)
{
    return std::make_unique<MySqlTypes>(connection);
}

std::unique_ptr<ColumnTypes> sqliteTypes(Connection& connection)
{
    return std::make_unique<SqliteTypes>(connection);
}

} // namespace headrace::odbc
