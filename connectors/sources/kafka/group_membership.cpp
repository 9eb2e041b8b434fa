// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
// PartitionReader's part in a consumer group: rebalances and committed offsets.
#include "connectors/sources/kafka/partition_reader.h"

#include "connectors/kafka/client_error.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace::kafka {

namespace {

constexpr std::chrono::seconds kCommitInterval{1};

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
    if (const Status placed = place(list); !placed) {
        m_failure = placed.error();
        letGo(list);
        return;
    }
    m_everAssigned = true;
    rd_kafka_t* handle = m_client->handle();
    if (isCooperative()) {
        if (rd_kafka_error_t* error = rd_kafka_incremental_assign(handle, list))
            m_failure = clientStatus(error, fmt::format("The group '{}' cannot be read", m_settings.group)).error();
    } else if (const auto code = rd_kafka_assign(handle, list); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        m_failure = clientError(code, fmt::format("The group '{}' cannot be read", m_settings.group));
    }
    for (const auto& element : elementsOf(list))
        if (Progress& partition = m_partitions[indexOf(idOf(element))]; partition.next >= partition.end)
            end(partition);
    commit(false); // where a partition begins must hold for whoever reads it next
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
        commit(true);
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
        commit(true);
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

bool PartitionReader::isCooperative() const
{
    const char* protocol = rd_kafka_rebalance_protocol(m_client->handle());
    return protocol != nullptr && std::string_view(protocol) == "COOPERATIVE";
}

Status PartitionReader::acknowledge(const std::map<TopicPartition, std::int64_t>& next)
{
    for (const auto& [id, offset] : next) {
        Progress& partition = m_partitions[indexOf(id)];
        partition.durable = std::max(partition.durable, offset);
    }
    if (Clock::now() - m_committedAt >= kCommitInterval)
        commit(false);
    return {};
}

/// Tells the group what is durable, of partitions that are still this member's. A commit that fails costs nothing: the
/// destination's own position leads.
void PartitionReader::commit(bool wait)
{
    if (m_settings.group.empty() || m_client == nullptr)
        return;
    m_committedAt = Clock::now();
    const auto list = newPartitionList(m_partitions.size());
    for (Progress& partition : m_partitions) {
        if (!partition.assigned || partition.durable <= partition.committed)
            continue;
        rd_kafka_topic_partition_list_add(list.get(), partition.id.topic.c_str(), partition.id.partition)->offset =
            partition.durable;
        partition.committed = partition.durable;
    }
    if (list->cnt > 0)
        rd_kafka_commit(m_client->handle(), list.get(), wait ? 0 : 1);
}

void PartitionReader::close() noexcept
{
    if (m_client != nullptr && !m_settings.group.empty() && m_queue != nullptr) {
        m_closing = true;
        commit(true);
        if (m_leaving != nullptr) {
            const PartitionList list = std::move(m_leaving);
            letGo(list.get());
        }
        rd_kafka_consumer_close(m_client->handle());
    }
    m_queue.reset();
    m_client.reset();
}

} // namespace headrace::kafka
