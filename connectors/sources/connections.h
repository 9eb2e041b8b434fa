// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/connection.h"

namespace headrace {

// What saved connections of each type hold; one function a type, in the folder of its source.
[[nodiscard]] ConnectionType kafkaConnection();
[[nodiscard]] ConnectionType kinesisConnection();
[[nodiscard]] ConnectionType mariadbConnection();
[[nodiscard]] ConnectionType mqttConnection();
[[nodiscard]] ConnectionType mysqlConnection();
[[nodiscard]] ConnectionType odbcConnection();
[[nodiscard]] ConnectionType postgresConnection();
[[nodiscard]] ConnectionType qtsqlConnection();

// Columns as databases describe them that are files.
[[nodiscard]] Result<std::vector<ReadableColumn>> duckdbColumns(const Options& options, std::stop_token stop);
[[nodiscard]] Result<std::vector<ReadableColumn>> sqliteColumns(const Options& options, std::stop_token stop);

} // namespace headrace
