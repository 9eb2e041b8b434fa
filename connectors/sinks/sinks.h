// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"

namespace headrace {

[[nodiscard]] SinkType duckdbSink();
[[nodiscard]] SinkType parquetSink();
[[nodiscard]] SinkType csvSink();
[[nodiscard]] SinkType ndjsonSink();
[[nodiscard]] SinkType postgresSink();
[[nodiscard]] SinkType sqliteSink();
[[nodiscard]] SinkType kafkaSink();
[[nodiscard]] SinkType kinesisSink();
[[nodiscard]] SinkType firehoseSink();
[[nodiscard]] SinkType mariadbSink();
[[nodiscard]] SinkType odbcSink();
[[nodiscard]] SinkType nullSink();

} // namespace headrace
