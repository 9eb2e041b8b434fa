// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/builtins.h"

#include "connectors/core/column_listing.h"
#include "connectors/sinks/sinks.h"
#include "connectors/sources/connections.h"
#include "connectors/sources/sources.h"

namespace headrace {

namespace {

/// The source or sink with the option that names a saved connection, where its type has them.
template <typename Type>
Type connectable(Type type)
{
    if (connectionType(type.type) != nullptr)
        type.options.insert(type.options.begin(), connectionOption());
    return type;
}

} // namespace

Registry builtinConnectors()
{
    setConnectionTypes({postgresConnection(), mariadbConnection(), mysqlConnection(), odbcConnection(),
                        qtsqlConnection(), kafkaConnection(), kinesisConnection(), mqttConnection()});
    setColumnListings({{"duckdb", duckdbColumns}, {"sqlite", sqliteColumns}});
    Registry registry;
    registry.add(csvSource());
    registry.add(ndjsonSource());
    registry.add(parquetSource());
    registry.add(connectable(postgresSource()));
    registry.add(duckdbSource());
    registry.add(connectable(mariadbSource()));
    registry.add(connectable(mysqlSource()));
    registry.add(sqliteSource());
    registry.add(connectable(odbcSource()));
    registry.add(connectable(qtsqlSource()));
    registry.add(connectable(kafkaSource()));
    registry.add(connectable(kinesisSource()));
    registry.add(connectable(mqttSource()));
    registry.add(generatorSource());
    registry.add(duckdbSink());
    registry.add(parquetSink());
    registry.add(csvSink());
    registry.add(ndjsonSink());
    registry.add(connectable(postgresSink()));
    registry.add(connectable(mariadbSink()));
    registry.add(sqliteSink());
    registry.add(connectable(odbcSink()));
    registry.add(connectable(kafkaSink()));
    registry.add(connectable(kinesisSink()));
    registry.add(firehoseSink());
    registry.add(nullSink());
    return registry;
}

} // namespace headrace
