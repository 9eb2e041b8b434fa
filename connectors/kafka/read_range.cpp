// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/kafka/read_range.h"

#include "connectors/kafka/client_error.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace::kafka {

namespace {

constexpr int kSliceMs = 100; ///< between two looks at the deadline

using Message = std::unique_ptr<rd_kafka_message_t, decltype(&rd_kafka_message_destroy)>;

} // namespace

Result<bool> readRanges(const ClientSettings& settings, const std::vector<Range>& ranges,
                        const std::function<bool(const rd_kafka_message_t&)>& visit,
                        std::chrono::steady_clock::time_point deadline, const std::stop_token& stop)
{
    Conf conf = settings.conf();
    set(conf.get(), "group.id", "headrace-none"); // a name the client asks for; no group is joined or written
    set(conf.get(), "enable.auto.commit", "false");
    set(conf.get(), "enable.partition.eof", "true");
    set(conf.get(), "auto.offset.reset", "earliest");
    // An end behind a transaction's mark shows only by a fetch that finds nothing more.
    set(conf.get(), "fetch.wait.max.ms", "20");
    HEADRACE_TRY(const auto client, Client::create(Client::Kind::Consumer, std::move(conf), settings));
    rd_kafka_poll_set_consumer(client->handle());

    std::map<TopicPartition, std::int64_t> open; ///< partitions whose end has not come
    const auto list = newPartitionList(ranges.size());
    for (const Range& range : ranges) {
        if (range.begin >= range.end)
            continue;
        open[range.partition] = range.end;
        rd_kafka_topic_partition_list_add(list.get(), range.partition.topic.c_str(), range.partition.partition)
            ->offset = range.begin;
    }
    if (open.empty())
        return true;
    if (const auto code = rd_kafka_assign(client->handle(), list.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(clientError(code, fmt::format("'{}' cannot be read", toText(open.begin()->first))));

    while (!open.empty() && std::chrono::steady_clock::now() < deadline) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Reading from Kafka was stopped.");
        const Message message(rd_kafka_consumer_poll(client->handle(), kSliceMs), rd_kafka_message_destroy);
        if (message == nullptr || isPassing(message->err))
            continue;
        if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF)
            return fail(clientError(message->err, fmt::format("'{}' cannot be read", toText(open.begin()->first)),
                                    rd_kafka_message_errstr(message.get())));
        const auto partition = open.find({rd_kafka_topic_name(message->rkt), message->partition});
        if (partition == open.end())
            continue;
        const bool isMessage = message->err == RD_KAFKA_RESP_ERR_NO_ERROR;
        if (isMessage && message->offset < partition->second && !visit(*message))
            return true;
        if (!isMessage || message->offset + 1 >= partition->second)
            open.erase(partition);
    }
    return open.empty();
}

} // namespace headrace::kafka
