// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sinks/sinks.h"

#include "connectors/core/kill_point.h"
#include "connectors/core/packed_rows.h"
#include "connectors/core/value_bytes.h"
#include "connectors/postgres/copy_helper.h"
#include "connectors/sinks/postgres_table.h"
#include "connectors/sinks/table_destination.h"

#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <utility>

namespace headrace {

namespace {

using namespace postgres;

/// A transaction of so many value bytes is worth further connections.
constexpr std::int64_t kHelpBytes = 4 * 1024 * 1024;

struct PostgresOptions {
    postgres::Target server;
    PostgresTable::Target table;
    int connections = 1; ///< that write at once where they can do so unseen
};

/// Each transaction is one COPY, a large one into a table that nobody sees yet one COPY for each connection.
class PostgresSink final : public TableDestination, public TakesPackedRows {
public:
    explicit PostgresSink(PostgresOptions options)
        : m_options(std::move(options))
    {
    }

    ~PostgresSink() override { close(); }

    [[nodiscard]] bool takesPacked(const std::string& packing) const override { return packing == m_packing; }

private:
    Result<std::optional<CommittedPosition>> openTable(const std::shared_ptr<arrow::Schema>& schema,
                                                       const RunIdentity& identity, std::stop_token stop) override
    {
        m_identity = identity;
        m_rows = 0;
        PostgresTable::Target target = m_options.table;
        if (target.table.empty())
            target.table = identity.pipeline;
        HEADRACE_TRY(auto connection, Connection::open(m_options.server, stop));
        m_connection = std::make_unique<Connection>(std::move(connection));
        m_table.emplace(*m_connection, target, schema);
        constexpr const char* kWhat = "The destination could not be prepared";
        HEADRACE_CHECK(m_connection->execute("SET lock_timeout = '30s'; BEGIN", kWhat, stop));
        HEADRACE_CHECK(m_table->prepare(stop));
        HEADRACE_TRY(auto committed, m_table->takeOver(identity, stop));
        HEADRACE_TRY(m_packing, m_table->packing(stop));
        HEADRACE_CHECK(m_connection->execute("COMMIT; SET lock_timeout = DEFAULT", kWhat, stop));
        if (!m_table->wantsReplacement())
            m_writer.emplace(m_table->writer(*m_connection));
        return committed;
    }

    Status beginTransaction() override
    {
        if (m_table->wantsReplacement()) {
            HEADRACE_CHECK(m_table->beginReplacement());
            m_writer.emplace(m_table->writer(*m_connection));
        }
        return m_connection->execute("BEGIN", "The transaction could not begin");
    }

    Result<std::optional<CommittedPosition>> writeRows(BatchQueue& queue) override
    {
        killPoint("before-write");
        m_bytes = 0;
        HEADRACE_CHECK(m_writer->begin(m_table->copyTarget()));
        while (true) {
            auto item = queue.next();
            if (const auto* rows = std::get_if<BatchQueue::Rows>(&item)) {
                killPoint("mid-write");
                if (const Status written = write(*rows); !written) {
                    m_writer->abort();
                    return fail(written.error());
                }
                continue;
            }
            const auto* ended = std::get_if<CommittedPosition>(&item);
            if (ended == nullptr) {
                m_writer->abort();
                return std::nullopt;
            }
            std::ranges::for_each(m_helpers, &CopyHelper::end);
            HEADRACE_CHECK(m_writer->end());
            for (CopyHelper& helper : m_helpers)
                HEADRACE_CHECK(helper.waitForEnd());
            m_helpers.clear();
            HEADRACE_CHECK(m_table->moveStagedRows());
            killPoint("after-write");
            return *ended;
        }
    }

    Status write(const BatchQueue::Rows& rows)
    {
        const std::int64_t earlierRows = std::exchange(m_rows, m_rows + rows->num_rows());
        m_bytes += valueBytes(*rows);
        if (m_bytes >= kHelpBytes && m_helpers.empty() && m_table->wantsReplacement() && m_table->takesHelpers())
            callHelpers();
        for (CopyHelper& helper : m_helpers) {
            HEADRACE_TRY(const bool isTaken, helper.take(rows, earlierRows));
            if (isTaken)
                return {};
        }
        return m_writer->write(*rows, earlierRows);
    }

    void callHelpers()
    {
        for (int i = 1; i < m_options.connections; ++i)
            m_helpers.emplace_back(CopyHelper::Job{
                m_options.server, [this](Connection& connection) { return m_table->writer(connection); },
                m_table->copyTarget()});
    }

    Status commitTransaction(const CommittedPosition& last) override
    {
        HEADRACE_CHECK(m_table->swap());
        HEADRACE_CHECK(m_table->saveCommit(m_identity, last));
        killPoint("before-commit");
        // Without an answer the outcome is unknown: the error is retryable, and open() then looks the position up.
        HEADRACE_CHECK(m_connection->execute("COMMIT", "The batch could not be committed"));
        killPoint("after-commit");
        m_table->endReplacement();
        return {};
    }

    void undoTransaction() noexcept override
    {
        m_helpers.clear();
        if (!m_connection->isBroken()) // else the server has undone it; the first error is the one that tells
            static_cast<void>(m_connection->execute("ROLLBACK", "The transaction could not be undone"));
    }

    void closeTable() noexcept override
    {
        m_helpers.clear();
        m_writer.reset();
        if (m_table)
            m_table->dropReplacement();
        m_table.reset();
        m_connection.reset();
    }

    PostgresOptions m_options;
    RunIdentity m_identity;
    std::unique_ptr<Connection> m_connection; ///< of the worker while that runs
    std::optional<PostgresTable> m_table;
    std::optional<CopyWriter> m_writer;
    std::list<CopyHelper> m_helpers; ///< of the running transaction
    std::string m_packing;           ///< that of the table's columns
    std::int64_t m_rows = 0;         ///< of this run
    std::int64_t m_bytes = 0;        ///< value bytes of the transaction
};

std::vector<OptionSpec> postgresOptions()
{
    std::vector<OptionSpec> options = connectionOptions();
    auto own = serverTableOptions("Table that receives the rows, created if missing; by default named after the "
                                  "pipeline.");
    own.insert(own.begin() + 1,
               {.key = "schema",
                .label = "Schema",
                .help = "Schema of the table, created if missing; the first of the search path without one."});
    own.push_back({.key = "connections",
                   .type = OptionType::Integer,
                   .label = "Connections",
                   .help = "How many connections write a large first batch at once into a table that is created or "
                           "replaced. With 1 the rows lie in their order.",
                   .defaultText = "2",
                   .advanced = true,
                   .minimum = 1,
                   .maximum = 16});
    options.insert(options.begin() + 5, own.begin(), own.end());
    return options;
}

Result<PostgresOptions> readOptions(const Options& options)
{
    PostgresOptions result;
    HEADRACE_TRY(result.server, postgres::Target::from(options));
    HEADRACE_TRY(static_cast<TableTarget&>(result.table), tableTarget(options));
    result.table.schema = options.text("schema");
    result.connections = static_cast<int>(options.integer("connections"));
    // "shop.orders" names both, as the source writes it.
    if (const auto dot = result.table.table.find('.');
        dot != std::string::npos && result.table.schema.empty() && result.table.table.find('"') == std::string::npos) {
        result.table.schema = result.table.table.substr(0, dot);
        result.table.table.erase(0, dot + 1);
    }
    return result;
}

Result<std::string> probeServer(const Options& options, std::stop_token stop)
{
    HEADRACE_TRY(const auto checked, options.check(postgresOptions(), "postgres destination"));
    HEADRACE_TRY(const auto target, postgres::Target::from(checked));
    HEADRACE_TRY(const auto connection, Connection::open(target, stop));
    return fmt::format("{} can be reached ({}).", target.title, connection.tlsMode());
}

} // namespace

SinkType postgresSink()
{
    SinkType type;
    type.type = "postgres";
    type.label = "PostgreSQL table";
    type.group = "Databases";
    type.help = "Writes rows and the position they reach in one transaction into a table of a PostgreSQL database.";
    type.options = postgresOptions();
    type.guarantee = Guarantee::ExactlyOnce;
    type.replacesRows = replacesRows;
    type.create = [](const Options& options) -> Result<std::unique_ptr<Sink>> {
        HEADRACE_TRY(PostgresOptions read, readOptions(options));
        return std::make_unique<PostgresSink>(std::move(read));
    };
    type.probe = probeServer;
    return type;
}

} // namespace headrace
