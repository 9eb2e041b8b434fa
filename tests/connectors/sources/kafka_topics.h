// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/sources/sources.h"
#include "tests/support/kafka/kafka_broker.h"
#include "tests/support/rows.h"
#include "tests/support/source_reading.h"

#include <fmt/format.h>

#include <QTest>

namespace headrace::test {

/// What the tests of the Kafka source share: a broker, and topics that are read to their end.
class KafkaTopics : public QObject {
protected:
    std::string newTopic(int partitions = 1, const std::map<std::string, std::string>& config = {})
    {
        const std::string topic = fmt::format("topic-{}", ++m_topics);
        m_broker.createTopic(topic, partitions, config);
        return topic;
    }

    Options optionsFor(const std::string& topic, std::map<std::string, OptionValue> more = {})
    {
        Options options{{"brokers", m_broker.address()}, {"topic", topic}, {"until", "now"}};
        for (auto& [key, value] : more)
            options.set(key, std::move(value));
        return options;
    }

    Result<ReadAll> readAll(const Options& options, const std::optional<Position>& from = {})
    {
        return test::readAll(kafkaSource(), options, {}, from);
    }

    void compareText(const Result<ReadAll>& all, const std::string& expected)
    {
        QVERIFY_RESULT(all);
        QCOMPARE(QString::fromStdString(all->text()), QString::fromStdString(expected));
    }

    KafkaBroker m_broker;
    int m_topics = 0; ///< made so far
};

} // namespace headrace::test
