// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>

#include "connectors/formats/csv/block_pool.h"

#include <exception>

namespace headrace::csv {

BlockPool::BlockPool(const BlockDecoder& decoder, unsigned threads)
    : m_decoder(decoder)
{
    m_workers.reserve(threads);
    for (unsigned i = 0; i < threads; ++i)
        m_workers.emplace_back([this](const std::stop_token& stop) { work(stop); });
}

BlockPool::~BlockPool()
{
    for (std::jthread& worker : m_workers)
        worker.request_stop();
}

void BlockPool::submit(Block block)
{
    Task task([this, block = std::make_shared<const Block>(std::move(block))] { return m_decoder.decode(*block); });
    m_results.push_back(task.get_future());
    {
        std::lock_guard lock(m_mutex);
        m_tasks.push_back(std::move(task));
    }
    m_arrived.notify_one();
}

Result<DecodedBlock> BlockPool::take()
{
    std::future<Result<DecodedBlock>> oldest = std::move(m_results.front());
    m_results.pop_front();
    try {
        return oldest.get();
    } catch (const std::exception& error) {
        return fail(ErrorCode::Failed, "A block of the file could not be decoded: out of memory.", error.what());
    }
}

void BlockPool::work(const std::stop_token& stop)
{
    while (true) {
        std::unique_lock lock(m_mutex);
        if (!m_arrived.wait(lock, stop, [this] { return !m_tasks.empty(); }) || stop.stop_requested())
            return;
        Task task = std::move(m_tasks.front());
        m_tasks.pop_front();
        lock.unlock();
        task();
    }
}

} // namespace headrace::csv
