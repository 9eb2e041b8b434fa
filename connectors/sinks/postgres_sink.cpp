// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sinks/sinks.h"

#include "connectors/core/kill_point.h"
#include "connectors/sinks/batch_queue.h"
#include "connectors/sinks/postgres_table.h"

#include <fmt/format.h>

#include <thread>

namespace headrace {

namespace {

using namespace postgres;

struct PostgresOptions {
    postgres::Target server;
    PostgresTable::Target table;
};

/// The pipeline's thread puts rows into a queue; a worker sends them by one COPY a transaction.
class PostgresSink final : public Sink {
public:
    explicit PostgresSink(PostgresOptions options)
        : m_options(std::move(options))
    {
    }

    ~PostgresSink() override { close(); }

    Result<std::optional<CommittedPosition>> open(const std::shared_ptr<arrow::Schema>& schema,
                                                  const RunIdentity& identity, std::stop_token stop) override
    {
        close();
        m_identity = identity;
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
        HEADRACE_CHECK(m_connection->execute("COMMIT; SET lock_timeout = DEFAULT", kWhat, stop));
        m_replacing = target.mode == WriteMode::Replace && !committed;
        m_writer.reset();
        if (!m_replacing) {
            HEADRACE_TRY(m_writer, m_table->writer());
        }
        m_queue = std::make_unique<BatchQueue>();
        m_worker = std::thread([this] { work(); });
        return committed;
    }

    Status append(const std::shared_ptr<arrow::RecordBatch>& rows, std::stop_token stop) override
    {
        return m_queue->push(rows, stop);
    }

    Status commit(const BatchSummary& batch, const Position& end, std::stop_token) override
    {
        return m_queue->end({end, batch.sequence});
    }

    Result<std::optional<CommittedPosition>> durable() override { return m_queue->durable(); }
    Status flush(std::stop_token stop) override { return m_queue->flush(stop); }

    void rollback() noexcept override
    {
        if (m_queue)
            m_queue->drop();
    }

    void close() noexcept override
    {
        if (m_worker.joinable()) {
            m_queue->close();
            m_worker.join();
        }
        m_queue.reset();
        m_writer.reset();
        m_table.reset();
        m_connection.reset();
    }

private:
    void work()
    {
        while (m_queue->waitForWork()) {
            std::optional<CommittedPosition> committed;
            const Status outcome = runTransaction(committed);
            m_queue->transactionEnded(outcome, committed);
        }
    }

    /// One transaction; `committed` stays empty when its batch was dropped.
    Status runTransaction(std::optional<CommittedPosition>& committed)
    {
        HEADRACE_CHECK(m_connection->execute("BEGIN", "The transaction could not begin"));
        std::optional<CommittedPosition> last;
        Status outcome = writeRows(last);
        if (outcome && last)
            outcome = commitAt(*last);
        if (outcome && last) {
            committed = last;
            return {};
        }
        if (!m_connection->isBroken()) // the first error is the one that tells
            static_cast<void>(m_connection->execute("ROLLBACK", "The transaction could not be undone"));
        return outcome;
    }

    /// `last` stays empty when the batch was dropped.
    Status writeRows(std::optional<CommittedPosition>& last)
    {
        if (m_replacing) {
            HEADRACE_CHECK(m_table->beginReplacement());
            HEADRACE_TRY(m_writer, m_table->writer());
        }
        killPoint("before-write");
        HEADRACE_CHECK(m_writer->begin(m_table->copyTarget()));
        while (true) {
            auto item = m_queue->next();
            if (const auto* rows = std::get_if<BatchQueue::Rows>(&item)) {
                killPoint("mid-write");
                if (Status written = m_writer->write(**rows); !written) {
                    m_writer->abort();
                    return written;
                }
                continue;
            }
            const auto* ended = std::get_if<CommittedPosition>(&item);
            if (ended == nullptr) {
                m_writer->abort();
                return {};
            }
            last = *ended;
            break;
        }
        HEADRACE_CHECK(m_writer->end());
        HEADRACE_CHECK(m_table->moveStagedRows());
        killPoint("after-write");
        return {};
    }

    Status commitAt(const CommittedPosition& last)
    {
        HEADRACE_CHECK(m_table->swap());
        HEADRACE_CHECK(m_table->saveCommit(m_identity, last));
        killPoint("before-commit");
        // Without an answer the outcome is unknown: the error is retryable, and open() then looks the position up.
        HEADRACE_CHECK(m_connection->execute("COMMIT", "The batch could not be committed"));
        killPoint("after-commit");
        m_replacing = false;
        return {};
    }

    PostgresOptions m_options;
    RunIdentity m_identity;
    std::unique_ptr<Connection> m_connection; ///< of the worker while that runs
    std::optional<PostgresTable> m_table;
    std::optional<CopyWriter> m_writer;
    bool m_replacing = false; ///< the first commit replaces the table
    std::unique_ptr<BatchQueue> m_queue;
    std::thread m_worker;
};

std::vector<OptionSpec> postgresOptions()
{
    std::vector<OptionSpec> options = connectionOptions();
    std::vector<OptionSpec> own{
        {.key = "table",
         .label = "Table",
         .help = "Table that receives the rows, created if missing; by default named after the pipeline."},
        {.key = "schema",
         .label = "Schema",
         .help = "Schema of the table, created if missing; the first of the search path without one."},
    };
    const auto modes = writeModeOptions();
    own.insert(own.end(), modes.begin(), modes.end());
    own.push_back(
        {.key = "evolve",
         .type = OptionType::Boolean,
         .label = "Change the table",
         .help = "Adds missing columns and widens types that are too narrow; otherwise the run stops and names them.",
         .defaultText = "true",
         .advanced = true});
    options.insert(options.begin() + 5, own.begin(), own.end());
    return options;
}

Result<PostgresOptions> readOptions(const Options& options)
{
    PostgresOptions result;
    HEADRACE_TRY(result.server, postgres::Target::from(options));
    result.table.schema = options.text("schema");
    result.table.table = options.text("table");
    // "shop.orders" names both, as the source writes it.
    if (const auto dot = result.table.table.find('.');
        dot != std::string::npos && result.table.schema.empty() && result.table.table.find('"') == std::string::npos) {
        result.table.schema = result.table.table.substr(0, dot);
        result.table.table.erase(0, dot + 1);
    }
    result.table.key = options.list("key");
    result.table.evolve = options.boolean("evolve");
    HEADRACE_TRY(result.table.mode, writeMode(options.text("mode"), result.table.key));
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
    type.create = [](const Options& options) -> Result<std::unique_ptr<Sink>> {
        HEADRACE_TRY(PostgresOptions read, readOptions(options));
        return std::make_unique<PostgresSink>(std::move(read));
    };
    type.probe = probeServer;
    return type;
}

} // namespace headrace
