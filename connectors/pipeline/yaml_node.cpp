// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/yaml_node.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace {

namespace {

constexpr std::size_t kMaxPlainBytes = 200;

bool isWordCharacter(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || byte >= 0x80 ||
           std::string_view("_/.-+*=@ ").find(c) != std::string_view::npos;
}

/// True for texts that every YAML reader takes for exactly this text without quotes.
bool isPlain(std::string_view text)
{
    if (text.empty() || text.size() > kMaxPlainBytes || text == "null" || text == "Null" || text == "NULL")
        return false;
    const char first = text.front();
    const bool startsPlain = isWordCharacter(first) && std::string_view("-*=@ .").find(first) == std::string_view::npos;
    return startsPlain && text.back() != ' ' && std::ranges::all_of(text, isWordCharacter);
}

std::string quoted(std::string_view text)
{
    std::string out = "\"";
    for (const char c : text) {
        switch (c) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
                out += fmt::format("\\x{:02X}", static_cast<unsigned>(c));
            else
                out += c;
        }
    }
    return out + '"';
}

/// True for texts of several lines that a literal block carries unchanged.
bool fitsBlock(std::string_view text)
{
    const auto isControl = [](unsigned char c) { return (c < 0x20 && c != '\n') || c == 0x7f; };
    return text.find('\n') != std::string_view::npos && text.front() != '\n' && text.front() != ' ' &&
           text.back() != '\n' && text.back() != ' ' && std::ranges::none_of(text, isControl);
}

std::string block(std::string_view text, std::size_t indent)
{
    std::string out = "|-";
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        out += '\n';
        if (!line.empty())
            out.append(indent, ' ') += line;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string inlineText(std::string_view text)
{
    return isPlain(text) ? std::string(text) : quoted(text);
}

void format(const YamlNode& map, std::size_t indent, std::string& out)
{
    for (const YamlNode::Entry& entry : map.entries) {
        out.append(indent, ' ') += inlineText(entry.key) + ':';
        const YamlNode& value = entry.value;
        switch (value.kind) {
        case YamlNode::Kind::Nothing:
            out += '\n';
            break;
        case YamlNode::Kind::Text:
            out += ' ' + (fitsBlock(value.text) ? block(value.text, indent + 2) : inlineText(value.text)) + '\n';
            break;
        case YamlNode::Kind::List:
            for (std::string separator = " ["; const YamlNode& item : value.items) {
                out += separator + inlineText(item.text);
                separator = ", ";
            }
            out += value.items.empty() ? " []\n" : "]\n";
            break;
        case YamlNode::Kind::Map:
            out += value.entries.empty() ? " {}\n" : "\n";
            format(value, indent + 2, out);
            break;
        }
    }
}

} // namespace

YamlNode YamlNode::ofText(std::string text)
{
    YamlNode node;
    node.kind = Kind::Text;
    node.text = std::move(text);
    return node;
}

YamlNode YamlNode::ofList(const std::vector<std::string>& texts)
{
    YamlNode node;
    node.kind = Kind::List;
    std::ranges::transform(texts, std::back_inserter(node.items), ofText);
    return node;
}

YamlNode YamlNode::ofMap()
{
    YamlNode node;
    node.kind = Kind::Map;
    return node;
}

const YamlNode* YamlNode::find(std::string_view key) const
{
    const auto found = std::ranges::find(entries, key, &Entry::key);
    return found == entries.end() ? nullptr : &found->value;
}

YamlNode& YamlNode::operator[](std::string_view key)
{
    kind = Kind::Map;
    const auto found = std::ranges::find(entries, key, &Entry::key);
    return found == entries.end() ? entries.emplace_back(Entry{std::string(key), line, {}}).value : found->value;
}

void YamlNode::erase(std::string_view key)
{
    std::erase_if(entries, [&](const Entry& entry) { return entry.key == key; });
}

std::string_view YamlNode::describe() const
{
    switch (kind) {
    case Kind::Nothing:
        return "nothing";
    case Kind::Text:
        return "a text";
    case Kind::List:
        return "a list";
    case Kind::Map:
        return "a map";
    }
    return "";
}

std::string formatYaml(const YamlNode& map)
{
    std::string out;
    format(map, 0, out);
    return out;
}

} // namespace headrace
