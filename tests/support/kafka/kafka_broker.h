// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <librdkafka/rdkafka.h>

#include <QProcess>
#include <QTemporaryDir>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace headrace::test {

/// A message as a test writes and compares it.
struct KafkaMessage {
    std::optional<std::string> value;
    std::optional<std::string> key = {};
    std::int32_t partition = 0;
    std::vector<std::pair<std::string, std::optional<std::string>>> headers = {};
    std::int64_t timestamp = 0; ///< 0: now
};

/// A real broker of this test program's own, started by tests/support/kafka/run_broker on free ports. Every failure
/// ends the program with a sentence: a test without its broker says nothing.
class KafkaBroker {
public:
    explicit KafkaBroker(bool secure = false);
    ~KafkaBroker();
    KafkaBroker(const KafkaBroker&) = delete;
    KafkaBroker& operator=(const KafkaBroker&) = delete;

    /// The port on which clients are told to come to the port of a FaultLink; behindLink() names it before start().
    [[nodiscard]] int linkedPort() { return port() + 5; }
    void behindLink(int port) { m_link = port; }

    void start(); ///< returns when it answers
    void stop();  ///< in an orderly way
    void kill();
    void freeze(); ///< connections stay, but nothing is answered
    void thaw();

    [[nodiscard]] std::string address() const;              ///< plain
    [[nodiscard]] std::string address(int listener) const;  ///< 2 TLS, 3 SASL, 4 SASL over TLS
    [[nodiscard]] std::string file(const char* name) const; ///< of its folder: "ca.pem"

    void createTopic(const std::string& topic, int partitions = 1,
                     const std::map<std::string, std::string>& config = {});
    void deleteTopic(const std::string& topic);
    void deleteBefore(const std::string& topic, std::int32_t partition, std::int64_t offset);
    [[nodiscard]] std::vector<std::string> groups();
    /// Forgets a group as soon as its last member has left.
    void deleteGroup(const std::string& group);
    /// How many members a group has now.
    [[nodiscard]] int members(const std::string& group);

    /// Writes messages and waits until they are stored.
    void produce(const std::string& topic, const std::vector<KafkaMessage>& messages);
    /// The same inside a transaction that is committed or aborted.
    void produceInTransaction(const std::string& topic, const std::vector<KafkaMessage>& messages, bool isCommitted);

    /// All committed messages in the order of partitions and offsets.
    [[nodiscard]] std::vector<KafkaMessage> consume(const std::string& topic);
    /// What a group has committed in a partition; −1: nothing.
    [[nodiscard]] std::int64_t committed(const std::string& group, const std::string& topic, std::int32_t partition);

private:
    [[nodiscard]] int port();
    [[nodiscard]] rd_kafka_t* newClient(rd_kafka_type_t type, const std::map<std::string, std::string>& settings);
    [[nodiscard]] rd_kafka_t* admin();
    void send(rd_kafka_t* producer, const std::string& topic, const std::vector<KafkaMessage>& messages);

    QTemporaryDir m_folder;
    bool m_secure;
    int m_port = 0;
    int m_link = 0;
    QProcess m_process;
    rd_kafka_t* m_admin = nullptr;
};

} // namespace headrace::test
