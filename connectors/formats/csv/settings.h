// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/formats/csv/column_type.h"
#include "connectors/formats/csv/encoding.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace headrace::csv {

/// What the user has fixed; everything empty is detected.
struct Settings {
    std::optional<char> delimiter;
    std::optional<std::optional<char>> quote; ///< inner nullopt: "none"
    std::optional<std::optional<char>> escape;
    std::optional<char> comment;
    std::optional<bool> header;
    std::optional<std::int64_t> skipLines;
    std::optional<Encoding> encoding;
    std::optional<char> decimalPoint;
    std::optional<std::vector<std::string>> nulls;
    std::string dateFormat;      ///< empty: detected
    std::string timestampFormat; ///< empty: detected
    bool textOnly = false;       ///< types: text
    std::map<std::string, ColumnType> columns;
    std::size_t maxRecord = 64 * 1024 * 1024;
    unsigned threads = 0; ///< 0: one per core
};

/// The options of this format, besides those of the file it lies in.
[[nodiscard]] std::vector<OptionSpec> optionSpecs();

/// `options` are checked against optionSpecs(). The error names the option and quotes its value.
[[nodiscard]] Result<Settings> settingsFrom(const Options& options);

} // namespace headrace::csv
