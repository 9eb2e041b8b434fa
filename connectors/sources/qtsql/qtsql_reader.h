// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"
#include "connectors/qtsql/qt_target.h"
#include "connectors/sources/tables/table_reader.h"
#include "connectors/sources/tables/table_selection.h"

namespace headrace::qtsql {

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

} // namespace headrace::qtsql
