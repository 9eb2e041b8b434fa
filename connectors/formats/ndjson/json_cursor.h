// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/ndjson/structural_index.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace headrace::ndjson {

enum class JsonType { Null, Boolean, Number, String, Object, Array };

/// One value of a record. Numbers and words are not yet checked against their grammar.
struct JsonValue {
    JsonType type = JsonType::Null;
    std::string_view raw; ///< as it stands, quotes and brackets included
};

/// Walks over one record's tokens, checking JSON's grammar. A call that returns false has met what is no JSON, and
/// `problem()` says what; the cursor is then good for nothing more. One thread at a time.
class JsonCursor {
public:
    explicit JsonCursor(const StructuralIndex& index)
        : m_index(&index)
    {
    }

    /// `base` is what the places count from; the record's tokens lie in [places, …) up to offset `end`.
    void start(const char* base, const std::uint32_t* places, std::uint32_t end)
    {
        m_base = base;
        m_next = places;
        m_end = end;
        m_problem = {};
    }

    [[nodiscard]] bool isAtEnd() const { return *m_next >= m_end; }
    /// First byte of the next token; 0 at the end.
    [[nodiscard]] char peek() const { return isAtEnd() ? '\0' : m_base[*m_next]; }

    /// Takes an opening brace; `isEmpty` when the closing one follows and was taken too.
    bool enterObject(bool& isEmpty);
    /// The same of an array.
    bool enterArray(bool& isEmpty);
    /// Takes a key and its colon. The key is raw: see text().
    bool key(JsonValue& key);
    /// Takes a whole value.
    bool value(JsonValue& value);
    /// Takes the comma or the closing brace behind a member.
    bool endMember(bool& isLast);
    /// Takes the comma or the closing bracket behind an element.
    bool endElement(bool& isLast);
    /// Goes to a place that next() gave.
    void jump(const std::uint32_t* places) { m_next = places; }

    /// The content of a string value, unescaped if need be; good until the next call.
    bool text(const JsonValue& string, std::string_view& content);

    /// A clause for behind a colon: "the text \"ab\x\" has a wrong escape".
    [[nodiscard]] const std::string& problem() const { return m_problem; }
    [[nodiscard]] const std::uint32_t* next() const { return m_next; }

    static constexpr int kMaxDepth = 256;

private:
    bool expected(std::string_view what);
    bool enter(char open, char close, bool& isEmpty, std::string_view what);
    bool endOf(char close, bool& isLast, std::string_view what);
    bool stringToken(std::string_view& raw);
    bool container(char close, int depth);
    bool anyValue(JsonValue& value, int depth);
    bool checkNested(const JsonValue& value);
    [[nodiscard]] std::string_view tokenText() const;

    const StructuralIndex* m_index;
    const char* m_base = nullptr;
    const std::uint32_t* m_next = nullptr;
    std::uint32_t m_end = 0;
    std::string m_problem;
    std::string m_unescaped;
};

inline std::string_view JsonCursor::tokenText() const
{
    const char* first = m_base + *m_next;
    const char* last = m_base + (m_next[1] < m_end ? m_next[1] : m_end);
    while (last[-1] == ' ' || last[-1] == '\n' || last[-1] == '\r' || last[-1] == '\t')
        --last;
    return {first, static_cast<std::size_t>(last - first)};
}

inline bool JsonCursor::stringToken(std::string_view& raw)
{
    raw = tokenText();
    ++m_next;
    return raw.size() > 1 && raw.back() == '"';
}

inline bool JsonCursor::enter(char open, char close, bool& isEmpty, std::string_view what)
{
    if (peek() != open)
        return expected(what);
    ++m_next;
    isEmpty = peek() == close;
    m_next += isEmpty ? 1 : 0;
    return true;
}

inline bool JsonCursor::enterObject(bool& isEmpty)
{
    return enter('{', '}', isEmpty, "an object");
}

inline bool JsonCursor::enterArray(bool& isEmpty)
{
    return enter('[', ']', isEmpty, "an array");
}

inline bool JsonCursor::key(JsonValue& key)
{
    key.type = JsonType::String;
    if (peek() != '"')
        return expected("a key in double quotes");
    if (!stringToken(key.raw))
        return expected("a key in double quotes");
    if (peek() != ':')
        return expected("a colon");
    ++m_next;
    return true;
}

inline bool JsonCursor::value(JsonValue& value)
{
    return anyValue(value, 0);
}

inline bool JsonCursor::endOf(char close, bool& isLast, std::string_view what)
{
    const char c = peek();
    if (c != ',' && c != close)
        return expected(what);
    ++m_next;
    isLast = c == close;
    return true;
}

inline bool JsonCursor::endMember(bool& isLast)
{
    return endOf('}', isLast, "a comma or a closing brace");
}

inline bool JsonCursor::endElement(bool& isLast)
{
    return endOf(']', isLast, "a comma or a closing bracket");
}

} // namespace headrace::ndjson
