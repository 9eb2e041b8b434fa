// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/avro/schema.h"

#include "connectors/core/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace headrace::avro {

namespace {

using Json = nlohmann::json;

constexpr int kDeepest = 200;       ///< types inside types of a schema's text
constexpr int kDeepestJson = 1'000; ///< brackets inside brackets

constexpr std::array<std::pair<std::string_view, Kind>, 8> kPrimitives{{{"null", Kind::Null},
                                                                        {"boolean", Kind::Boolean},
                                                                        {"int", Kind::Int},
                                                                        {"long", Kind::Long},
                                                                        {"float", Kind::Float},
                                                                        {"double", Kind::Double},
                                                                        {"bytes", Kind::Bytes},
                                                                        {"string", Kind::String}}};

struct LogicalType {
    std::string_view name;
    Kind kind;
    Logical logical;
};

constexpr std::array<LogicalType, 11> kLogicalTypes{{
    {"date", Kind::Int, Logical::Date},
    {"time-millis", Kind::Int, Logical::TimeMillis},
    {"time-micros", Kind::Long, Logical::TimeMicros},
    {"timestamp-millis", Kind::Long, Logical::TimestampMillis},
    {"timestamp-micros", Kind::Long, Logical::TimestampMicros},
    {"timestamp-nanos", Kind::Long, Logical::TimestampNanos},
    {"local-timestamp-millis", Kind::Long, Logical::LocalTimestampMillis},
    {"local-timestamp-micros", Kind::Long, Logical::LocalTimestampMicros},
    {"local-timestamp-nanos", Kind::Long, Logical::LocalTimestampNanos},
    {"uuid", Kind::String, Logical::Uuid},
    {"duration", Kind::Fixed, Logical::Duration},
}};

/// A sentence about the schema; leaves this file as an Error.
struct SchemaProblem : std::runtime_error {
    using std::runtime_error::runtime_error;
};

template <typename... Args>
[[noreturn]] void refuse(fmt::format_string<Args...> text, Args&&... args)
{
    throw SchemaProblem(fmt::format(text, std::forward<Args>(args)...));
}

std::string shortened(const Json& json)
{
    std::string text = lossyJsonText(json);
    if (text.size() > 120)
        text = text.substr(0, 120) + "…";
    return text;
}

std::string textOf(const Json& json, const char* key)
{
    const auto found = json.find(key);
    if (found == json.end() || !found->is_string())
        refuse("the text '{}' is missing in {}", key, shortened(json));
    return found->get<std::string>();
}

std::vector<std::string> textsOf(const Json& json, const char* key)
{
    std::vector<std::string> texts;
    const auto found = json.find(key);
    if (found == json.end())
        return texts;
    if (!found->is_array() || !std::ranges::all_of(*found, [](const Json& text) { return text.is_string(); }))
        refuse("'{}' is no list of texts in {}", key, shortened(json));
    return found->get<std::vector<std::string>>();
}

void setLogical(const Json& json, Type& type)
{
    const auto name = json.find("logicalType");
    if (name == json.end() || !name->is_string())
        return;
    if (*name == "decimal" && (type.kind == Kind::Bytes || type.kind == Kind::Fixed)) {
        const auto precision = json.find("precision");
        const auto scale = json.find("scale");
        if (precision == json.end() || !precision->is_number_integer() ||
            (scale != json.end() && !scale->is_number_integer()))
            return;
        const auto digits = precision->get<std::int64_t>();
        const auto behind = scale == json.end() ? 0 : scale->get<std::int64_t>();
        if (digits < 1 || digits > 1'000'000 || behind < 0 || behind > digits)
            return;
        type.logical = Logical::Decimal;
        type.precision = static_cast<int>(digits);
        type.scale = static_cast<int>(behind);
        return;
    }
    for (const LogicalType& known : kLogicalTypes)
        if (*name == known.name && type.kind == known.kind)
            type.logical = known.logical;
    if (*name == "uuid" && type.kind == Kind::Fixed && type.size == 16)
        type.logical = Logical::Uuid;
    if (type.logical == Logical::Duration && type.size != 12)
        type.logical = Logical::None;
}

} // namespace

class SchemaParser {
public:
    explicit SchemaParser(Schema& schema)
        : m_schema(schema)
    {
    }

    const Type* parse(const Json& json, const std::string& space, int depth)
    {
        if (depth > kDeepest)
            refuse("its types are nested more than {} deep", kDeepest);
        if (json.is_string())
            return named(json.get<std::string>(), space);
        if (json.is_array())
            return unionOf(json, space, depth);
        if (!json.is_object())
            refuse("{} is no type", shortened(json));
        const auto kind = json.find("type");
        if (kind == json.end())
            refuse("'type' is missing in {}", shortened(json));
        if (!kind->is_string())
            return parse(*kind, space, depth + 1);
        return complex(kind->get<std::string>(), json, space, depth);
    }

private:
    Type* add(Kind kind, std::string name)
    {
        auto& type = m_schema.m_types.emplace_back(std::make_unique<Type>());
        type->kind = kind;
        type->name = std::move(name);
        return type.get();
    }

    const Type* named(const std::string& name, const std::string& space)
    {
        for (const auto& [primitive, kind] : kPrimitives)
            if (name == primitive)
                return add(kind, name);
        if (!space.empty() && name.find('.') == std::string::npos)
            if (const auto found = m_named.find(space + '.' + name); found != m_named.end())
                return found->second;
        const auto found = m_named.find(name);
        if (found == m_named.end())
            refuse("the type '{}' is not defined before it is used", name);
        return found->second;
    }

    const Type* unionOf(const Json& json, const std::string& space, int depth)
    {
        Type* const type = add(Kind::Union, "union");
        for (const Json& branch : json)
            type->children.push_back(parse(branch, space, depth + 1));
        if (type->children.empty())
            refuse("a union has no branches");
        return type;
    }

    const Type* complex(const std::string& kind, const Json& json, const std::string& space, int depth)
    {
        if (kind == "record" || kind == "error")
            return record(json, space, depth);
        if (kind == "array" || kind == "map") {
            const char* const key = kind == "array" ? "items" : "values";
            if (!json.contains(key))
                refuse("'{}' is missing in {}", key, shortened(json));
            Type* const type = add(kind == "array" ? Kind::Array : Kind::Map, kind);
            type->children.push_back(parse(json[key], space, depth + 1));
            return type;
        }
        if (kind == "enum") {
            std::string inner = space;
            Type* const type = define(Kind::Enum, json, inner);
            type->symbols = textsOf(json, "symbols");
            if (type->symbols.empty())
                refuse("the enum '{}' has no symbols", type->name);
            if (const auto fallback = json.find("default"); fallback != json.end() && fallback->is_string())
                type->defaultSymbol = fallback->get<std::string>();
            return type;
        }
        if (kind == "fixed") {
            std::string inner = space;
            Type* const type = define(Kind::Fixed, json, inner);
            const auto size = json.find("size");
            if (size == json.end() || !size->is_number_unsigned() || size->get<std::uint64_t>() > (1U << 30))
                refuse("the fixed '{}' has no good 'size'", type->name);
            type->size = size->get<std::size_t>();
            setLogical(json, *type);
            return type;
        }
        for (const auto& [primitive, of] : kPrimitives)
            if (kind == primitive) {
                Type* const type = add(of, kind);
                setLogical(json, *type);
                return type;
            }
        return named(kind, space);
    }

    const Type* record(const Json& json, const std::string& space, int depth)
    {
        std::string inner = space;
        Type* const type = define(Kind::Record, json, inner);
        const auto fields = json.find("fields");
        if (fields == json.end() || !fields->is_array())
            refuse("the record '{}' has no list 'fields'", type->name);
        for (const Json& entry : *fields) {
            if (!entry.is_object() || !entry.contains("type"))
                refuse("{} is no field of the record '{}'", shortened(entry), type->name);
            Field field{textOf(entry, "name"), textsOf(entry, "aliases")};
            if (std::ranges::find(type->fields, field.name, &Field::name) != type->fields.end())
                refuse("the record '{}' has the field '{}' twice", type->name, field.name);
            field.type = parse(entry["type"], inner, depth + 1);
            if (const auto preset = entry.find("default"); preset != entry.end())
                field.defaultText = preset->dump();
            type->fields.push_back(std::move(field));
        }
        return type;
    }

    /// A type with a name; `space` becomes the namespace of the names inside it.
    Type* define(Kind kind, const Json& json, std::string& space)
    {
        std::string name = textOf(json, "name");
        if (name.find('.') == std::string::npos) {
            if (const auto own = json.find("namespace"); own != json.end() && own->is_string())
                space = own->get<std::string>();
            if (!space.empty())
                name = space + '.' + name;
        } else {
            space = name.substr(0, name.rfind('.'));
        }
        Type* const type = add(kind, name);
        for (const std::string& alias : textsOf(json, "aliases"))
            type->aliases.push_back(space.empty() || alias.find('.') != std::string::npos ? alias
                                                                                          : space + '.' + alias);
        if (!m_named.emplace(name, type).second)
            refuse("the type '{}' is defined twice", name);
        return type;
    }

    Schema& m_schema;
    std::map<std::string, const Type*> m_named;
};

Result<std::shared_ptr<const Schema>> Schema::parse(const std::string& text, const std::vector<std::string>& references)
{
    auto schema = std::make_shared<Schema>();
    SchemaParser parser(*schema);
    std::string problem;
    // Whatever takes JSON apart later calls itself for what is inside.
    const auto isShallow = [](int depth, Json::parse_event_t, const Json&) {
        if (depth > kDeepestJson)
            refuse("it is nested more than {} deep", kDeepestJson);
        return true;
    };
    try {
        for (const std::string& reference : references)
            parser.parse(Json::parse(reference, isShallow), {}, 0);
        schema->m_root = parser.parse(Json::parse(text, isShallow), {}, 0);
        return schema;
    } catch (const SchemaProblem& found) {
        problem = found.what();
    } catch (const Json::exception& found) {
        problem = std::string("it is not the JSON of a schema (") + found.what() + ')';
    }
    return fail(ErrorCode::Usage, fmt::format("The Avro schema cannot be used: {}.", problem));
}

const Type* nullableBranch(const Type& type)
{
    if (type.kind != Kind::Union || type.children.size() != 2)
        return nullptr;
    const bool isFirst = type.children[0]->kind == Kind::Null;
    if (isFirst == (type.children[1]->kind == Kind::Null))
        return nullptr;
    return type.children[isFirst ? 1 : 0];
}

std::string nameOf(const Type& type)
{
    if (type.logical == Logical::Decimal)
        return fmt::format("decimal({},{})", type.precision, type.scale);
    for (const LogicalType& known : kLogicalTypes)
        if (type.logical == known.logical)
            return std::string(known.name);
    if (type.kind != Kind::Union)
        return type.name;
    std::string names;
    for (const Type* const branch : type.children)
        names += (names.empty() ? "" : " or ") + nameOf(*branch);
    return names;
}

} // namespace headrace::avro
