// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/ndjson/type_options.h"

namespace headrace::ndjson {

std::vector<OptionSpec> typeOptions()
{
    return {
        {.key = "types",
         .type = OptionType::Choice,
         .label = "Types",
         .help = "Detect finds each column's type in a sample; text leaves every value as it stands.",
         .defaultText = "detect",
         .choices = {"detect", "text"}},
        {.key = "columns",
         .type = OptionType::Map,
         .label = "Column types",
         .help = "Types by column name, before those found: text, json, bool, int64, double, decimal(10,2), date, "
                 "timestamp, timestamptz. A name that does not occur becomes a column too."},
    };
}

ExtraKeys extraKeysOf(std::string_view option)
{
    return option == "column" ? ExtraKeys::Column : option == "ignore" ? ExtraKeys::Ignore : ExtraKeys::Quarantine;
}

} // namespace headrace::ndjson
