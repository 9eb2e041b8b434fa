// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/yaml_options.h"

#include "connectors/core/option_lookup.h"
#include "connectors/pipeline/option_check.h"

namespace headrace {

Status readYamlOptions(const YamlPlace& place, std::string_view section, const YamlNode& map,
                       const std::vector<OptionSpec>& specs, std::string_view owner, Options& options)
{
    for (const YamlNode::Entry& option : map.entries) {
        if (option.key == "type")
            continue;
        const OptionSpec* spec = findOption(specs, option.key);
        if (spec == nullptr) {
            std::vector<std::string> keys{"type"};
            std::ranges::transform(specs, std::back_inserter(keys), &OptionSpec::key);
            return unknownYamlKey(place, option, section, keys);
        }
        OptionValue value;
        if (const Status status = readYaml(option.value, value); !status)
            return place.fail(option.line, fmt::format("'{}': {}", option.key, status.error().message));
        HEADRACE_CHECK(place.blame(option.line, checkPipelineOption(*spec, value, owner)));
        options.set(option.key, std::move(value));
    }
    return {};
}

YamlNode yamlOf(const OptionValue& value)
{
    if (const auto* text = std::get_if<std::string>(&value))
        return YamlNode::ofText(*text);
    if (const auto* list = std::get_if<OptionList>(&value))
        return YamlNode::ofList(*list);
    YamlNode map = YamlNode::ofMap();
    for (const auto& [key, text] : std::get<OptionMap>(value))
        map[key] = YamlNode::ofText(text);
    return map;
}

YamlNode yamlOf(const std::string& type, const Options& options)
{
    YamlNode map = YamlNode::ofMap();
    map["type"] = YamlNode::ofText(type);
    for (const auto& [key, value] : options.values())
        map[key] = yamlOf(value);
    return map;
}

} // namespace headrace
