// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>

#include "connectors/formats/avro/json_encoder.h"

#include "connectors/formats/avro/columns_schema.h"
#include "connectors/formats/avro/decimal_bytes.h"
#include "connectors/formats/avro/logical_text.h"
#include "connectors/formats/base64.h"
#include "connectors/formats/ndjson/json_number.h"
#include "connectors/formats/ndjson/json_text.h"
#include "connectors/formats/value_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace headrace::avro {

namespace {

using ndjson::JsonCursor;
using ndjson::JsonNumber;
using ndjson::JsonType;
using ndjson::JsonValue;

constexpr int kDeepest = 100; ///< values inside values
constexpr auto kNoJson = "it is no JSON";
constexpr auto kOther = "a value in it is of another type than the schema's";

/// Takes one value from a cursor that has seen that it is JSON.
class Walk {
public:
    Walk(JsonCursor& cursor, WireOutput& out)
        : m_cursor(cursor)
        , m_out(out)
    {
    }

    bool value(const Type& type, int depth)
    {
        if (depth > kDeepest)
            return m_out.fail("its values are nested more than 100 deep");
        switch (type.kind) {
        case Kind::Record:
            return record(type, depth);
        case Kind::Array:
            return elements(*type.children[0], depth);
        case Kind::Map:
            return entries(*type.children[0], depth);
        case Kind::Union:
            return branch(type, depth);
        default:
            break;
        }
        JsonValue value;
        return m_cursor.value(value) ? plain(type, value) : m_out.fail(kNoJson);
    }

private:
    struct Member {
        std::string key;
        const std::uint32_t* at = nullptr;
    };

    /// All members of the object here; the cursor is then behind it.
    bool membersOf(std::vector<Member>& members)
    {
        bool isLast = false;
        if (!m_cursor.enterObject(isLast))
            return m_out.fail(kOther);
        while (!isLast) {
            JsonValue key;
            JsonValue skipped;
            std::string_view text;
            if (!m_cursor.key(key) || !m_cursor.text(key, text))
                return m_out.fail(kNoJson);
            members.push_back({std::string(text), m_cursor.next()});
            if (!m_cursor.value(skipped) || !m_cursor.endMember(isLast))
                return m_out.fail(kNoJson);
        }
        return true;
    }

    bool record(const Type& type, int depth)
    {
        std::vector<Member> members;
        if (!membersOf(members))
            return false;
        const auto* const behind = m_cursor.next();
        std::size_t used = 0;
        for (const Field& field : type.fields) {
            const auto member = std::ranges::find_if(members, [&](const Member& candidate) {
                return candidate.key == field.name || avroName(candidate.key) == field.name;
            });
            if (member == members.end()) {
                const auto preset = presetOf(field);
                if (!preset)
                    return m_out.fail("an object in it lacks a member that the schema's record has no default for");
                m_out.raw(*preset);
                continue;
            }
            ++used;
            m_cursor.jump(member->at);
            if (!value(*field.type, depth + 1))
                return false;
        }
        if (used != members.size())
            return m_out.fail("an object in it has a member that is no field of the schema's record");
        m_cursor.jump(behind);
        return true;
    }

    bool elements(const Type& type, int depth)
    {
        bool isLast = false;
        if (!m_cursor.enterArray(isLast))
            return m_out.fail(kOther);
        while (!isLast) { // how many there are is not known before: a block each
            m_out.number(1);
            if (!value(type, depth + 1) || !(m_cursor.endElement(isLast) || m_out.fail(kNoJson)))
                return false;
        }
        return m_out.number(0);
    }

    bool entries(const Type& type, int depth)
    {
        std::vector<Member> members;
        if (!membersOf(members))
            return false;
        const auto* const behind = m_cursor.next();
        if (!members.empty())
            m_out.number(static_cast<std::int64_t>(members.size()));
        for (const Member& member : members) {
            m_out.text(member.key);
            m_cursor.jump(member.at);
            if (!value(type, depth + 1))
                return false;
        }
        m_cursor.jump(behind);
        return m_out.number(0);
    }

    /// Where the value is an object whose one member is named after a branch.
    std::optional<std::size_t> namedBranch(const Type& type)
    {
        const auto* const here = m_cursor.next();
        bool isEmpty = false;
        bool isLast = false;
        JsonValue key;
        JsonValue skipped;
        std::string_view name;
        std::optional<std::size_t> found;
        const std::uint32_t* inner = nullptr;
        if (m_cursor.peek() == '{' && m_cursor.enterObject(isEmpty) && !isEmpty && m_cursor.key(key) &&
            m_cursor.text(key, name)) {
            const auto same =
                std::ranges::find_if(type.children, [&](const Type* child) { return child->name == name; });
            inner = m_cursor.next();
            if (same != type.children.end() && m_cursor.value(skipped) && m_cursor.endMember(isLast) && isLast)
                found = static_cast<std::size_t>(same - type.children.begin());
        }
        m_cursor.jump(found ? inner : here);
        return found;
    }

    bool branch(const Type& type, int depth)
    {
        const bool isTagged = nullableBranch(type) == nullptr;
        if (const auto named = isTagged ? namedBranch(type) : std::nullopt) {
            m_out.number(static_cast<std::int64_t>(*named));
            bool isLast = false;
            return value(*type.children[*named], depth + 1) && (m_cursor.endMember(isLast) || m_out.fail(kNoJson));
        }
        for (std::size_t i = 0; i < type.children.size(); ++i)
            if (mayBe(*type.children[i])) {
                m_out.number(static_cast<std::int64_t>(i));
                return value(*type.children[i], depth + 1);
            }
        return m_out.fail("a value in it is of no branch of the schema's union");
    }

    /// Whether the value here looks like one of the type.
    bool mayBe(const Type& type) const
    {
        const char first = m_cursor.peek();
        const bool isNumber = first == '-' || (first >= '0' && first <= '9');
        switch (type.kind) {
        case Kind::Null:
            return first == 'n';
        case Kind::Boolean:
            return first == 't' || first == 'f';
        case Kind::Record:
        case Kind::Map:
            return first == '{';
        case Kind::Array:
            return first == '[';
        case Kind::Int:
        case Kind::Long:
            return isNumber || (type.logical != Logical::None && first == '"');
        case Kind::Float:
        case Kind::Double:
            return isNumber;
        case Kind::Bytes:
        case Kind::Fixed:
            return first == '"' || (type.logical == Logical::Decimal && isNumber);
        case Kind::String:
        case Kind::Enum:
            return first == '"';
        case Kind::Union:
            break;
        }
        return false;
    }

    bool plain(const Type& type, const JsonValue& value)
    {
        std::string_view text;
        if (value.type == JsonType::String && !m_cursor.text(value, text))
            return m_out.fail(kNoJson);
        const bool isText = value.type == JsonType::String;
        switch (type.kind) {
        case Kind::Null:
            return value.type == JsonType::Null || m_out.fail(kOther);
        case Kind::Boolean:
            return value.type == JsonType::Boolean ? m_out.boolean(value.raw == "true") : m_out.fail(kOther);
        case Kind::Int:
        case Kind::Long:
            return whole(type, value, text);
        case Kind::Float:
            return real<float>(value, text);
        case Kind::Double:
            return real<double>(value, text);
        case Kind::String:
            return isText ? m_out.text(text) : m_out.fail(kOther);
        case Kind::Enum: {
            const auto symbol = std::ranges::find(type.symbols, text);
            return isText && symbol != type.symbols.end()
                       ? m_out.number(symbol - type.symbols.begin())
                       : m_out.fail("a value in it is no symbol of the schema's enum");
        }
        default:
            break;
        }
        if (type.logical == Logical::Decimal && (isText || value.type == JsonType::Number))
            return writeDecimal(isText ? text : value.raw, type, m_out);
        return isText ? octets(type, text) : m_out.fail(kOther);
    }

    bool whole(const Type& type, const JsonValue& value, std::string_view text)
    {
        JsonNumber number;
        std::int64_t whole = 0;
        if (value.type == JsonType::String && type.logical != Logical::None) {
            const auto time = timeNumber(text, type.logical);
            if (!time)
                return m_out.fail("a text in it is no such time as the schema says");
            whole = *time;
        } else if (value.type != JsonType::Number || !ndjson::scanNumber(value.raw, number) || !number.whole) {
            return m_out.fail(kOther);
        } else if (!ndjson::toInt64(number, whole)) {
            return m_out.fail(kTooLarge);
        }
        if (type.kind == Kind::Int && whole != static_cast<std::int32_t>(whole))
            return m_out.fail(kTooLarge);
        return m_out.number(whole);
    }

    template <typename Real>
    bool real(const JsonValue& value, std::string_view text)
    {
        using Limits = std::numeric_limits<Real>;
        if (value.type == JsonType::String && text == "NaN")
            return m_out.real(Limits::quiet_NaN());
        if (value.type == JsonType::String && (text == "Infinity" || text == "-Infinity"))
            return m_out.real(text.front() == '-' ? -Limits::infinity() : Limits::infinity());
        if (value.type != JsonType::Number)
            return m_out.fail(kOther);
        double wide = 0;
        JsonNumber number;
        if (!ndjson::scanNumber(value.raw, number) || !ndjson::toDouble(value.raw, number, wide))
            return m_out.fail(kDigitsLost);
        if constexpr (sizeof(Real) == sizeof(double))
            return m_out.real(wide);
        Real narrow = 0;
        std::from_chars(value.raw.data(), value.raw.data() + value.raw.size(), narrow);
        return std::isfinite(static_cast<Real>(wide)) ? m_out.real(narrow) : m_out.fail(kTooLarge);
    }

    bool octets(const Type& type, std::string_view text)
    {
        std::string bytes;
        if (type.logical == Logical::Uuid || type.logical == Logical::Duration) {
            const auto meant = type.logical == Logical::Uuid ? uuidBytes(text) : durationBytes(text);
            return meant ? m_out.raw(*meant) : m_out.fail("a text in it is no UUID or duration");
        }
        if (!decodeBase64(text, bytes))
            return m_out.fail("a text in it is no base64, as which bytes stand in JSON");
        if (type.kind == Kind::Bytes)
            return m_out.text(bytes);
        return bytes.size() == type.size ? m_out.raw(bytes)
                                         : m_out.fail("it has not as many bytes as the schema's fixed");
    }

    JsonCursor& m_cursor;
    WireOutput& m_out;
};

class JsonEncoder final : public CellEncoder {
public:
    explicit JsonEncoder(const Type& type)
        : m_type(&type)
    {
        const auto null = std::ranges::find_if(type.children, [](const Type* one) { return one->kind == Kind::Null; });
        if (type.kind == Kind::Union && null != type.children.end())
            m_null = null - type.children.begin();
    }

    void bind(const arrow::Array& array) override
    {
        m_array = &array;
        m_texts.bind(array);
    }

    bool append(std::int64_t row, WireOutput& out) const override
    {
        if (m_array->IsNull(row))
            return m_null < 0 ? out.fail("it is null, for which the schema has no place") : out.number(m_null);
        return m_json.start(m_texts.at(row)) ? Walk(m_json.cursor(), out).value(*m_type, 0) : out.fail(kNoJson);
    }

private:
    const Type* m_type;
    std::int64_t m_null = -1;
    const arrow::Array* m_array = nullptr;
    BytesView m_texts;
    mutable ndjson::JsonText m_json;
};

} // namespace

std::unique_ptr<CellEncoder> makeJsonEncoder(const Type& type)
{
    return std::make_unique<JsonEncoder>(type);
}

bool isNested(const Type& type)
{
    if (type.kind == Kind::Union) {
        const Type* const inner = nullableBranch(type);
        return inner == nullptr || isNested(*inner);
    }
    return type.kind == Kind::Record || type.kind == Kind::Array || type.kind == Kind::Map;
}

} // namespace headrace::avro
