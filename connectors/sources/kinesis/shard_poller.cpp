// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/kinesis/shard_poller.h"

#include "connectors/core/shown_number.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

namespace headrace::kinesis {

namespace {

using Start = aws::IteratorStart;
using State = ShardSchedule::Shard::State;
using std::chrono::steady_clock;

constexpr std::size_t kMostReaders = 8;
constexpr std::int64_t kQueueBytes = 8 << 20;           ///< no shard is read while more is queued
constexpr std::chrono::seconds kThrottlingPatience{60}; ///< with AWS throttling every read of a shard
constexpr std::chrono::seconds kAnswerPatience{5};      ///< with a request, before it is said that it has no answer

std::int64_t millisecondsSince1970(std::chrono::system_clock::time_point time)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

/// "2026-11-25 10:00:00 UTC"
std::string momentText(std::int64_t milliseconds)
{
    return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(static_cast<std::time_t>(milliseconds / 1000)));
}

/// A place that the stream does not know.
Error strangePlace(const std::string& stream, const std::string& shard, Error error)
{
    if (error.code != ErrorCode::Usage && error.code != ErrorCode::NotFound)
        return error;
    error.code = ErrorCode::Conflict;
    error.message = fmt::format("Reading the Kinesis stream '{}' cannot go on in '{}' where it stopped: {} Reset the "
                                "pipeline's state to start again, or set another 'from'.",
                                stream, shard, error.message);
    return error;
}

} // namespace

ShardPoller::ShardPoller(SourceSettings settings)
    : m_settings(std::move(settings))
    , m_schedule(m_settings.until.kind == Until::Kind::Never ? m_settings.poll : std::chrono::milliseconds{0})
{
}

ShardPoller::~ShardPoller()
{
    m_readers.clear();
}

Status ShardPoller::checkGone(const std::vector<aws::ShardInfo>& shards, const Places& known) const
{
    for (const auto& [id, place] : known)
        if (!place.isEnd && std::ranges::find(shards, id, &aws::ShardInfo::id) == shards.end())
            return fail(ErrorCode::Conflict,
                        fmt::format("The Kinesis stream '{}' no longer has '{}', whose records were not all read: they "
                                    "were kept no longer. Reset the pipeline's state to go on with what is there.",
                                    m_settings.stream, id));
    return {};
}

/// AWS reads on at the oldest record that it still has, and says nothing of those between. `now` is the server's clock.
Status ShardPoller::checkKept(const std::string& shard, const ShardPlace& place, std::int64_t now) const
{
    const std::int64_t oldest = now - std::chrono::milliseconds{m_retention}.count();
    if (place.isEnd || place.readUpTo == 0 || m_retention.count() == 0 || place.readUpTo >= oldest)
        return {};
    return fail(ErrorCode::Conflict,
                fmt::format("Reading the Kinesis stream '{}' was to go on in '{}' behind what arrived until {}, but "
                            "records are kept for {}: those that arrived from then until {}, if there were any, are "
                            "gone. Reset the pipeline's state to go on with what is there.",
                            m_settings.stream, shard, momentText(place.readUpTo), exactDuration(m_retention),
                            momentText(oldest)));
}

bool ShardPoller::isWanted(const aws::ShardInfo& shard) const
{
    return m_settings.shards.empty() || std::ranges::find(m_settings.shards, shard.id) != m_settings.shards.end() ||
           std::ranges::any_of(shard.parents, [this](const std::string& parent) { return m_schedule.has(parent); });
}

/// Behind what is there now. Until the first record comes, the place is the moment, which a later run can find again.
Status ShardPoller::addLatest(aws::Kinesis& stream, const aws::ShardInfo& shard, const std::stop_token& stop)
{
    if (shard.isClosed) {
        m_schedule.add(shard, ShardPlace::end());
        return {};
    }
    HEADRACE_TRY(std::string iterator, withoutType(stream.iterator(shard.id, {Start::Kind::Latest, {}, 0}, stop)));
    ShardPlace place;
    place.readUpTo = millisecondsSince1970(stream.client().serverTime());
    place.start = {Start::Kind::AtTime, {}, place.readUpTo};
    m_schedule.at(m_schedule.add(shard, std::move(place))).iterator = std::move(iterator);
    return {};
}

Status ShardPoller::open(const std::optional<StreamPosition>& resumeFrom, const std::stop_token& stop)
{
    aws::Kinesis stream(m_settings.connection, m_settings.stream);
    HEADRACE_TRY(const auto summary, stream.summary(stop));
    if (resumeFrom && resumeFrom->created != summary.created)
        return fail(ErrorCode::Conflict,
                    fmt::format("The Kinesis stream '{}' is not the one that was read before: it was made "
                                "anew since then. Reset the pipeline's state to read it from its begin.",
                                m_settings.stream));
    if (m_settings.until.kind == Until::Kind::Now)
        m_endTime = millisecondsSince1970(stream.client().serverTime()) + 1000; // that clock has whole seconds
    else if (m_settings.until.kind == Until::Kind::Time)
        m_endTime = m_settings.until.time;
    m_retention = std::chrono::hours{summary.retentionHours};
    HEADRACE_TRY(const auto shards, stream.shards(stop));
    const Places known = resumeFrom ? resumeFrom->shards : Places{};
    HEADRACE_CHECK(resumeFrom ? checkGone(shards, known) : checkWantedShards(m_settings, shards));
    for (const aws::ShardInfo& shard : shards) {
        if (!isWanted(shard) && !known.contains(shard.id))
            continue;
        const auto place = known.find(shard.id);
        if (place != known.end()) {
            HEADRACE_CHECK(checkKept(shard.id, place->second, millisecondsSince1970(stream.client().serverTime())));
            m_schedule.add(shard, place->second);
        } else if (resumeFrom) {
            m_schedule.add(shard, {}); // a split or merge made it since then
        } else if (m_settings.from.kind == Start::Kind::Latest) {
            HEADRACE_CHECK(addLatest(stream, shard, stop));
        } else {
            m_schedule.add(shard, {m_settings.from});
        }
    }
    m_start.created = summary.created;
    for (std::size_t i = 0; i < m_schedule.shards().size(); ++i) {
        const auto& shard = m_schedule.at(i);
        m_start.shards[shard.id] = shard.place;
        if (!shard.place.isEnd)
            m_behind.insert(i);
    }
    return {};
}

void ShardPoller::run()
{
    growReaders();
}

/// As many as there is use for; a connection stays with its thread.
void ShardPoller::growReaders()
{
    std::size_t wanted = 0;
    {
        const std::lock_guard lock(m_mutex);
        wanted = static_cast<std::size_t>(std::ranges::count_if(m_schedule.shards(), [](const auto& shard) {
            return shard.state != State::Drained && shard.state != State::Ended;
        }));
    }
    while (m_readers.size() < std::min(wanted, kMostReaders))
        m_readers.emplace_back([this](const std::stop_token& stop) { work(stop); });
}

Result<std::optional<ShardPage>> ShardPoller::next(steady_clock::time_point deadline, const std::stop_token& stop)
{
    growReaders();
    std::unique_lock lock(m_mutex);
    m_changed.wait_until(lock, stop, deadline,
                         [this] { return !m_pages.empty() || m_failure.has_value() || m_schedule.allEnded(); });
    if (m_pages.empty()) {
        if (m_failure)
            return fail(*m_failure);
        return std::nullopt;
    }
    ShardPage page = std::move(m_pages.front());
    m_pages.pop_front();
    m_queuedBytes -= page.bytes;
    ++m_changes;
    lock.unlock();
    m_changed.notify_all();
    return page;
}

bool ShardPoller::ended() const
{
    const std::lock_guard lock(m_mutex);
    return m_pages.empty() && !m_failure && m_schedule.allEnded();
}

bool ShardPoller::caughtUp() const
{
    const std::lock_guard lock(m_mutex);
    return m_behind.empty();
}

std::optional<Outage> ShardPoller::outage() const
{
    const std::lock_guard lock(m_mutex);
    auto asked = steady_clock::now();
    const auto now = asked;
    for (const ShardSchedule::Shard& shard : m_schedule.shards())
        if (shard.state == State::Reading)
            asked = std::min(asked, shard.reads.back());
    if (now - asked < kAnswerPatience) {
        m_outage.reset();
    } else if (!m_outage) {
        const auto since = std::chrono::system_clock::now() - (now - asked);
        const std::string who = fmt::format("The Kinesis endpoint '{}'", m_settings.connection->url());
        m_outage = {since,
                    fmt::format("{} does not answer since {}: a request waits for its answer.", who, clockTime(since)),
                    who + " answers again"};
    }
    return m_outage;
}

Places ShardPoller::places() const
{
    Places places;
    const std::lock_guard lock(m_mutex);
    for (const ShardSchedule::Shard& shard : m_schedule.shards())
        places.emplace(shard.id, shard.place);
    return places;
}

std::map<std::string, std::chrono::milliseconds> ShardPoller::behind() const
{
    std::map<std::string, std::chrono::milliseconds> behind;
    const std::lock_guard lock(m_mutex);
    for (const ShardSchedule::Shard& shard : m_schedule.shards())
        if (shard.behind && shard.state != State::Drained && shard.state != State::Ended)
            behind.emplace(shard.id, *shard.behind);
    const std::int64_t now = millisecondsSince1970(std::chrono::system_clock::now());
    for (const ShardPage& page : m_pages)
        if (const auto place = behind.find(page.shard); place != behind.end() && !page.records.empty())
            place->second = std::max(place->second, std::chrono::milliseconds{now - page.records.front().arrival});
    return behind;
}

void ShardPoller::work(const std::stop_token& stop)
{
    aws::Kinesis stream(m_settings.connection, m_settings.stream);
    while (!stop.stop_requested()) {
        std::unique_lock lock(m_mutex);
        if (m_failure)
            return;
        const bool hasRoom = m_queuedBytes < kQueueBytes;
        if (const auto index = hasRoom ? m_schedule.take(steady_clock::now()) : std::nullopt) {
            lock.unlock();
            readShard(stream, *index, stop);
            continue;
        }
        const auto seen = m_changes;
        const auto due = hasRoom ? m_schedule.nextDue() : std::nullopt;
        const auto isChanged = [&] { return m_changes != seen; };
        if (due)
            m_changed.wait_until(lock, stop, *due, isChanged);
        else
            m_changed.wait(lock, stop, isChanged);
    }
}

void ShardPoller::readShard(aws::Kinesis& stream, std::size_t index, const std::stop_token& stop)
{
    ShardSchedule::Shard* shard = nullptr;
    {
        const std::lock_guard lock(m_mutex);
        shard = &m_schedule.at(index);
    }
    if (shard->iterator.empty()) {
        const auto kept = checkKept(shard->id, shard->place, millisecondsSince1970(stream.client().serverTime()));
        if (!kept)
            return deal({{}, kept.error()}, index);
        auto iterator = stream.iterator(shard->id, shard->place.start, stop);
        if (!iterator) {
            iterator.error().error = strangePlace(m_settings.stream, shard->id, std::move(iterator.error().error));
            return deal(std::move(iterator.error()), index);
        }
        shard->iterator = *std::move(iterator);
    }
    auto page = stream.records(shard->iterator, shard->limit, stop);
    if (!page)
        return deal(std::move(page.error()), index);
    // The server's clock has whole seconds: of the one in which it answered not all may have been there.
    const std::int64_t now = millisecondsSince1970(stream.client().serverTime()) - 1000;
    bool isOver = isAtEnd(*page, stream.client().serverTime());
    if (!page->next || isOver) {
        // Children must be known before their parent counts as done; and what has some says so only a read later.
        auto shards = stream.shards(stop);
        if (!shards)
            return deal({{}, std::move(shards.error())}, index);
        isOver =
            isOver && std::ranges::none_of(*shards, [&](const auto& s) { return s.id == shard->id && s.isClosed; });
        addNew(*shards);
    }
    take(index, *std::move(page), isOver, now);
}

/// There is nothing more before the time where reading ends.
bool ShardPoller::isAtEnd(const aws::RecordPage& page, std::chrono::system_clock::time_point serverTime) const
{
    return m_endTime && page.next && page.records.empty() && page.millisBehind == 0 &&
           (m_settings.until.kind == Until::Kind::Now || millisecondsSince1970(serverTime) >= *m_endTime);
}

void ShardPoller::take(std::size_t index, aws::RecordPage page, bool isOver, std::int64_t now)
{
    const std::lock_guard lock(m_mutex);
    ShardSchedule::Shard& shard = m_schedule.at(index);
    bool isEnded = isOver;
    if (m_endTime) {
        const auto late = std::ranges::find_if(page.records, [this](const auto& r) { return r.arrival >= *m_endTime; });
        isEnded = isEnded || late != page.records.end();
        page.records.erase(late, page.records.end());
    }
    const auto count = static_cast<std::int64_t>(page.records.size());
    const bool isDrained = !page.next && !isEnded;
    const bool isCaughtUp = page.millisBehind == 0 && count < shard.limit;
    if (count > 0)
        shard.place = ShardPlace::behind(page.records.back().sequence, page.records.back().arrival);
    if (isCaughtUp)
        shard.place.readUpTo = std::max(shard.place.readUpTo, std::min(now, m_endTime.value_or(now)));
    shard.iterator = page.next.value_or("");
    shard.behind = std::chrono::milliseconds{page.millisBehind};
    if (isDrained)
        m_schedule.isDrained(index);
    else if (isEnded)
        m_schedule.isEnded(index);
    else
        m_schedule.wasRead(index, steady_clock::now(), count, page.bytes, isCaughtUp);
    if (isCaughtUp || isDrained || isEnded)
        m_behind.erase(index);
    if (count > 0 || isDrained) {
        m_queuedBytes += page.bytes;
        m_pages.push_back({shard.id, std::move(page.records), page.bytes, shard.place});
    }
    ++m_changes;
    m_changed.notify_all();
}

/// What splits and merges have made.
void ShardPoller::addNew(const std::vector<aws::ShardInfo>& shards)
{
    const std::lock_guard lock(m_mutex);
    for (const aws::ShardInfo& shard : shards)
        if (!m_schedule.has(shard.id) && isWanted(shard))
            m_schedule.add(shard, {});
}

void ShardPoller::deal(aws::ServiceError failure, std::size_t index)
{
    const std::lock_guard lock(m_mutex);
    ShardSchedule::Shard& shard = m_schedule.at(index);
    if (failure.type == "ExpiredIteratorException") {
        shard.iterator.clear(); // a new one goes on behind what was read
        m_schedule.hasNewIterator(index);
    } else if (failure.isThrottling() &&
               (!shard.throttledSince || steady_clock::now() - *shard.throttledSince < kThrottlingPatience)) {
        m_schedule.wasThrottled(index, steady_clock::now());
    } else if (!m_failure) {
        m_failure = std::move(failure.error);
    }
    ++m_changes;
    m_changed.notify_all();
}

} // namespace headrace::kinesis
