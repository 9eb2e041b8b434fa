// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/connection.h"
#include "connectors/core/registry.h"
#include "connectors/odbc/odbc_connection.h"
#include "connectors/sources/tables/table_reader.h"
#include "connectors/sources/tables/table_selection.h"

#include <map>
#include <string>

namespace headrace::odbc {

/// What the options of the source say.
struct ReadSettings {
    Target target;
    TableSelection selection;
};

[[nodiscard]] std::vector<OptionSpec> sourceOptions();
[[nodiscard]] Result<ReadSettings> readSettings(const Options& options);

/// Connects and looks the table or query up.
[[nodiscard]] Result<std::unique_ptr<TableReader>> openTable(const ReadSettings& settings, std::stop_token stop);

/// The same as a sentence.
[[nodiscard]] Result<std::string> probeSource(const Options& options, std::stop_token stop);

/// The tables and views that can be read.
[[nodiscard]] Result<std::vector<Readable>> describeServer(const Options& options, std::stop_token stop);

/// The columns of a table or view, with the driver's names of their types.
[[nodiscard]] Result<std::vector<ReadableColumn>> describeColumns(const Options& options, std::stop_token stop);

/// Descriptions with rows and sizes of the tables of a schema (MariaDB: database), by the names that describeServer()
/// gives, where the server is known and keeps them; "" for all of one that has no schemas.
[[nodiscard]] Result<std::map<std::string, std::string>> estimates(Connection& connection, const std::string& folder,
                                                                   const std::stop_token& stop);
[[nodiscard]] Result<std::map<std::string, std::string>>
describeFolder(const Options& options, const std::string& folder, std::stop_token stop);

} // namespace headrace::odbc
