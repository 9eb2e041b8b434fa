// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/exporters/redpanda/draft.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace headrace::redpanda {

namespace {

/// How a CSV file looks, as far as the mapping can make it so.
struct Style {
    std::string delimiter;
    std::string quote;
    std::string nullText;
    bool header = true;
};

Style styleOf(const ConnectorSpec& destination)
{
    Style style;
    style.delimiter = textOption(destination, "delimiter", ",");
    if (style.delimiter == "\\t")
        style.delimiter = "\t";
    style.quote = textOption(destination, "quote", "\"");
    style.nullText = textOption(destination, "null");
    style.header = textOption(destination, "header", "true") != "false";
    return style;
}

/// `character` inside the brackets of a regular expression.
std::string inClass(const std::string& character)
{
    return character == "\t" ? "\\t" : "\\" + character;
}

/// A map that quotes a cell where it must be: empty text and the text that means NULL as well.
std::string quotedMap(const Style& style)
{
    const std::string special = fmt::format("[{}{}\\r\\n]", inClass(style.quote), inClass(style.delimiter));
    const std::string quote = textConstant(style.quote);
    return fmt::format("map quoted {{\n"
                       "  root = if this == null {{ {1} }} else if this.string() == \"\" || this.string() == {1} || "
                       "this.string().re_match({0}) {{\n"
                       "    {2} + this.string().replace_all({2}, {3}) + {2}\n"
                       "  }} else {{ this.string() }}\n"
                       "}}\n",
                       textConstant(special), textConstant(style.nullText), quote,
                       textConstant(style.quote + style.quote));
}

/// Bloblang that turns a row into a CSV line, with the header before the first line of a file.
std::string csvMapping(const Draft& draft, const Style& style)
{
    std::vector<std::string> values;
    std::vector<std::string> names;
    for (const Column& column : draft.columns) {
        values.push_back(fieldPath("this", column.name));
        names.push_back(textConstant(column.name));
    }
    const bool known = !draft.columns.empty();
    const std::string cells =
        known ? fmt::format("[{}]", fmt::join(values, ", ")) : "this.keys().sort().map_each(key -> $row.get(key))";
    const std::string headers = known ? fmt::format("[{}]", fmt::join(names, ", ")) : "this.keys().sort()";
    const std::string separator = textConstant(style.delimiter);
    const std::string firstRow = draft.batching.is_null() ? R"(count("rows") == 1)" : "batch_index() == 0";
    const std::string line = fmt::format("{}let row = this\n"
                                         "let line = {}.map_each(cell -> cell.apply(\"quoted\")).join({})\n",
                                         quotedMap(style), cells, separator);
    if (!style.header)
        return line + "root = $line\n";
    return line + fmt::format("let names = {}.map_each(name -> name.apply(\"quoted\")).join({})\n"
                              "root = if {} {{ $names + \"\\n\" + $line }} else {{ $line }}\n",
                              headers, separator, firstRow);
}

} // namespace

void renderCsvDestination(const ConnectorSpec& destination, Draft& draft)
{
    Json perBatch = Json::array({{{"mapping", csvMapping(draft, styleOf(destination))}}});
    if (!draft.batching.is_null())
        perBatch.push_back({{"archive", {{"format", "lines"}}}});
    renderFiles(destination, ".csv", std::move(perBatch), true, draft);
    draft.notes.approximated("destination.type", destination.type, "output.file with lines made by a mapping",
                             draft.columns.empty() ? "The columns' order is unknown here, so they are sorted by name; "
                                                     "list them in the shape to keep it."
                                                   : "Values are written as Bloblang writes them: a number may have "
                                                     "other digits for the same value.");
    std::vector<OptionRule> rules = fileDestinationRules(draft);
    for (const char* key : {"delimiter", "quote", "header", "null"})
        rules.push_back({key, Fidelity::Exact, "in the mapping: {}"});
    if (textOption(destination, "quoting", "minimal") == "minimal")
        rules.push_back({"quoting", Fidelity::Exact, "in the mapping: {}"});
    else
        rules.push_back({"quoting", Fidelity::Impossible, {}, "Cells are quoted only where they must be."});
    if (textOption(destination, "line_end", "lf") == "lf")
        rules.push_back({"line_end", Fidelity::Exact, "archive.format: lines"});
    else
        rules.push_back({"line_end", Fidelity::Impossible, {}, "Lines end with a line feed only."});
    if (textOption(destination, "formula_safe", "false") == "false")
        rules.push_back({"formula_safe", Fidelity::Exact, "texts are written as they are"});
    else
        rules.push_back({"formula_safe",
                         Fidelity::Impossible,
                         {},
                         "Texts are written as they are: a spreadsheet may run them as formulas."});
    noteOptions("destination", destination, rules, draft.notes);
}

} // namespace headrace::redpanda
