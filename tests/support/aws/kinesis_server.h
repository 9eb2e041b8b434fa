// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/aws/kinesis.h"
#include "tests/support/aws/aws_server.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace headrace::test {

/// A record as a test writes and compares it.
struct KinesisRecord {
    std::string data;
    std::string key = "k";

    friend bool operator==(const KinesisRecord&, const KinesisRecord&) = default;
};

/// An emulator of Kinesis.
class KinesisServer : public AwsServer {
public:
    KinesisServer();

    void createStream(const std::string& stream, int shards = 1);
    void deleteStream(const std::string& stream);
    void put(const std::string& stream, const std::vector<KinesisRecord>& records);
    [[nodiscard]] std::vector<aws::ShardInfo> shards(const std::string& stream);

    /// Both return when the stream is active again.
    void split(const std::string& stream, const std::string& shard);
    void merge(const std::string& stream, const std::string& left, const std::string& right);

    /// The emulator dates the records of a new shard up to two seconds ahead; returns when all lie in the past.
    void awaitArrivals(const std::string& stream);

    /// All records, shard by shard, each in order.
    [[nodiscard]] std::vector<KinesisRecord> records(const std::string& stream);

private:
    [[nodiscard]] aws::Kinesis client(const std::string& stream) const;
    nlohmann::json ask(const std::string& stream, const char* operation, const nlohmann::json& input);
    void awaitActive(const std::string& stream);
    [[nodiscard]] std::vector<aws::StreamRecord> readAll(const std::string& stream);
};

} // namespace headrace::test
