// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/sinks/sinks.h"
#include "connectors/sources/sources.h"
#include "tests/support/kafka/kafka_broker.h"
#include "tests/support/registry/registry_server.h"
#include "tests/support/rows.h"
#include "tests/support/sink_bench.h"
#include "tests/support/source_reading.h"

#include <fmt/format.h>

#include <QTest>

#include <map>

namespace headrace::test {

/// What the tests of values with schemas share: a broker and a registry, and topics that are written and read back.
class RegistryTopics : public QObject {
protected:
    void startServers()
    {
        m_broker.start();
        m_registry.start();
    }

    std::string newTopic()
    {
        const std::string topic = fmt::format("topic-{}", ++m_topics);
        m_broker.createTopic(topic);
        return topic;
    }

    /// Opens, writes the rows as one batch and closes; returns when readers see them.
    Status write(const Options& options, const std::shared_ptr<arrow::RecordBatch>& rows)
    {
        HEADRACE_TRY(const Options valid, options.check(kafkaSink().options, "kafka destination"));
        HEADRACE_TRY(const auto sink, kafkaSink().create(valid));
        HEADRACE_CHECK(sink->open(rows->schema(), kMine, {}));
        HEADRACE_CHECK(sink->append(rows, {}));
        BatchSummary batch;
        batch.sequence = 1;
        HEADRACE_CHECK(sink->commit(batch, {"end"}, {}));
        HEADRACE_CHECK(sink->flush({}));
        const std::string topic = valid.text("topic");
        m_written[topic] += static_cast<std::size_t>(rows->num_rows());
        while (m_broker.consume(topic).size() < m_written[topic]) { // a transaction ends a moment after its commit
        }
        return {};
    }

    static void compareText(const Result<ReadAll>& all, const std::string& expected)
    {
        QVERIFY_RESULT(all);
        QCOMPARE(QString::fromStdString(all->text()), QString::fromStdString(expected));
    }

    KafkaBroker m_broker;
    RegistryServer m_registry;

private:
    int m_topics = 0; ///< made so far
    std::map<std::string, std::size_t> m_written;
};

} // namespace headrace::test
