// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/type.h>

#include "connectors/formats/ndjson/json_cells.h"

#include "connectors/formats/value_text.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <vector>

namespace headrace {

namespace {

/// Answers null itself; everything else is the derived class's.
class NullableCells : public JsonCells {
public:
    void bind(const arrow::Array& array) final
    {
        m_array = &array;
        m_mayBeNull = array.null_count() > 0;
        bindValues(array);
    }

    bool append(std::int64_t row, std::string& out) const final
    {
        if (m_mayBeNull && m_array->IsNull(row)) {
            out += "null";
            return true;
        }
        return appendValue(row, out);
    }

protected:
    virtual void bindValues(const arrow::Array& array) = 0;
    [[nodiscard]] virtual bool appendValue(std::int64_t row, std::string& out) const = 0;

private:
    const arrow::Array* m_array = nullptr;
    bool m_mayBeNull = false;
};

class NullCells final : public JsonCells {
public:
    void bind(const arrow::Array&) override {}
    bool append(std::int64_t, std::string& out) const override
    {
        out += "null";
        return true;
    }
};

/// Numbers and booleans stand bare, everything else that CellText knows is quoted; none of it needs escapes.
class PlainCells final : public NullableCells {
public:
    PlainCells(std::unique_ptr<CellText> text, bool quoted)
        : m_text(std::move(text))
        , m_quoted(quoted)
    {
    }

protected:
    void bindValues(const arrow::Array& array) override { m_text->bind(array); }
    bool appendValue(std::int64_t row, std::string& out) const override
    {
        if (m_quoted)
            out += '"';
        m_text->append(row, out);
        if (m_quoted)
            out += '"';
        return true;
    }

private:
    std::unique_ptr<CellText> m_text;
    bool m_quoted;
};

class FloatCells final : public NullableCells {
public:
    FloatCells(std::unique_ptr<CellText> text, NonFinite nonFinite)
        : m_text(std::move(text))
        , m_nonFinite(nonFinite)
    {
    }

protected:
    void bindValues(const arrow::Array& array) override { m_text->bind(array); }
    bool appendValue(std::int64_t row, std::string& out) const override
    {
        const std::size_t start = out.size();
        m_text->append(row, out);
        const char last = out.back();
        if (last != 'N' && last != 'y') // NaN, Infinity
            return true;
        if (m_nonFinite == NonFinite::Refuse)
            return false;
        if (m_nonFinite == NonFinite::Null) {
            out.resize(start);
            out += "null";
        } else {
            out.insert(start, 1, '"');
            out += '"';
        }
        return true;
    }

private:
    std::unique_ptr<CellText> m_text;
    NonFinite m_nonFinite;
};

class BytesCells final : public NullableCells {
public:
    explicit BytesCells(bool text)
        : m_text(text)
    {
    }

protected:
    void bindValues(const arrow::Array& array) override { m_bytes.bind(array); }
    bool appendValue(std::int64_t row, std::string& out) const override
    {
        if (m_text) {
            appendJsonText(m_bytes.at(row), out);
            return true;
        }
        out += '"';
        appendBase64(m_bytes.at(row), out);
        out += '"';
        return true;
    }

private:
    BytesView m_bytes;
    bool m_text;
};

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

class ExtensionCells final : public NullableCells {
public:
    explicit ExtensionCells(std::unique_ptr<JsonCells> storage)
        : m_storage(std::move(storage))
    {
    }

protected:
    void bindValues(const arrow::Array& array) override
    {
        m_array = static_cast<const arrow::ExtensionArray&>(array).storage();
        m_storage->bind(*m_array);
    }
    bool appendValue(std::int64_t row, std::string& out) const override { return m_storage->append(row, out); }

private:
    std::unique_ptr<JsonCells> m_storage;
    std::shared_ptr<arrow::Array> m_array;
};

/// Lists of every layout, and maps, whose entries are structs of key and value.
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
        HEADRACE_TRY(member.cells, makeJsonCells(*field->type(), nonFinite));
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
    HEADRACE_TRY(auto items, makeJsonCells(*type.field(0)->type(), nonFinite));
    return std::make_unique<ListCells<ArrayType>>(std::move(items));
}

Result<std::unique_ptr<JsonCells>> makeNested(const arrow::DataType& type, NonFinite nonFinite)
{
    switch (type.id()) {
    case arrow::Type::LIST:
        return makeList<arrow::ListArray>(type, nonFinite);
    case arrow::Type::LARGE_LIST:
        return makeList<arrow::LargeListArray>(type, nonFinite);
    case arrow::Type::FIXED_SIZE_LIST:
        return makeList<arrow::FixedSizeListArray>(type, nonFinite);
    case arrow::Type::MAP: {
        HEADRACE_TRY(auto entries, makeStruct(*type.field(0)->type(), nonFinite, true));
        return std::make_unique<ListCells<arrow::MapArray>>(std::move(entries));
    }
    case arrow::Type::STRUCT:
        return makeStruct(type, nonFinite, false);
    case arrow::Type::DICTIONARY: {
        const auto& dictionary = static_cast<const arrow::DictionaryType&>(type);
        HEADRACE_TRY(auto values, makeJsonCells(*dictionary.value_type(), nonFinite));
        return std::make_unique<DictionaryCells>(std::move(values));
    }
    case arrow::Type::EXTENSION: {
        HEADRACE_TRY(auto storage,
                     makeJsonCells(*static_cast<const arrow::ExtensionType&>(type).storage_type(), nonFinite));
        return std::make_unique<ExtensionCells>(std::move(storage));
    }
    default:
        return fail(ErrorCode::Data, fmt::format("values of type {} have no form as text", type.ToString()));
    }
}

} // namespace

Result<std::unique_ptr<JsonCells>> makeJsonCells(const arrow::DataType& type, NonFinite nonFinite)
{
    if (type.id() == arrow::Type::NA)
        return std::make_unique<NullCells>();
    if (BytesView::covers(type))
        return std::make_unique<BytesCells>(BytesView::isText(type));
    auto text = makeCellText(type, {.dateTimeSeparator = 'T'});
    if (!text)
        return makeNested(type, nonFinite);
    if (arrow::is_floating(type.id()))
        return std::make_unique<FloatCells>(std::move(text), nonFinite);
    const bool bare = arrow::is_integer(type.id()) || arrow::is_decimal(type.id()) || type.id() == arrow::Type::BOOL;
    return std::make_unique<PlainCells>(std::move(text), !bare);
}

void appendJsonText(std::string_view text, std::string& out)
{
    constexpr std::string_view kHex = "0123456789abcdef";
    out += '"';
    std::size_t clean = 0;
    for (std::size_t index = 0; index < text.size(); ++index) {
        const auto c = static_cast<unsigned char>(text[index]);
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        out += text.substr(clean, index - clean);
        clean = index + 1;
        out += '\\';
        switch (c) {
        case '"':
        case '\\':
            out += static_cast<char>(c);
            break;
        case '\n':
            out += 'n';
            break;
        case '\r':
            out += 'r';
            break;
        case '\t':
            out += 't';
            break;
        default:
            out += "u00";
            out += kHex[c >> 4U];
            out += kHex[c & 15U];
        }
    }
    out += text.substr(clean);
    out += '"';
}

} // namespace headrace
