// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/type.h>
#include <arrow/util/decimal.h>
#include <arrow/util/float16.h>

#include "connectors/formats/value_text.h"

#include "connectors/formats/time_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace headrace {

namespace {

template <typename T>
void appendNumber(T value, std::string& out)
{
    std::array<char, 32> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    out.append(buffer.data(), end.ptr);
}

template <typename T>
void appendFloat(T value, std::string& out)
{
    if (std::isnan(value))
        out += "NaN";
    else if (std::isinf(value))
        out += value < 0 ? "-Infinity" : "Infinity";
    else
        appendNumber(value, out);
}

/// A CellText whose values lie in a plain buffer of T.
template <typename T, typename Append>
class ValueCells final : public CellText {
public:
    explicit ValueCells(Append append)
        : m_append(append)
    {
    }

    void bind(const arrow::Array& array) override
    {
        m_values = array.data()->buffers[1] ? array.data()->GetValues<T>(1) : nullptr;
    }
    void append(std::int64_t row, std::string& out) const override
    {
        T value;
        std::memcpy(&value, m_values + row, sizeof value);
        m_append(value, out);
    }

private:
    Append m_append;
    const T* m_values = nullptr;
};

template <typename T, typename Append>
std::unique_ptr<CellText> valueCells(Append append)
{
    return std::make_unique<ValueCells<T, Append>>(append);
}

class BooleanCells final : public CellText {
public:
    void bind(const arrow::Array& array) override { m_array = &static_cast<const arrow::BooleanArray&>(array); }
    void append(std::int64_t row, std::string& out) const override { out += m_array->Value(row) ? "true" : "false"; }

private:
    const arrow::BooleanArray* m_array = nullptr;
};

template <typename Decimal>
class DecimalCells final : public CellText {
public:
    explicit DecimalCells(std::int32_t scale)
        : m_scale(scale)
    {
    }

    void bind(const arrow::Array& array) override { m_array = &static_cast<const arrow::FixedSizeBinaryArray&>(array); }

    void append(std::int64_t row, std::string& out) const override
    {
        const Decimal value(m_array->GetValue(row));
        if constexpr (sizeof(Decimal) == sizeof(arrow::Decimal128)) {
            const auto low = static_cast<std::int64_t>(value.low_bits());
            if (value.high_bits() == (low < 0 ? -1 : 0) && low != INT64_MIN)
                return appendSmall(low, out);
        }
        // ToString falls into scientific notation for small values; the digits never do.
        appendDigits(value.ToIntegerString(), out);
    }

private:
    void appendSmall(std::int64_t value, std::string& out) const
    {
        std::array<char, 20> digits;
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), std::abs(value));
        if (value < 0)
            out += '-';
        appendScaled({digits.data(), static_cast<std::size_t>(end.ptr - digits.data())}, out);
    }

    void appendDigits(std::string_view digits, std::string& out) const
    {
        if (digits.starts_with('-')) {
            out += '-';
            digits.remove_prefix(1);
        }
        appendScaled(digits, out);
    }

    void appendScaled(std::string_view digits, std::string& out) const
    {
        if (m_scale <= 0) {
            out += digits;
            if (digits != "0")
                out.append(static_cast<std::size_t>(-m_scale), '0');
            return;
        }
        const auto scale = static_cast<std::size_t>(m_scale);
        if (digits.size() <= scale) {
            out += "0.";
            out.append(scale - digits.size(), '0');
            out += digits;
            return;
        }
        out += digits.substr(0, digits.size() - scale);
        out += '.';
        out += digits.substr(digits.size() - scale);
    }

    std::int32_t m_scale;
    const arrow::FixedSizeBinaryArray* m_array = nullptr;
};

template <typename T>
std::unique_ptr<CellText> integerCells()
{
    return valueCells<T>([](T value, std::string& out) { appendNumber(value, out); });
}

template <typename T>
std::unique_ptr<CellText> timeCells(arrow::TimeUnit::type unit)
{
    return valueCells<T>(
        [perSecond = unitsPerSecond(unit)](T value, std::string& out) { appendTimeOfDay(value, perSecond, out); });
}

std::int32_t scaleOf(const arrow::DataType& type)
{
    return static_cast<const arrow::DecimalType&>(type).scale();
}

std::unique_ptr<CellText> makeTemporalText(const arrow::DataType& type, const TextStyle& style)
{
    switch (type.id()) {
    case arrow::Type::DATE32:
        return valueCells<std::int32_t>([](std::int32_t days, std::string& out) { appendDate(days, out); });
    case arrow::Type::DATE64:
        return valueCells<std::int64_t>([](std::int64_t milliseconds, std::string& out) {
            constexpr std::int64_t kPerDay = 86'400'000;
            appendDate((milliseconds - (milliseconds % kPerDay + kPerDay) % kPerDay) / kPerDay, out);
        });
    case arrow::Type::TIME32:
        return timeCells<std::int32_t>(static_cast<const arrow::TimeType&>(type).unit());
    case arrow::Type::TIME64:
        return timeCells<std::int64_t>(static_cast<const arrow::TimeType&>(type).unit());
    case arrow::Type::TIMESTAMP: {
        const auto& timestamp = static_cast<const arrow::TimestampType&>(type);
        return valueCells<std::int64_t>([perSecond = unitsPerSecond(timestamp.unit()),
                                         separator = style.dateTimeSeparator,
                                         zoned = !timestamp.timezone().empty()](std::int64_t value, std::string& out) {
            appendTimestamp(value, perSecond, separator, zoned, out);
        });
    }
    case arrow::Type::DURATION:
        return valueCells<std::int64_t>(
            [perSecond = unitsPerSecond(static_cast<const arrow::DurationType&>(type).unit())](
                std::int64_t value, std::string& out) { appendDuration(value, perSecond, out); });
    default:
        return nullptr;
    }
}

} // namespace

std::unique_ptr<CellText> makeCellText(const arrow::DataType& type, const TextStyle& style)
{
    switch (type.id()) {
    case arrow::Type::BOOL:
        return std::make_unique<BooleanCells>();
    case arrow::Type::INT8:
        return integerCells<std::int8_t>();
    case arrow::Type::INT16:
        return integerCells<std::int16_t>();
    case arrow::Type::INT32:
        return integerCells<std::int32_t>();
    case arrow::Type::INT64:
        return integerCells<std::int64_t>();
    case arrow::Type::UINT8:
        return integerCells<std::uint8_t>();
    case arrow::Type::UINT16:
        return integerCells<std::uint16_t>();
    case arrow::Type::UINT32:
        return integerCells<std::uint32_t>();
    case arrow::Type::UINT64:
        return integerCells<std::uint64_t>();
    case arrow::Type::HALF_FLOAT:
        return valueCells<std::uint16_t>([](std::uint16_t bits, std::string& out) {
            appendFloat(arrow::util::Float16::FromBits(bits).ToFloat(), out);
        });
    case arrow::Type::FLOAT:
        return valueCells<float>([](float value, std::string& out) { appendFloat(value, out); });
    case arrow::Type::DOUBLE:
        return valueCells<double>([](double value, std::string& out) { appendFloat(value, out); });
    case arrow::Type::DECIMAL32:
        return std::make_unique<DecimalCells<arrow::Decimal32>>(scaleOf(type));
    case arrow::Type::DECIMAL64:
        return std::make_unique<DecimalCells<arrow::Decimal64>>(scaleOf(type));
    case arrow::Type::DECIMAL128:
        return std::make_unique<DecimalCells<arrow::Decimal128>>(scaleOf(type));
    case arrow::Type::DECIMAL256:
        return std::make_unique<DecimalCells<arrow::Decimal256>>(scaleOf(type));
    default:
        return makeTemporalText(type, style);
    }
}

bool BytesView::isText(const arrow::DataType& type)
{
    return type.id() == arrow::Type::STRING || type.id() == arrow::Type::LARGE_STRING ||
           type.id() == arrow::Type::STRING_VIEW;
}

bool BytesView::covers(const arrow::DataType& type)
{
    return isText(type) || type.id() == arrow::Type::BINARY || type.id() == arrow::Type::LARGE_BINARY ||
           type.id() == arrow::Type::BINARY_VIEW || type.id() == arrow::Type::FIXED_SIZE_BINARY;
}

void BytesView::bind(const arrow::Array& array)
{
    const arrow::ArrayData& data = *array.data();
    m_array = &array;
    m_offsets = nullptr;
    m_largeOffsets = nullptr;
    switch (array.type_id()) {
    case arrow::Type::STRING:
    case arrow::Type::BINARY:
        m_offsets = data.GetValues<std::int32_t>(1);
        m_bytes = data.GetValues<char>(2, 0);
        break;
    case arrow::Type::LARGE_STRING:
    case arrow::Type::LARGE_BINARY:
        m_largeOffsets = data.GetValues<std::int64_t>(1);
        m_bytes = data.GetValues<char>(2, 0);
        break;
    case arrow::Type::FIXED_SIZE_BINARY:
        m_width = static_cast<const arrow::FixedSizeBinaryArray&>(array).byte_width();
        m_bytes = data.GetValues<char>(1, data.offset * m_width);
        break;
    default:
        m_bytes = nullptr;
    }
}

std::string_view BytesView::at(std::int64_t row) const
{
    if (m_offsets != nullptr)
        return {m_bytes + m_offsets[row], static_cast<std::size_t>(m_offsets[row + 1] - m_offsets[row])};
    if (m_largeOffsets != nullptr)
        return {m_bytes + m_largeOffsets[row], static_cast<std::size_t>(m_largeOffsets[row + 1] - m_largeOffsets[row])};
    if (m_array->type_id() == arrow::Type::FIXED_SIZE_BINARY)
        return {m_bytes + row * m_width, static_cast<std::size_t>(m_width)};
    return static_cast<const arrow::BinaryViewArray&>(*m_array).GetView(row);
}

void appendUuid(std::string_view bytes, std::string& out)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            out += '-';
        const auto byte = static_cast<std::uint8_t>(bytes[i]);
        out += {kDigits[byte >> 4], kDigits[byte & 15]};
    }
}

} // namespace headrace
