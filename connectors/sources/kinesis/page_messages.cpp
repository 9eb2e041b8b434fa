// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/kinesis/page_messages.h"

#include "connectors/aws/kinesis_records.h"

namespace headrace::kinesis {

ShardPlace Message::placeBehind() const
{
    return isLast ? ShardPlace::behind(record->sequence, record->arrival)
                  : ShardPlace::inside(record->sequence, static_cast<std::uint32_t>(subSequence + 1), record->arrival);
}

std::vector<Message> messagesOf(const ShardPage& page, const ShardPlace& from)
{
    std::vector<Message> messages;
    messages.reserve(page.records.size());
    for (const aws::StreamRecord& record : page.records) {
        const auto inside = aws::disaggregate(record.data);
        if (!inside) {
            messages.push_back({record.data, record.partitionKey, &record});
            continue;
        }
        const std::size_t first = from.start.sequence == record.sequence ? from.taken : 0;
        for (std::size_t i = first; i < inside->size(); ++i)
            messages.push_back({(*inside)[i].data, (*inside)[i].partitionKey, &record, static_cast<std::int64_t>(i),
                                i + 1 == inside->size()});
    }
    return messages;
}

} // namespace headrace::kinesis
