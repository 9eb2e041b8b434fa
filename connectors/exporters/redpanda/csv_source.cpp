// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/exporters/redpanda/draft.h"

#include <fmt/format.h>

#include <map>

namespace headrace::redpanda {

namespace {

constexpr const char* kAuto = "auto";

/// Without a header the scanner gives lists; they get the names that our own reader gives.
constexpr const char* kNameColumns =
    "root = this.enumerated().map_each(cell -> {(\"column%v\".format(cell.index + 1)): cell.value}).squash()\n";

/// The message's text cells as values: what means "no value" becomes null.
std::string nullMapping(const OptionList& nulls)
{
    std::string condition = R"(field.value == "")";
    for (const std::string& text : nulls) {
        if (!text.empty() && text != kAuto)
            condition += fmt::format(" || field.value == {}", textConstant(text));
    }
    return fmt::format("root = this.map_each(field -> if {} {{ null }} else {{ field.value }})\n", condition);
}

/// Conversions for the option `columns`; types without one leave the text as it is.
std::string typeMapping(const ConnectorSpec& source)
{
    static const std::map<std::string, std::string> kMethods{
        {"bool", "bool()"}, {"int64", "int64()"}, {"double", "float64()"}};
    const auto columns = source.options.values().find("columns");
    const auto* types = columns == source.options.values().end() ? nullptr : std::get_if<OptionMap>(&columns->second);
    if (types == nullptr)
        return {};
    std::string mapping;
    for (const auto& [name, type] : *types) {
        if (const auto method = kMethods.find(type); method != kMethods.end())
            mapping += fmt::format("{} = if {} == null {{ null }} else {{ {}.{} }}\n", fieldPath("root", name),
                                   fieldPath("this", name), fieldPath("this", name), method->second);
    }
    return mapping.empty() ? mapping : "root = this\n" + mapping;
}

OptionRule exact(const std::string& key, const std::string& target)
{
    return {key, Fidelity::Exact, target};
}

OptionRule assumed(const std::string& key, const std::string& target)
{
    return {key, Fidelity::Approximated, target, "It is not detected there; this is taken for granted."};
}

OptionRule impossible(const std::string& key, const std::string& explanation)
{
    return {key, Fidelity::Impossible, {}, explanation};
}

OptionRule blocked(const std::string& key, const std::string& explanation)
{
    return {key, Fidelity::Impossible, {}, explanation, true};
}

/// The options that say where cells and records begin and end.
std::vector<OptionRule> dialectRules(const ConnectorSpec& source)
{
    const auto value = [&](const char* key) { return textOption(source, key, kAuto); };
    std::vector<OptionRule> rules;
    rules.push_back(value("delimiter") == kAuto ? assumed("delimiter", "the scanner's comma")
                                                : exact("delimiter", "scanner.csv.custom_delimiter: {}"));
    rules.push_back(value("quote") == kAuto  ? assumed("quote", "the scanner's double quote")
                    : value("quote") == "\"" ? exact("quote", "the scanner's double quote")
                                             : blocked("quote", "The csv scanner knows no quote but the double one."));
    rules.push_back(value("escape") == kAuto    ? assumed("escape", "quotes are doubled")
                    : value("escape") == "none" ? exact("escape", "quotes are doubled")
                                                : blocked("escape", "The csv scanner knows doubled quotes only."));
    rules.push_back(value("header") == kAuto ? assumed("header", "scanner.csv.parse_header_row: true")
                                             : exact("header", "scanner.csv.parse_header_row: {}"));
    rules.push_back(value("encoding") == kAuto     ? assumed("encoding", "UTF-8")
                    : value("encoding") == "utf-8" ? exact("encoding", "texts are taken as UTF-8")
                                                   : blocked("encoding", "Only UTF-8 can be read; convert the files "
                                                                         "first."));
    rules.push_back(value("skip_lines") == kAuto ? assumed("skip_lines", "no line is skipped")
                    : value("skip_lines") == "0" ? exact("skip_lines", "no line is skipped")
                                                 : blocked("skip_lines", "The csv scanner cannot skip lines before the "
                                                                         "header; cut them off first."));
    rules.push_back(textOption(source, "comment", "none") == "none"
                        ? exact("comment", "no line is a comment")
                        : blocked("comment", "The csv scanner would read comments as records."));
    return rules;
}

/// The options that say what a cell's text means.
std::vector<OptionRule> valueRules(const ConnectorSpec& source)
{
    const std::string stays = "Without conversion a cell stays the text it is in the file.";
    std::vector<OptionRule> rules;
    rules.push_back(textOption(source, "types", "detect") == "text"
                        ? exact("types", "every value stays text")
                        : impossible("types", "The csv scanner knows no types; name them in `columns`, or with CAST in "
                                              "the shape."));
    rules.push_back({"columns", Fidelity::Approximated, "pipeline.processors[].mapping",
                     "bool, int64 and double are converted; columns of other types stay text."});
    rules.push_back(textOption(source, "null", kAuto) == kAuto
                        ? assumed("null", "an empty cell")
                        : OptionRule{"null", Fidelity::Approximated, "pipeline.processors[].mapping",
                                     "A quoted cell with such a text becomes NULL as well."});
    rules.push_back(textOption(source, "decimal", kAuto) == "," ? impossible("decimal", stays)
                                                                : assumed("decimal", "a point"));
    for (const char* key : {"date_format", "timestamp_format"})
        rules.push_back(impossible(key, stays));
    rules.push_back(impossible("max_record", "The length of a record is not limited."));
    return rules;
}

} // namespace

void renderCsvSource(const ConnectorSpec& source, Draft& draft)
{
    const bool header = textOption(source, "header", kAuto) != "false";
    Json csv{{"parse_header_row", header}, {"continue_on_error", true}};
    if (const std::string delimiter = textOption(source, "delimiter", kAuto); delimiter != kAuto)
        csv["custom_delimiter"] = delimiter == "\\t" ? "\t" : delimiter;
    Json scanner{{"skip_bom", {{"into", {{"csv", csv}}}}}};
    draft.input = {{"file", {{"paths", inputPaths(source)}, {"scanner", decompressing(source, std::move(scanner))}}}};
    draft.textValues = true;
    if (!header)
        draft.mappings.emplace_back(kNameColumns);
    draft.mappings.push_back(nullMapping(source.options.list("null")));
    if (std::string types = typeMapping(source); !types.empty())
        draft.mappings.push_back(std::move(types));

    draft.notes.approximated("source.type", source.type, "input.file with scanner csv",
                             "Neither dialect nor types are detected: cells are parted by commas or the set delimiter "
                             "and stay text, 42 becomes \"42\". An empty quoted cell becomes NULL as an unquoted one "
                             "does.");
    std::vector<OptionRule> rules = fileSourceRules();
    for (const auto& more : {dialectRules(source), valueRules(source)})
        rules.insert(rules.end(), more.begin(), more.end());
    noteOptions("source", source, rules, draft.notes);
}

} // namespace headrace::redpanda
