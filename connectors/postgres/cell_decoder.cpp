// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>
#include <arrow/util/decimal.h>

#include "connectors/postgres/cell_decoder.h"

#include "connectors/formats/decimal_text.h"
#include "connectors/postgres/column_buffers.h"
#include "connectors/postgres/numeric.h"
#include "connectors/postgres/wire.h"

#include <array>
#include <charconv>
#include <cmath>

namespace headrace::postgres {

namespace {

using Decoder = std::unique_ptr<CellDecoder>;
using TypeHandle = std::shared_ptr<arrow::DataType>;

Fit valueOrRefused(bool exact)
{
    return exact ? Fit::Value : Fit::Refused;
}

template <typename T, typename Convert>
Decoder values(const TypeHandle& type, Convert convert)
{
    return std::make_unique<ValueDecoder<T, Convert>>(type, std::move(convert));
}

template <typename Convert>
Decoder bytes(const TypeHandle& type, Convert convert)
{
    return std::make_unique<BytesDecoder<Convert>>(type, std::move(convert));
}

template <typename T>
Decoder fixed(const TypeHandle& type)
{
    return values<T>(type, [](std::string_view wire, T& value) {
        if (wire.size() != sizeof(T))
            return Fit::Refused;
        value = fromWire<T>(wire.data());
        return Fit::Value;
    });
}

/// Days or microseconds since 2000, with the extreme values for the infinities.
template <typename T>
Decoder temporal(const TypeHandle& type, T epoch, ReadOptions::Special special)
{
    return values<T>(type, [epoch, special](std::string_view wire, T& value) {
        using Limits = std::numeric_limits<T>;
        if (wire.size() != sizeof(T))
            return Fit::Refused;
        const T sent = fromWire<T>(wire.data());
        if (sent == Limits::max() || sent == Limits::min()) {
            value = sent == Limits::max() ? Limits::max() : -Limits::max();
            return special == ReadOptions::Special::Reject ? Fit::Refused
                   : special == ReadOptions::Special::Null ? Fit::Null
                                                           : Fit::Value;
        }
        // From the year 294247 on Arrow's microseconds do not reach.
        return valueOrRefused(!__builtin_add_overflow(sent, epoch, &value) && value != Limits::max());
    });
}

Fit uuidText(std::string_view& wire, std::string& buffer)
{
    if (wire.size() != 16)
        return Fit::Refused;
    constexpr std::string_view kDigits = "0123456789abcdef";
    buffer.clear();
    for (std::size_t i = 0; i < wire.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            buffer += '-';
        buffer += kDigits[static_cast<unsigned char>(wire[i]) >> 4];
        buffer += kDigits[static_cast<unsigned char>(wire[i]) & 15];
    }
    wire = buffer;
    return Fit::Value;
}

double decodeDouble(const std::string& digits)
{
    if (digits == "NaN")
        return std::nan("");
    if (digits.ends_with('y'))
        return digits.starts_with('-') ? -INFINITY : INFINITY;
    double value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

Decoder numeric(const TypeHandle& type, const ReadOptions& options)
{
    const Fit otherwise = options.special == ReadOptions::Special::Null ? Fit::Null : Fit::Refused;
    if (type->id() == arrow::Type::DECIMAL128) {
        const int scale = static_cast<const arrow::Decimal128Type&>(*type).scale();
        return values<Int128>(type, [scale, otherwise](std::string_view wire, Int128& value) {
            return decodeNumeric(wire, scale, value) ? Fit::Value : otherwise;
        });
    }
    if (type->id() == arrow::Type::DECIMAL256) {
        const int precision = static_cast<const arrow::Decimal256Type&>(*type).precision();
        const int scale = static_cast<const arrow::Decimal256Type&>(*type).scale();
        return values<std::array<std::uint8_t, 32>>(
            type, [precision, scale, otherwise, digits = std::string()](std::string_view wire, auto& value) mutable {
                if (!numericText(wire, digits))
                    return otherwise;
                const auto number = decimalOf<arrow::Decimal256>(digits, precision, scale);
                if (number)
                    number->ToBytes(value.data());
                return number ? Fit::Value : otherwise;
            });
    }
    if (type->id() == arrow::Type::DOUBLE)
        return values<double>(type, [digits = std::string()](std::string_view wire, double& value) mutable {
            if (!numericText(wire, digits))
                return Fit::Refused;
            value = decodeDouble(digits);
            return Fit::Value;
        });
    return bytes(arrow::utf8(), [digits = std::string()](std::string_view& wire) mutable {
        const bool valid = numericText(wire, digits);
        wire = digits;
        return valueOrRefused(valid);
    });
}

class BoolDecoder final : public CellDecoder {
public:
    Status append(std::span<const WireCell> cells, std::vector<std::size_t>& refused) override
    {
        const std::int64_t before = m_validity.size();
        const auto count = static_cast<std::int64_t>(cells.size());
        HEADRACE_CHECK(m_validity.add(count));
        HEADRACE_CHECK(fromArrow(m_values.Reserve(count), kColumnFailed));
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const bool isValue = cells[i].size == 1;
            m_values.UnsafeAppend(isValue && *cells[i].bytes != 0);
            if (isValue)
                continue;
            m_validity.setNull(before + static_cast<std::int64_t>(i));
            if (!cells[i].isNull())
                refused.push_back(i);
        }
        return {};
    }

    Result<std::shared_ptr<arrow::Array>> finish() override
    {
        HEADRACE_TRY(auto values, fromArrow(m_values.Finish(), kColumnFailed));
        return m_validity.finish(arrow::boolean(), {std::move(values)});
    }

private:
    Validity m_validity;
    arrow::TypedBufferBuilder<bool> m_values;
};

/// One-dimensional arrays that begin at 1: what a list can hold.
class ListDecoder final : public CellDecoder {
public:
    ListDecoder(TypeHandle type, Decoder elements)
        : m_type(std::move(type))
        , m_elements(std::move(elements))
    {
    }

    Status append(std::span<const WireCell> cells, std::vector<std::size_t>& refused) override
    {
        const std::int64_t before = m_validity.size();
        const auto count = static_cast<std::int64_t>(cells.size());
        HEADRACE_CHECK(m_validity.add(count));
        HEADRACE_CHECK(fromArrow(m_offsets.Reserve(count + 1), kColumnFailed));
        if (before == 0)
            m_offsets.UnsafeAppend(0);
        for (std::size_t i = 0; i < cells.size(); ++i) {
            bool exact = false;
            if (!cells[i].isNull()) {
                HEADRACE_TRY(exact, appendElements(cells[i].view()));
                if (!exact)
                    refused.push_back(i); // its elements stay behind as padding of its null
            }
            if (!exact)
                m_validity.setNull(before + static_cast<std::int64_t>(i));
            m_offsets.UnsafeAppend(static_cast<std::int32_t>(m_count));
        }
        return {};
    }

    Result<std::shared_ptr<arrow::Array>> finish() override
    {
        HEADRACE_TRY(auto elements, m_elements->finish());
        if (m_offsets.length() == 0)
            HEADRACE_CHECK(fromArrow(m_offsets.Append(0), kColumnFailed));
        HEADRACE_TRY(auto offsets, fromArrow(m_offsets.Finish(), kColumnFailed));
        m_count = 0;
        return m_validity.finish(m_type, {std::move(offsets)}, {elements->data()});
    }

private:
    /// False when the array is none that a list can hold.
    Result<bool> appendElements(std::string_view wire)
    {
        m_cells.clear();
        if (!splitElements(wire))
            return false;
        m_refused.clear();
        HEADRACE_CHECK(m_elements->append(m_cells, m_refused));
        m_count += static_cast<std::int64_t>(m_cells.size());
        return m_refused.empty();
    }

    bool splitElements(std::string_view wire)
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
        for (std::int32_t i = 0; i < count; ++i) {
            if (wire.size() < 4)
                return false;
            const auto length = fromWire<std::int32_t>(wire.data());
            wire.remove_prefix(4);
            if (length > static_cast<std::int64_t>(wire.size()))
                return false;
            m_cells.push_back({wire.data(), std::max(length, -1)});
            wire.remove_prefix(static_cast<std::size_t>(std::max(length, 0)));
        }
        return true;
    }

    TypeHandle m_type;
    Decoder m_elements;
    Validity m_validity;
    arrow::TypedBufferBuilder<std::int32_t> m_offsets;
    std::int64_t m_count = 0; ///< elements so far
    std::vector<WireCell> m_cells;
    std::vector<std::size_t> m_refused;
};

} // namespace

std::unique_ptr<CellDecoder> makeDecoder(const ReadColumn& column, const ReadOptions& options)
{
    const TypeHandle& type = column.field->type();
    if (type->id() == arrow::Type::LIST) {
        ReadColumn element{"", type->field(0), {}};
        element.type.oid = column.type.element;
        return std::make_unique<ListDecoder>(type, makeDecoder(element, options));
    }
    switch (column.type.oid) {
    case kBool:
        return std::make_unique<BoolDecoder>();
    case kInt2:
        return fixed<std::int16_t>(type);
    case kInt4:
        return fixed<std::int32_t>(type);
    case kInt8:
    case kTime:
        return fixed<std::int64_t>(type);
    case kOid:
        return fixed<std::uint32_t>(type);
    case kFloat4:
        return fixed<float>(type);
    case kFloat8:
        return fixed<double>(type);
    case kNumeric:
        return numeric(type, options);
    case kDate:
        return temporal(type, kEpochDays, options.special);
    case kTimestamp:
    case kTimestamptz:
        return temporal(type, kEpochMicroseconds, options.special);
    case kBytea:
        return bytes(type, [](std::string_view) { return Fit::Value; });
    case kUuid:
        return bytes(type, [buffer = std::string()](std::string_view& wire) mutable { return uuidText(wire, buffer); });
    case kJsonb:
        return bytes(type, [](std::string_view& wire) {
            const bool known = !wire.empty() && wire[0] == 1; // the format's version
            wire.remove_prefix(known ? 1 : 0);
            return valueOrRefused(known);
        });
    default: // the server has checked that texts are UTF-8
        return bytes(arrow::utf8(), [](std::string_view) { return Fit::Value; });
    }
}

} // namespace headrace::postgres
