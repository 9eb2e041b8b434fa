// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/exporters/redpanda/yaml_text.h"

#include "connectors/core/json.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace headrace::redpanda {

namespace {

constexpr std::string_view kEnvironmentPrefix = "env:";
constexpr std::string_view kSecretPrefix = "secret:";

bool isPlain(const std::string& text)
{
    static constexpr std::array<std::string_view, 8> kReserved{"true", "false", "yes", "no", "on", "off", "null", "n"};
    if (text.empty() || std::isalpha(static_cast<unsigned char>(text.front())) == 0)
        return false;
    const auto allowed = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '/'; };
    std::string lower = text;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    return std::ranges::all_of(text, allowed) && lower != "y" && std::ranges::find(kReserved, lower) == kReserved.end();
}

/// A literal block cannot hold control characters, carriage returns or lines that begin or end with blanks.
bool isBlock(const std::string& text)
{
    return text.find('\n') != std::string::npos && text.front() != ' ' && text.front() != '\n' &&
           std::ranges::all_of(text, [](unsigned char c) { return c >= ' ' || c == '\n'; });
}

void write(const Json& node, int indent, std::string& out);

void writeText(const std::string& text, int indent, std::string& out)
{
    if (isPlain(text)) {
        out += text + "\n";
        return;
    }
    if (!isBlock(text)) {
        // A JSON string is a double-quoted YAML scalar.
        out += jsonText(Json(text)) + "\n";
        return;
    }
    out += text.back() == '\n' ? "|\n" : "|-\n";
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        out += std::string(static_cast<std::size_t>(indent), ' ') + text.substr(begin, end - begin) + "\n";
        begin = end + 1;
    }
}

void writeMap(const Json& map, int indent, std::string& out)
{
    bool first = true;
    for (const auto& [key, value] : map.items()) {
        // The first key stands on the line of its list dash.
        if (!first || out.ends_with('\n') || out.empty())
            out += std::string(static_cast<std::size_t>(indent), ' ');
        first = false;
        out += (isPlain(key) ? key : jsonText(Json(key))) + ":";
        const bool nested = value.is_structured() && !value.empty();
        out += nested ? "\n" : " ";
        write(value, indent + 2, out);
    }
}

void writeList(const Json& list, int indent, std::string& out)
{
    for (const Json& item : list) {
        out += std::string(static_cast<std::size_t>(indent), ' ') + "- ";
        if (item.is_array() && !item.empty())
            out += "\n";
        write(item, indent + 2, out);
    }
}

void write(const Json& node, int indent, std::string& out)
{
    if (node.is_object() && !node.empty())
        writeMap(node, indent, out);
    else if (node.is_array() && !node.empty())
        writeList(node, indent, out);
    else if (node.is_string())
        writeText(node.get_ref<const std::string&>(), indent, out);
    else
        out += jsonText(node) + "\n";
}

} // namespace

std::string toYaml(const Json& tree)
{
    std::string out;
    write(tree, 0, out);
    return out;
}

std::string secretVariable(std::string_view name)
{
    std::string variable;
    for (const unsigned char c : name)
        variable += std::isalnum(c) != 0 ? static_cast<char>(std::toupper(c)) : '_';
    return variable;
}

std::string literal(std::string_view text)
{
    std::string out;
    while (true) {
        const std::size_t open = text.find("${");
        const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos)
            return out.append(text);
        const std::string_view inner = text.substr(open + 2, close - open - 2);
        out.append(text.substr(0, open));
        if (inner.starts_with(kEnvironmentPrefix))
            out.append("${").append(inner.substr(kEnvironmentPrefix.size())).append("}");
        else if (inner.starts_with(kSecretPrefix))
            out.append("${").append(secretVariable(inner.substr(kSecretPrefix.size()))).append("}");
        else
            out.append("${{").append(inner).append("}}");
        text.remove_prefix(close + 1);
    }
}

} // namespace headrace::redpanda
