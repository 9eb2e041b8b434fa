// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
// PartitionReader's part in a consumer group: rebalances and committed offsets.
#include "connectors/sources/kafka/partition_reader.h"

#include "connectors/kafka/client_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

namespace headrace::kafka {

namespace {

constexpr std::chrono::seconds kCommitInterval{1};
constexpr int kAnswerMs = 2000; ///< after so long without an answer a cluster that was asked in vain before is away
constexpr std::chrono::milliseconds kRefusedWait{20}; ///< until an offset that a rebalance refused is told again

TopicPartition idOf(const rd_kafka_topic_partition_t& element)
{
    return {element.topic, element.partition};
}

std::span<rd_kafka_topic_partition_t> elementsOf(const rd_kafka_topic_partition_list_t* list)
{
    return {list->elems, static_cast<std::size_t>(list->cnt)};
}

} // namespace

/// Runs inside read(), or inside close().
void PartitionReader::onRebalance(rd_kafka_t* handle, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list,
                                  void*)
{
    auto* reader = static_cast<PartitionReader*>(Client::opaqueOf(handle));
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS)
        reader->onAssigned(list);
    else
        reader->onRevoked(list);
}

void PartitionReader::onAssigned(rd_kafka_topic_partition_list_t* list)
{
    // A member that leaves asks for no offsets: the client does not answer any more, and the group would wait.
    // Partitions that are not marked as assigned hand out nothing.
    if (m_closing)
        return accept(list);
    if (const Status placed = place(list); !placed) {
        m_failure = placed.error();
        for (const auto& element : elementsOf(list))
            m_partitions[indexOf(idOf(element))].assigned = false;
        return accept(list);
    }
    m_everAssigned = true;
    accept(list);
    for (const auto& element : elementsOf(list))
        if (Progress& partition = m_partitions[indexOf(idOf(element))]; partition.next >= partition.end)
            end(partition);
    m_committedAt = {};
    commitSoon(); // where a partition begins must hold for whoever reads it next
}

void PartitionReader::accept(const rd_kafka_topic_partition_list_t* list)
{
    rd_kafka_t* handle = m_client->handle();
    const std::string what = fmt::format("The group '{}' cannot be read", m_settings.group);
    if (isCooperative()) {
        if (rd_kafka_error_t* error = rd_kafka_incremental_assign(handle, list))
            m_failure = clientStatus(error, what).error();
    } else if (const auto code = rd_kafka_assign(handle, list); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        m_failure = clientError(code, what);
    }
}

/// A partition goes on where the destination or the group stands, whichever is further: the group is told late, and
/// another member may have read on since.
Status PartitionReader::place(rd_kafka_topic_partition_list_t* list)
{
    const auto code =
        rd_kafka_committed(m_client->handle(), list, static_cast<int>(m_settings.client.timeout().count()));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(clientError(code, fmt::format("The offsets of the group '{}' cannot be read", m_settings.group)));
    Indexes indexes;
    for (const auto& element : elementsOf(list)) {
        const std::uint32_t index = indexOf(idOf(element));
        indexes.push_back(index);
        Progress& partition = m_partitions[index];
        partition.committed = std::max<std::int64_t>(-1, element.offset);
        partition.next = partition.inFlight = partition.durable = std::max(partition.durable, partition.committed);
        partition.assigned = true;
        partition.leaving = false;
        partition.ended = false;
    }
    HEADRACE_CHECK(placeNew(indexes));
    HEADRACE_CHECK(checkBounds(indexes));
    auto element = elementsOf(list).begin();
    for (const std::uint32_t index : indexes)
        (element++)->offset = m_partitions[index].next;
    return {};
}

/// Rows in flight are waited for before the partitions go, so that the next member begins exactly behind them.
void PartitionReader::onRevoked(const rd_kafka_topic_partition_list_t* list)
{
    const bool isLost = rd_kafka_assignment_lost(m_client->handle()) != 0;
    if (!m_closing && isInFlight(list)) {
        if (!isLost) {
            m_leaving.reset(rd_kafka_topic_partition_list_copy(list));
            m_leavingSince = Clock::now();
            for (const auto& element : elementsOf(list))
                m_partitions[indexOf(idOf(element))].leaving = true;
            return;
        }
        m_failure = clientError(RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
                                fmt::format("Partitions of '{}' were lost", m_settings.topics.front()));
    }
    if (!isLost)
        commitNow();
    letGo(list);
}

bool PartitionReader::isInFlight(const rd_kafka_topic_partition_list_t* list)
{
    return std::ranges::any_of(elementsOf(list), [this](const auto& element) {
        const Progress& partition = m_partitions[indexOf(idOf(element))];
        return partition.inFlight > partition.durable;
    });
}

void PartitionReader::finishLeaving()
{
    if (m_leaving == nullptr)
        return;
    if (!isInFlight(m_leaving.get())) {
        commitNow();
        const PartitionList list = std::move(m_leaving);
        letGo(list.get());
    } else if (Clock::now() - m_leavingSince >= m_settings.rebalanceWait) {
        const auto& first = m_leaving->elems[0];
        m_failure = Error{ErrorCode::Unavailable,
                          fmt::format("The consumer group '{}' took '{}' away before its rows were durable; they are "
                                      "read again.",
                                      m_settings.group, toText(idOf(first))),
                          {},
                          std::nullopt};
    }
}

void PartitionReader::letGo(const rd_kafka_topic_partition_list_t* list)
{
    for (const auto& element : elementsOf(list)) {
        Progress& partition = m_partitions[indexOf(idOf(element))];
        partition.assigned = false;
        partition.leaving = false;
    }
    rd_kafka_t* handle = m_client->handle();
    if (!isCooperative())
        rd_kafka_assign(handle, nullptr);
    else if (rd_kafka_error_t* error = rd_kafka_incremental_unassign(handle, list))
        rd_kafka_error_destroy(error); // nothing was assigned any more
}

/// By the settings, because a client that is being closed may never answer which protocol it has joined with.
bool PartitionReader::isCooperative() const
{
    const ClientSettings& client = m_settings.client;
    return client.property("group.protocol") == "consumer" ||
           client.property("partition.assignment.strategy").starts_with("cooperative");
}

Status PartitionReader::acknowledge(const std::map<TopicPartition, std::int64_t>& next)
{
    for (const auto& [id, offset] : next) {
        Progress& partition = m_partitions[indexOf(id)];
        partition.durable = std::max(partition.durable, offset);
    }
    commitSoon();
    return {};
}

/// What is durable and unknown to the group, of partitions that are still this member's.
PartitionList PartitionReader::uncommitted() const
{
    auto list = newPartitionList(m_partitions.size());
    for (const Progress& partition : m_partitions)
        if (partition.assigned && partition.durable > partition.committed)
            rd_kafka_topic_partition_list_add(list.get(), partition.id.topic.c_str(), partition.id.partition)->offset =
                partition.durable;
    return list;
}

/// Tells the group now and then, without waiting. What it refuses is told again.
void PartitionReader::commitSoon()
{
    if (m_commits == nullptr)
        return;
    takeAnswer(std::chrono::milliseconds{0});
    if (m_commits->isWaiting() || Clock::now() - m_committedAt < kCommitInterval)
        return;
    if (const auto list = uncommitted(); list->cnt > 0) {
        m_committedAt = Clock::now();
        m_commits->send(list.get());
    }
}

/// Returns when the group knows all that is durable, so that the partitions' next member begins behind it, or does not
/// want to know it: this member is none any more. False when the group does not answer.
bool PartitionReader::commitNow()
{
    if (m_commits == nullptr)
        return true;
    // A rebalance in which another member has vanished takes until that one's session ends.
    const auto deadline =
        Clock::now() + m_settings.client.timeout() + m_settings.client.milliseconds("session.timeout.ms");
    while (true) {
        const auto list = uncommitted();
        if (!m_commits->isWaiting()) {
            if (list->cnt == 0)
                return true;
            m_commits->send(list.get());
            if (!m_commits->isWaiting())
                return false;
        }
        const auto code = takeAnswer(m_settings.client.timeout());
        if (m_commits->isWaiting() && (Clock::now() >= deadline || !clusterAnswers()))
            return false;
        if (rd_kafka_assignment_lost(m_client->handle()) != 0 ||
            (code != RD_KAFKA_RESP_ERR_NO_ERROR && (!isRefusedByRebalance(code) || Clock::now() >= deadline)))
            return true;
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
            std::this_thread::sleep_for(kRefusedWait);
    }
}

/// Over another connection than the group's, which may be waiting.
bool PartitionReader::clusterAnswers()
{
    const rd_kafka_metadata_t* metadata = nullptr;
    if (rd_kafka_metadata(m_client->handle(), 0, nullptr, &metadata, kAnswerMs) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return false;
    rd_kafka_metadata_destroy(metadata);
    return true;
}

rd_kafka_resp_err_t PartitionReader::takeAnswer(std::chrono::milliseconds wait)
{
    auto code = RD_KAFKA_RESP_ERR_NO_ERROR;
    const PartitionList answer = m_commits->answer(wait);
    if (answer == nullptr)
        return code;
    for (const auto& element : elementsOf(answer.get())) {
        Progress& partition = m_partitions[indexOf(idOf(element))];
        if (element.err == RD_KAFKA_RESP_ERR_NO_ERROR)
            partition.committed = std::max(partition.committed, element.offset);
        else
            code = element.err;
    }
    return code;
}

/// A broker answers one request of a connection after the other, and JoinGroup when all members have joined. Whoever
/// hangs up before is missed by the group until its session times out, and so long nobody reads its partitions. False
/// when no answer came.
bool PartitionReader::awaitJoin()
{
    if (m_partitions.empty())
        return true;
    const PartitionList list = listOf({m_partitions.front().id});
    const auto timeout = static_cast<int>(m_settings.client.timeout().count());
    return rd_kafka_committed(m_client->handle(), list.get(), timeout) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

void PartitionReader::close() noexcept
{
    if (m_commits != nullptr) {
        m_closing = true;
        const bool isInTouch = commitNow() && awaitJoin();
        if (m_leaving != nullptr) {
            const PartitionList list = std::move(m_leaving);
            letGo(list.get());
        }
        // Where nobody answers, the client's own goodbye may wait for ever; the group notices when the session ends.
        if (isInTouch || clusterAnswers())
            rd_kafka_consumer_close(m_client->handle());
    }
    m_commits.reset();
    m_queue.reset();
    m_client.reset();
}

} // namespace headrace::kafka
