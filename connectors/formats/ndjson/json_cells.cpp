// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/extension_type.h>
#include <arrow/type.h>

#include "connectors/formats/ndjson/json_cells.h"

#include "connectors/formats/base64.h"
#include "connectors/formats/ndjson/json_column.h"
#include "connectors/formats/ndjson/json_text.h"
#include "connectors/formats/ndjson/nullable_cells.h"
#include "connectors/formats/value_text.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <vector>

namespace headrace {

namespace {

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

/// Texts that are JSON.
class JsonTextCells final : public NullableCells {
protected:
    void bindValues(const arrow::Array& array) override { m_texts.bind(array); }
    bool appendValue(std::int64_t row, std::string& out) const override
    {
        const std::string_view text = m_texts.at(row);
        if (m_json.start(text))
            m_json.appendCompact(out);
        else
            appendJsonText(text, out);
        return true;
    }

private:
    BytesView m_texts;
    mutable ndjson::JsonText m_json;
};

class UuidCells final : public NullableCells {
protected:
    void bindValues(const arrow::Array& array) override { m_bytes.bind(array); }
    bool appendValue(std::int64_t row, std::string& out) const override
    {
        out += '"';
        appendUuid(m_bytes.at(row), out);
        out += '"';
        return true;
    }

private:
    BytesView m_bytes;
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

Result<std::unique_ptr<JsonCells>> makeExtension(const arrow::ExtensionType& type, NonFinite nonFinite)
{
    std::unique_ptr<JsonCells> storage;
    if (type.extension_name() == "arrow.uuid") {
        storage = std::make_unique<UuidCells>();
    } else if (type.extension_name() == "arrow.json") {
        storage = std::make_unique<JsonTextCells>();
    } else {
        HEADRACE_TRY(storage, makeJsonCells(*type.storage_type(), nonFinite));
    }
    return std::make_unique<ExtensionCells>(std::move(storage));
}

} // namespace

Result<std::unique_ptr<JsonCells>> makeJsonCells(const arrow::Field& field, NonFinite nonFinite)
{
    if (BytesView::isText(*field.type()) && ndjson::holdsJson(field))
        return std::make_unique<JsonTextCells>();
    return makeJsonCells(*field.type(), nonFinite);
}

Result<std::unique_ptr<JsonCells>> makeJsonCells(const arrow::DataType& type, NonFinite nonFinite)
{
    if (type.id() == arrow::Type::NA)
        return std::make_unique<NullCells>();
    if (BytesView::covers(type))
        return std::make_unique<BytesCells>(BytesView::isText(type));
    auto text = makeCellText(type, {.dateTimeSeparator = 'T'});
    if (!text)
        return type.id() == arrow::Type::EXTENSION
                   ? makeExtension(static_cast<const arrow::ExtensionType&>(type), nonFinite)
                   : makeNestedCells(type, nonFinite);
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
