// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/commands.h"
#include "connectors/core/json.h"
#include "connectors/exporters/exporter.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace headrace::cli {

namespace {

using Json = nlohmann::ordered_json;

std::string_view nameOf(OptionType type)
{
    static const std::map<OptionType, std::string_view> kNames{
        {OptionType::Text, "text"},       {OptionType::Integer, "integer"}, {OptionType::Decimal, "decimal"},
        {OptionType::Boolean, "boolean"}, {OptionType::Bytes, "bytes"},     {OptionType::Duration, "duration"},
        {OptionType::Choice, "choice"},   {OptionType::Path, "path"},       {OptionType::List, "list"},
        {OptionType::Map, "map"},         {OptionType::Sql, "sql"},
    };
    return kNames.at(type);
}

Json toJson(const OptionSpec& option)
{
    Json json{{"key", option.key},           {"type", nameOf(option.type)},   {"label", option.label},
              {"help", option.help},         {"default", option.defaultText}, {"required", option.required},
              {"advanced", option.advanced}, {"secret", option.secret},       {"choices", option.shownChoices()}};
    json["minimum"] = option.minimum ? Json(*option.minimum) : Json(nullptr);
    json["maximum"] = option.maximum ? Json(*option.maximum) : Json(nullptr);
    return json;
}

Json commonJson(const ConnectorType& type)
{
    Json options = Json::array();
    for (const OptionSpec& option : type.options)
        options.push_back(toJson(option));
    return {{"type", type.type},
            {"label", type.label},
            {"group", type.group},
            {"help", type.help},
            {"file_endings", type.fileEndings},
            {"options", std::move(options)}};
}

std::string asJson(const Registry& registry)
{
    Json all{{"sources", Json::array()}, {"destinations", Json::array()}, {"export_targets", Json::array()}};
    for (const SourceType& source : registry.sources()) {
        Json json = commonJson(source);
        json["unbounded"] = source.unbounded;
        json["rewindable"] = source.rewindable;
        all["sources"].push_back(std::move(json));
    }
    for (const SinkType& sink : registry.sinks()) {
        Json json = commonJson(sink);
        json["guarantee"] = sink.guarantee == Guarantee::ExactlyOnce ? "exactly_once" : "at_least_once";
        all["destinations"].push_back(std::move(json));
    }
    for (const Exporter& exporter : exporters())
        all["export_targets"].push_back(
            {{"target", exporter.target}, {"label", exporter.label}, {"help", exporter.help}});
    return jsonText(all, 2) + "\n";
}

std::string describe(const OptionSpec& option)
{
    std::vector<std::string> facts{std::string(nameOf(option.type))};
    if (const auto choices = option.shownChoices(); !choices.empty())
        facts.back() = fmt::format("{}", fmt::join(choices, "|"));
    if (option.required)
        facts.emplace_back("required");
    if (!option.defaultText.empty())
        facts.push_back("default " + option.defaultText);
    return fmt::format("    {:<16} {} ({})\n", option.key, option.help, fmt::join(facts, ", "));
}

template <typename Types>
std::string describeAll(std::string_view title, const Types& types)
{
    std::string text = fmt::format("{}\n", title);
    for (const ConnectorType& type : types) {
        text += fmt::format("\n  {}: {}\n", type.type, type.help);
        for (const OptionSpec& option : type.options)
            text += describe(option);
    }
    return text + "\n";
}

} // namespace

Result<ExitCode> listConnectors(const ConnectorsArguments& arguments, const Registry& registry)
{
    if (arguments.json) {
        print(asJson(registry));
        return ExitCode::Done;
    }
    std::string text = describeAll("Sources", registry.sources()) + describeAll("Destinations", registry.sinks());
    text += "Export targets\n\n";
    for (const Exporter& exporter : exporters())
        text += fmt::format("  {}: {}\n", exporter.target, exporter.help);
    print(text);
    return ExitCode::Done;
}

} // namespace headrace::cli
