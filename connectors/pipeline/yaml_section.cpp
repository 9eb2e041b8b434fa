// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/yaml_section.h"

#include "connectors/core/quantity.h"

#include <fmt/ranges.h>

#include <limits>

namespace headrace {

namespace {

template <typename T>
Status assign(Result<T> parsed, T& value)
{
    if (!parsed)
        return fail(std::move(parsed).error());
    value = *std::move(parsed);
    return {};
}

} // namespace

tl::unexpected<Error> YamlPlace::fail(int line, std::string_view message) const
{
    return headrace::fail(ErrorCode::Usage, line > 0 ? fmt::format("{}:{}: {}", fileName, line, message)
                                                     : fmt::format("{}: {}", fileName, message));
}

Status YamlPlace::blame(int line, Status status) const
{
    if (status)
        return status;
    return fail(line, status.error().message);
}

tl::unexpected<Error> unknownYamlKey(const YamlPlace& place, const YamlNode::Entry& entry, std::string_view section,
                                     const std::vector<std::string>& keys)
{
    const std::string near = nearest(entry.key, keys);
    return place.fail(entry.line, fmt::format("unknown key '{}' in '{}'; {}", entry.key, section,
                                              near.empty() ? fmt::format("it has {}.", fmt::join(keys, ", "))
                                                           : fmt::format("did you mean '{}'?", near)));
}

Status readYaml(const YamlNode& node, std::string& value)
{
    if (node.kind == YamlNode::Kind::Nothing)
        return fail(ErrorCode::Usage, "the value is missing; a text such as NULL, ~ or '' must stand in quotes.");
    if (node.kind != YamlNode::Kind::Text)
        return fail(ErrorCode::Usage, fmt::format("{} is given, a single value is wanted.", node.describe()));
    value = node.text;
    return {};
}

Status readYaml(const YamlNode& node, std::int64_t& value)
{
    std::string text;
    HEADRACE_CHECK(readYaml(node, text));
    return assign(parseInteger(text), value);
}

Status readYaml(const YamlNode& node, int& value)
{
    std::int64_t wide = 0;
    HEADRACE_CHECK(readYaml(node, wide));
    if (wide < std::numeric_limits<int>::min() || wide > std::numeric_limits<int>::max())
        return fail(ErrorCode::Usage, fmt::format("'{}' is out of range.", node.text));
    value = static_cast<int>(wide);
    return {};
}

Status readYaml(const YamlNode& node, std::chrono::nanoseconds& value)
{
    std::string text;
    HEADRACE_CHECK(readYaml(node, text));
    return assign(parseDuration(text), value);
}

Status readYamlBytes(const YamlNode& node, std::int64_t& value)
{
    std::string text;
    HEADRACE_CHECK(readYaml(node, text));
    return assign(parseBytes(text), value);
}

Status readYaml(const YamlNode& node, OptionValue& value)
{
    if (node.kind == YamlNode::Kind::List) {
        OptionList list;
        for (const YamlNode& item : node.items)
            HEADRACE_CHECK(readYaml(item, list.emplace_back()));
        value = std::move(list);
        return {};
    }
    if (node.kind == YamlNode::Kind::Map) {
        OptionMap map;
        for (const YamlNode::Entry& entry : node.entries)
            HEADRACE_CHECK(readYaml(entry.value, map[entry.key]));
        value = std::move(map);
        return {};
    }
    return readYaml(node, value.emplace<std::string>());
}

} // namespace headrace
