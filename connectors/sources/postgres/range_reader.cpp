// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>

#include "connectors/sources/postgres/range_reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace::postgres {

namespace {

constexpr std::int64_t kQueueBytes = 8 * 1024 * 1024;
constexpr std::chrono::milliseconds kPatience{100};

} // namespace

Result<std::uint64_t> tablePages(Connection& connection, const std::string& relation, std::stop_token stop)
{
    HEADRACE_TRY(const Rows size, connection.query("SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN 0 ELSE "
                                                   "pg_catalog.pg_relation_size($1::regclass) / "
                                                   "pg_catalog.current_setting('block_size')::bigint END",
                                                   {relation}, "The size of the table could not be asked for", stop));
    return static_cast<std::uint64_t>(size.integer(0, 0));
}

Result<std::unique_ptr<RangeReader>> RangeReader::begin(Connection& connection, Job job, std::stop_token stop)
{
    auto reader = std::unique_ptr<RangeReader>(new RangeReader(std::move(job)));
    const std::string what = fmt::format("The {} could not be divided into ranges", reader->m_job.title);
    HEADRACE_TRY(const Rows exported, connection.query("SELECT pg_catalog.pg_export_snapshot()", {}, what, stop));
    reader->m_snapshot = exported.text(0, 0);
    for (std::uint64_t from = reader->m_job.firstPage; reader->m_ranges.empty() || from < reader->m_job.pages;
         from += reader->m_job.rangePages)
        reader->m_ranges.push_back({from, from + reader->m_job.rangePages, {}, 0, false});
    reader->m_ranges.back().until = 0;
    const std::size_t workers = std::min(static_cast<std::size_t>(reader->m_job.connections), reader->m_ranges.size());
    for (std::size_t worker = 0; worker < workers; ++worker)
        reader->m_workers.emplace_back(
            [&self = *reader, worker](const std::stop_token& token) { self.work(worker, token); });
    return reader;
}

RangeReader::~RangeReader()
{
    for (auto& worker : m_workers)
        worker.request_stop();
}

Result<CopyReader::Block> RangeReader::read(std::chrono::milliseconds wait, std::stop_token stop)
{
    std::unique_lock lock(m_mutex);
    const auto deadline = std::chrono::steady_clock::now() + wait;
    const auto ready = [this] {
        while (m_nextToGive + 1 < m_ranges.size() && m_ranges[m_nextToGive].ended &&
               m_ranges[m_nextToGive].blocks.empty())
            ++m_nextToGive;
        const Range& range = m_ranges[m_nextToGive];
        return m_error.has_value() || !range.blocks.empty() || range.ended;
    };
    const bool came = m_changed.wait_until(lock, stop, deadline, ready);
    if (m_error)
        return fail(*m_error);
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, fmt::format("Reading the {} was stopped.", m_job.title));
    Range& range = m_ranges[m_nextToGive];
    const bool isLast = m_nextToGive + 1 == m_ranges.size();
    if (!came || range.blocks.empty()) {
        CopyReader::Block empty;
        empty.rows = CopyReader::emptyRows(m_job.columns);
        empty.page = range.from;
        empty.last = came && isLast && range.ended;
        return empty;
    }
    CopyReader::Block block = std::move(range.blocks.front());
    range.blocks.pop_front();
    range.bytes -= block.wireBytes;
    block.page = range.from;
    block.last = isLast && range.ended && range.blocks.empty();
    m_changed.notify_all();
    return block;
}

void RangeReader::work(std::size_t worker, const std::stop_token& stop)
{
    const Status outcome = readRanges(worker, stop);
    const std::lock_guard lock(m_mutex);
    if (!outcome && !m_error)
        m_error = outcome.error();
    m_changed.notify_all();
}

Status RangeReader::readRanges(std::size_t worker, const std::stop_token& stop)
{
    auto connection = Connection::open(m_job.target, stop);
    if (!connection && worker > 0 && !stop.stop_requested())
        return {}; // the server may allow fewer of them; the others read what is left
    if (!connection)
        return fail(connection.error());
    const Status begun =
        connection->execute(fmt::format("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT {}",
                                        literal(m_snapshot)),
                            fmt::format("The {} could not be read over another connection", m_job.title), stop);
    // 22023 or 55000: the session that has exported the snapshot is gone.
    if (!begun && (begun.error().code == ErrorCode::Data || begun.error().code == ErrorCode::Failed))
        return fail(ErrorCode::Unavailable, begun.error().message, begun.error().detail);
    HEADRACE_CHECK(begun);
    while (true) {
        std::size_t range = 0;
        {
            const std::lock_guard lock(m_mutex);
            if (m_nextToRead == m_ranges.size() || m_error)
                return {};
            range = m_nextToRead++;
        }
        HEADRACE_CHECK(readRange(*connection, range, stop));
    }
}

Status RangeReader::readRange(Connection& connection, std::size_t range, const std::stop_token& stop)
{
    const std::int64_t room = kQueueBytes / m_job.connections;
    CopyReader reader(connection, m_job.columns, m_job.options, m_job.title);
    HEADRACE_CHECK(
        reader.begin(m_job.select(m_ranges[range].from, m_ranges[range].until, range == 0 ? m_job.skip : 0)));
    for (bool ended = false; !ended;) {
        HEADRACE_TRY(auto block, reader.read({m_job.blockRows, m_job.blockBytes, kPatience}, m_job.packed, stop));
        ended = block.last;
        std::unique_lock lock(m_mutex);
        Range& mine = m_ranges[range];
        m_changed.wait(lock, stop, [&] { return mine.bytes == 0 || mine.bytes + block.wireBytes <= room; });
        if (stop.stop_requested())
            return {};
        mine.ended = ended;
        if (block.rows->num_rows() > 0) {
            mine.bytes += block.wireBytes;
            mine.blocks.push_back(std::move(block));
        }
        m_changed.notify_all();
    }
    return {};
}

} // namespace headrace::postgres
