// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/avro/default_value.h"

#include "connectors/core/json.h"
#include "connectors/formats/avro/wire_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace headrace::avro {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kDeepest = 100; ///< values inside values

/// The bytes that a text of characters up to U+00FF stands for.
std::optional<std::string> bytesOf(const std::string& text)
{
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto first = static_cast<std::uint8_t>(text[i]);
        if (first < 0x80) {
            bytes += text[i];
            continue;
        }
        if ((first != 0xC2 && first != 0xC3) || ++i == text.size())
            return std::nullopt;
        bytes += static_cast<char>((first & 0x03U) << 6U | (static_cast<std::uint8_t>(text[i]) & 0x3FU));
    }
    return bytes;
}

bool encode(const Json& json, const Type& type, WireOutput& out, int depth);

bool whole(const Json& json, const Type& type, WireOutput& out)
{
    if (!json.is_number_integer() ||
        (json.is_number_unsigned() && json.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()))
        return false;
    const auto value = json.get<std::int64_t>();
    return (type.kind == Kind::Long || value == static_cast<std::int32_t>(value)) && out.number(value);
}

bool record(const Json& json, const Type& type, WireOutput& out, int depth)
{
    if (!json.is_object())
        return false;
    return std::ranges::all_of(type.fields, [&](const Field& field) {
        if (const auto found = json.find(field.name); found != json.end())
            return encode(*found, *field.type, out, depth + 1);
        return !field.defaultText.empty() && encode(parseOrderedJson(field.defaultText), *field.type, out, depth + 1);
    });
}

bool items(const Json& json, const Type& type, WireOutput& out, int depth)
{
    const bool isMap = type.kind == Kind::Map;
    if (isMap ? !json.is_object() : !json.is_array())
        return false;
    if (!json.empty())
        out.number(static_cast<std::int64_t>(json.size()));
    for (const auto& [key, value] : json.items()) {
        if (isMap)
            out.text(key);
        if (!encode(value, *type.children[0], out, depth + 1))
            return false;
    }
    return out.number(0);
}

/// The first branch that takes it: the first at all, as Avro said until 1.11, or any, as it says since.
bool branch(const Json& json, const Type& type, WireOutput& out, int depth)
{
    for (std::size_t i = 0; i < type.children.size(); ++i) {
        WireOutput attempt;
        attempt.number(static_cast<std::int64_t>(i));
        if (encode(json, *type.children[i], attempt, depth + 1))
            return out.raw(attempt.bytes());
    }
    return false;
}

bool encode(const Json& json, const Type& type, WireOutput& out, int depth)
{
    if (depth > kDeepest)
        return false;
    switch (type.kind) {
    case Kind::Null:
        return json.is_null();
    case Kind::Boolean:
        return json.is_boolean() && out.boolean(json.get<bool>());
    case Kind::Int:
    case Kind::Long:
        return whole(json, type, out);
    case Kind::Float:
        return json.is_number() && out.real(json.get<float>());
    case Kind::Double:
        return json.is_number() && out.real(json.get<double>());
    case Kind::String:
        return json.is_string() && out.text(json.get<std::string>());
    case Kind::Bytes:
    case Kind::Fixed: {
        const auto bytes = json.is_string() ? bytesOf(json.get<std::string>()) : std::nullopt;
        if (!bytes || (type.kind == Kind::Fixed && bytes->size() != type.size))
            return false;
        return type.kind == Kind::Fixed ? out.raw(*bytes) : out.text(*bytes);
    }
    case Kind::Enum: {
        const auto symbol =
            json.is_string() ? std::ranges::find(type.symbols, json.get<std::string>()) : type.symbols.end();
        return symbol != type.symbols.end() && out.number(symbol - type.symbols.begin());
    }
    case Kind::Record:
        return record(json, type, out, depth);
    case Kind::Array:
    case Kind::Map:
        return items(json, type, out, depth);
    case Kind::Union:
        break;
    }
    return branch(json, type, out, depth);
}

} // namespace

Result<std::string> encodedDefault(const Field& field)
{
    WireOutput out;
    if (!encode(parseOrderedJson(field.defaultText), *field.type, out, 0))
        return fail(ErrorCode::Data, fmt::format("the default {} of the field '{}' is no {}", field.defaultText,
                                                 field.name, nameOf(*field.type)));
    return out.bytes();
}

} // namespace headrace::avro
