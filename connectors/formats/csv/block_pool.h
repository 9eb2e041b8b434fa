// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/csv/block_decoder.h"

#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace headrace::csv {

/// Decodes blocks on worker threads and gives them back in the order they came. Used by one thread; the destructor
/// drops what was not begun and joins the workers.
class BlockPool {
public:
    /// `decoder` outlives the pool.
    BlockPool(const BlockDecoder& decoder, unsigned threads);
    ~BlockPool();

    void submit(Block block);

    /// How many blocks were submitted and not taken.
    [[nodiscard]] std::size_t pending() const { return m_results.size(); }

    /// Waits for the oldest block, of which there is one.
    [[nodiscard]] Result<DecodedBlock> take();

private:
    using Task = std::packaged_task<Result<DecodedBlock>()>;

    void work(const std::stop_token& stop);

    const BlockDecoder& m_decoder;
    std::mutex m_mutex;
    std::condition_variable_any m_arrived;
    std::deque<Task> m_tasks; ///< guarded by m_mutex
    std::deque<std::future<Result<DecodedBlock>>> m_results;
    std::vector<std::jthread> m_workers; ///< the last member: they join before the queue goes
};

} // namespace headrace::csv
