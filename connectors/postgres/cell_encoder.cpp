// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/type.h>
#include <arrow/util/float16.h>

#include "connectors/postgres/cell_encoder.h"

#include "connectors/formats/time_text.h"
#include "connectors/postgres/nested_encoder.h"
#include "connectors/postgres/numeric.h"

#include <limits>
#include <type_traits>

namespace headrace::postgres {

namespace {

using Encoder = std::unique_ptr<CellEncoder>;

/// Values that lie in a plain buffer of T. Write(value, out) says whether the value fits.
template <typename T, typename Write>
class ValueEncoder final : public CellEncoder {
public:
    explicit ValueEncoder(Write write)
        : m_write(write)
    {
    }

    void bind(const arrow::Array& array) override { m_values = array.data()->GetValues<T>(1); }
    bool append(std::int64_t row, WireBuffer& out) override { return m_write(m_values[row], out); }

private:
    Write m_write;
    const T* m_values = nullptr;
};

template <typename T, typename Write>
Encoder values(Write write)
{
    return std::make_unique<ValueEncoder<T, Write>>(write);
}

template <typename T, typename Wire>
Encoder cast()
{
    return values<T>([](T value, WireBuffer& out) {
        out.appendCell(static_cast<Wire>(value));
        return true;
    });
}

/// Cells that are seen through an array type's own accessor. Write(array, row, out) says whether the value fits.
template <typename ArrayType, typename Write>
class ArrayEncoder final : public CellEncoder {
public:
    explicit ArrayEncoder(Write write)
        : m_write(std::move(write))
    {
    }

    void bind(const arrow::Array& array) override { m_array = &static_cast<const ArrayType&>(array); }
    bool append(std::int64_t row, WireBuffer& out) override { return m_write(*m_array, row, out); }

private:
    Write m_write;
    const ArrayType* m_array = nullptr;
};

template <typename ArrayType, typename Write>
Encoder cells(Write write)
{
    return std::make_unique<ArrayEncoder<ArrayType, Write>>(std::move(write));
}

/// Whole numbers into whole numbers at least as wide, floats that hold all of them, and numeric.
template <typename T>
Encoder wholeNumber(unsigned target)
{
    constexpr std::size_t kBytes = std::is_signed_v<T> ? sizeof(T) : sizeof(T) * 2;
    if (target == kInt2 && kBytes <= 2)
        return cast<T, std::int16_t>();
    if (target == kInt4 && kBytes <= 4)
        return cast<T, std::int32_t>();
    if (target == kInt8 && kBytes <= 8)
        return cast<T, std::int64_t>();
    if (target == kOid && std::is_same_v<T, std::uint32_t>)
        return cast<T, std::uint32_t>();
    if (target == kFloat4 && kBytes <= 2)
        return cast<T, float>();
    if (target == kFloat8 && sizeof(T) <= 4)
        return cast<T, double>();
    if (target == kNumeric)
        return values<T>([](T value, WireBuffer& out) {
            encodeNumeric(Int128{value}, 0, out);
            return true;
        });
    return nullptr;
}

Encoder number(const arrow::DataType& type, unsigned target)
{
    switch (type.id()) {
    case arrow::Type::INT8:
        return wholeNumber<std::int8_t>(target);
    case arrow::Type::INT16:
        return wholeNumber<std::int16_t>(target);
    case arrow::Type::INT32:
        return wholeNumber<std::int32_t>(target);
    case arrow::Type::INT64:
        return wholeNumber<std::int64_t>(target);
    case arrow::Type::UINT8:
        return wholeNumber<std::uint8_t>(target);
    case arrow::Type::UINT16:
        return wholeNumber<std::uint16_t>(target);
    case arrow::Type::UINT32:
        return wholeNumber<std::uint32_t>(target);
    case arrow::Type::UINT64:
        return wholeNumber<std::uint64_t>(target);
    case arrow::Type::FLOAT:
        return target == kFloat4 ? cast<float, float>() : target == kFloat8 ? cast<float, double>() : nullptr;
    case arrow::Type::DOUBLE:
        return target == kFloat8 ? cast<double, double>() : nullptr;
    case arrow::Type::HALF_FLOAT:
        if (target == kFloat4)
            return values<std::uint16_t>([](std::uint16_t bits, WireBuffer& out) {
                out.appendCell(arrow::util::Float16::FromBits(bits).ToFloat());
                return true;
            });
        return nullptr;
    default:
        return nullptr;
    }
}

Encoder decimal(const arrow::DataType& type, unsigned target)
{
    if (target != kNumeric)
        return nullptr;
    const int scale = static_cast<const arrow::DecimalType&>(type).scale();
    if (type.id() == arrow::Type::DECIMAL128)
        return cells<arrow::Decimal128Array>([scale](const auto& array, std::int64_t row, WireBuffer& out) {
            Int128 value = 0;
            std::memcpy(&value, array.GetValue(row), sizeof value);
            encodeNumeric(value, scale, out);
            return true;
        });
    return cells<arrow::Decimal256Array>([scale](const auto& array, std::int64_t row, WireBuffer& out) {
        // Digits of the whole number, with the point set by hand: Arrow's own text may have an exponent.
        std::string digits = arrow::Decimal256(array.GetValue(row)).ToIntegerString();
        const std::size_t sign = digits.starts_with('-') ? 1 : 0;
        if (scale > 0) {
            if (digits.size() - sign <= static_cast<std::size_t>(scale))
                digits.insert(sign, static_cast<std::size_t>(scale) + 1 - (digits.size() - sign), '0');
            digits.insert(digits.size() - static_cast<std::size_t>(scale), ".");
        } else {
            digits.append(static_cast<std::size_t>(-scale), '0');
        }
        encodeNumeric(digits, out);
        return true;
    });
}

Encoder timestamp(const arrow::TimestampType& type, unsigned target)
{
    if (target != (type.timezone().empty() ? kTimestamp : kTimestamptz))
        return nullptr;
    return values<std::int64_t>([unit = type.unit()](std::int64_t value, WireBuffer& out) {
        using Limits = std::numeric_limits<std::int64_t>;
        if (unit == arrow::TimeUnit::MICRO && (value == Limits::max() || value <= -Limits::max())) {
            out.appendCell(value > 0 ? Limits::max() : Limits::min()); // as the source gives the infinities
            return true;
        }
        std::int64_t microseconds = 0;
        if (!toMicroseconds(value, unit, microseconds) ||
            __builtin_sub_overflow(microseconds, kEpochMicroseconds, &microseconds))
            return false;
        out.appendCell(microseconds);
        return true;
    });
}

template <typename T>
Encoder timeOfDay(arrow::TimeUnit::type unit)
{
    return values<T>([unit](T value, WireBuffer& out) {
        std::int64_t microseconds = 0;
        const bool exact = toMicroseconds(value, unit, microseconds);
        out.appendCell(microseconds);
        return exact;
    });
}

void appendInterval(std::int64_t microseconds, std::int32_t days, std::int32_t months, WireBuffer& out)
{
    char* const at = out.grow(20);
    toWire(std::int32_t{16}, at);
    toWire(microseconds, at + 4);
    toWire(days, at + 12);
    toWire(months, at + 16);
}

Encoder time(const arrow::DataType& type, unsigned target)
{
    using Limits = std::numeric_limits<std::int32_t>;
    switch (type.id()) {
    case arrow::Type::DATE32:
        if (target != kDate)
            return nullptr;
        return values<std::int32_t>([](std::int32_t days, WireBuffer& out) {
            const bool infinite = days == Limits::max() || days <= -Limits::max();
            const std::int32_t shifted = infinite ? (days > 0 ? Limits::max() : Limits::min()) : days - kEpochDays;
            out.appendCell(shifted);
            return infinite || shifted < days;
        });
    case arrow::Type::DATE64:
        if (target != kDate)
            return nullptr;
        return values<std::int64_t>([](std::int64_t milliseconds, WireBuffer& out) {
            constexpr std::int64_t kDay = 86'400'000;
            const std::int64_t days = milliseconds / kDay - kEpochDays;
            out.appendCell(static_cast<std::int32_t>(days));
            return milliseconds % kDay == 0 && days == static_cast<std::int32_t>(days);
        });
    case arrow::Type::TIME32:
        return target == kTime ? timeOfDay<std::int32_t>(static_cast<const arrow::TimeType&>(type).unit()) : nullptr;
    case arrow::Type::TIME64:
        return target == kTime ? timeOfDay<std::int64_t>(static_cast<const arrow::TimeType&>(type).unit()) : nullptr;
    case arrow::Type::TIMESTAMP:
        return timestamp(static_cast<const arrow::TimestampType&>(type), target);
    case arrow::Type::DURATION:
        if (target != kInterval)
            return nullptr;
        return values<std::int64_t>(
            [unit = static_cast<const arrow::DurationType&>(type).unit()](std::int64_t value, WireBuffer& out) {
                std::int64_t microseconds = 0;
                const bool exact = toMicroseconds(value, unit, microseconds);
                appendInterval(microseconds, 0, 0, out);
                return exact;
            });
    case arrow::Type::INTERVAL_MONTH_DAY_NANO:
        if (target != kInterval)
            return nullptr;
        return cells<arrow::MonthDayNanoIntervalArray>([](const auto& array, std::int64_t row, WireBuffer& out) {
            const auto value = array.Value(row);
            appendInterval(value.nanoseconds / 1'000, value.days, value.months, out);
            return value.nanoseconds % 1'000 == 0;
        });
    default:
        return nullptr;
    }
}

/// The 16 bytes of 36 characters; false for anything else.
bool parseUuid(std::string_view text, char* bytes)
{
    std::size_t digits = 0;
    for (const char c : text) {
        if (c == '-')
            continue;
        const int digit = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        if (digit < 0 || digits == 32)
            return false;
        bytes[digits / 2] = static_cast<char>(digits % 2 == 0 ? digit << 4 : bytes[digits / 2] | digit);
        ++digits;
    }
    return digits == 32;
}

template <typename ArrayType>
Encoder text(const Type& target)
{
    if (isTextLike(target.oid) || target.isEnum)
        return cells<ArrayType>([](const ArrayType& array, std::int64_t row, WireBuffer& out) {
            out.appendCell(array.GetView(row));
            return true;
        });
    if (target.oid == kJsonb)
        return cells<ArrayType>([](const ArrayType& array, std::int64_t row, WireBuffer& out) {
            const std::string_view json = array.GetView(row);
            out.append(static_cast<std::int32_t>(json.size() + 1));
            out.append(std::string_view("\x01")); // the format's version
            out.append(json);
            return true;
        });
    if (target.oid == kUuid)
        return cells<ArrayType>([](const ArrayType& array, std::int64_t row, WireBuffer& out) {
            out.append(std::int32_t{16});
            return parseUuid(array.GetView(row), out.grow(16));
        });
    return nullptr;
}

template <typename ArrayType>
Encoder blob(const arrow::DataType& type, const Type& target)
{
    const bool uuid = target.oid == kUuid && type.id() == arrow::Type::FIXED_SIZE_BINARY && type.byte_width() == 16;
    if (target.oid != kBytea && !uuid)
        return nullptr;
    return cells<ArrayType>([](const ArrayType& array, std::int64_t row, WireBuffer& out) {
        out.appendCell(std::string_view(array.GetView(row)));
        return true;
    });
}

} // namespace

std::unique_ptr<CellEncoder> makeEncoder(const arrow::DataType& type, const Type& target)
{
    switch (type.id()) {
    case arrow::Type::NA:
        return cells<arrow::Array>([](const arrow::Array&, std::int64_t, WireBuffer&) { return false; });
    case arrow::Type::BOOL:
        if (target.oid != kBool)
            return nullptr;
        return cells<arrow::BooleanArray>([](const auto& array, std::int64_t row, WireBuffer& out) {
            out.appendCell(static_cast<std::int8_t>(array.Value(row) ? 1 : 0));
            return true;
        });
    case arrow::Type::DECIMAL128:
    case arrow::Type::DECIMAL256:
        return decimal(type, target.oid);
    case arrow::Type::STRING:
        return text<arrow::StringArray>(target);
    case arrow::Type::LARGE_STRING:
        return text<arrow::LargeStringArray>(target);
    case arrow::Type::STRING_VIEW:
        return text<arrow::StringViewArray>(target);
    case arrow::Type::BINARY:
        return blob<arrow::BinaryArray>(type, target);
    case arrow::Type::LARGE_BINARY:
        return blob<arrow::LargeBinaryArray>(type, target);
    case arrow::Type::BINARY_VIEW:
        return blob<arrow::BinaryViewArray>(type, target);
    case arrow::Type::FIXED_SIZE_BINARY:
        return blob<arrow::FixedSizeBinaryArray>(type, target);
    case arrow::Type::LIST:
    case arrow::Type::LARGE_LIST:
    case arrow::Type::FIXED_SIZE_LIST:
    case arrow::Type::STRUCT:
    case arrow::Type::MAP:
    case arrow::Type::DICTIONARY:
        return makeNestedEncoder(type, target);
    default:
        if (auto encoder = number(type, target.oid))
            return encoder;
        return time(type, target.oid);
    }
}

} // namespace headrace::postgres
