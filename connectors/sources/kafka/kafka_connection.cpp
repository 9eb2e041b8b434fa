// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/connections.h"

#include "connectors/kafka/client_settings.h"
#include "connectors/sources/kafka/kafka_description.h"

namespace headrace {

ConnectionType kafkaConnection()
{
    ConnectionType connection{"kafka", kafka::connectionOptions()};
    connection.partitions = kafka::factsOfTopics;
    return connection;
}

} // namespace headrace
