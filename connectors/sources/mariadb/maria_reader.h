// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/connection.h"
#include "connectors/core/registry.h"
#include "connectors/mariadb/maria_column.h"
#include "connectors/mariadb/maria_target.h"
#include "connectors/sources/tables/table_reader.h"
#include "connectors/sources/tables/table_selection.h"

#include <map>
#include <string>
#include <vector>

namespace headrace::mariadb {

/// What the options of the source say.
struct ReadSettings {
    Target target;
    TableSelection selection;
    ReadOptions values;
};

[[nodiscard]] std::vector<OptionSpec> sourceOptions();
[[nodiscard]] Result<ReadSettings> readSettings(const Options& options);

/// Connects and looks the table or query up.
[[nodiscard]] Result<std::unique_ptr<TableReader>> openTable(const ReadSettings& settings, std::stop_token stop);

/// The same as a sentence.
[[nodiscard]] Result<std::string> probeSource(const Options& options, std::stop_token stop);

/// The tables and views that can be read, in one query however many there are. How large they are the server finds out
/// by opening each of them: that is left to describeDatabase().
[[nodiscard]] Result<std::vector<Readable>> describeServer(const Options& options, std::stop_token stop);
/// Rows and size of the tables of a database, by "database.table".
[[nodiscard]] Result<std::map<std::string, std::string>>
describeDatabase(const Options& options, const std::string& database, std::stop_token stop);
/// The columns of the table that the option `table` names, or of the query.
[[nodiscard]] Result<std::vector<ReadableColumn>> describeColumns(const Options& options, std::stop_token stop);

} // namespace headrace::mariadb
