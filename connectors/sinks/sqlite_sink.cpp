// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sinks/sinks.h"

#include "connectors/core/kill_point.h"
#include "connectors/sinks/probe.h"
#include "connectors/sinks/sqlite_table.h"
#include "connectors/sinks/table_destination.h"

#include <chrono>

namespace headrace {

namespace {

struct SqliteOptions {
    std::string path;
    SqliteTable::Target target;
    std::chrono::milliseconds busyTimeout{};
};

/// Hands each piece of rows to SQLite as a table that one prepared INSERT … SELECT reads.
class SqliteSink final : public TableDestination {
public:
    explicit SqliteSink(SqliteOptions options)
        : m_options(std::move(options))
    {
    }

    ~SqliteSink() override { close(); }

protected:
    Result<std::optional<CommittedPosition>> openTable(const std::shared_ptr<arrow::Schema>& schema,
                                                       const RunIdentity& identity, std::stop_token) override
    {
        m_identity = identity;
        SqliteTable::Target target = m_options.target;
        if (target.table.empty())
            target.table = identity.pipeline;
        HEADRACE_CHECK(checkDistinct(schema->field_names(), "SQLite"));
        HEADRACE_TRY(auto columns, sqliteColumns(*schema));
        m_rows.emplace(std::move(columns));
        HEADRACE_TRY(m_database, SqliteWriteDatabase::open(m_options.path, m_options.busyTimeout));
        HEADRACE_CHECK(m_rows->registerOn(m_database->handle()));
        m_table.emplace(*m_database, target, m_rows->columns());
        HEADRACE_CHECK(m_database->execute("BEGIN IMMEDIATE"));
        HEADRACE_CHECK(m_table->prepare());
        HEADRACE_CHECK(m_database->execute("COMMIT"));
        HEADRACE_TRY(auto committed, m_table->committed(identity));
        m_replacing = target.mode == WriteMode::Replace && identity.isNewAt(committed);
        return committed;
    }

    void closeTable() noexcept override
    {
        m_writer.reset();
        m_table.reset();
        m_database.reset();
        m_rows.reset();
    }

    Status beginTransaction() override { return m_database->execute("BEGIN IMMEDIATE"); }

    Result<std::optional<CommittedPosition>> writeRows(BatchQueue& queue) override
    {
        killPoint("before-write");
        if (m_replacing) {
            m_writer.reset();
            HEADRACE_CHECK(m_table->removeRows());
        }
        if (!m_writer) {
            HEADRACE_TRY(m_writer, m_table->writer());
        }
        while (true) {
            const auto item = queue.next();
            if (const auto* last = std::get_if<CommittedPosition>(&item)) {
                killPoint("after-write");
                return *last;
            }
            const auto* rows = std::get_if<BatchQueue::Rows>(&item);
            if (rows == nullptr)
                return std::nullopt;
            HEADRACE_CHECK(m_rows->bind(*rows));
            killPoint("mid-write");
            HEADRACE_CHECK(m_writer->step());
        }
    }

    Status commitTransaction(const CommittedPosition& last) override
    {
        HEADRACE_CHECK(m_table->saveCommit(m_identity, last));
        killPoint("before-commit");
        HEADRACE_CHECK(m_database->execute("COMMIT"));
        killPoint("after-commit");
        m_replacing = false;
        return {};
    }

    /// A new database keeps its rollback journal while rows are waiting.
    void caughtUp() noexcept override
    {
        if (m_database->isNew()) // where another program's lock is in the way, the next run does it
            static_cast<void>(m_database->useWriteAheadLog());
    }

    void undoTransaction() noexcept override
    {
        m_writer.reset();                                   // its table may be rolled back under it
        static_cast<void>(m_database->execute("ROLLBACK")); // fails only where SQLite has rolled back by itself
    }

private:
    SqliteOptions m_options;
    RunIdentity m_identity;
    std::optional<SqliteRows> m_rows;
    std::optional<SqliteWriteDatabase> m_database;
    std::optional<SqliteTable> m_table;
    std::optional<SqliteStatement> m_writer;
    bool m_replacing = false; ///< the first commit replaces the table
};

std::vector<OptionSpec> sqliteOptions()
{
    std::vector<OptionSpec> options{
        {.key = "path",
         .type = OptionType::Path,
         .label = "Database file",
         .help = "SQLite database file; it is created if missing and switched to write-ahead logging.",
         .required = true},
        {.key = "table",
         .label = "Table",
         .help = "Table that receives the rows, created if missing; by default named after the pipeline. Decimals are "
                 "kept as text, dates and times as ISO 8601 text."},
        {.key = "busy_timeout",
         .type = OptionType::Duration,
         .label = "Wait for locks",
         .help = "How long to wait while another program writes to the database.",
         .defaultText = "5s",
         .advanced = true,
         .minimum = 0,
         .maximum = 3'600},
    };
    const auto modes = writeModeOptions();
    options.insert(options.begin() + 2, modes.begin(), modes.end());
    return options;
}

Result<SqliteOptions> readOptions(const Options& options)
{
    SqliteOptions result;
    result.path = options.text("path");
    HEADRACE_TRY(result.target, tableTarget(options));
    result.busyTimeout = std::chrono::duration_cast<std::chrono::milliseconds>(options.duration("busy_timeout"));
    return result;
}

} // namespace

SinkType sqliteSink()
{
    SinkType type;
    type.type = "sqlite";
    type.label = "SQLite table";
    type.group = "Databases";
    type.help = "Writes rows and the position they reach in one transaction into a table of an SQLite database file.";
    type.fileEndings = {".db", ".sqlite", ".sqlite3"};
    type.options = sqliteOptions();
    type.guarantee = Guarantee::ExactlyOnce;
    type.replacesRows = replacesRows;
    type.create = [](const Options& options) -> Result<std::unique_ptr<Sink>> {
        HEADRACE_TRY(SqliteOptions read, readOptions(options));
        return std::make_unique<SqliteSink>(std::move(read));
    };
    type.probe = [](const Options& options, std::stop_token) { return probeDatabaseFile(options.text("path")); };
    return type;
}

} // namespace headrace
