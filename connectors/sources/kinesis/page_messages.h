// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/sources/kinesis/shard_poller.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace headrace::kinesis {

/// A record as its producer wrote it.
struct Message {
    std::string_view value;
    std::string_view partitionKey;
    const aws::StreamRecord* record = nullptr; ///< in which it came
    std::int64_t subSequence = -1;             ///< its place in an aggregated record
    bool isLast = true;                        ///< of its record

    [[nodiscard]] ShardPlace placeBehind() const;
};

/// The messages of a page, aggregated records taken apart; views into the page. Of the record at `from` those are left
/// out that are behind it.
[[nodiscard]] std::vector<Message> messagesOf(const ShardPage& page, const ShardPlace& from);

} // namespace headrace::kinesis
