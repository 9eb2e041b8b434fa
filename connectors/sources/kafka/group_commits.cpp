// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/kafka/group_commits.h"

namespace headrace::kafka {

namespace {

using Event = std::unique_ptr<rd_kafka_event_t, decltype(&rd_kafka_event_destroy)>;

/// Of the consumer protocol of KIP-848, which older headers have no name for.
constexpr auto kStaleMemberEpoch = static_cast<rd_kafka_resp_err_t>(113);

} // namespace

GroupCommits::GroupCommits(rd_kafka_t* client)
    : m_client(client)
    , m_answers(rd_kafka_queue_new(client), rd_kafka_queue_destroy)
{
}

void GroupCommits::send(const rd_kafka_topic_partition_list_t* offsets)
{
    m_isWaiting =
        rd_kafka_commit_queue(m_client, offsets, m_answers.get(), nullptr, nullptr) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

PartitionList GroupCommits::answer(std::chrono::milliseconds wait)
{
    PartitionList answered(nullptr, rd_kafka_topic_partition_list_destroy);
    if (!m_isWaiting)
        return answered;
    const Event event(rd_kafka_queue_poll(m_answers.get(), static_cast<int>(wait.count())), rd_kafka_event_destroy);
    if (event == nullptr)
        return answered;
    m_isWaiting = false;
    const auto code = rd_kafka_event_error(event.get());
    const auto* offsets = rd_kafka_event_topic_partition_list(event.get());
    answered = offsets == nullptr
                   ? newPartitionList(0)
                   : PartitionList(rd_kafka_topic_partition_list_copy(offsets), rd_kafka_topic_partition_list_destroy);
    for (int i = 0; i < answered->cnt; ++i)
        if (answered->elems[i].err == RD_KAFKA_RESP_ERR_NO_ERROR)
            answered->elems[i].err = code; // of the request as a whole
    return answered;
}

bool isRefusedByRebalance(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS || code == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION ||
           code == kStaleMemberEpoch;
}

} // namespace headrace::kafka
