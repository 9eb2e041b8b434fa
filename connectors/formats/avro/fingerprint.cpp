// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/avro/fingerprint.h"

#include "connectors/core/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace headrace::avro {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kMarker = "\xC3\x01";
constexpr std::uint64_t kEmpty = 0xc15d213aa4d7a795;
constexpr std::array<std::string_view, 8> kPrimitives{"null",  "boolean", "int",   "long",
                                                      "float", "double",  "bytes", "string"};

constexpr std::array<std::uint64_t, 256> kTable = [] {
    std::array<std::uint64_t, 256> table{};
    for (std::uint64_t byte = 0; byte < table.size(); ++byte) {
        std::uint64_t print = byte;
        for (int bit = 0; bit < 8; ++bit)
            print = (print >> 1U) ^ ((print & 1U) != 0 ? kEmpty : 0);
        table[byte] = print;
    }
    return table;
}();

std::string nameIn(const std::string& name, const std::string& space)
{
    const bool isWhole = space.empty() || name.find('.') != std::string::npos;
    return isWhole ? name : fmt::format("{}.{}", space, name);
}

Json canonical(const Json& schema, const std::string& space);

Json canonicalFields(const Json& fields, const std::string& space)
{
    Json result = Json::array();
    for (const Json& field : fields)
        result.push_back({{"name", field.at("name")}, {"type", canonical(field.at("type"), space)}});
    return result;
}

/// A type that is an object: what only describes it is left out, the others stand in one order.
Json canonicalType(const Json& schema, std::string space)
{
    const Json& type = schema.at("type");
    if (!type.is_string())
        return canonical(type, space);
    const auto kind = type.get<std::string>();
    Json result = Json::object();
    if (kind == "record" || kind == "error" || kind == "enum" || kind == "fixed") {
        const auto name = schema.at("name").get<std::string>();
        const auto dot = name.rfind('.');
        if (dot != std::string::npos)
            space = name.substr(0, dot);
        else if (schema.contains("namespace") && schema["namespace"].is_string())
            space = schema["namespace"].get<std::string>();
        result["name"] = nameIn(name, space);
    } else if (kind != "array" && kind != "map") {
        return canonical(type, space);
    }
    result["type"] = kind;
    if (kind == "record" || kind == "error")
        result["fields"] = canonicalFields(schema.at("fields"), space);
    else if (kind == "enum")
        result["symbols"] = schema.at("symbols");
    else if (kind == "array")
        result["items"] = canonical(schema.at("items"), space);
    else if (kind == "map")
        result["values"] = canonical(schema.at("values"), space);
    else
        result["size"] = schema.at("size");
    return result;
}

/// `space` is the namespace around it.
Json canonical(const Json& schema, const std::string& space)
{
    if (schema.is_string()) {
        const auto name = schema.get<std::string>();
        const bool isPrimitive = std::ranges::find(kPrimitives, name) != kPrimitives.end();
        return isPrimitive ? name : nameIn(name, space);
    }
    if (schema.is_object())
        return canonicalType(schema, space);
    Json branches = Json::array();
    for (const Json& branch : schema)
        branches.push_back(canonical(branch, space));
    return branches;
}

} // namespace

std::string canonicalForm(const std::string& schema)
{
    return jsonText(canonical(parseOrderedJson(schema), {}));
}

std::uint64_t fingerprint(const std::string& schema)
{
    std::uint64_t print = kEmpty;
    for (const char c : canonicalForm(schema))
        print = (print >> 8U) ^ kTable[(print ^ static_cast<unsigned char>(c)) & 0xffU];
    return print;
}

std::string fingerprintText(std::uint64_t fingerprint)
{
    return fmt::format("{:016x}", fingerprint);
}

std::string singleObjectFrame(std::uint64_t fingerprint)
{
    std::string frame(kMarker);
    for (unsigned shift = 0; shift < 64; shift += 8)
        frame += static_cast<char>(fingerprint >> shift);
    return frame;
}

std::optional<std::uint64_t> singleObjectSchema(std::string_view value)
{
    if (value.size() < kSingleObjectBytes || !value.starts_with(kMarker))
        return std::nullopt;
    std::uint64_t fingerprint = 0;
    for (unsigned i = 0; i < 8; ++i)
        fingerprint |= std::uint64_t{static_cast<unsigned char>(value[kMarker.size() + i])} << (8 * i);
    return fingerprint;
}

} // namespace headrace::avro
