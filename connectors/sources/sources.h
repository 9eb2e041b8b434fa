// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/clock.h"
#include "connectors/core/registry.h"

namespace headrace {

// One factory a connector; connectors/builtins.cpp lists them.

/// Delimited text files (connectors/formats/csv).
[[nodiscard]] SourceType csvSource();

/// `clock` paces the rows and outlives the registry.
[[nodiscard]] SourceType generatorSource(const Clock& clock = Clock::system());
[[nodiscard]] SourceType kafkaSource();
[[nodiscard]] SourceType kinesisSource();
[[nodiscard]] SourceType mqttSource();
[[nodiscard]] SourceType mariadbSource();
[[nodiscard]] SourceType mysqlSource(); ///< mariadbSource() under the name that users of MySQL look for
[[nodiscard]] SourceType ndjsonSource();
[[nodiscard]] SourceType odbcSource();
[[nodiscard]] SourceType parquetSource();
[[nodiscard]] SourceType postgresSource();
[[nodiscard]] SourceType qtsqlSource(); ///< what Qt has a driver for
[[nodiscard]] SourceType duckdbSource();
[[nodiscard]] SourceType sqliteSource();

} // namespace headrace
