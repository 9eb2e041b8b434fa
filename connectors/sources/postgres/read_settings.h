// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"
#include "connectors/sources/postgres/read_plan.h"

#include <stop_token>
#include <string>
#include <vector>

namespace headrace::postgres {

/// The options of the source, the connection's among them.
[[nodiscard]] std::vector<OptionSpec> sourceOptions();
[[nodiscard]] Result<ReadSettings> readSettings(const Options& options);

/// Connects and looks the table or query up. Answers with a sentence.
[[nodiscard]] Result<std::string> probeSource(const Options& options, std::stop_token stop);

/// The tables and views that can be read, in one query however many there are.
[[nodiscard]] Result<std::vector<Readable>> describeDatabase(const Options& options, std::stop_token stop);

} // namespace headrace::postgres
