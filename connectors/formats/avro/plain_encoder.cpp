// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/type.h>
#include <arrow/util/decimal.h>
#include <arrow/util/float16.h>

#include "connectors/formats/avro/cell_encoder.h"

#include "connectors/formats/avro/decimal_bytes.h"
#include "connectors/formats/avro/logical_text.h"
#include "connectors/formats/time_text.h"
#include "connectors/formats/value_text.h"

#include <algorithm>
#include <limits>
#include <string>

namespace headrace::avro {

namespace {

/// A cell as a whole number, by the array's C type.
template <typename T>
class WholeValues {
public:
    void bind(const arrow::Array& array)
    {
        m_values = array.data()->buffers[1] ? array.data()->GetValues<T>(1) : nullptr;
    }
    [[nodiscard]] T at(std::int64_t row) const { return m_values[row]; }

private:
    const T* m_values = nullptr;
};

/// What `Values` gives, as `Write` writes it.
template <typename Values, typename Write>
class ValueEncoder final : public CellEncoder {
public:
    ValueEncoder(Values values, Write write)
        : m_values(std::move(values))
        , m_write(std::move(write))
    {
    }
    void bind(const arrow::Array& array) override { m_values.bind(array); }
    bool append(std::int64_t row, WireOutput& out) const override { return m_write(m_values.at(row), out); }

private:
    Values m_values;
    Write m_write;
};

template <typename Values, typename Write>
std::unique_ptr<CellEncoder> encoderOf(Values values, Write write)
{
    return std::make_unique<ValueEncoder<Values, Write>>(std::move(values), std::move(write));
}

/// Calls `make` with values of the C type that the integers of a column have; null for columns of others.
template <typename Make>
std::unique_ptr<CellEncoder> ofWhole(arrow::Type::type type, Make&& make)
{
    switch (type) {
    case arrow::Type::INT8:
        return make(WholeValues<std::int8_t>());
    case arrow::Type::INT16:
        return make(WholeValues<std::int16_t>());
    case arrow::Type::INT32:
        return make(WholeValues<std::int32_t>());
    case arrow::Type::INT64:
        return make(WholeValues<std::int64_t>());
    case arrow::Type::UINT8:
        return make(WholeValues<std::uint8_t>());
    case arrow::Type::UINT16:
        return make(WholeValues<std::uint16_t>());
    case arrow::Type::UINT32:
        return make(WholeValues<std::uint32_t>());
    case arrow::Type::UINT64:
        return make(WholeValues<std::uint64_t>());
    default:
        return nullptr;
    }
}

class BooleanValues {
public:
    void bind(const arrow::Array& array) { m_array = &static_cast<const arrow::BooleanArray&>(array); }
    [[nodiscard]] bool at(std::int64_t row) const { return m_array->Value(row); }

private:
    const arrow::BooleanArray* m_array = nullptr;
};

class HalfValues {
public:
    void bind(const arrow::Array& array) { m_values.bind(array); }
    [[nodiscard]] float at(std::int64_t row) const
    {
        return arrow::util::Float16::FromBits(m_values.at(row)).ToFloat();
    }

private:
    WholeValues<std::uint16_t> m_values;
};

/// The text that the CSV and JSON writers give a cell.
class TextValues {
public:
    explicit TextValues(std::unique_ptr<CellText> text)
        : m_text(std::move(text))
    {
    }
    void bind(const arrow::Array& array) { m_text->bind(array); }
    [[nodiscard]] std::string at(std::int64_t row) const
    {
        std::string text;
        m_text->append(row, text);
        return text;
    }

private:
    std::unique_ptr<CellText> m_text;
};

std::unique_ptr<CellEncoder> wholeEncoder(const arrow::DataType& column, const Type& type)
{
    const bool isInt = type.kind == Kind::Int;
    const auto least = isInt ? std::numeric_limits<std::int32_t>::min() : std::numeric_limits<std::int64_t>::min();
    const auto most = isInt ? std::numeric_limits<std::int32_t>::max() : std::numeric_limits<std::int64_t>::max();
    return ofWhole(column.id(), [&](auto values) {
        return encoderOf(values, [least, most](auto value, WireOutput& out) {
            if (std::cmp_less(value, least) || std::cmp_greater(value, most))
                return out.fail(kTooLarge);
            return out.number(static_cast<std::int64_t>(value));
        });
    });
}

template <typename Real>
std::unique_ptr<CellEncoder> realEncoder(const arrow::DataType& column)
{
    if (column.id() == arrow::Type::HALF_FLOAT)
        return encoderOf(HalfValues(), [](float value, WireOutput& out) { return out.real<Real>(value); });
    if (column.id() == arrow::Type::FLOAT)
        return encoderOf(WholeValues<float>(), [](float value, WireOutput& out) { return out.real<Real>(value); });
    if (column.id() == arrow::Type::DOUBLE)
        return encoderOf(WholeValues<double>(), [](double value, WireOutput& out) {
            const auto narrow = static_cast<Real>(value);
            return static_cast<double>(narrow) == value || value != value ? out.real(narrow) : out.fail(kDigitsLost);
        });
    return ofWhole(column.id(), [&](auto values) {
        return encoderOf(values, [](auto value, WireOutput& out) {
            const auto real = static_cast<Real>(value);
            constexpr auto kBeyond = 9223372036854775808.0; // where casting back is undefined
            const bool isExact =
                real < kBeyond && real >= -kBeyond && std::cmp_equal(static_cast<std::int64_t>(real), value);
            return isExact ? out.real(real) : out.fail(kDigitsLost);
        });
    });
}

/// What stands in `unit`s of a second, in those of the type.
class TimeScale {
public:
    TimeScale(std::int64_t from, std::int64_t to)
        : m_factor(to >= from ? to / from : 1)
        , m_divisor(to >= from ? 1 : from / to)
    {
    }
    bool write(std::int64_t value, WireOutput& out) const
    {
        if (value % m_divisor != 0)
            return out.fail("it is finer than the schema's unit of time");
        if (__builtin_mul_overflow(value / m_divisor, m_factor, &value))
            return out.fail(kTooLarge);
        return out.number(value);
    }

private:
    std::int64_t m_factor;
    std::int64_t m_divisor;
};

std::unique_ptr<CellEncoder> timestampEncoder(const arrow::DataType& column, std::int64_t perSecond, bool zoned)
{
    if (column.id() != arrow::Type::TIMESTAMP)
        return nullptr;
    const auto& timestamp = static_cast<const arrow::TimestampType&>(column);
    if (timestamp.timezone().empty() == zoned)
        return nullptr;
    const TimeScale scale(unitsPerSecond(timestamp.unit()), perSecond);
    return encoderOf(WholeValues<std::int64_t>(),
                     [scale](std::int64_t value, WireOutput& out) { return scale.write(value, out); });
}

std::unique_ptr<CellEncoder> timeEncoder(const arrow::DataType& column, std::int64_t perSecond)
{
    if (column.id() != arrow::Type::TIME32 && column.id() != arrow::Type::TIME64)
        return nullptr;
    const TimeScale scale(unitsPerSecond(static_cast<const arrow::TimeType&>(column).unit()), perSecond);
    const auto write = [scale](auto value, WireOutput& out) { return scale.write(value, out); };
    if (column.id() == arrow::Type::TIME32)
        return encoderOf(WholeValues<std::int32_t>(), write);
    return encoderOf(WholeValues<std::int64_t>(), write);
}

std::unique_ptr<CellEncoder> dateEncoder(const arrow::DataType& column)
{
    if (column.id() == arrow::Type::DATE32)
        return encoderOf(WholeValues<std::int32_t>(),
                         [](std::int32_t value, WireOutput& out) { return out.number(value); });
    if (column.id() != arrow::Type::DATE64)
        return nullptr;
    constexpr std::int64_t kDay = 86'400'000;
    return encoderOf(WholeValues<std::int64_t>(), [](std::int64_t value, WireOutput& out) {
        const std::int64_t days = value / kDay;
        if (days * kDay != value || days != static_cast<std::int32_t>(days))
            return out.fail("it is no whole day");
        return out.number(days);
    });
}

/// Decimals of one scale.
class DecimalWriter {
public:
    DecimalWriter(const Type& type, std::int32_t scale)
        : m_type(&type)
        , m_scale(scale)
    {
    }

    bool operator()(const arrow::Decimal256& value, WireOutput& out) const
    {
        return writeDecimal(value, m_scale, *m_type, out);
    }

private:
    const Type* m_type;
    std::int32_t m_scale;
};

template <typename Decimal>
class DecimalValues {
public:
    void bind(const arrow::Array& array) { m_array = &static_cast<const arrow::FixedSizeBinaryArray&>(array); }
    [[nodiscard]] arrow::Decimal256 at(std::int64_t row) const
    {
        return arrow::Decimal256(Decimal(m_array->GetValue(row)));
    }

private:
    const arrow::FixedSizeBinaryArray* m_array = nullptr;
};

std::unique_ptr<CellEncoder> decimalEncoder(const arrow::DataType& column, const Type& type)
{
    if (column.id() == arrow::Type::DECIMAL128 || column.id() == arrow::Type::DECIMAL256) {
        const DecimalWriter write(type, static_cast<const arrow::DecimalType&>(column).scale());
        if (column.id() == arrow::Type::DECIMAL128)
            return encoderOf(DecimalValues<arrow::Decimal128>(), write);
        return encoderOf(DecimalValues<arrow::Decimal256>(), write);
    }
    if (BytesView::isText(column))
        return encoderOf(BytesView(),
                         [&type](std::string_view text, WireOutput& out) { return writeDecimal(text, type, out); });
    const DecimalWriter write(type, 0);
    return ofWhole(column.id(), [&](auto values) {
        return encoderOf(values, [write](auto value, WireOutput& out) { return write(arrow::Decimal256(value), out); });
    });
}

bool isSixteenBytes(const arrow::DataType& column)
{
    return column.id() == arrow::Type::FIXED_SIZE_BINARY &&
           static_cast<const arrow::FixedSizeBinaryType&>(column).byte_width() == 16;
}

std::unique_ptr<CellEncoder> uuidEncoder(const arrow::DataType& column, const Type& type)
{
    const bool isText = type.kind == Kind::String;
    if (isSixteenBytes(column))
        return encoderOf(BytesView(), [isText](std::string_view bytes, WireOutput& out) {
            std::string text;
            if (isText)
                appendUuid(bytes, text);
            return isText ? out.text(text) : out.raw(bytes);
        });
    if (!BytesView::isText(column))
        return nullptr;
    return encoderOf(BytesView(), [isText](std::string_view text, WireOutput& out) {
        const auto bytes = uuidBytes(text);
        if (!bytes)
            return out.fail("it is no UUID");
        return isText ? out.text(text) : out.raw(*bytes);
    });
}

std::unique_ptr<CellEncoder> textEncoder(const arrow::DataType& column)
{
    if (BytesView::isText(column))
        return encoderOf(BytesView(), [](std::string_view text, WireOutput& out) { return out.text(text); });
    auto text = makeCellText(column, {.dateTimeSeparator = 'T'});
    if (text == nullptr)
        return nullptr;
    return encoderOf(TextValues(std::move(text)),
                     [](const std::string& value, WireOutput& out) { return out.text(value); });
}

std::unique_ptr<CellEncoder> bytesEncoder(const arrow::DataType& column, const Type& type)
{
    if (!BytesView::covers(column))
        return nullptr;
    if (type.kind == Kind::Bytes)
        return encoderOf(BytesView(), [](std::string_view bytes, WireOutput& out) { return out.text(bytes); });
    return encoderOf(BytesView(), [size = type.size](std::string_view bytes, WireOutput& out) {
        return bytes.size() == size ? out.raw(bytes) : out.fail("it has not as many bytes as the schema's fixed");
    });
}

std::unique_ptr<CellEncoder> enumEncoder(const arrow::DataType& column, const Type& type)
{
    if (!BytesView::isText(column))
        return nullptr;
    return encoderOf(BytesView(), [&type](std::string_view text, WireOutput& out) {
        const auto symbol = std::ranges::find(type.symbols, text);
        return symbol == type.symbols.end() ? out.fail("it is no symbol of the schema's enum")
                                            : out.number(symbol - type.symbols.begin());
    });
}

} // namespace

std::unique_ptr<CellEncoder> makePlainEncoder(const arrow::DataType& column, const Type& type)
{
    constexpr std::int64_t kMillis = 1'000;
    constexpr std::int64_t kMicros = 1'000'000;
    constexpr std::int64_t kNanos = 1'000'000'000;
    switch (type.logical) {
    case Logical::Decimal:
        return decimalEncoder(column, type);
    case Logical::Date:
        return dateEncoder(column);
    case Logical::TimeMillis:
    case Logical::TimeMicros:
        return timeEncoder(column, type.logical == Logical::TimeMillis ? kMillis : kMicros);
    case Logical::TimestampMillis:
    case Logical::LocalTimestampMillis:
        return timestampEncoder(column, kMillis, type.logical == Logical::TimestampMillis);
    case Logical::TimestampMicros:
    case Logical::LocalTimestampMicros:
        return timestampEncoder(column, kMicros, type.logical == Logical::TimestampMicros);
    case Logical::TimestampNanos:
    case Logical::LocalTimestampNanos:
        return timestampEncoder(column, kNanos, type.logical == Logical::TimestampNanos);
    case Logical::Uuid:
        return uuidEncoder(column, type);
    case Logical::Duration:
        return nullptr;
    case Logical::None:
        break;
    }
    switch (type.kind) {
    case Kind::Boolean:
        if (column.id() != arrow::Type::BOOL)
            return nullptr;
        return encoderOf(BooleanValues(), [](bool value, WireOutput& out) { return out.boolean(value); });
    case Kind::Int:
    case Kind::Long:
        return wholeEncoder(column, type);
    case Kind::Float:
        return realEncoder<float>(column);
    case Kind::Double:
        return realEncoder<double>(column);
    case Kind::String:
        return textEncoder(column);
    case Kind::Bytes:
    case Kind::Fixed:
        return bytesEncoder(column, type);
    case Kind::Enum:
        return enumEncoder(column, type);
    default:
        return nullptr;
    }
}

} // namespace headrace::avro
