// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/qtsql/work_thread.h"

#include <condition_variable>
#include <deque>
#include <mutex>

namespace headrace::qtsql {

namespace {

constexpr std::chrono::seconds kPatience{2};

} // namespace

struct WorkThread::Queue {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::function<void()>> works; ///< guarded by mutex, as are these
    bool isClosed = false;
    bool hasEnded = false;
};

WorkThread::WorkThread()
    : m_queue(std::make_shared<Queue>())
    , m_thread(run, m_queue)
{
}

WorkThread::~WorkThread()
{
    std::unique_lock lock(m_queue->mutex);
    m_queue->isClosed = true;
    m_queue->changed.notify_all();
    const bool ended = m_queue->changed.wait_for(lock, kPatience, [this] { return m_queue->hasEnded; });
    lock.unlock();
    if (ended)
        m_thread.join();
    else
        m_thread.detach();
}

void WorkThread::post(std::function<void()> work)
{
    {
        const std::lock_guard lock(m_queue->mutex);
        m_queue->works.push_back(std::move(work));
    }
    m_queue->changed.notify_all();
}

void WorkThread::run(const std::shared_ptr<Queue>& queue)
{
    std::unique_lock lock(queue->mutex);
    while (true) {
        queue->changed.wait(lock, [&] { return queue->isClosed || !queue->works.empty(); });
        if (queue->works.empty())
            break;
        auto work = std::move(queue->works.front());
        queue->works.pop_front();
        lock.unlock();
        work();
        work = nullptr; // what it owns goes on this thread too
        lock.lock();
    }
    queue->hasEnded = true;
    lock.unlock();
    queue->changed.notify_all();
}

} // namespace headrace::qtsql
