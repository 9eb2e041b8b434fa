// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/util/decimal.h>

#include "connectors/odbc/cell_decoder.h"

#include "connectors/formats/decimal_text.h"
#include "connectors/formats/utf8.h"
#include "connectors/odbc/cell_value.h"
#include "connectors/odbc/odbc_library.h"
#include "connectors/odbc/wide_text.h"

#include <fmt/format.h>

#include <charconv>
#include <cstring>
#include <limits>

namespace headrace::odbc {

namespace {

constexpr std::size_t kShownBytes = 200;

template <typename T>
T fixed(std::string_view cell)
{
    T value{};
    std::memcpy(&value, cell.data(), std::min(sizeof value, cell.size()));
    return value;
}

template <typename Builder, typename Append>
std::unique_ptr<CellDecoder> over(const std::shared_ptr<arrow::DataType>& type, Append append)
{
    return std::make_unique<BuilderDecoder<std::string_view, Builder, Append>>(type, std::move(append));
}

/// Whole numbers of 64 bits, or their digits, for a narrower column.
template <typename Builder>
std::unique_ptr<CellDecoder> integer(const ReadColumn& column)
{
    using Value = typename Builder::value_type;
    if (column.wire == Wire::Characters)
        return over<Builder>(column.field->type(), [](Builder& builder, std::string_view cell) {
            Value value = 0;
            const auto parsed = std::from_chars(cell.data(), cell.data() + cell.size(), value);
            if (parsed.ec != std::errc() || parsed.ptr != cell.data() + cell.size())
                return false;
            builder.UnsafeAppend(value);
            return true;
        });
    if (column.wire == Wire::Bytes)
        return over<Builder>(column.field->type(), [](Builder& builder, std::string_view cell) {
            std::uint64_t value = 0; // BIT(n), most significant byte first
            for (const char byte : cell)
                value = value << 8 | static_cast<unsigned char>(byte);
            builder.UnsafeAppend(static_cast<Value>(value));
            return cell.size() <= sizeof value;
        });
    return over<Builder>(column.field->type(), [](Builder& builder, std::string_view cell) {
        using Wide = std::conditional_t<std::is_same_v<Value, std::uint64_t>, std::uint64_t, std::int64_t>;
        const auto value = fixed<Wide>(cell);
        if (!std::in_range<Value>(value))
            return false;
        builder.UnsafeAppend(static_cast<Value>(value));
        return true;
    });
}

std::unique_ptr<CellDecoder> floating(const ReadColumn& column)
{
    const auto& type = column.field->type();
    if (type->id() == arrow::Type::FLOAT)
        return over<arrow::FloatBuilder>(type, [](arrow::FloatBuilder& builder, std::string_view cell) {
            builder.UnsafeAppend(static_cast<float>(fixed<double>(cell)));
            return true;
        });
    if (column.wire == Wire::Double)
        return over<arrow::DoubleBuilder>(type, [](arrow::DoubleBuilder& builder, std::string_view cell) {
            builder.UnsafeAppend(fixed<double>(cell));
            return true;
        });
    return over<arrow::DoubleBuilder>(type, [](arrow::DoubleBuilder& builder, std::string_view cell) {
        double value = 0;
        const auto parsed = std::from_chars(cell.data(), cell.data() + cell.size(), value);
        if (parsed.ec != std::errc() || parsed.ptr != cell.data() + cell.size())
            return false;
        builder.UnsafeAppend(value);
        return true;
    });
}

template <typename Decimal, typename Builder>
std::unique_ptr<CellDecoder> decimal(const std::shared_ptr<arrow::DataType>& type)
{
    const auto& own = static_cast<const arrow::DecimalType&>(*type);
    return over<Builder>(type,
                         [precision = own.precision(), scale = own.scale()](Builder& builder, std::string_view cell) {
                             const auto value = decimalOf<Decimal>(cell, precision, scale);
                             if (value)
                                 builder.UnsafeAppend(*value);
                             return value.has_value();
                         });
}

template <typename Builder>
std::unique_ptr<CellDecoder> temporal(const ReadColumn& column,
                                      bool (*parse)(std::string_view, arrow::TimeUnit::type, std::int64_t&))
{
    const auto& type = *column.field->type();
    auto unit = arrow::TimeUnit::MICRO;
    if (type.id() == arrow::Type::TIMESTAMP)
        unit = static_cast<const arrow::TimestampType&>(type).unit();
    else if (type.id() == arrow::Type::TIME64)
        unit = static_cast<const arrow::Time64Type&>(type).unit();
    return over<Builder>(column.field->type(), [parse, unit](Builder& builder, std::string_view cell) {
        std::int64_t value = 0;
        if (!parse(cell, unit, value))
            return false;
        builder.UnsafeAppend(static_cast<typename Builder::value_type>(value));
        return true;
    });
}

std::unique_ptr<CellDecoder> text(const ReadColumn& column)
{
    if (column.wire == Wire::Characters)
        return over<arrow::StringBuilder>(column.field->type(),
                                          [](arrow::StringBuilder& builder, std::string_view cell) {
                                              return isUtf8(cell) && appendBytes(builder, cell);
                                          });
    return over<arrow::StringBuilder>(
        column.field->type(), [utf8 = std::string()](arrow::StringBuilder& builder, std::string_view cell) mutable {
            return narrow(wideCell(cell), utf8) && appendBytes(builder, utf8);
        });
}

} // namespace

std::unique_ptr<CellDecoder> makeDecoder(const ReadColumn& column)
{
    const auto& type = column.field->type();
    switch (type->id()) {
    case arrow::Type::BOOL:
        return over<arrow::BooleanBuilder>(type, [](arrow::BooleanBuilder& builder, std::string_view cell) {
            builder.UnsafeAppend(cell.front() != 0);
            return true;
        });
    case arrow::Type::INT8:
        return integer<arrow::Int8Builder>(column);
    case arrow::Type::INT16:
        return integer<arrow::Int16Builder>(column);
    case arrow::Type::INT32:
        return integer<arrow::Int32Builder>(column);
    case arrow::Type::INT64:
        return integer<arrow::Int64Builder>(column);
    case arrow::Type::UINT8:
        return integer<arrow::UInt8Builder>(column);
    case arrow::Type::UINT16:
        return integer<arrow::UInt16Builder>(column);
    case arrow::Type::UINT32:
        return integer<arrow::UInt32Builder>(column);
    case arrow::Type::UINT64:
        return integer<arrow::UInt64Builder>(column);
    case arrow::Type::FLOAT:
    case arrow::Type::DOUBLE:
        return floating(column);
    case arrow::Type::DECIMAL128:
        return decimal<arrow::Decimal128, arrow::Decimal128Builder>(type);
    case arrow::Type::DECIMAL256:
        return decimal<arrow::Decimal256, arrow::Decimal256Builder>(type);
    case arrow::Type::DATE32:
        return temporal<arrow::Date32Builder>(column, column.wire == Wire::Date ? takeDate : parseDate);
    case arrow::Type::TIMESTAMP:
        return temporal<arrow::TimestampBuilder>(column, column.wire == Wire::DateTime ? takeMoment : parseMoment);
    case arrow::Type::TIME64:
        return temporal<arrow::Time64Builder>(column, parseTimeOfDay);
    case arrow::Type::DURATION:
        return temporal<arrow::DurationBuilder>(column, parseTime);
    case arrow::Type::BINARY:
        return over<arrow::BinaryBuilder>(
            type, [](arrow::BinaryBuilder& builder, std::string_view cell) { return appendBytes(builder, cell); });
    default:
        return text(column);
    }
}

std::string shownCell(const ReadColumn& column, std::string_view cell)
{
    switch (column.wire) {
    case Wire::Integer:
        return std::to_string(fixed<std::int64_t>(cell));
    case Wire::Unsigned:
        return std::to_string(fixed<std::uint64_t>(cell));
    case Wire::Double:
        return fmt::format("{}", fixed<double>(cell));
    case Wire::Bit:
        return std::to_string(static_cast<int>(cell.front()));
    case Wire::Date:
        return shownDate(cell);
    case Wire::DateTime:
        return shownMoment(cell);
    case Wire::Wide:
        if (std::string utf8; narrow(wideCell(cell), utf8))
            return utf8.substr(0, kShownBytes);
        break;
    case Wire::Characters:
    case Wire::Bytes:
        break;
    }
    std::string shown;
    for (const char byte : cell.substr(0, kShownBytes)) {
        if (column.wire == Wire::Characters && static_cast<unsigned char>(byte) >= ' ')
            shown += byte;
        else
            shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    }
    return shown;
}

} // namespace headrace::odbc
