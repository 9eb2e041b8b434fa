// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/util/decimal.h>
#include <arrow/util/utf8.h>

#include "connectors/postgres/cell_decoder.h"

#include "connectors/core/arrow_result.h"
#include "connectors/postgres/numeric.h"
#include "connectors/postgres/wire.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace headrace::postgres {

namespace {

constexpr std::string_view kWhat = "The rows that PostgreSQL sent could not be kept";

/// A decoder over an Arrow builder; Append(builder, wire) says whether the value fits.
template <typename Builder, typename Append>
class BuilderDecoder final : public CellDecoder {
public:
    BuilderDecoder(const std::shared_ptr<arrow::DataType>& type, Append append)
        : m_builder(type, arrow::default_memory_pool())
        , m_append(std::move(append))
    {
    }

    Status reserve(std::int64_t rows) override { return fromArrow(m_builder.Reserve(rows), kWhat); }
    bool append(std::string_view wire) override
    {
        if (m_append(m_builder, wire))
            return true;
        m_builder.UnsafeAppendNull();
        return false;
    }
    void appendNull() override { m_builder.UnsafeAppendNull(); }
    Result<std::shared_ptr<arrow::Array>> finish() override { return fromArrow(m_builder.Finish(), kWhat); }

private:
    Builder m_builder;
    Append m_append;
};

template <typename Builder, typename Append>
std::unique_ptr<CellDecoder> over(const std::shared_ptr<arrow::DataType>& type, Append append)
{
    return std::make_unique<BuilderDecoder<Builder, Append>>(type, std::move(append));
}

template <typename Builder, typename T>
std::unique_ptr<CellDecoder> fixed(const std::shared_ptr<arrow::DataType>& type)
{
    return over<Builder>(type, [](Builder& builder, std::string_view wire) {
        if (wire.size() != sizeof(T))
            return false;
        builder.UnsafeAppend(fromWire<T>(wire.data()));
        return true;
    });
}

/// Days or microseconds since 2000, with the extreme values for the infinities.
template <typename Builder, typename T>
std::unique_ptr<CellDecoder> temporal(const std::shared_ptr<arrow::DataType>& type, T epoch,
                                      ReadOptions::Special special)
{
    return over<Builder>(type, [epoch, special](Builder& builder, std::string_view wire) {
        using Limits = std::numeric_limits<T>;
        if (wire.size() != sizeof(T))
            return false;
        const T value = fromWire<T>(wire.data());
        T shifted = 0;
        if (value == Limits::max() || value == Limits::min()) {
            if (special == ReadOptions::Special::Reject)
                return false;
            if (special == ReadOptions::Special::Null)
                builder.UnsafeAppendNull();
            else
                builder.UnsafeAppend(value == Limits::max() ? Limits::max() : -Limits::max());
            return true;
        }
        if (__builtin_add_overflow(value, epoch, &shifted) || shifted == Limits::max())
            return false; // from the year 294247 on, which Arrow's microseconds do not reach
        builder.UnsafeAppend(shifted);
        return true;
    });
}

/// Texts and bytes of any length.
template <typename Builder, typename ToBytes>
std::unique_ptr<CellDecoder> bytes(const std::shared_ptr<arrow::DataType>& type, ToBytes toBytes)
{
    return over<Builder>(type, [toBytes = std::move(toBytes)](Builder& builder, std::string_view wire) mutable {
        return toBytes(wire) && builder.ReserveData(static_cast<std::int64_t>(wire.size())).ok() &&
               (builder.UnsafeAppend(wire), true);
    });
}

std::unique_ptr<CellDecoder> text(bool checkUtf8)
{
    if (checkUtf8)
        return bytes<arrow::StringBuilder>(arrow::utf8(),
                                           [](std::string_view wire) { return arrow::util::ValidateUTF8(wire); });
    return bytes<arrow::StringBuilder>(arrow::utf8(), [](std::string_view) { return true; });
}

bool uuidText(std::string_view& wire, std::string& buffer)
{
    if (wire.size() != 16)
        return false;
    constexpr std::string_view kDigits = "0123456789abcdef";
    buffer.clear();
    for (std::size_t i = 0; i < wire.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            buffer += '-';
        buffer += kDigits[static_cast<unsigned char>(wire[i]) >> 4];
        buffer += kDigits[static_cast<unsigned char>(wire[i]) & 15];
    }
    wire = buffer;
    return true;
}

std::unique_ptr<CellDecoder> numeric(const arrow::DataType& type, const ReadOptions& options)
{
    const bool nullInstead = options.special == ReadOptions::Special::Null;
    if (type.id() == arrow::Type::DECIMAL128) {
        const int scale = static_cast<const arrow::Decimal128Type&>(type).scale();
        return over<arrow::Decimal128Builder>(
            type.GetSharedPtr(), [scale, nullInstead](arrow::Decimal128Builder& builder, std::string_view wire) {
                Int128 value = 0;
                if (!decodeNumeric(wire, scale, value)) {
                    if (nullInstead)
                        builder.UnsafeAppendNull();
                    return nullInstead;
                }
                builder.UnsafeAppend(
                    arrow::Decimal128(static_cast<std::int64_t>(value >> 64), static_cast<std::uint64_t>(value)));
                return true;
            });
    }
    if (type.id() == arrow::Type::DECIMAL256) {
        const int scale = static_cast<const arrow::Decimal256Type&>(type).scale();
        return over<arrow::Decimal256Builder>(
            type.GetSharedPtr(), [scale, nullInstead, digits = std::string()](arrow::Decimal256Builder& builder,
                                                                              std::string_view wire) mutable {
                arrow::Decimal256 value;
                std::int32_t found = 0;
                if (numericText(wire, digits) && arrow::Decimal256::FromString(digits, &value, nullptr, &found).ok()) {
                    if (const auto scaled = value.Rescale(found, scale); scaled.ok()) {
                        builder.UnsafeAppend(*scaled);
                        return true;
                    }
                }
                if (nullInstead)
                    builder.UnsafeAppendNull();
                return nullInstead;
            });
    }
    if (type.id() == arrow::Type::DOUBLE)
        return over<arrow::DoubleBuilder>(
            arrow::float64(), [digits = std::string()](arrow::DoubleBuilder& builder, std::string_view wire) mutable {
                if (!numericText(wire, digits))
                    return false;
                double value = digits == "NaN" ? std::nan("") : digits.ends_with('y') ? INFINITY : 0.0;
                if (digits == "-Infinity")
                    value = -INFINITY;
                if (std::isfinite(value))
                    std::from_chars(digits.data(), digits.data() + digits.size(), value);
                builder.UnsafeAppend(value);
                return true;
            });
    return bytes<arrow::StringBuilder>(arrow::utf8(), [digits = std::string()](std::string_view& wire) mutable {
        const bool valid = numericText(wire, digits);
        wire = digits;
        return valid;
    });
}

/// One-dimensional arrays that begin at 1: what a list can hold.
class ListDecoder final : public CellDecoder {
public:
    ListDecoder(const std::shared_ptr<arrow::DataType>& type, std::unique_ptr<CellDecoder> elements)
        : m_type(type)
        , m_elements(std::move(elements))
    {
    }

    Status reserve(std::int64_t rows) override
    {
        HEADRACE_CHECK(fromArrow(m_offsets.Reserve(rows + 1), kWhat));
        return fromArrow(m_valid.Reserve(rows), kWhat);
    }

    bool append(std::string_view wire) override
    {
        const bool exact = decode(wire);
        close(exact); // elements of a refused array stay behind as padding of its null
        return exact;
    }

    void appendNull() override { close(false); }

    Result<std::shared_ptr<arrow::Array>> finish() override
    {
        HEADRACE_TRY(auto elements, m_elements->finish());
        if (m_offsets.length() == 0)
            HEADRACE_CHECK(fromArrow(m_offsets.Append(0), kWhat));
        const std::int64_t nulls = m_valid.false_count();
        const std::int64_t rows = m_valid.length();
        HEADRACE_TRY(auto offsets, fromArrow(m_offsets.Finish(), kWhat));
        HEADRACE_TRY(auto valid, fromArrow(m_valid.Finish(), kWhat));
        m_count = 0;
        return arrow::MakeArray(
            arrow::ArrayData::Make(m_type, rows, {nulls > 0 ? valid : nullptr, offsets}, {elements->data()}, nulls));
    }

private:
    void close(bool valid)
    {
        if (m_offsets.length() == 0)
            m_offsets.UnsafeAppend(0);
        m_offsets.UnsafeAppend(static_cast<std::int32_t>(m_count));
        m_valid.UnsafeAppend(valid);
    }

    bool decode(std::string_view wire)
    {
        constexpr std::size_t kHeader = 12;
        constexpr std::size_t kDimension = 8;
        if (wire.size() < kHeader)
            return false;
        const auto dimensions = fromWire<std::int32_t>(wire.data());
        if (dimensions == 0)
            return true;
        if (dimensions != 1 || wire.size() < kHeader + kDimension)
            return false;
        const auto count = fromWire<std::int32_t>(wire.data() + kHeader);
        if (count < 0 || fromWire<std::int32_t>(wire.data() + kHeader + 4) != 1 ||
            m_count + count > std::numeric_limits<std::int32_t>::max())
            return false;
        wire.remove_prefix(kHeader + kDimension);
        if (!m_elements->reserve(count))
            return false;
        bool exact = true;
        for (std::int32_t i = 0; i < count; ++i) {
            if (wire.size() < 4)
                return false;
            const auto length = fromWire<std::int32_t>(wire.data());
            wire.remove_prefix(4);
            if (length > static_cast<std::int64_t>(wire.size()))
                return false;
            ++m_count;
            if (length < 0) {
                m_elements->appendNull();
                continue;
            }
            exact = m_elements->append(wire.substr(0, static_cast<std::size_t>(length))) && exact;
            wire.remove_prefix(static_cast<std::size_t>(length));
        }
        return exact;
    }

    std::shared_ptr<arrow::DataType> m_type;
    std::unique_ptr<CellDecoder> m_elements;
    arrow::TypedBufferBuilder<std::int32_t> m_offsets;
    arrow::TypedBufferBuilder<bool> m_valid;
    std::int64_t m_count = 0; ///< elements so far
};

} // namespace

std::unique_ptr<CellDecoder> makeDecoder(const ReadColumn& column, const ReadOptions& options)
{
    const auto& type = column.field->type();
    if (type->id() == arrow::Type::LIST) {
        ReadColumn element{"", type->field(0), {}};
        element.type.oid = column.type.element;
        return std::make_unique<ListDecoder>(type, makeDecoder(element, options));
    }
    switch (column.type.oid) {
    case kBool:
        return over<arrow::BooleanBuilder>(type, [](arrow::BooleanBuilder& builder, std::string_view wire) {
            if (wire.size() != 1)
                return false;
            builder.UnsafeAppend(wire[0] != 0);
            return true;
        });
    case kInt2:
        return fixed<arrow::Int16Builder, std::int16_t>(type);
    case kInt4:
        return fixed<arrow::Int32Builder, std::int32_t>(type);
    case kInt8:
        return fixed<arrow::Int64Builder, std::int64_t>(type);
    case kOid:
        return fixed<arrow::UInt32Builder, std::uint32_t>(type);
    case kFloat4:
        return fixed<arrow::FloatBuilder, float>(type);
    case kFloat8:
        return fixed<arrow::DoubleBuilder, double>(type);
    case kNumeric:
        return numeric(*type, options);
    case kDate:
        return temporal<arrow::Date32Builder>(type, kEpochDays, options.special);
    case kTime:
        return fixed<arrow::Time64Builder, std::int64_t>(type);
    case kTimestamp:
    case kTimestamptz:
        return temporal<arrow::TimestampBuilder>(type, kEpochMicroseconds, options.special);
    case kBytea:
        return bytes<arrow::BinaryBuilder>(type, [](std::string_view) { return true; });
    case kUuid:
        return bytes<arrow::StringBuilder>(
            type, [buffer = std::string()](std::string_view& wire) mutable { return uuidText(wire, buffer); });
    case kJsonb:
        return bytes<arrow::StringBuilder>(type, [](std::string_view& wire) {
            const bool known = !wire.empty() && wire[0] == 1; // the format's version
            wire.remove_prefix(known ? 1 : 0);
            return known;
        });
    default:
        return text(options.checkUtf8);
    }
}

} // namespace headrace::postgres
