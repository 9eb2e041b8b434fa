// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <stop_token>
#include <thread>
#include <utility>

namespace headrace {

/// Runs work off the UI thread and hands its result back to it. The latest request wins: an older one is asked to stop
/// and its result is dropped. UI thread only; the destructor cancels and waits.
template <typename T>
class AsyncTask {
public:
    using Work = std::function<T(std::stop_token)>;
    using Done = std::function<void(T)>;

    AsyncTask() = default;
    AsyncTask(const AsyncTask&) = delete;
    AsyncTask& operator=(const AsyncTask&) = delete;
    ~AsyncTask()
    {
        cancel();
        m_workers.clear(); // joins
    }

    /// Starts `work` on a thread of its own; `done` is called on the UI thread unless a later request or cancel came.
    void start(Work work, Done done)
    {
        cancel();
        reap();
        m_isRunning = true;
        auto finished = std::make_shared<std::atomic<bool>>(false);
        auto deliver = [this, generation = m_generation, finish = std::move(done)](std::shared_ptr<T> result) {
            if (generation != m_generation)
                return;
            m_isRunning = false;
            finish(std::move(*result));
        };
        m_workers.emplace_back(
            [receiver = &m_receiver, task = std::move(work), deliver = std::move(deliver),
             finished](std::stop_token stop) {
                auto result = std::make_shared<T>(task(std::move(stop)));
                QMetaObject::invokeMethod(
                    receiver, [deliver, result] { deliver(result); }, Qt::QueuedConnection);
                finished->store(true);
            },
            finished);
    }

    /// Drops the running request, without waiting for it.
    void cancel()
    {
        ++m_generation;
        m_isRunning = false;
        for (Worker& worker : m_workers)
            worker.thread.request_stop();
    }

    [[nodiscard]] bool isRunning() const { return m_isRunning; }

private:
    struct Worker {
        template <typename Body>
        Worker(Body body, std::shared_ptr<std::atomic<bool>> done)
            : finished(std::move(done))
            , thread(std::move(body))
        {
        }
        std::shared_ptr<std::atomic<bool>> finished;
        std::jthread thread;
    };

    void reap()
    {
        m_workers.remove_if([](const Worker& worker) { return worker.finished->load(); });
    }

    QObject m_receiver; // outlives the workers, and drops their undelivered results with itself
    std::uint64_t m_generation = 0;
    bool m_isRunning = false;
    std::list<Worker> m_workers;
};

} // namespace headrace
