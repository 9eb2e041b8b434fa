// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/builtins.h"

#include "connectors/sinks/sinks.h"
#include "connectors/sources/sources.h"

namespace headrace {

Registry builtinConnectors()
{
    Registry registry;
    registry.add(csvSource());
    registry.add(ndjsonSource());
    registry.add(parquetSource());
    registry.add(postgresSource());
    registry.add(duckdbSource());
    registry.add(mariadbSource());
    registry.add(mysqlSource());
    registry.add(sqliteSource());
    registry.add(kafkaSource());
    registry.add(kinesisSource());
    registry.add(mqttSource());
    registry.add(generatorSource());
    registry.add(duckdbSink());
    registry.add(parquetSink());
    registry.add(csvSink());
    registry.add(ndjsonSink());
    registry.add(postgresSink());
    registry.add(sqliteSink());
    registry.add(kafkaSink());
    registry.add(kinesisSink());
    registry.add(firehoseSink());
    registry.add(nullSink());
    return registry;
}

} // namespace headrace
