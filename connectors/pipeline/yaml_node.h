// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace headrace {

/// A YAML value as the pipeline file uses it: texts, lists and maps with the lines they stand on. Types of texts are
/// left to the reader of the key.
struct YamlNode {
    struct Entry;
    enum class Kind { Nothing, Text, List, Map };

    Kind kind = Kind::Nothing; ///< Nothing: the key stands without a value
    std::string text;
    std::vector<YamlNode> items;
    std::vector<Entry> entries; ///< in the file's order
    int line = 0;               ///< 1-based; 0 for values that come from no file

    static YamlNode ofText(std::string text);
    static YamlNode ofList(const std::vector<std::string>& texts);
    static YamlNode ofMap();

    [[nodiscard]] const YamlNode* find(std::string_view key) const;
    /// The value of `key`, added at the end when absent. Makes this a map.
    YamlNode& operator[](std::string_view key);
    void erase(std::string_view key);

    /// "a text", "a list", "a map" or "nothing", for messages.
    [[nodiscard]] std::string_view describe() const;
};

struct YamlNode::Entry {
    std::string key;
    int line = 0;
    YamlNode value;
};

/// Reads one document whose top is a map. Usage errors begin with "fileName:line: ": syntax, duplicate keys, tags,
/// more than one document, and what would exhaust memory (1 MiB of text, 16 levels, 10,000 values after aliases).
[[nodiscard]] Result<YamlNode> parseYaml(std::string_view yaml, const std::string& fileName);

/// Block style for maps, flow style for lists; parseYaml() gives the same back.
[[nodiscard]] std::string formatYaml(const YamlNode& map);

} // namespace headrace
