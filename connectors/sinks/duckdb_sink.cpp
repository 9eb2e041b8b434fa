// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array/concatenate.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sinks/sinks.h"

#include "connectors/core/arrow_result.h"
#include "connectors/core/kill_point.h"
#include "connectors/core/value_bytes.h"
#include "connectors/duckdb/duck_arrow_stream.h"
#include "connectors/duckdb/shared_duckdb.h"
#include "connectors/sinks/duckdb_table.h"
#include "connectors/sinks/probe.h"
#include "connectors/sinks/table_destination.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <thread>

namespace headrace {

namespace {

struct DuckOptions {
    std::string path;
    DuckTable::Target target;
    std::map<std::string, std::string> settings;
    std::int64_t memoryLimit = 0; ///< for narrow tables
};

/// DuckDB needs a few blocks for each column that it writes.
constexpr std::int64_t kBytesPerColumn = 128 * 1024;

/// A transaction of so much is stored in the order of its rows: one of DuckDB's threads writes it.
constexpr std::int64_t kSmallRows = 122'880;
constexpr std::int64_t kSmallBytes = 16 * 1024 * 1024;

/// Streams the rows of a transaction into one INSERT.
class DuckSink final : public TableDestination {
public:
    explicit DuckSink(DuckOptions options)
        : m_options(std::move(options))
    {
    }

    ~DuckSink() override { close(); }

protected:
    Result<std::optional<CommittedPosition>> openTable(const std::shared_ptr<arrow::Schema>& schema,
                                                       const RunIdentity& identity, std::stop_token) override
    {
        DuckTable::Target target = m_options.target;
        if (target.table.empty())
            target.table = identity.pipeline;
        m_identity = identity;
        HEADRACE_CHECK(checkDistinct(schema->field_names(), "DuckDB"));
        auto settings = m_options.settings;
        settings["memory_limit"] = fmt::format("{}B", m_options.memoryLimit + kBytesPerColumn * schema->num_fields());
        HEADRACE_TRY(m_database, sharedDuckDatabase(m_options.path, DuckAccess::Write, settings));
        HEADRACE_TRY(DuckConnection connection, m_database->connect());
        m_connection = std::make_unique<DuckConnection>(std::move(connection));
        HEADRACE_TRY(m_stream, DuckArrowStream::create(*m_connection, schema));
        m_table.emplace(*m_connection, target, m_stream->view());
        HEADRACE_CHECK(named(m_connection->execute("BEGIN TRANSACTION")));
        HEADRACE_CHECK(named(m_table->prepare()));
        HEADRACE_CHECK(named(m_connection->execute("COMMIT")));
        HEADRACE_TRY(auto committed, named(m_table->committed(identity)));
        m_replacing = target.mode == WriteMode::Replace && identity.isNewAt(committed);
        return committed;
    }

    void closeTable() noexcept override
    {
        m_table.reset();
        m_stream.reset();
        m_connection.reset();
        m_database.reset();
    }

    Status beginTransaction() override { return named(m_connection->execute("BEGIN TRANSACTION")); }

    Result<std::optional<CommittedPosition>> writeRows(BatchQueue& queue) override
    {
        if (m_replacing)
            HEADRACE_CHECK(named(m_table->removeRows()));
        Writing writing{queue};
        m_stream->setNext([&writing] { return nextPiece(writing); });
        killPoint("before-write");
        const Status written = named(m_table->write());
        if (writing.dropped)
            return std::nullopt;
        if (!written)
            return fail(written.error());
        killPoint("after-write");
        return writing.last;
    }

    Status commitTransaction(const CommittedPosition& last) override
    {
        HEADRACE_CHECK(named(m_table->saveCommit(m_identity, last)));
        killPoint("before-commit");
        HEADRACE_CHECK(named(m_connection->execute("COMMIT")));
        killPoint("after-commit");
        m_replacing = false;
        return {};
    }

    void undoTransaction() noexcept override
    {
        static_cast<void>(m_connection->execute("ROLLBACK")); // what went wrong before is the error that tells
    }

private:
    /// Its decimals have at most 38 digits.
    [[nodiscard]] bool hasTypeFor(const arrow::DataType& type) const override
    {
        return type.id() != arrow::Type::DECIMAL256 &&
               std::ranges::all_of(type.fields(), [this](const auto& field) { return hasTypeFor(*field->type()); });
    }

    /// What a transaction writes.
    struct Writing {
        BatchQueue& queue;
        std::deque<BatchQueue::Rows> held = {}; ///< taken from the queue and not given to DuckDB yet
        std::int64_t heldRows = 0;
        std::int64_t heldBytes = 0;
        bool isLarge = false;
        bool dropped = false;
        std::optional<CommittedPosition> last = {}; ///< where its rows end, once that is known
    };

    /// DuckDB's own messages seldom say which file failed.
    template <typename Outcome>
    Outcome named(Outcome outcome) const
    {
        if (!outcome && outcome.error().message.find(m_options.path) == std::string::npos)
            outcome.error().message =
                fmt::format("Writing to the DuckDB database '{}' failed. {}", m_options.path, outcome.error().message);
        return outcome;
    }

    /// DuckDB's threads share pieces and keep the order within each: a small transaction is one piece, a large one goes
    /// on as it comes.
    static Result<BatchQueue::Rows> nextPiece(Writing& writing)
    {
        while (!writing.last && !(writing.isLarge && !writing.held.empty())) {
            HEADRACE_CHECK(takeItem(writing));
            writing.isLarge |= writing.heldRows > kSmallRows || writing.heldBytes > kSmallBytes;
        }
        if (writing.held.empty())
            return nullptr;
        if (!writing.isLarge && writing.held.size() > 1) {
            auto whole = arrow::ConcatenateRecordBatches({writing.held.begin(), writing.held.end()});
            writing.held.clear();
            return fromArrow(std::move(whole), "The rows of a batch could not be joined for DuckDB");
        }
        const BatchQueue::Rows piece = std::move(writing.held.front());
        writing.held.pop_front();
        return piece;
    }

    static Status takeItem(Writing& writing)
    {
        auto item = writing.queue.next();
        if (auto* rows = std::get_if<BatchQueue::Rows>(&item)) {
            killPoint("mid-write");
            writing.heldRows += (*rows)->num_rows();
            writing.heldBytes += valueBytes(**rows);
            writing.held.push_back(std::move(*rows));
        } else if (const auto* ended = std::get_if<CommittedPosition>(&item)) {
            writing.last = *ended;
        } else {
            writing.dropped = true;
            return fail(ErrorCode::Cancelled, "The batch was rolled back.");
        }
        return {};
    }

    DuckOptions m_options;
    RunIdentity m_identity;
    std::shared_ptr<DuckDatabase> m_database;
    std::unique_ptr<DuckConnection> m_connection; ///< of the worker while that runs
    std::optional<DuckArrowStream> m_stream;
    std::optional<DuckTable> m_table;
    bool m_replacing = false; ///< the first commit replaces the table
};

std::vector<OptionSpec> duckOptions()
{
    std::vector<OptionSpec> options{
        {.key = "path",
         .type = OptionType::Path,
         .label = "Database file",
         .help = "DuckDB database file; it is created if missing.",
         .required = true},
        {.key = "table",
         .label = "Table",
         .help = "Table that receives the rows, created if missing; by default named after the pipeline."},
        {.key = "schema",
         .label = "Schema",
         .help = "Schema of the table, created if missing.",
         .defaultText = "main",
         .advanced = true},
        {.key = "keep_order",
         .type = OptionType::Boolean,
         .label = "Keep the order",
         .help = "Stores a batch of any size in the order of its rows, on one core. Without it several cores share the "
                 "work, and only batches of up to 122,880 rows keep their order.",
         .defaultText = "false",
         .advanced = true},
        {.key = "memory_limit",
         .type = OptionType::Bytes,
         .label = "Memory limit",
         .help = "Memory that DuckDB may use, and 128 KiB more a column; what is larger goes to temporary files.",
         .defaultText = "48MiB",
         .advanced = true,
         .minimum = 32.0 * 1024 * 1024},
    };
    const auto modes = writeModeOptions();
    options.insert(options.begin() + 3, modes.begin(), modes.end());
    return options;
}

Result<DuckOptions> readOptions(const Options& options)
{
    DuckOptions result;
    result.path = options.text("path");
    HEADRACE_TRY(static_cast<TableTarget&>(result.target), tableTarget(options));
    result.target.schema = options.text("schema");
    const bool ordered = options.boolean("keep_order") || result.target.mode == WriteMode::Upsert;
    // One thread keeps the order at a tenth of the memory that DuckDB's ordered parallel insert takes.
    const unsigned threads = ordered ? 1 : std::max(1U, std::thread::hardware_concurrency());
    result.settings = {{"threads", std::to_string(threads)}, {"preserve_insertion_order", ordered ? "true" : "false"}};
    result.memoryLimit = options.bytes("memory_limit");
    return result;
}

} // namespace

SinkType duckdbSink()
{
    SinkType type;
    type.type = "duckdb";
    type.label = "DuckDB table";
    type.group = "Databases";
    type.help = "Writes rows and the position they reach in one transaction into a table of a DuckDB database file.";
    type.fileEndings = {".duckdb", ".ddb"};
    type.options = duckOptions();
    type.guarantee = Guarantee::ExactlyOnce;
    type.replacesRows = replacesRows;
    type.create = [](const Options& options) -> Result<std::unique_ptr<Sink>> {
        HEADRACE_TRY(DuckOptions read, readOptions(options));
        return std::make_unique<DuckSink>(std::move(read));
    };
    type.probe = [](const Options& options, std::stop_token) { return probeDatabaseFile(options.text("path")); };
    return type;
}

} // namespace headrace
