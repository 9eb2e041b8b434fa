// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/ndjson/type_inference.h"

#include "connectors/formats/iso_time.h"
#include "connectors/formats/ndjson/json_number.h"

#include <algorithm>
#include <unordered_map>

namespace headrace::ndjson {

/// What was seen under one key.
struct TypeInference::Seen {
    std::string key;
    std::vector<std::unique_ptr<Seen>> members; ///< of objects, when they are flattened
    std::unordered_map<std::string, Seen*> byKey;

    bool boolean = false;
    bool whole = false;    ///< fits 64 bits
    bool bigWhole = false; ///< does not
    bool real = false;
    bool notInDouble = false; ///< a number that a double does not equal or reach
    int mostDigits = 0;       ///< of whole numbers
    bool object = false;
    bool array = false;
    bool string = false;
    bool date = false;
    bool zonedTime = false;
    bool localTime = false;
    bool otherText = false;

    [[nodiscard]] bool number() const { return whole || bigWhole || real; }
    [[nodiscard]] bool scalar() const { return boolean || number() || string; }

    Seen& member(std::string_view name)
    {
        auto [found, isNew] = byKey.try_emplace(std::string(name), nullptr);
        if (isNew) {
            members.push_back(std::make_unique<Seen>());
            members.back()->key = name;
            found->second = members.back().get();
        }
        return *found->second;
    }
};

TypeInference::TypeInference(Settings settings)
    : m_settings(settings)
    , m_root(std::make_unique<Seen>())
{
}

TypeInference::~TypeInference() = default;

void TypeInference::add(JsonCursor& cursor)
{
    (void)addMembers(cursor, *m_root);
}

bool TypeInference::addMembers(JsonCursor& cursor, Seen& parent)
{
    bool isLast = false;
    if (!cursor.enterObject(isLast))
        return false;
    while (!isLast) {
        JsonValue key;
        std::string_view name;
        if (!cursor.key(key) || !cursor.text(key, name) || !addValue(cursor, parent.member(name)) ||
            !cursor.endMember(isLast))
            return false;
    }
    return true;
}

bool TypeInference::addValue(JsonCursor& cursor, Seen& seen)
{
    if (m_settings.flatten && cursor.peek() == '{') {
        seen.object = true;
        return addMembers(cursor, seen);
    }
    JsonValue value;
    if (!cursor.value(value))
        return false;
    switch (value.type) {
    case JsonType::Null:
        break;
    case JsonType::Boolean:
        seen.boolean = true;
        break;
    case JsonType::Number:
        addNumber(value, seen);
        break;
    case JsonType::String:
        addString(cursor, value, seen);
        break;
    case JsonType::Object:
        seen.object = true;
        break;
    case JsonType::Array:
        seen.array = true;
        break;
    }
    return true;
}

void TypeInference::addNumber(const JsonValue& value, Seen& seen)
{
    JsonNumber number;
    std::int64_t whole = 0;
    double real = 0;
    if (!scanNumber(value.raw, number))
        return;
    if (!number.whole)
        seen.real = true;
    else if (toInt64(number, whole))
        seen.whole = true;
    else
        seen.bigWhole = true;
    if (number.whole)
        seen.mostDigits = std::max(seen.mostDigits, number.digitCount);
    seen.notInDouble |= !toDouble(value.raw, number, real);
}

void TypeInference::addString(JsonCursor& cursor, const JsonValue& value, Seen& seen) const
{
    seen.string = true;
    std::string_view text;
    std::int32_t days = 0;
    IsoTime time;
    if (seen.otherText || m_settings.textOnly || !cursor.text(value, text))
        return;
    if (parseIsoDate(text, days))
        seen.date = true;
    else if (!parseIsoTime(text, time))
        seen.otherText = true;
    else
        (time.zoned ? seen.zonedTime : seen.localTime) = true;
}

Column TypeInference::decide(const Seen& seen)
{
    constexpr int kMostDecimalDigits = 38;
    Column column;
    if (seen.object || seen.array) {
        column.kind = Kind::Json;
    } else if (seen.boolean && !seen.number() && !seen.string) {
        column.kind = Kind::Boolean;
    } else if (seen.number() && !seen.boolean && !seen.string) {
        if (!seen.real && !seen.bigWhole) {
            column.kind = Kind::Int64;
        } else if (!seen.real && seen.mostDigits <= kMostDecimalDigits) {
            column.kind = Kind::Decimal;
            column.precision = kMostDecimalDigits;
        } else if (seen.real && !seen.notInDouble) {
            column.kind = Kind::Double;
        } else {
            column.kind = Kind::Json;
        }
    } else if (seen.string && !seen.boolean && !seen.number() && !seen.otherText) {
        if (seen.date && !seen.zonedTime && !seen.localTime)
            column.kind = Kind::Date;
        else if (!seen.date && seen.zonedTime != seen.localTime)
            column.kind = Kind::Timestamp;
        column.zoned = column.kind == Kind::Timestamp && seen.zonedTime;
    }
    return column;
}

void TypeInference::collect(const Seen& seen, std::vector<std::string>& path, std::vector<Column>& columns) const
{
    for (const auto& member : seen.members) {
        path.push_back(member->key);
        if (!member->members.empty() && !member->array && !member->scalar()) {
            collect(*member, path, columns);
        } else {
            Column column = m_settings.textOnly ? Column{} : decide(*member);
            column.path = path;
            columns.push_back(std::move(column));
        }
        path.pop_back();
    }
}

std::vector<Column> TypeInference::columns() const
{
    std::vector<Column> columns;
    std::vector<std::string> path;
    collect(*m_root, path, columns);
    return columns;
}

} // namespace headrace::ndjson
