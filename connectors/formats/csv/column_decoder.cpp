// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array/data.h>
#include <arrow/array/util.h>
#include <arrow/buffer.h>
#include <arrow/type.h>
#include <arrow/util/bit_util.h>

#include "connectors/formats/csv/column_decoder.h"

#include "connectors/core/arrow_result.h"
#include "connectors/formats/csv/temporal_pattern.h"
#include "connectors/formats/csv/value_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>

namespace headrace::csv {

namespace {

constexpr std::string_view kNoMemory = "There is not enough memory for the columns of a block";

Result<std::shared_ptr<arrow::Buffer>> allocate(std::size_t bytes)
{
    HEADRACE_TRY(std::unique_ptr<arrow::Buffer> buffer,
                 fromArrow(arrow::AllocateBuffer(static_cast<std::int64_t>(bytes)), kNoMemory));
    return std::shared_ptr<arrow::Buffer>(std::move(buffer));
}

/// The texts that mean NULL besides the empty cell. Most cells differ from all of them in length already.
class NullTexts {
public:
    explicit NullTexts(std::vector<std::string> texts)
        : m_texts(std::move(texts))
    {
        for (const std::string& text : m_texts)
            m_sizes |= std::uint64_t{1} << std::min<std::size_t>(text.size(), 63);
    }

    [[nodiscard]] bool contains(std::string_view text) const
    {
        return ((m_sizes >> std::min<std::size_t>(text.size(), 63)) & 1) != 0 &&
               std::ranges::find(m_texts, text) != m_texts.end();
    }

private:
    std::vector<std::string> m_texts;
    std::uint64_t m_sizes = 0;
};

/// A validity bitmap that is only made when the first NULL comes.
class Validity {
public:
    explicit Validity(std::size_t rows)
        : m_rows(rows)
    {
    }

    Status setNull(std::size_t row)
    {
        if (m_bits == nullptr) {
            const std::size_t bytes = (m_rows + 7) / 8;
            HEADRACE_TRY(m_bits, allocate(bytes));
            std::memset(m_bits->mutable_data(), 0xFF, bytes);
        }
        arrow::bit_util::ClearBit(m_bits->mutable_data(), static_cast<std::int64_t>(row));
        ++m_nulls;
        return {};
    }

    [[nodiscard]] std::shared_ptr<arrow::Array> array(const std::shared_ptr<arrow::DataType>& type,
                                                      std::vector<std::shared_ptr<arrow::Buffer>> values) const
    {
        values.insert(values.begin(), m_bits);
        return arrow::MakeArray(
            arrow::ArrayData::Make(type, static_cast<std::int64_t>(m_rows), std::move(values), m_nulls));
    }

private:
    std::size_t m_rows;
    std::shared_ptr<arrow::Buffer> m_bits;
    std::int64_t m_nulls = 0;
};

/// Columns of fixed width. `Parse` is bool(std::string_view, Value&).
template <typename Value, typename Parse>
class FixedDecoder : public ColumnDecoder {
public:
    FixedDecoder(const ColumnType& type, Parse parse)
        : m_type(arrowType(type))
        , m_nulls(type.nulls)
        , m_parse(std::move(parse))
    {
    }

    Result<std::shared_ptr<arrow::Array>> decode(const CellColumn& cells,
                                                 std::vector<std::uint32_t>& bad) const override
    {
        HEADRACE_TRY(std::shared_ptr<arrow::Buffer> buffer, allocate(cells.rows * sizeof(Value)));
        auto* values = reinterpret_cast<Value*>(buffer->mutable_data());
        Validity validity(cells.rows);
        for (std::size_t row = 0; row < cells.rows; ++row) {
            const std::string_view text = trimmed(cells.cell(row).in(cells.text));
            if (cells.cell(row).size == 0 || m_nulls.contains(text)) {
                values[row] = Value{};
                HEADRACE_CHECK(validity.setNull(row));
            } else if (!m_parse(text, values[row])) {
                values[row] = Value{};
                bad.push_back(static_cast<std::uint32_t>(row));
            }
        }
        return validity.array(m_type, {buffer});
    }

private:
    std::shared_ptr<arrow::DataType> m_type;
    NullTexts m_nulls;
    Parse m_parse;
};

class BooleanDecoder : public ColumnDecoder {
public:
    explicit BooleanDecoder(const ColumnType& type)
        : m_nulls(type.nulls)
        , m_strict(type.detected)
    {
    }

    Result<std::shared_ptr<arrow::Array>> decode(const CellColumn& cells,
                                                 std::vector<std::uint32_t>& bad) const override
    {
        const std::size_t bytes = (cells.rows + 7) / 8;
        HEADRACE_TRY(std::shared_ptr<arrow::Buffer> buffer, allocate(bytes));
        std::memset(buffer->mutable_data(), 0, bytes);
        Validity validity(cells.rows);
        for (std::size_t row = 0; row < cells.rows; ++row) {
            const std::string_view text = trimmed(cells.cell(row).in(cells.text));
            bool value = false;
            if (cells.cell(row).size == 0 || m_nulls.contains(text))
                HEADRACE_CHECK(validity.setNull(row));
            else if (!parseBoolean(text, m_strict, value))
                bad.push_back(static_cast<std::uint32_t>(row));
            arrow::bit_util::SetBitTo(buffer->mutable_data(), static_cast<std::int64_t>(row), value);
        }
        return validity.array(arrow::boolean(), {buffer});
    }

private:
    NullTexts m_nulls;
    bool m_strict;
};

/// Content is copied as it stands; a quoted cell is never NULL.
class TextDecoder : public ColumnDecoder {
public:
    TextDecoder(const ColumnType& type, const Dialect& dialect)
        : m_nulls(type.nulls)
        , m_dialect(dialect)
    {
    }

    Result<std::shared_ptr<arrow::Array>> decode(const CellColumn& cells, std::vector<std::uint32_t>&) const override
    {
        std::size_t bytes = 0;
        for (std::size_t row = 0; row < cells.rows; ++row)
            bytes += cells.cell(row).size;
        HEADRACE_TRY(std::shared_ptr<arrow::Buffer> offsets, allocate((cells.rows + 1) * sizeof(std::int32_t)));
        HEADRACE_TRY(std::shared_ptr<arrow::Buffer> content, allocate(bytes + kShort));
        auto* ends = reinterpret_cast<std::int32_t*>(offsets->mutable_data());
        char* const begin = reinterpret_cast<char*>(content->mutable_data());
        char* out = begin;
        *ends = 0;
        Validity validity(cells.rows);
        for (std::size_t row = 0; row < cells.rows; ++row) {
            const Cell& cell = cells.cell(row);
            const std::string_view text = cell.in(cells.text);
            if (!cell.quoted && (cell.size == 0 || m_nulls.contains(text)))
                HEADRACE_CHECK(validity.setNull(row));
            else
                out += copy(cell, text, out);
            *++ends = static_cast<std::int32_t>(out - begin);
        }
        content = arrow::SliceBuffer(content, 0, out - begin);
        return validity.array(arrow::utf8(), {offsets, content});
    }

private:
    /// Texts up to this size are copied with one fixed-width move; text and content have room behind them.
    static constexpr std::size_t kShort = 16;

    std::size_t copy(const Cell& cell, std::string_view text, char* out) const
    {
        if (cell.escaped)
            return unescape(text, m_dialect, out);
        if (text.size() <= kShort)
            std::memcpy(out, text.data(), kShort);
        else
            std::memcpy(out, text.data(), text.size());
        return text.size();
    }

    NullTexts m_nulls;
    Dialect m_dialect;
};

template <typename Value, typename Parse>
std::unique_ptr<ColumnDecoder> fixed(const ColumnType& type, Parse parse)
{
    return std::make_unique<FixedDecoder<Value, Parse>>(type, std::move(parse));
}

} // namespace

Result<std::unique_ptr<ColumnDecoder>> makeColumnDecoder(const ColumnType& type, const Dialect& dialect,
                                                         char decimalPoint)
{
    const NumberStyle style{decimalPoint, type.detected};
    switch (type.kind) {
    case Kind::Text:
        return std::make_unique<TextDecoder>(type, dialect);
    case Kind::Boolean:
        return std::make_unique<BooleanDecoder>(type);
    case Kind::Int64:
        return fixed<std::int64_t>(
            type, [style](std::string_view text, std::int64_t& value) { return parseInt64(text, style, value); });
    case Kind::Double:
        return fixed<double>(type,
                             [style](std::string_view text, double& value) { return parseDouble(text, style, value); });
    case Kind::Decimal:
        return fixed<Decimal>(type, [style, type](std::string_view text, Decimal& value) {
            return parseDecimal(text, style, type.precision, type.scale, value);
        });
    default:
        break;
    }
    HEADRACE_TRY(TemporalPattern pattern, TemporalPattern::compile(type.pattern, type.kind));
    if (type.kind != Kind::Date)
        return fixed<std::int64_t>(type, [pattern = std::move(pattern)](std::string_view text, std::int64_t& value) {
            return pattern.parse(text, value);
        });
    return fixed<std::int32_t>(type, [pattern = std::move(pattern)](std::string_view text, std::int32_t& value) {
        std::int64_t days = 0;
        const bool fits = pattern.parse(text, days);
        value = static_cast<std::int32_t>(days);
        return fits;
    });
}

std::size_t unescape(std::string_view content, const Dialect& dialect, char* out)
{
    const char* const begin = out;
    const char quote = dialect.quote.value_or('"');
    const char escape = dialect.escape.value_or(quote);
    for (std::size_t at = 0; at < content.size(); ++at) {
        const bool pair =
            content[at] == escape && at + 1 < content.size() && (content[at + 1] == quote || content[at + 1] == escape);
        at += pair ? 1 : 0;
        *out++ = content[at];
    }
    return static_cast<std::size_t>(out - begin);
}

} // namespace headrace::csv
