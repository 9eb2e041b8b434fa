// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace headrace {

/// How an option's text is read, and which editor the form shows.
enum class OptionType {
    Text,
    Integer,  ///< whole number, underscores allowed: 1_000_000
    Decimal,  ///< floating point
    Boolean,  ///< true | false
    Bytes,    ///< 4096, 64KiB, 16MiB, 10GB
    Duration, ///< 250ms, 5s, 15m, 1h, 1d
    Choice,   ///< one of `choices`
    Path,     ///< local path, glob or URI
    List,     ///< a YAML list of texts; one text counts as a list of one
    Map,      ///< a YAML map of texts
    Sql,      ///< a query, edited in a code editor
};

/// An option as data: the form, the validation, the CLI flag, the help page and the export derive from it.
struct OptionSpec {
    std::string key; ///< as in the pipeline file: lower_snake_case
    OptionType type = OptionType::Text;
    std::string label;            ///< for the form: "Delimiter"
    std::string help;             ///< one or two sentences, with the unit
    std::string defaultText = {}; ///< shown and used when the option is absent; empty: no default
    bool required = false;
    bool advanced = false;                 ///< folded away in the form
    bool secret = false;                   ///< only references (${env:…}, ${secret:…}) may be saved
    std::vector<std::string> choices = {}; ///< for Choice; for other types suggestions
    /// In place of `choices`, for suggestions that must be looked for on this machine: asked when they are shown.
    std::function<std::vector<std::string>()> findChoices = {};
    std::optional<double> minimum = {}; ///< in the type's base unit (rows, bytes, seconds)
    std::optional<double> maximum = {};

    [[nodiscard]] std::vector<std::string> shownChoices() const { return findChoices ? findChoices() : choices; }
};

} // namespace headrace
