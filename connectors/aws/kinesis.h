// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/aws/put_records.h"
#include "connectors/aws/service_client.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace headrace::aws {

struct StreamSummary {
    std::string created; ///< tells a stream from a later one of its name
    std::int64_t openShards = 0;
    std::int64_t retentionHours = 0;
};

struct ShardInfo {
    std::string id;
    std::vector<std::string> parents; ///< one after a split, two after a merge; they may be gone
    bool isClosed = false;
};

/// Where a shard iterator stands. The five kinds of
/// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html
struct IteratorStart {
    enum class Kind { TrimHorizon, Latest, AtTime, AtSequence, AfterSequence };
    Kind kind = Kind::TrimHorizon;
    std::string sequence;  ///< a decimal number of up to 128 digits, for the last two
    std::int64_t time = 0; ///< milliseconds since 1970, for AtTime

    friend bool operator==(const IteratorStart&, const IteratorStart&) = default;
};

struct StreamRecord {
    std::string data;
    std::string partitionKey;
    std::string sequence;
    std::int64_t arrival = 0; ///< milliseconds since 1970, of the server's clock
};

/// What one GetRecords gives.
struct RecordPage {
    std::vector<StreamRecord> records;
    std::int64_t bytes = 0;          ///< data and partition keys
    std::optional<std::string> next; ///< iterator of the next page; none: the shard is closed and read to its end
    std::int64_t millisBehind = 0;   ///< behind the newest record; 0 at the tip
};

/// One Kinesis data stream, or with an empty name the account's. One thread at a time; the connection is shared.
class Kinesis {
public:
    /// `stream` is a name or an ARN.
    Kinesis(std::shared_ptr<Connection> connection, std::string stream);

    [[nodiscard]] Result<std::vector<std::string>> streams(const std::stop_token& stop);

    /// NotFound names the nearest streams that there are.
    [[nodiscard]] Result<StreamSummary> summary(const std::stop_token& stop);
    [[nodiscard]] Result<std::vector<ShardInfo>> shards(const std::stop_token& stop);

    [[nodiscard]] ServiceResult<std::string> iterator(const std::string& shard, const IteratorStart& start,
                                                      const std::stop_token& stop);
    [[nodiscard]] ServiceResult<RecordPage> records(const std::string& iterator, std::int64_t limit,
                                                    const std::stop_token& stop);

    /// PutRecords: the entries that were not stored; an error when the whole request failed.
    [[nodiscard]] ServiceResult<std::vector<PutFailure>> put(const std::vector<PutEntry>& entries,
                                                             const std::stop_token& stop);

    [[nodiscard]] const std::string& stream() const { return m_stream; }
    [[nodiscard]] ServiceClient& client() { return m_client; }

private:
    [[nodiscard]] nlohmann::json input() const;
    [[nodiscard]] Error nameNearest(Error error, const std::stop_token& stop);

    std::string m_stream;
    std::string m_about; ///< opens the sentences of errors
    ServiceClient m_client;
};

} // namespace headrace::aws
