// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sinks/sinks.h"

#include "connectors/core/kill_point.h"
#include "connectors/sinks/mariadb/maria_table.h"
#include "connectors/sinks/table_destination.h"

#include <fmt/format.h>

namespace headrace {

namespace {

using namespace mariadb;

struct MariaOptions {
    mariadb::Target server;
    MariaTable::Target table;
};

class MariadbSink final : public TableDestination {
public:
    explicit MariadbSink(MariaOptions options)
        : m_options(std::move(options))
    {
    }

    ~MariadbSink() override { close(); }

private:
    [[nodiscard]] bool hasTypeFor(const arrow::DataType& type) const override { return !arrow::is_nested(type.id()); }

    Result<std::optional<CommittedPosition>> openTable(const std::shared_ptr<arrow::Schema>& schema,
                                                       const RunIdentity& identity, std::stop_token stop) override
    {
        m_identity = identity;
        MariaTable::Target target = m_options.table;
        if (target.table.empty())
            target.table = identity.pipeline;
        HEADRACE_TRY(auto connection, Connection::open(m_options.server, stop));
        m_connection = std::make_unique<Connection>(std::move(connection));
        // Strict: what does not fit is an error; a 0 in a column that counts by itself stays a 0.
        HEADRACE_CHECK(m_connection->execute(
            "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION', "
            "innodb_lock_wait_timeout = 30, lock_wait_timeout = 30, autocommit = 1",
            "The session could not be set up", stop));
        m_table.emplace(*m_connection, target, schema);
        HEADRACE_TRY(auto committed, m_table->takeOver(identity, stop));
        m_replacing = target.mode == WriteMode::Replace && identity.isNewAt(committed);
        HEADRACE_CHECK(m_replacing ? m_table->prepareReplacement(stop) : m_table->prepare(stop));
        if (!m_replacing || m_table->keepsTable()) {
            HEADRACE_TRY(m_writer, m_table->writer(stop));
        }
        return committed;
    }

    Status beginTransaction() override
    {
        if (m_replacing && !m_table->keepsTable()) {
            m_writer.reset();
            HEADRACE_CHECK(m_table->beginReplacement());
            HEADRACE_TRY(m_writer, m_table->writer({}));
        }
        HEADRACE_CHECK(m_connection->execute("START TRANSACTION", "The transaction could not begin"));
        return m_replacing && m_table->keepsTable() ? m_table->removeRows() : Status();
    }

    Result<std::optional<CommittedPosition>> writeRows(BatchQueue& queue) override
    {
        return passRows(queue, [this](const arrow::RecordBatch& rows) { return m_writer->write(rows); });
    }

    Status commitTransaction(const CommittedPosition& last) override
    {
        HEADRACE_CHECK(m_table->saveCommit(m_identity, last));
        killPoint("before-commit");
        // Without an answer the outcome is unknown: the error is retryable, and open() then looks the position up.
        HEADRACE_CHECK(m_connection->execute("COMMIT", "The batch could not be committed"));
        killPoint("after-commit");
        if (!m_replacing)
            return {};
        HEADRACE_CHECK(m_table->exchange(m_identity));
        m_replacing = false;
        m_writer.reset();
        HEADRACE_TRY(m_writer, m_table->writer({}));
        return {};
    }

    void undoTransaction() noexcept override
    {
        if (!m_connection->isBroken()) // else the server has undone it; the first error is the one that tells
            static_cast<void>(m_connection->execute("ROLLBACK", "The transaction could not be undone"));
    }

    void closeTable() noexcept override
    {
        m_writer.reset();
        m_table.reset();
        m_connection.reset();
    }

    MariaOptions m_options;
    RunIdentity m_identity;
    std::unique_ptr<Connection> m_connection; ///< of the worker while that runs
    std::optional<MariaTable> m_table;
    std::unique_ptr<RowWriter> m_writer;
    bool m_replacing = false; ///< the first commit replaces the table
};

std::vector<OptionSpec> sinkOptions()
{
    std::vector<OptionSpec> options = connectionOptions();
    const auto own =
        serverTableOptions("Table that receives the rows, with its database where that is another one: shop.orders. It "
                           "is created if missing; by default it is named after the pipeline.");
    options.insert(options.begin() + 5, own.begin(), own.end());
    return options;
}

Result<MariaOptions> readOptions(const Options& options)
{
    MariaOptions result;
    HEADRACE_TRY(result.server, mariadb::Target::from(options));
    HEADRACE_TRY(static_cast<TableTarget&>(result.table), tableTarget(options));
    if (const auto dot = result.table.table.find('.'); dot != std::string::npos) {
        result.table.database = result.table.table.substr(0, dot);
        result.table.table.erase(0, dot + 1);
    }
    return result;
}

Result<std::string> probeServer(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const auto checked, options.check(sinkOptions(), "mariadb destination"));
    HEADRACE_TRY(const auto target, mariadb::Target::from(checked));
    HEADRACE_TRY(const auto connection, Connection::open(target, stop));
    return fmt::format("{} can be reached ({}).", target.title, connection.tlsMode());
}

} // namespace

SinkType mariadbSink()
{
    SinkType type;
    type.type = "mariadb";
    type.label = "MariaDB table";
    type.group = "Databases";
    type.help = "Writes rows and the position they reach in one transaction into a table of a MariaDB database.";
    type.options = sinkOptions();
    type.guarantee = Guarantee::ExactlyOnce;
    type.replacesRows = replacesRows;
    type.create = [](const Options& options) -> Result<std::unique_ptr<Sink>> {
        HEADRACE_TRY(MariaOptions read, readOptions(options));
        return std::make_unique<MariadbSink>(std::move(read));
    };
    type.probe = probeServer;
    return type;
}

} // namespace headrace
