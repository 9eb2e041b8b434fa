// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/type.h>

#include "connectors/formats/ndjson/nullable_cells.h"

#include "connectors/formats/value_text.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace headrace {

namespace {

class DictionaryCells final : public NullableCells {
public:
    explicit DictionaryCells(std::unique_ptr<JsonCells> values)
        : m_values(std::move(values))
    {
    }

protected:
    void bindValues(const arrow::Array& array) override
    {
        m_array = &static_cast<const arrow::DictionaryArray&>(array);
        m_values->bind(*m_array->dictionary());
    }
    bool appendValue(std::int64_t row, std::string& out) const override
    {
        return m_values->append(m_array->GetValueIndex(row), out);
    }

private:
    std::unique_ptr<JsonCells> m_values;
    const arrow::DictionaryArray* m_array = nullptr;
};

/// Lists of every layout, and maps as lists, whose entries are structs of key and value.
template <typename ArrayType>
class ListCells final : public NullableCells {
public:
    explicit ListCells(std::unique_ptr<JsonCells> items)
        : m_items(std::move(items))
    {
    }

protected:
    void bindValues(const arrow::Array& array) override
    {
        m_array = &static_cast<const ArrayType&>(array);
        m_items->bind(*m_array->values());
    }
    bool appendValue(std::int64_t row, std::string& out) const override
    {
        const std::int64_t begin = m_array->value_offset(row);
        const std::int64_t end = begin + m_array->value_length(row);
        out += '[';
        for (std::int64_t item = begin; item < end; ++item) {
            if (item > begin)
                out += ',';
            if (!m_items->append(item, out))
                return false;
        }
        out += ']';
        return true;
    }

private:
    std::unique_ptr<JsonCells> m_items;
    const ArrayType* m_array = nullptr;
};

/// Maps of text keys.
class ObjectCells final : public NullableCells {
public:
    explicit ObjectCells(std::unique_ptr<JsonCells> values)
        : m_values(std::move(values))
    {
    }

protected:
    void bindValues(const arrow::Array& array) override
    {
        m_array = &static_cast<const arrow::MapArray&>(array);
        m_keys.bind(*m_array->keys());
        m_values->bind(*m_array->items());
    }
    bool appendValue(std::int64_t row, std::string& out) const override
    {
        const std::int64_t begin = m_array->value_offset(row);
        const std::int64_t end = begin + m_array->value_length(row);
        out += '{';
        for (std::int64_t entry = begin; entry < end; ++entry) {
            if (entry > begin)
                out += ',';
            appendJsonText(m_keys.at(entry), out);
            out += ':';
            if (!m_values->append(entry, out))
                return false;
        }
        out += '}';
        return true;
    }

private:
    BytesView m_keys;
    std::unique_ptr<JsonCells> m_values;
    const arrow::MapArray* m_array = nullptr;
};

class StructCells final : public NullableCells {
public:
    struct Member {
        std::string opening; ///< `{"name":`, `,"name":` or, for map entries, `[` and `,`
        std::unique_ptr<JsonCells> cells;
    };

    StructCells(std::vector<Member> members, std::string closing)
        : m_members(std::move(members))
        , m_closing(std::move(closing))
    {
    }

protected:
    void bindValues(const arrow::Array& array) override
    {
        // field() applies the parent's offset, and the array keeps what it returns.
        for (std::size_t index = 0; index < m_members.size(); ++index)
            m_members[index].cells->bind(*static_cast<const arrow::StructArray&>(array).field(static_cast<int>(index)));
    }
    bool appendValue(std::int64_t row, std::string& out) const override
    {
        for (const Member& member : m_members) {
            out += member.opening;
            if (!member.cells->append(row, out))
                return false;
        }
        out += m_closing;
        return true;
    }

private:
    std::vector<Member> m_members;
    std::string m_closing;
};

Result<std::unique_ptr<JsonCells>> makeStruct(const arrow::DataType& type, NonFinite nonFinite, bool asPair)
{
    std::vector<StructCells::Member> members;
    for (const auto& field : type.fields()) {
        StructCells::Member member;
        HEADRACE_TRY(member.cells, makeJsonCells(*field, nonFinite));
        member.opening = members.empty() ? (asPair ? "[" : "{") : ",";
        if (!asPair) {
            appendJsonText(field->name(), member.opening);
            member.opening += ':';
        }
        members.push_back(std::move(member));
    }
    if (members.empty())
        return std::make_unique<StructCells>(std::move(members), "{}");
    return std::make_unique<StructCells>(std::move(members), asPair ? "]" : "}");
}

template <typename ArrayType>
Result<std::unique_ptr<JsonCells>> makeList(const arrow::DataType& type, NonFinite nonFinite)
{
    HEADRACE_TRY(auto items, makeJsonCells(*type.field(0), nonFinite));
    return std::make_unique<ListCells<ArrayType>>(std::move(items));
}

Result<std::unique_ptr<JsonCells>> makeMap(const arrow::DataType& type, NonFinite nonFinite)
{
    const arrow::DataType& entries = *type.field(0)->type();
    if (isObject(type)) {
        HEADRACE_TRY(auto values, makeJsonCells(*entries.field(1), nonFinite));
        return std::make_unique<ObjectCells>(std::move(values));
    }
    HEADRACE_TRY(auto pairs, makeStruct(entries, nonFinite, true));
    return std::make_unique<ListCells<arrow::MapArray>>(std::move(pairs));
}

} // namespace

bool isObject(const arrow::DataType& type)
{
    return BytesView::isText(*type.field(0)->type()->field(0)->type());
}

Result<std::unique_ptr<JsonCells>> makeNestedCells(const arrow::DataType& type, NonFinite nonFinite)
{
    switch (type.id()) {
    case arrow::Type::LIST:
        return makeList<arrow::ListArray>(type, nonFinite);
    case arrow::Type::LARGE_LIST:
        return makeList<arrow::LargeListArray>(type, nonFinite);
    case arrow::Type::FIXED_SIZE_LIST:
        return makeList<arrow::FixedSizeListArray>(type, nonFinite);
    case arrow::Type::MAP:
        return makeMap(type, nonFinite);
    case arrow::Type::STRUCT:
        return makeStruct(type, nonFinite, false);
    case arrow::Type::DICTIONARY: {
        const auto& dictionary = static_cast<const arrow::DictionaryType&>(type);
        HEADRACE_TRY(auto values, makeJsonCells(*dictionary.value_type(), nonFinite));
        return std::make_unique<DictionaryCells>(std::move(values));
    }
    default:
        return fail(ErrorCode::Data, fmt::format("values of type {} have no form as text", type.ToString()));
    }
}

} // namespace headrace
