// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/type.h>

#include "connectors/postgres/nested_encoder.h"

#include "connectors/formats/ndjson/json_cells.h"

namespace headrace::postgres {

namespace {

using Encoder = std::unique_ptr<CellEncoder>;

/// Lists become one-dimensional arrays.
template <typename ListType>
class ListEncoder final : public CellEncoder {
public:
    ListEncoder(unsigned element, Encoder elements)
        : m_element(element)
        , m_elements(std::move(elements))
    {
    }

    void bind(const arrow::Array& array) override
    {
        m_list = &static_cast<const ListType&>(array);
        m_elements->bind(*m_list->values());
    }

    bool append(std::int64_t row, WireBuffer& out) override
    {
        const std::int64_t first = m_list->value_offset(row);
        const std::int64_t count = m_list->value_length(row);
        const std::size_t start = out.size();
        out.append(std::int32_t{0}); // the length, closed below
        out.append(std::int32_t{count == 0 ? 0 : 1});
        out.append(std::int32_t{1}); // may hold nulls
        out.append(static_cast<std::uint32_t>(m_element));
        if (count > 0) {
            out.append(static_cast<std::int32_t>(count));
            out.append(std::int32_t{1});
        }
        const arrow::Array& items = *m_list->values();
        for (std::int64_t i = first; i < first + count; ++i) {
            if (items.IsNull(i))
                out.append(std::int32_t{-1});
            else if (!m_elements->append(i, out))
                return false;
        }
        out.closeLength(start);
        return true;
    }

private:
    unsigned m_element;
    Encoder m_elements;
    const ListType* m_list = nullptr;
};

template <typename ListType>
Encoder list(const arrow::DataType& type, const Type& target)
{
    Type element;
    element.oid = target.element;
    element.modifier = target.elementModifier;
    element.isEnum = target.elementIsEnum;
    auto elements = target.element == 0 ? nullptr : makeEncoder(*type.field(0)->type(), element);
    return elements == nullptr ? nullptr : std::make_unique<ListEncoder<ListType>>(target.element, std::move(elements));
}

/// Nested values as JSON.
class JsonEncoder final : public CellEncoder {
public:
    JsonEncoder(std::unique_ptr<JsonCells> json, bool versioned)
        : m_json(std::move(json))
        , m_versioned(versioned)
    {
    }

    void bind(const arrow::Array& array) override { m_json->bind(array); }
    bool append(std::int64_t row, WireBuffer& out) override
    {
        m_text = m_versioned ? "\x01" : "";
        const bool exact = m_json->append(row, m_text);
        out.appendCell(std::string_view(m_text));
        return exact;
    }

private:
    std::unique_ptr<JsonCells> m_json;
    bool m_versioned;
    std::string m_text;
};

Encoder json(const arrow::DataType& type, const Type& target)
{
    if (target.oid != kJson && target.oid != kJsonb)
        return nullptr;
    auto cellsOf = makeJsonCells(type, NonFinite::Refuse);
    return cellsOf ? std::make_unique<JsonEncoder>(*std::move(cellsOf), target.oid == kJsonb) : nullptr;
}

/// Codes into a dictionary, whose values are encoded.
class DictionaryEncoder final : public CellEncoder {
public:
    explicit DictionaryEncoder(Encoder entries)
        : m_entries(std::move(entries))
    {
    }

    void bind(const arrow::Array& array) override
    {
        m_codes = &static_cast<const arrow::DictionaryArray&>(array);
        m_dictionary = m_codes->dictionary();
        m_entries->bind(*m_dictionary);
    }
    bool append(std::int64_t row, WireBuffer& out) override
    {
        const std::int64_t entry = m_codes->GetValueIndex(row);
        if (m_dictionary->IsValid(entry))
            return m_entries->append(entry, out);
        out.append(std::int32_t{-1});
        return true;
    }

private:
    Encoder m_entries;
    const arrow::DictionaryArray* m_codes = nullptr;
    std::shared_ptr<arrow::Array> m_dictionary;
};

} // namespace

std::unique_ptr<CellEncoder> makeNestedEncoder(const arrow::DataType& type, const Type& target)
{
    Encoder encoder;
    if (type.id() == arrow::Type::LIST)
        encoder = list<arrow::ListArray>(type, target);
    else if (type.id() == arrow::Type::LARGE_LIST)
        encoder = list<arrow::LargeListArray>(type, target);
    if (encoder != nullptr)
        return encoder;
    if (type.id() != arrow::Type::DICTIONARY)
        return json(type, target);
    auto entries = makeEncoder(*static_cast<const arrow::DictionaryType&>(type).value_type(), target);
    return entries == nullptr ? nullptr : std::make_unique<DictionaryEncoder>(std::move(entries));
}

} // namespace headrace::postgres
