// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/pipeline/yaml_node.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

/// Where a message belongs: "shop.headrace.yaml:7: ".
struct YamlPlace {
    const std::string& fileName;

    [[nodiscard]] tl::unexpected<Error> fail(int line, std::string_view message) const;
    /// Passes a success on and puts the place in front of an error.
    Status blame(int line, Status status) const;
};

/// The error for a key that a section does not have, with the nearest right one.
[[nodiscard]] tl::unexpected<Error> unknownYamlKey(const YamlPlace& place, const YamlNode::Entry& entry,
                                                   std::string_view section, const std::vector<std::string>& keys);

// Typed readers of one value. Errors are sentences without a place; `fieldOf` adds it.
Status readYaml(const YamlNode& node, std::string& value);
Status readYaml(const YamlNode& node, std::int64_t& value);
Status readYaml(const YamlNode& node, int& value);
Status readYaml(const YamlNode& node, std::chrono::nanoseconds& value);
Status readYamlBytes(const YamlNode& node, std::int64_t& value);
Status readYaml(const YamlNode& node, OptionValue& value);

template <typename T>
Status readYaml(const YamlNode& node, std::optional<T>& value)
{
    return readYaml(node, value.emplace());
}

/// A key of a section and how its value is read into the section's struct.
template <typename Section>
struct YamlField {
    std::string key;
    std::function<Status(const YamlNode&, Section&)> read;
};

/// Reads `node` as a map with the given fields into `section` and runs section.check(). A failed check is blamed on the
/// line of the first key whose value fails by itself, else on the section's first line.
template <typename Section>
Status readYamlSection(const YamlPlace& place, std::string_view name, const YamlNode& node,
                       const std::vector<YamlField<Section>>& fields, Section& section)
{
    if (node.kind != YamlNode::Kind::Map)
        return place.fail(node.line, fmt::format("'{}' is {}; a map is wanted.", name, node.describe()));
    const auto fieldOf = [&](const std::string& key) {
        return std::ranges::find(fields, key, &YamlField<Section>::key);
    };
    for (const YamlNode::Entry& entry : node.entries) {
        const auto field = fieldOf(entry.key);
        if (field == fields.end()) {
            std::vector<std::string> keys;
            std::ranges::transform(fields, std::back_inserter(keys), &YamlField<Section>::key);
            return unknownYamlKey(place, entry, name, keys);
        }
        if (const Status status = field->read(entry.value, section); !status)
            return place.fail(entry.line, fmt::format("'{}': {}", entry.key, status.error().message));
    }
    const Status whole = section.check();
    if (whole)
        return {};
    for (const YamlNode::Entry& entry : node.entries) {
        Section alone;
        if (fieldOf(entry.key)->read(entry.value, alone) && !alone.check())
            return place.blame(entry.line, whole);
    }
    return place.blame(node.line, whole);
}

} // namespace headrace
