// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "tests/support/aws/kinesis_server.h"
#include "tests/support/firebird_server.h"
#include "tests/support/kafka/kafka_broker.h"
#include "tests/support/mqtt/mqtt_broker.h"
#include "tests/support/odbc_databases.h"

#include <memory>

namespace headrace::test {

/// The servers that the gallery looks at, each started and filled when it is first needed.
class RealServers {
public:
    static constexpr int kManyPartitions = 200;

    /// Tables orders, empty, wide (300 columns), texts (very long), nulls, nested, one with hard names, strict_copy
    /// with a column that is never NULL; view open_orders.
    [[nodiscard]] PostgresServer& postgres();
    [[nodiscard]] MariaServer& maria();
    /// Data sources "pg", "maria" and "lite".
    [[nodiscard]] OdbcDatabases& odbc();
    /// Table ORDERS, view OPEN_ORDERS.
    [[nodiscard]] FirebirdServer& firebird();
    /// Topics device-events, poison, empty, and many with kManyPartitions.
    [[nodiscard]] KafkaBroker& kafka();
    /// Stream device-events of four shards, one of them split.
    [[nodiscard]] KinesisServer& kinesis();
    /// Retained readings below plant/.
    [[nodiscard]] MqttBroker& mqtt();

    /// The options that connect to a database, with the password as a reference, and more.
    template <typename Server>
    [[nodiscard]] static Options database(const Server& server, Options more)
    {
        more.set("password", std::string("${env:HEADRACE_RIGHT}"));
        return server.options(std::move(more));
    }

    /// Messages like those of devices, `count` from `first` on.
    [[nodiscard]] static std::vector<KafkaMessage> events(int first, int count, int partitions);

private:
    void fillKafka();

    std::unique_ptr<PostgresServer> m_postgres;
    std::unique_ptr<MariaServer> m_maria;
    std::unique_ptr<OdbcDatabases> m_odbc;
    std::unique_ptr<FirebirdServer> m_firebird;
    std::unique_ptr<KafkaBroker> m_kafka;
    std::unique_ptr<KinesisServer> m_kinesis;
    std::unique_ptr<MqttBroker> m_mqtt;
};

} // namespace headrace::test
