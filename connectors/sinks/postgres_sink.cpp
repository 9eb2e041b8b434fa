// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sinks/sinks.h"

#include "connectors/core/kill_point.h"
#include "connectors/core/packed_rows.h"
#include "connectors/core/value_bytes.h"
#include "connectors/postgres/copy_lane.h"
#include "connectors/sinks/postgres_table.h"
#include "connectors/sinks/table_destination.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <limits>
#include <list>
#include <mutex>
#include <utility>

namespace headrace {

namespace {

using namespace postgres;

/// A transaction of so many value bytes is worth further connections.
constexpr std::int64_t kHelpBytes = 4 * 1024 * 1024;
/// Where transactions overlap one takes no further batch from so many rows on: about what a lane may have waiting.
constexpr std::int64_t kOverlapRows = 32'768;

struct PostgresOptions {
    postgres::Target server;
    PostgresTable::Target table;
    int connections = 1; ///< that write at once where they can do so unseen
};

/// Lets transactions that are written at once commit one after the other.
class CommitOrder {
public:
    void reset()
    {
        const std::lock_guard lock(m_mutex);
        m_taken = m_passed = 0;
        m_failed = false;
    }
    std::int64_t take() { return m_taken++; }

    /// False when one before has failed.
    [[nodiscard]] bool waitFor(std::int64_t number)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return m_failed || m_passed == number; });
        return !m_failed;
    }

    void pass()
    {
        const std::lock_guard lock(m_mutex);
        ++m_passed;
        m_changed.notify_all();
    }

    void fail()
    {
        const std::lock_guard lock(m_mutex);
        m_failed = true;
        m_changed.notify_all();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::int64_t m_taken = 0; ///< of the worker
    std::int64_t m_passed = 0;
    bool m_failed = false;
};

/// Each transaction is one COPY. While one ends, another connection writes the next; and a large one into a table that
/// nobody sees yet is one COPY for each connection.
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
            HEADRACE_CHECK(allowOverlaps(stop));
        m_order.reset();
        m_lanes.emplace_back(*m_connection, onError());
        return committed;
    }

    Status beginTransaction() override
    {
        m_lane = &nextLane();
        HEADRACE_CHECK(m_lane->wait());
        m_helpers.clear();
        m_bytes = 0;
        if (m_table->wantsReplacement()) {
            HEADRACE_CHECK(m_table->beginReplacement());
            HEADRACE_TRY(m_severalWriters, m_table->takesSeveralWriters({}));
        }
        m_lane->begin(makeWriter(), m_table->copyTarget(), m_table->removal());
        return {};
    }

    Result<std::optional<CommittedPosition>> writeRows(BatchQueue& queue) override
    {
        killPoint("before-write");
        queue.limitTransactions(overlaps() ? kOverlapRows : std::numeric_limits<std::int64_t>::max());
        while (true) {
            auto item = queue.next();
            if (const auto* rows = std::get_if<BatchQueue::Rows>(&item)) {
                HEADRACE_CHECK(write(*rows));
                continue;
            }
            const auto* ended = std::get_if<CommittedPosition>(&item);
            if (ended == nullptr)
                return std::nullopt;
            m_moreWaits = !queue.isEmpty();
            return *ended;
        }
    }

    Status write(const BatchQueue::Rows& rows)
    {
        const std::int64_t earlierRows = std::exchange(m_rows, m_rows + rows->num_rows());
        CopyLane* lane = m_lane;
        if (m_table->wantsReplacement() && m_severalWriters) {
            m_bytes += valueBytes(*rows);
            if (m_bytes >= kHelpBytes)
                lane = &idlestLane();
        }
        return lane->push(rows, earlierRows);
    }

    /// Of the transaction's own lane and its helpers, which are those that are connected.
    [[nodiscard]] CopyLane& idlestLane()
    {
        callLanes();
        for (CopyLane& lane : m_lanes) {
            if (&lane == m_lane || !lane.isReady() || std::ranges::find(m_helpers, &lane) != m_helpers.end())
                continue;
            lane.begin(makeWriter(), m_table->copyTarget(), {});
            m_helpers.push_back(&lane);
        }
        CopyLane* idlest = m_lane;
        for (CopyLane* helper : m_helpers)
            if (helper->waitingBytes() < idlest->waitingBytes())
                idlest = helper;
        return *idlest;
    }

    Status commitTransaction(const CommittedPosition& last) override
    {
        for (CopyLane* helper : m_helpers)
            helper->end(commitHelp);
        for (CopyLane* helper : m_helpers)
            HEADRACE_CHECK(helper->wait());
        m_lane->end([this, last, number = m_order.take()](Connection& connection) {
            return commitOn(connection, last, number);
        });
        m_isUnderWay = overlaps() && m_moreWaits;
        if (m_isUnderWay) {
            callLanes();
            return {};
        }
        HEADRACE_CHECK(m_lane->wait());
        if (m_table->replaces()) {
            m_table->endExchange();
            HEADRACE_CHECK(allowOverlaps({}));
        }
        return {};
    }

    [[nodiscard]] bool isUnderWay() const override { return m_isUnderWay; }

    /// On the lane's thread.
    Status commitOn(Connection& connection, const CommittedPosition& last, std::int64_t number)
    {
        HEADRACE_CHECK(m_table->moveStagedRows());
        killPoint("after-write");
        if (!m_order.waitFor(number))
            return fail(ErrorCode::Failed, "A batch was not committed because the one before it failed.");
        HEADRACE_CHECK(m_table->swap());
        HEADRACE_CHECK(m_table->saveCommit(connection, m_identity, last));
        killPoint("before-commit");
        // Without an answer the outcome is unknown: the error is retryable, and open() then looks the position up.
        HEADRACE_CHECK(connection.execute("COMMIT", "The batch could not be committed"));
        killPoint("after-commit");
        m_order.pass();
        committed(last);
        return {};
    }

    static Status commitHelp(Connection& connection)
    {
        killPoint("before-help-commit");
        HEADRACE_CHECK(connection.execute("COMMIT", "Rows of the batch could not be committed"));
        killPoint("after-help-commit");
        return {};
    }

    void undoTransaction() noexcept override
    {
        for (CopyLane* helper : m_helpers)
            helper->drop();
        m_lane->drop();
    }

    void closeTable() noexcept override
    {
        m_lanes.clear();
        if (m_table)
            m_table->dropReplacements();
        m_table.reset();
        m_connection.reset();
    }

    /// Transactions may be written at once, each by a connection of its own.
    [[nodiscard]] bool overlaps() const
    {
        return m_severalWriters && m_options.connections > 1 && !m_table->replaces();
    }

    Status allowOverlaps(const std::stop_token& stop)
    {
        HEADRACE_TRY(m_severalWriters, m_table->takesSeveralWriters(stop));
        return overlaps() ? CopyLane::prepare(*m_connection) : Status();
    }

    /// The lane after the last one, where transactions overlap; lanes that could not connect are passed over.
    [[nodiscard]] CopyLane& nextLane()
    {
        if (!overlaps())
            return m_lanes.front();
        const auto last = std::ranges::find_if(m_lanes, [this](const CopyLane& lane) { return &lane == m_lane; });
        const auto next = std::find_if(last == m_lanes.end() ? last : std::next(last), m_lanes.end(),
                                       [](const CopyLane& lane) { return lane.isReady(); });
        return next == m_lanes.end() ? m_lanes.front() : *next;
    }

    void callLanes()
    {
        while (static_cast<int>(m_lanes.size()) < m_options.connections)
            m_lanes.emplace_back(m_options.server, onError());
    }

    [[nodiscard]] CopyLane::MakeWriter makeWriter() const
    {
        return [this](Connection& connection) { return m_table->writer(connection); };
    }

    [[nodiscard]] CopyLane::OnError onError()
    {
        return [this](const Error& error) {
            failed(error);
            m_order.fail();
        };
    }

    PostgresOptions m_options;
    RunIdentity m_identity;
    std::unique_ptr<Connection> m_connection; ///< the first lane's while a transaction is open
    std::optional<PostgresTable> m_table;
    CommitOrder m_order;
    std::list<CopyLane> m_lanes;
    CopyLane* m_lane = nullptr;       ///< of the running transaction
    std::vector<CopyLane*> m_helpers; ///< that write for it beside that one
    std::string m_packing;            ///< that of the table's columns
    bool m_severalWriters = false;    ///< PostgresTable::takesSeveralWriters()
    bool m_moreWaits = false;         ///< rows were waiting when the transaction was complete
    bool m_isUnderWay = false;
    std::int64_t m_rows = 0;  ///< of this run
    std::int64_t m_bytes = 0; ///< value bytes of a transaction that may have helpers
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
                   .help = "How many connections write at once where rows wait: batches after each other into a table "
                           "without a unique key or triggers, and a large first batch into one that is created or "
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
