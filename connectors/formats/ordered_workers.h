// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace headrace {

/// Turns a sequence of inputs into results on several threads, in the order of the inputs and in bounded memory.
/// take() is for one thread; the destructor stops and joins.
template <typename In, typename Out>
class OrderedWorkers {
public:
    using Produce = std::function<Result<std::optional<In>>()>; ///< the next input; one thread at a time
    using Work = std::function<Out(In&&)>;                      ///< used by one thread only

    /// A thread for each of `work`. At most two results a thread wait to be taken.
    OrderedWorkers(Produce produce, std::vector<Work> work)
        : m_produce(std::move(produce))
        , m_work(std::move(work))
        , m_ahead(2 * m_work.size())
    {
        for (Work& mine : m_work)
            m_threads.emplace_back([this, &mine] { run(mine); });
    }

    ~OrderedWorkers()
    {
        {
            std::lock_guard lock(m_mutex);
            m_stopping = true;
        }
        m_room.notify_all();
    }

    OrderedWorkers(const OrderedWorkers&) = delete;
    OrderedWorkers& operator=(const OrderedWorkers&) = delete;

    /// The next result; nullopt behind the last. The error of an input comes at its place; then only destruction.
    Result<std::optional<Out>> take(const std::stop_token& stop)
    {
        std::unique_lock lock(m_mutex);
        const auto isThere = [this] { return m_done.contains(m_taken) || (m_ended && m_taken == m_started); };
        if (!m_ready.wait(lock, stop, isThere) || stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Reading was stopped.");
        const auto found = m_done.find(m_taken);
        if (found == m_done.end())
            return std::nullopt;
        Result<std::optional<Out>> result = std::move(found->second);
        m_done.erase(found);
        ++m_taken;
        lock.unlock();
        m_room.notify_one();
        return result;
    }

private:
    void run(Work& work)
    {
        while (auto input = nextInput()) {
            Out result = work(std::move(input->second));
            std::lock_guard lock(m_mutex);
            m_done.emplace(input->first, std::optional<Out>(std::move(result)));
            m_ready.notify_all();
        }
    }

    std::optional<std::pair<std::uint64_t, In>> nextInput()
    {
        std::unique_lock lock(m_mutex);
        m_room.wait(lock,
                    [this] { return m_stopping || m_ended || (!m_isProducing && m_started - m_taken < m_ahead); });
        if (m_stopping || m_ended)
            return std::nullopt;
        m_isProducing = true;
        lock.unlock();
        auto input = m_produce();
        lock.lock();
        m_isProducing = false;
        std::optional<std::pair<std::uint64_t, In>> next;
        if (!input)
            m_done.emplace(m_started++, fail(std::move(input).error()));
        else if (*input)
            next.emplace(m_started++, std::move(**input));
        m_ended = !next;
        lock.unlock();
        m_room.notify_all();
        m_ready.notify_all();
        return next;
    }

    Produce m_produce;
    std::vector<Work> m_work;
    std::uint64_t m_ahead;

    std::mutex m_mutex; ///< guards everything below
    std::condition_variable m_room;
    std::condition_variable_any m_ready;
    std::map<std::uint64_t, Result<std::optional<Out>>> m_done;
    std::uint64_t m_started = 0;
    std::uint64_t m_taken = 0;
    bool m_isProducing = false;
    bool m_ended = false;
    bool m_stopping = false;

    std::vector<std::jthread> m_threads; ///< last: they end before what they use
};

} // namespace headrace
