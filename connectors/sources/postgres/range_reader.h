// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/postgres/copy_reader.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace headrace::postgres {

/// Size of a table in pages; 0 on a standby, from which not every version exports a snapshot. `relation` is quoted.
[[nodiscard]] Result<std::uint64_t> tablePages(Connection& connection, const std::string& relation,
                                               std::stop_token stop);

/// Reads a table by ranges of its pages over several connections that share one snapshot, and hands the rows out in the
/// order of the ranges. A range that is not yet the next one is kept in memory up to a share of kQueueBytes.
class RangeReader {
public:
    struct Job {
        Target target;
        std::vector<ReadColumn> columns;
        ReadOptions options;
        std::string title;
        std::int64_t blockRows = 0;
        std::int64_t blockBytes = 0;
        std::uint64_t pages = 0; ///< of the table
        std::uint64_t firstPage = 0;
        std::uint64_t rangePages = 0;
        std::int64_t skip = 0;           ///< rows of the first range
        const std::atomic<bool>& packed; ///< from the next block on; outlives the reader
        int connections = 1;
        std::function<std::string(std::uint64_t from, std::uint64_t until, std::int64_t skip)> select; ///< until 0: end
    };

    /// `connection` is in the transaction whose snapshot is shared, and stays in it.
    [[nodiscard]] static Result<std::unique_ptr<RangeReader>> begin(Connection& connection, Job job,
                                                                    std::stop_token stop);
    ~RangeReader();
    RangeReader(const RangeReader&) = delete;
    RangeReader& operator=(const RangeReader&) = delete;

    /// The next block in order, with Block::page set to the start of its range; an empty one when nothing came in time.
    [[nodiscard]] Result<CopyReader::Block> read(std::chrono::milliseconds wait, std::stop_token stop);

private:
    struct Range {
        std::uint64_t from = 0;
        std::uint64_t until = 0; ///< 0: the end
        std::deque<CopyReader::Block> blocks;
        std::int64_t bytes = 0;
        bool ended = false;
    };

    explicit RangeReader(Job job)
        : m_job(std::move(job))
    {
    }

    void work(std::size_t worker, const std::stop_token& stop);
    Status readRanges(std::size_t worker, const std::stop_token& stop);
    Status readRange(Connection& connection, std::size_t range, const std::stop_token& stop);

    Job m_job;
    std::string m_snapshot; ///< name of the exported one
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::vector<Range> m_ranges;
    std::size_t m_nextToRead = 0; ///< no worker has it yet
    std::size_t m_nextToGive = 0;
    std::optional<Error> m_error;
    std::vector<std::jthread> m_workers; ///< last: they end before the rest goes
};

} // namespace headrace::postgres
