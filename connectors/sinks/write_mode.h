// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/option_spec.h"
#include "connectors/core/options.h"
#include "connectors/core/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace headrace {

// What the table destinations share.

enum class WriteMode { Append, Replace, Upsert };

/// What a destination's options say of its table.
struct TableTarget {
    std::string table;
    WriteMode mode = WriteMode::Append;
    std::vector<std::string> key; ///< for Upsert
    bool evolve = true;           ///< columns may be added and widened
};

/// The options mode and key.
[[nodiscard]] std::vector<OptionSpec> writeModeOptions();

/// The options of a server's table: table, mode, key and evolve.
[[nodiscard]] std::vector<OptionSpec> serverTableOptions(std::string tableHelp);

/// Fails when upsert has no key. Without the option evolve a table may not be changed.
[[nodiscard]] Result<TableTarget> tableTarget(const Options& options);

/// Whether these options say replace or upsert.
[[nodiscard]] bool replacesRows(const Options& options);

/// Fails, with the nearest right name, when a key is not among `columns`; letter case does not count.
Status checkKey(const std::vector<std::string>& key, const std::vector<std::string>& columns);

/// Fails when two columns differ only in letter case; `database` opens the explanation.
Status checkDistinct(const std::vector<std::string>& columns, std::string_view database);

/// Equal but for the case of ASCII letters, which is how both databases compare names.
[[nodiscard]] bool sameName(std::string_view left, std::string_view right);

} // namespace headrace
