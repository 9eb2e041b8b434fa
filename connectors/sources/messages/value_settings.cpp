// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/messages/value_settings.h"

#include "connectors/formats/ndjson/type_options.h"

namespace headrace {

namespace {

ndjson::MessageParser::Settings jsonSettings(const Options& options)
{
    ndjson::MessageParser::Settings json;
    json.detectTypes = options.text("types") == "detect";
    json.flatten = options.boolean("flatten");
    const std::string extra = options.text("extra");
    json.grow = extra == "grow";
    json.extra = ndjson::extraKeysOf(extra);
    json.columns = options.map("columns");
    return json;
}

ValueFormat formatOf(const std::string& text)
{
    return text == "json" ? ValueFormat::Json : text == "text" ? ValueFormat::Text : ValueFormat::Bytes;
}

} // namespace

std::vector<OptionSpec> valueOptions()
{
    std::vector<OptionSpec> options{
        {.key = "value",
         .type = OptionType::Choice,
         .label = "Value",
         .help = "What the messages hold: JSON objects, whose keys become columns, text, or bytes.",
         .defaultText = "json",
         .choices = {"json", "text", "bytes"}},
        {.key = "flatten",
         .type = OptionType::Boolean,
         .label = "Flatten",
         .help =
             "Members of JSON objects inside the value become columns named a.b; otherwise one column of JSON text.",
         .defaultText = "true"},
    };
    const std::vector<OptionSpec> growing{
        {.key = "extra",
         .type = OptionType::Choice,
         .label = "New keys",
         .help = "JSON keys that are no column yet: grow adds a column, column collects them in _extra, quarantine "
                 "sets the message aside, ignore drops the key.",
         .defaultText = "grow",
         .advanced = true,
         .choices = {"grow", "column", "quarantine", "ignore"}},
        {.key = "sample_rows",
         .type = OptionType::Integer,
         .label = "Sample",
         .help = "How many messages are looked at to find the columns.",
         .defaultText = "1000",
         .advanced = true,
         .minimum = 0,
         .maximum = 1'000'000},
    };
    for (auto more : {ndjson::typeOptions(), growing})
        options.insert(options.end(), more.begin(), more.end());
    return options;
}

ValueSettings valueSettings(const Options& options)
{
    return {formatOf(options.text("value")), jsonSettings(options), options.integer("sample_rows")};
}

} // namespace headrace
