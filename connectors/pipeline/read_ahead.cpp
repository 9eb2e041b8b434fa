// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/read_ahead.h"

#include "connectors/core/kill_point.h"
#include "connectors/core/packed_rows.h"

#include <exception>
#include <utility>

namespace headrace {

namespace {

constexpr std::chrono::milliseconds kProgressInterval{250}; ///< while the reader waits for room

} // namespace

ReadAhead::ReadAhead(Source& source, const ReadHint& hint, const Clock& clock, Metrics& metrics)
    : m_source(source)
    , m_hint(hint)
    , m_clock(clock)
    , m_metrics(metrics)
{
}

ReadAhead::~ReadAhead()
{
    close();
}

Result<std::shared_ptr<arrow::Schema>> ReadAhead::open(const std::optional<Position>& resumeFrom, std::stop_token stop)
{
    HEADRACE_TRY(auto schema, m_source.open(resumeFrom, std::move(stop)));
    m_metrics.update([](MetricsSnapshot& snapshot) { snapshot.queueCapacity = kCapacityBytes; });
    m_readerDone = false;
    m_failed = false;
    m_reader = std::jthread([this](const std::stop_token& reading) { readAll(reading); });
    return schema;
}

Result<Arrival> ReadAhead::next(std::chrono::nanoseconds maxWait)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait_for(lock, maxWait, [this] { return !m_queue.empty() || m_readerDone; });
    if (m_queue.empty())
        return Arrival::without(m_readerDone ? Arrival::Kind::End : Arrival::Kind::Nothing);
    Result<Arrival> front = std::move(m_queue.front());
    m_queue.pop_front();
    if (front)
        m_queuedBytes -= front->bytes;
    const std::int64_t queued = m_queuedBytes;
    lock.unlock();
    m_changed.notify_all();
    m_metrics.update([queued](MetricsSnapshot& snapshot) { snapshot.queueBytes = queued; });
    return front;
}

void ReadAhead::stopReading()
{
    m_reader.request_stop();
}

std::string ReadAhead::packing() const
{
    const auto* packs = dynamic_cast<const PacksRows*>(&m_source);
    return packs == nullptr ? std::string() : packs->packing();
}

void ReadAhead::allowPacking()
{
    if (auto* packs = dynamic_cast<PacksRows*>(&m_source))
        packs->allowPacking();
}

Status ReadAhead::acknowledge(const Position& position)
{
    {
        std::lock_guard lock(m_mutex);
        m_toAcknowledge = position;
        if (!m_readerDone)
            return {};
    }
    if (m_reader.joinable())
        m_reader.join();
    return passOnAcknowledgement();
}

void ReadAhead::close() noexcept
{
    m_reader = {};
    m_source.close();
    m_queue.clear();
    m_queuedBytes = 0;
    m_toAcknowledge.reset();
}

void ReadAhead::readAll(const std::stop_token& stop)
{
    bool more = true;
    while (more && !stop.stop_requested()) {
        Result<Arrival> arrival = readOne(stop);
        more = arrival && arrival->kind != Arrival::Kind::End;
        m_failed = !arrival;
        const bool cancelled = !arrival && stop.stop_requested();
        if (!cancelled && (!arrival || arrival->kind == Arrival::Kind::Chunk))
            enqueue(std::move(arrival), stop);
    }
    std::lock_guard lock(m_mutex);
    m_readerDone = true;
    m_changed.notify_all();
}

Result<Arrival> ReadAhead::readOne(const std::stop_token& stop)
try {
    HEADRACE_CHECK(passOnAcknowledgement());
    HEADRACE_TRY(auto chunk, m_source.read(m_hint, stop));
    killPoint("after-read");
    noteProgress();
    return Arrival::of(std::move(chunk), m_clock.now());
} catch (const std::exception& error) {
    return fail(ErrorCode::Failed, "The source stopped with an unexpected error; the log holds its text.",
                error.what());
}

void ReadAhead::noteProgress()
{
    const SourceProgress progress = m_source.progress();
    m_metrics.update([&progress](MetricsSnapshot& snapshot) { snapshot.source = progress; });
    m_metrics.noteOutage(Metrics::Noticed::BySource, progress.outage, m_clock.wall());
}

Status ReadAhead::passOnAcknowledgement()
{
    std::optional<Position> position;
    {
        std::lock_guard lock(m_mutex);
        position = std::exchange(m_toAcknowledge, std::nullopt);
    }
    if (!position || m_failed)
        return {};
    HEADRACE_CHECK(m_source.acknowledge(*position));
    noteProgress();
    return {};
}

void ReadAhead::enqueue(Result<Arrival> arrival, const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    // A stop ends the wait for room, and the chunk that was read still goes in. What the source knows of its lag goes
    // on meanwhile.
    const auto hasRoom = [this] { return m_queuedBytes < kCapacityBytes; };
    while (!m_changed.wait_for(lock, stop, kProgressInterval, hasRoom) && !stop.stop_requested()) {
        lock.unlock();
        noteProgress();
        lock.lock();
    }
    if (arrival)
        m_queuedBytes += arrival->bytes;
    const std::int64_t queued = m_queuedBytes;
    m_queue.push_back(std::move(arrival));
    lock.unlock();
    m_changed.notify_all();
    m_metrics.update([queued](MetricsSnapshot& snapshot) { snapshot.queueBytes = queued; });
}

} // namespace headrace
