// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sinks/sinks.h"

#include "connectors/core/kill_point.h"
#include "connectors/odbc/tls_mode.h"
#include "connectors/sinks/odbc/odbc_table.h"
#include "connectors/sinks/probe.h"
#include "connectors/sinks/table_destination.h"

#include <fmt/format.h>

namespace headrace {

namespace {

using namespace odbc;

struct OdbcOptions {
    odbc::Target server;
    OdbcTable::Target table;
};

class OdbcSink final : public TableDestination {
public:
    explicit OdbcSink(OdbcOptions options)
        : m_options(std::move(options))
    {
    }

    ~OdbcSink() override { close(); }

private:
    [[nodiscard]] bool hasTypeFor(const arrow::DataType& type) const override { return !arrow::is_nested(type.id()); }

    Result<std::optional<CommittedPosition>> openTable(const std::shared_ptr<arrow::Schema>& schema,
                                                       const RunIdentity& identity, std::stop_token stop) override
    {
        m_identity = identity;
        OdbcTable::Target target = m_options.table;
        if (target.table.empty())
            target.table = identity.pipeline;
        HEADRACE_TRY(auto connection, Connection::open(m_options.server, stop));
        m_connection = std::make_unique<Connection>(std::move(connection));
        HEADRACE_CHECK(setUpSession(stop));
        m_table.emplace(*m_connection, target, schema);
        HEADRACE_TRY(auto committed, m_table->takeOver(identity, stop));
        m_replacing = target.mode == WriteMode::Replace && identity.isNewAt(committed);
        m_exchanging = false;
        if (m_replacing) {
            HEADRACE_TRY(m_exchanging, m_table->canExchange(stop));
        }
        if (m_exchanging)
            HEADRACE_CHECK(m_table->checkTypes());
        else
            HEADRACE_CHECK(m_table->prepare(stop));
        HEADRACE_CHECK(m_connection->setAutoCommit(false, "The transaction could not begin"));
        return committed;
    }

    /// What does not fit is an error, a 0 in a column that counts by itself stays a 0, and a commit that was answered
    /// survives the server.
    Status setUpSession(const std::stop_token& stop)
    {
        constexpr std::string_view kWhat = "The session could not be set up";
        if (m_connection->facts().dialect == Dialect::PostgreSql)
            return m_connection->execute("SET synchronous_commit = on; SET lock_timeout = '30s'", kWhat, stop);
        if (m_connection->facts().dialect != Dialect::MySql)
            return {};
        return m_connection->execute(
            "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION', "
            "innodb_lock_wait_timeout = 30, lock_wait_timeout = 30",
            kWhat, stop);
    }

    /// ODBC begins a transaction with its first statement.
    Status beginTransaction() override
    {
        if (m_replacing)
            HEADRACE_CHECK(m_exchanging ? m_table->beginReplacement() : m_table->removeAllRows());
        if (!m_writer)
            m_writer = m_table->writer();
        return {};
    }

    Result<std::optional<CommittedPosition>> writeRows(BatchQueue& queue) override
    {
        return passRows(queue, [this](const arrow::RecordBatch& rows) { return m_writer->write(rows); });
    }

    Status commitTransaction(const CommittedPosition& last) override
    {
        if (m_replacing) {
            m_writer.reset(); // its statements are the replacement's
            HEADRACE_CHECK(m_table->finishReplacement());
        }
        HEADRACE_CHECK(m_table->saveCommit(m_identity, last));
        killPoint("before-commit");
        // Without an answer the outcome is unknown: the error is retryable, and open() then looks the position up.
        HEADRACE_CHECK(m_connection->commit("The batch could not be committed"));
        killPoint("after-commit");
        m_replacing = false;
        return {};
    }

    void undoTransaction() noexcept override
    {
        if (m_replacing) {
            m_writer.reset();
            m_table->dropReplacement();
        }
        if (!m_connection->isBroken()) // else the server has undone it; the first error is the one that tells
            static_cast<void>(m_connection->rollback("The transaction could not be undone"));
    }

    void closeTable() noexcept override
    {
        m_writer.reset();
        m_table.reset();
        m_connection.reset();
    }

    OdbcOptions m_options;
    RunIdentity m_identity;
    std::unique_ptr<Connection> m_connection; ///< of the worker while that runs
    std::optional<OdbcTable> m_table;
    std::unique_ptr<RowWriter> m_writer; ///< made when it is needed
    bool m_replacing = false;            ///< the first commit replaces the rows
    bool m_exchanging = false;           ///< with their table
};

std::vector<OptionSpec> sinkOptions()
{
    std::vector<OptionSpec> options = connectionOptions();
    const auto own =
        serverTableOptions("Table that receives the rows, with its schema or database where that is another one: "
                           "shop.orders. It is created if missing; by default it is named after the pipeline.");
    options.insert(options.begin() + kPlainOptions, own.begin(), own.end());
    return options;
}

Result<OdbcOptions> readOptions(const Options& options)
{
    OdbcOptions result;
    HEADRACE_TRY(result.server, odbc::Target::from(options, true));
    HEADRACE_TRY(result.table, tableTarget(options));
    return result;
}

Result<std::string> probeServer(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const auto known, options.check(sinkOptions(), "odbc destination"));
    HEADRACE_TRY(const auto target, odbc::Target::from(known, false));
    if (dialectOf(target.driver) == Dialect::Sqlite && !target.database.empty())
        return probeDatabaseFile(target.database); // which need not be there yet
    HEADRACE_TRY(auto connection, Connection::open(target, stop));
    HEADRACE_CHECK(checkTransactions(connection));
    const std::string mode = tlsMode(connection, stop);
    return fmt::format("{} can be reached through {}{}.", connection.facts().product, connection.facts().driver,
                       mode.empty() ? "" : fmt::format(" ({})", mode));
}

} // namespace

SinkType odbcSink()
{
    SinkType type;
    type.type = "odbc";
    type.label = "ODBC table";
    type.group = "Databases";
    type.help =
        "Writes rows and the position they reach in one transaction into a table of any database that has an ODBC "
        "driver and transactions.";
    type.options = sinkOptions();
    type.guarantee = Guarantee::ExactlyOnce;
    type.replacesRows = replacesRows;
    type.create = [](const Options& options) -> Result<std::unique_ptr<Sink>> {
        HEADRACE_TRY(OdbcOptions read, readOptions(options));
        return std::make_unique<OdbcSink>(std::move(read));
    };
    type.probe = probeServer;
    return type;
}

} // namespace headrace
