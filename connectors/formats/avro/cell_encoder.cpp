// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/extension_type.h>
#include <arrow/type.h>

#include "connectors/formats/avro/cell_encoder.h"

#include "connectors/formats/avro/columns_schema.h"
#include "connectors/formats/value_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace headrace::avro {

namespace {

using Encoder = std::unique_ptr<CellEncoder>;

/// Null where the type has no place for it, and else the branch of a union.
class BranchEncoder final : public CellEncoder {
public:
    BranchEncoder(Encoder values, const Type& type, std::size_t branch)
        : m_values(std::move(values))
        , m_isUnion(type.kind == Kind::Union)
        , m_branch(static_cast<std::int64_t>(branch))
    {
        const auto isNull = [](const Type* child) { return child->kind == Kind::Null; };
        const auto null = std::ranges::find_if(type.children, isNull);
        if (m_isUnion && null != type.children.end())
            m_null = null - type.children.begin();
    }

    void bind(const arrow::Array& array) override
    {
        m_array = &array;
        m_values->bind(array);
    }

    bool append(std::int64_t row, WireOutput& out) const override
    {
        if (m_array->IsNull(row))
            return m_null < 0 ? out.fail("it is null, for which the schema has no place") : out.number(m_null);
        if (m_isUnion)
            out.number(m_branch);
        return m_values->append(row, out);
    }

private:
    Encoder m_values;
    bool m_isUnion;
    std::int64_t m_branch;
    std::int64_t m_null = -1;
    const arrow::Array* m_array = nullptr;
};

/// Columns of Arrow's null type, whose cells are all null.
class NullEncoder final : public CellEncoder {
public:
    void bind(const arrow::Array&) override {}
    bool append(std::int64_t, WireOutput&) const override { return true; }
};

class DictionaryEncoder final : public CellEncoder {
public:
    explicit DictionaryEncoder(Encoder values)
        : m_values(std::move(values))
    {
    }
    void bind(const arrow::Array& array) override
    {
        m_array = &static_cast<const arrow::DictionaryArray&>(array);
        m_values->bind(*m_array->dictionary());
    }
    bool append(std::int64_t row, WireOutput& out) const override
    {
        return m_values->append(m_array->GetValueIndex(row), out);
    }

private:
    Encoder m_values;
    const arrow::DictionaryArray* m_array = nullptr;
};

class ExtensionEncoder final : public CellEncoder {
public:
    explicit ExtensionEncoder(Encoder storage)
        : m_storage(std::move(storage))
    {
    }
    void bind(const arrow::Array& array) override
    {
        m_array = static_cast<const arrow::ExtensionArray&>(array).storage();
        m_storage->bind(*m_array);
    }
    bool append(std::int64_t row, WireOutput& out) const override { return m_storage->append(row, out); }

private:
    Encoder m_storage;
    std::shared_ptr<arrow::Array> m_array;
};

/// Lists of every layout as arrays; maps, whose items are entries, as maps or arrays.
template <typename ArrayType>
class ListEncoder final : public CellEncoder {
public:
    explicit ListEncoder(Encoder items)
        : m_items(std::move(items))
    {
    }
    void bind(const arrow::Array& array) override
    {
        m_array = &static_cast<const ArrayType&>(array);
        m_values = m_array->values();
        m_items->bind(*m_values);
    }
    bool append(std::int64_t row, WireOutput& out) const override
    {
        const std::int64_t begin = m_array->value_offset(row);
        const std::int64_t end = begin + m_array->value_length(row);
        if (end > begin)
            out.number(end - begin);
        for (std::int64_t item = begin; item < end; ++item)
            if (!m_items->append(item, out))
                return false;
        return out.number(0);
    }

private:
    Encoder m_items;
    const ArrayType* m_array = nullptr;
    std::shared_ptr<arrow::Array> m_values;
};

/// The members of structs, in the order of the schema's fields.
class StructEncoder final : public CellEncoder {
public:
    struct Member {
        int index = -1;     ///< of the struct's field; −1: `preset` stands for it
        Encoder cells;      ///< null with a preset
        std::string preset; ///< encoded
    };

    explicit StructEncoder(std::vector<Member> members)
        : m_members(std::move(members))
    {
    }
    void bind(const arrow::Array& array) override
    {
        // field() applies the parent's offset, and the array keeps what it returns.
        for (const Member& member : m_members)
            if (member.cells != nullptr)
                member.cells->bind(*static_cast<const arrow::StructArray&>(array).field(member.index));
    }
    bool append(std::int64_t row, WireOutput& out) const override
    {
        for (const Member& member : m_members)
            if (member.cells == nullptr)
                out.raw(member.preset);
            else if (!member.cells->append(row, out))
                return false;
        return true;
    }

private:
    std::vector<Member> m_members;
};

tl::unexpected<Error> unlike(const arrow::DataType& column, const Type& type)
{
    return fail(ErrorCode::Data,
                fmt::format("values of type {} cannot be Avro's '{}'", column.ToString(), nameOf(type)));
}

template <typename ArrayType>
Result<Encoder> makeList(const arrow::DataType& column, const Type& type)
{
    if (type.kind != Kind::Array)
        return unlike(column, type);
    HEADRACE_TRY(auto items, makeCellEncoder(*column.field(0)->type(), *type.children[0]));
    return std::make_unique<ListEncoder<ArrayType>>(std::move(items));
}

Result<Encoder> makeStruct(const arrow::DataType& column, const Type& type)
{
    if (type.kind != Kind::Record)
        return unlike(column, type);
    std::vector<StructEncoder::Member> members;
    int used = 0;
    for (const Field& field : type.fields) {
        StructEncoder::Member member;
        for (int i = 0; i < column.num_fields(); ++i)
            if (column.field(i)->name() == field.name || avroName(column.field(i)->name()) == field.name)
                member.index = i;
        if (member.index >= 0) {
            ++used;
            HEADRACE_TRY(member.cells, makeCellEncoder(*column.field(member.index)->type(), *field.type));
        } else {
            HEADRACE_TRY(member.preset, presetOf(field));
        }
        members.push_back(std::move(member));
    }
    if (used != column.num_fields())
        return fail(ErrorCode::Data,
                    fmt::format("the record '{}' lacks fields for some members of {}", type.name, column.ToString()));
    return std::make_unique<StructEncoder>(std::move(members));
}

/// Of an Avro map the entries are a text and a value behind each other.
Result<Encoder> makeMap(const arrow::DataType& column, const Type& type)
{
    const arrow::DataType& entries = *column.field(0)->type();
    if (type.kind == Kind::Array) {
        HEADRACE_TRY(auto items, makeCellEncoder(entries, *type.children[0]));
        return std::make_unique<ListEncoder<arrow::MapArray>>(std::move(items));
    }
    if (type.kind != Kind::Map || !BytesView::isText(*entries.field(0)->type()))
        return unlike(column, type);
    static const Type kKey{Kind::String, Logical::None, 0, 0, 0, "string", {}, {}, {}};
    std::vector<StructEncoder::Member> members(2);
    HEADRACE_TRY(members[0].cells, makeCellEncoder(*entries.field(0)->type(), kKey));
    HEADRACE_TRY(members[1].cells, makeCellEncoder(*entries.field(1)->type(), *type.children[0]));
    members[0].index = 0;
    members[1].index = 1;
    return std::make_unique<ListEncoder<arrow::MapArray>>(std::make_unique<StructEncoder>(std::move(members)));
}

Result<Encoder> makeNested(const arrow::DataType& column, const Type& type)
{
    switch (column.id()) {
    case arrow::Type::LIST:
        return makeList<arrow::ListArray>(column, type);
    case arrow::Type::LARGE_LIST:
        return makeList<arrow::LargeListArray>(column, type);
    case arrow::Type::FIXED_SIZE_LIST:
        return makeList<arrow::FixedSizeListArray>(column, type);
    case arrow::Type::MAP:
        return makeMap(column, type);
    case arrow::Type::STRUCT:
        return makeStruct(column, type);
    default:
        return unlike(column, type);
    }
}

/// For cells that are not null and a type that is no union.
Result<Encoder> makeValues(const arrow::DataType& column, const Type& type)
{
    if (column.id() == arrow::Type::NA)
        return std::make_unique<NullEncoder>();
    if (column.id() == arrow::Type::DICTIONARY) {
        HEADRACE_TRY(auto values, makeValues(*static_cast<const arrow::DictionaryType&>(column).value_type(), type));
        return std::make_unique<DictionaryEncoder>(std::move(values));
    }
    if (column.id() == arrow::Type::EXTENSION) {
        HEADRACE_TRY(auto storage, makeValues(*static_cast<const arrow::ExtensionType&>(column).storage_type(), type));
        return std::make_unique<ExtensionEncoder>(std::move(storage));
    }
    if (auto plain = makePlainEncoder(column, type))
        return plain;
    return makeNested(column, type);
}

bool isPlainText(const Type& type)
{
    return type.kind == Kind::String && type.logical == Logical::None;
}

} // namespace

Result<std::unique_ptr<CellEncoder>> makeCellEncoder(const arrow::DataType& column, const Type& type)
{
    if (type.kind != Kind::Union) {
        HEADRACE_TRY(auto values, makeValues(column, type));
        return std::make_unique<BranchEncoder>(std::move(values), type, 0);
    }
    // A string takes whatever has a text, so other branches go first unless the column is text.
    const bool isText = BytesView::isText(column);
    for (const bool mayBeText : {isText, !isText})
        for (std::size_t i = 0; i < type.children.size(); ++i) {
            const Type& branch = *type.children[i];
            if (branch.kind == Kind::Null || isPlainText(branch) != mayBeText)
                continue;
            if (auto values = makeValues(column, branch))
                return std::make_unique<BranchEncoder>(*std::move(values), type, i);
        }
    if (column.id() == arrow::Type::NA)
        return std::make_unique<BranchEncoder>(std::make_unique<NullEncoder>(), type, 0);
    return unlike(column, type);
}

} // namespace headrace::avro
