// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/util/decimal.h>

#include "connectors/mariadb/cell_decoder.h"

#include "connectors/formats/decimal_text.h"
#include "connectors/formats/utf8.h"
#include "connectors/mariadb/wire_value.h"

#include <fmt/format.h>

namespace headrace::mariadb {

namespace {

constexpr std::size_t kShownBytes = 200;

template <typename Builder, typename Append>
std::unique_ptr<CellDecoder> over(const std::shared_ptr<arrow::DataType>& type, Append append)
{
    return std::make_unique<BuilderDecoder<const unsigned char*&, Builder, Append>>(type, std::move(append));
}

template <typename Builder>
std::unique_ptr<CellDecoder> fixed(const std::shared_ptr<arrow::DataType>& type)
{
    return over<Builder>(type, [](Builder& builder, const unsigned char*& at) {
        builder.UnsafeAppend(takeFixed<typename Builder::value_type>(at));
        return true;
    });
}

template <typename Builder, bool isText>
std::unique_ptr<CellDecoder> bytes(const std::shared_ptr<arrow::DataType>& type)
{
    return over<Builder>(type, [](Builder& builder, const unsigned char*& at) {
        const std::string_view value = takeBytes(at);
        return (!isText || isUtf8(value)) && appendBytes(builder, value);
    });
}

std::unique_ptr<CellDecoder> decimal(const std::shared_ptr<arrow::DataType>& type)
{
    const int precision = static_cast<const arrow::DecimalType&>(*type).precision();
    const int scale = static_cast<const arrow::DecimalType&>(*type).scale();
    if (type->id() == arrow::Type::DECIMAL128)
        return over<arrow::Decimal128Builder>(
            type, [scale](arrow::Decimal128Builder& builder, const unsigned char*& at) {
                Int128 value = 0;
                if (!parseDecimal(takeBytes(at), scale, value))
                    return false;
                builder.UnsafeAppend(
                    arrow::Decimal128(static_cast<std::int64_t>(value >> 64), static_cast<std::uint64_t>(value)));
                return true;
            });
    return over<arrow::Decimal256Builder>(
        type, [precision, scale](arrow::Decimal256Builder& builder, const unsigned char*& at) {
            const auto value = decimalOf<arrow::Decimal256>(takeBytes(at), precision, scale);
            if (value)
                builder.UnsafeAppend(*value);
            return value.has_value();
        });
}

std::unique_ptr<CellDecoder> bits(const std::shared_ptr<arrow::DataType>& type)
{
    if (type->id() == arrow::Type::BOOL)
        return over<arrow::BooleanBuilder>(type, [](arrow::BooleanBuilder& builder, const unsigned char*& at) {
            builder.UnsafeAppend(takeBits(at) != 0);
            return true;
        });
    return over<arrow::UInt64Builder>(type, [](arrow::UInt64Builder& builder, const unsigned char*& at) {
        builder.UnsafeAppend(takeBits(at));
        return true;
    });
}

std::unique_ptr<CellDecoder> date(const std::shared_ptr<arrow::DataType>& type, bool nullInstead)
{
    return over<arrow::Date32Builder>(type, [nullInstead](arrow::Date32Builder& builder, const unsigned char*& at) {
        const DateTime value = takeDateTime(at);
        if (value.isReal())
            builder.UnsafeAppend(value.days());
        else if (nullInstead)
            builder.UnsafeAppendNull();
        return nullInstead || value.isReal();
    });
}

std::unique_ptr<CellDecoder> dateTime(const std::shared_ptr<arrow::DataType>& type, bool nullInstead)
{
    return over<arrow::TimestampBuilder>(type,
                                         [nullInstead](arrow::TimestampBuilder& builder, const unsigned char*& at) {
                                             const DateTime value = takeDateTime(at);
                                             if (value.isReal())
                                                 builder.UnsafeAppend(value.microseconds());
                                             else if (nullInstead)
                                                 builder.UnsafeAppendNull();
                                             return nullInstead || value.isReal();
                                         });
}

std::unique_ptr<CellDecoder> time(const std::shared_ptr<arrow::DataType>& type)
{
    if (type->id() == arrow::Type::DURATION)
        return over<arrow::DurationBuilder>(type, [](arrow::DurationBuilder& builder, const unsigned char*& at) {
            builder.UnsafeAppend(takeTime(at));
            return true;
        });
    return over<arrow::Time64Builder>(type, [](arrow::Time64Builder& builder, const unsigned char*& at) {
        constexpr std::int64_t kDay = 86'400'000'000;
        const std::int64_t value = takeTime(at);
        if (value < 0 || value >= kDay)
            return false;
        builder.UnsafeAppend(value);
        return true;
    });
}

/// Dates and times as the server writes them.
std::string temporalText(const ReadColumn& column, const unsigned char*& at)
{
    constexpr std::size_t kDateLength = 10;
    constexpr unsigned kMostDigits = 6;
    std::string text = column.wire == Wire::Time ? timeText(takeTime(at)) : takeDateTime(at).text();
    const unsigned digits = std::min(column.column.decimals, kMostDigits);
    text.resize(column.wire == Wire::Date ? kDateLength
                                          : text.size() - (digits == 0 ? kMostDigits + 1 : kMostDigits - digits));
    return text;
}

std::unique_ptr<CellDecoder> temporalAsText(const ReadColumn& column)
{
    return over<arrow::StringBuilder>(column.field->type(),
                                      [column](arrow::StringBuilder& builder, const unsigned char*& at) {
                                          return appendBytes(builder, temporalText(column, at));
                                      });
}

template <typename Signed, typename Unsigned>
std::unique_ptr<CellDecoder> integer(const ReadColumn& column)
{
    const auto& type = column.field->type();
    return arrow::is_unsigned_integer(type->id()) ? fixed<Unsigned>(type) : fixed<Signed>(type);
}

} // namespace

std::unique_ptr<CellDecoder> makeDecoder(const ReadColumn& column, const ReadOptions& options)
{
    const auto& type = column.field->type();
    const bool nullInstead = options.zeroDates == ReadOptions::Zero::Null;
    if (type->id() == arrow::Type::STRING && column.wire != Wire::Text)
        return temporalAsText(column);
    switch (column.wire) {
    case Wire::Int8:
        return integer<arrow::Int8Builder, arrow::UInt8Builder>(column);
    case Wire::Int16:
        return integer<arrow::Int16Builder, arrow::UInt16Builder>(column);
    case Wire::Int32:
        return integer<arrow::Int32Builder, arrow::UInt32Builder>(column);
    case Wire::Int64:
        return integer<arrow::Int64Builder, arrow::UInt64Builder>(column);
    case Wire::Float:
        return fixed<arrow::FloatBuilder>(type);
    case Wire::Double:
        return fixed<arrow::DoubleBuilder>(type);
    case Wire::Bits:
        return bits(type);
    case Wire::Date:
        return date(type, nullInstead);
    case Wire::DateTime:
        return dateTime(type, nullInstead);
    case Wire::Time:
        return time(type);
    case Wire::Text:
        break;
    }
    if (arrow::is_decimal(type->id()))
        return decimal(type);
    if (type->id() == arrow::Type::BINARY)
        return bytes<arrow::BinaryBuilder, false>(type);
    return bytes<arrow::StringBuilder, true>(type);
}

std::string wireText(const ReadColumn& column, const unsigned char* at)
{
    const bool isUnsigned = column.column.isUnsigned;
    const auto number = [&]<typename T>(T value) {
        return isUnsigned ? std::to_string(static_cast<std::make_unsigned_t<T>>(value)) : std::to_string(value);
    };
    switch (column.wire) {
    case Wire::Int8:
        return number(takeFixed<std::int8_t>(at));
    case Wire::Int16:
        return number(takeFixed<std::int16_t>(at));
    case Wire::Int32:
        return number(takeFixed<std::int32_t>(at));
    case Wire::Int64:
        return number(takeFixed<std::int64_t>(at));
    case Wire::Float:
        return fmt::format("{}", takeFixed<float>(at));
    case Wire::Double:
        return fmt::format("{}", takeFixed<double>(at));
    case Wire::Bits:
        return std::to_string(takeBits(at));
    case Wire::Date:
    case Wire::DateTime:
    case Wire::Time:
        return temporalText(column, at);
    case Wire::Text:
        break;
    }
    const std::string_view value = takeBytes(at);
    std::string text;
    for (const char byte : value.substr(0, kShownBytes)) {
        if (column.column.isBinary || static_cast<unsigned char>(byte) < ' ')
            text += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
        else
            text += byte;
    }
    return text;
}

} // namespace headrace::mariadb
