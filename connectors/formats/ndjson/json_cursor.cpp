// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/ndjson/json_cursor.h"

#include "connectors/formats/ndjson/json_number.h"

#include <fmt/format.h>

#include <cstring>

namespace headrace::ndjson {

namespace {

std::string_view shortened(std::string_view text)
{
    return text.substr(0, 80);
}

} // namespace

bool JsonCursor::expected(std::string_view what)
{
    if (m_problem.empty())
        m_problem = isAtEnd() ? fmt::format("it ends where {} is expected", what)
                              : fmt::format("{} is expected before '{}'", what, shortened(tokenText()));
    return false;
}

bool JsonCursor::anyValue(JsonValue& value, int depth)
{
    if (isAtEnd())
        return expected("a value");
    const std::uint32_t first = *m_next;
    switch (m_base[first]) {
    case '"':
        value.type = JsonType::String;
        return stringToken(value.raw) || expected("a text in double quotes");
    case '{':
    case '[':
        value.type = m_base[first] == '{' ? JsonType::Object : JsonType::Array;
        ++m_next;
        if (!container(value.type == JsonType::Object ? '}' : ']', depth + 1))
            return false;
        value.raw = {m_base + first, m_next[-1] - first + 1};
        return true;
    case '}':
    case ']':
    case ':':
    case ',':
        return expected("a value");
    default:
        break;
    }
    value.raw = tokenText();
    ++m_next;
    const char c = value.raw.front();
    if (c == '-' || (c >= '0' && c <= '9'))
        value.type = JsonType::Number;
    else if (value.raw == "null")
        value.type = JsonType::Null;
    else if (value.raw == "true" || value.raw == "false")
        value.type = JsonType::Boolean;
    else {
        m_problem = fmt::format("'{}' is no JSON value", shortened(value.raw));
        return false;
    }
    return true;
}

/// Members or elements up to and including the closing bracket.
bool JsonCursor::container(char close, int depth)
{
    if (depth > kMaxDepth) {
        m_problem = fmt::format("it is nested deeper than {} levels", kMaxDepth);
        return false;
    }
    if (peek() == close) {
        ++m_next;
        return true;
    }
    while (true) {
        JsonValue inner;
        if (close == '}' && (!key(inner) || !checkNested(inner)))
            return false;
        if (!anyValue(inner, depth) || !checkNested(inner))
            return false;
        const char c = peek();
        if (c != ',' && c != close)
            return expected(close == '}' ? "a comma or a closing brace" : "a comma or a closing bracket");
        ++m_next;
        if (c == close)
            return true;
    }
}

/// What stays text inside a nested value is checked here; nobody parses it later.
bool JsonCursor::checkNested(const JsonValue& value)
{
    std::string_view content;
    JsonNumber number;
    if (value.type == JsonType::String)
        return text(value, content);
    if (value.type != JsonType::Number || scanNumber(value.raw, number))
        return true;
    m_problem = fmt::format("'{}' is no JSON number", shortened(value.raw));
    return false;
}

bool JsonCursor::text(const JsonValue& string, std::string_view& content)
{
    content = string.raw.substr(1, string.raw.size() - 2);
    if (std::memchr(content.data(), '\\', content.size()) == nullptr)
        return true;
    m_unescaped.resize(content.size() + StructuralIndex::kPadding);
    const char* end = m_index->unescape(content.data(), m_unescaped.data());
    if (end == nullptr) {
        m_problem = fmt::format("the text {} has a wrong escape", shortened(string.raw));
        return false;
    }
    content = {m_unescaped.data(), static_cast<std::size_t>(end - m_unescaped.data())};
    return true;
}

} // namespace headrace::ndjson
