// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <stop_token>
#include <thread>

namespace headrace::qtsql {

/// A thread for calls that cannot be interrupted and must all come from one thread. What runs on it must own all that
/// it uses: when it does not end, it is left behind.
class WorkThread {
public:
    WorkThread();
    /// Runs what is still queued, and waits for that for some seconds.
    ~WorkThread();
    WorkThread(const WorkThread&) = delete;
    WorkThread& operator=(const WorkThread&) = delete;

    /// Queues the work; works run one behind the other. Thread-safe.
    template <typename T>
    [[nodiscard]] std::future<T> begin(std::function<T()> work)
    {
        auto task = std::make_shared<std::packaged_task<T()>>(std::move(work));
        auto future = task->get_future();
        post([task] { (*task)(); });
        return future;
    }

    /// Thread-safe.
    void post(std::function<void()> work);

private:
    struct Queue;
    static void run(const std::shared_ptr<Queue>& queue);

    std::shared_ptr<Queue> m_queue;
    std::thread m_thread;
};

/// Whether the answer came within `wait`; looks for a stop in between.
template <typename T>
[[nodiscard]] bool waitFor(const std::future<T>& answer, std::chrono::milliseconds wait, const std::stop_token& stop)
{
    constexpr std::chrono::milliseconds kSlice{50};
    const auto deadline = std::chrono::steady_clock::now() + wait;
    while (true) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        if (answer.wait_for(std::min(kSlice, std::max(left, std::chrono::milliseconds{0}))) ==
            std::future_status::ready)
            return true;
        if (left.count() <= 0 || stop.stop_requested())
            return false;
    }
}

} // namespace headrace::qtsql
