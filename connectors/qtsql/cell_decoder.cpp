// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/builder.h>
#include <arrow/util/decimal.h>

#include "connectors/qtsql/cell_decoder.h"

#include "connectors/formats/decimal_text.h"
#include "connectors/formats/iso_time.h"
#include "connectors/formats/utf8.h"

#include <QDateTime>
#include <QVariant>

#include <limits>

namespace headrace::qtsql {

namespace {

constexpr qsizetype kShownBytes = 200;

template <typename Builder, typename Append>
std::unique_ptr<CellDecoder> over(const std::shared_ptr<arrow::DataType>& type, Append append)
{
    return std::make_unique<BuilderDecoder<const QVariant&, Builder, Append>>(type, std::move(append));
}

/// Whole numbers as the driver has them, or as text.
template <typename Builder>
std::unique_ptr<CellDecoder> integer(const std::shared_ptr<arrow::DataType>& type)
{
    using Value = typename Builder::value_type;
    return over<Builder>(type, [](Builder& builder, const QVariant& cell) {
        bool isNumber = false;
        const auto value = std::is_unsigned_v<Value> ? cell.toULongLong(&isNumber)
                                                     : static_cast<qulonglong>(cell.toLongLong(&isNumber));
        const bool fits = std::is_unsigned_v<Value> ? std::in_range<Value>(value)
                                                    : std::in_range<Value>(static_cast<qlonglong>(value));
        // Qt would round a double
        if (!isNumber || !fits || cell.typeId() == QMetaType::Double || cell.typeId() == QMetaType::Float)
            return false;
        builder.UnsafeAppend(static_cast<Value>(value));
        return true;
    });
}

template <typename Builder>
std::unique_ptr<CellDecoder> floating(const std::shared_ptr<arrow::DataType>& type)
{
    return over<Builder>(type, [](Builder& builder, const QVariant& cell) {
        bool isNumber = false;
        builder.UnsafeAppend(static_cast<typename Builder::value_type>(cell.toDouble(&isNumber)));
        return isNumber;
    });
}

template <typename Decimal, typename Builder>
std::unique_ptr<CellDecoder> decimal(const std::shared_ptr<arrow::DataType>& type)
{
    const auto& own = static_cast<const arrow::DecimalType&>(*type);
    return over<Builder>(
        type, [precision = own.precision(), scale = own.scale()](Builder& builder, const QVariant& cell) {
            if (cell.typeId() == QMetaType::Double) // which the driver has rounded
                return false;
            const auto value = decimalOf<Decimal>(cell.toString().trimmed().toStdString(), precision, scale);
            if (value)
                builder.UnsafeAppend(*value);
            return value.has_value();
        });
}

bool isText(const QVariant& cell)
{
    return cell.typeId() == QMetaType::QString || cell.typeId() == QMetaType::QByteArray;
}

bool takeMoment(const QVariant& cell, bool isZoned, std::int64_t& microseconds)
{
    if (isText(cell)) {
        IsoTime time;
        const bool taken = parseIsoTime(cell.toString().trimmed().toStdString(), time) && time.zoned == isZoned;
        microseconds = time.microseconds;
        return taken;
    }
    const QDateTime moment = cell.toDateTime();
    // Without a zone it is what the clock showed.
    const QDateTime shown = isZoned ? moment.toUTC() : QDateTime(moment.date(), moment.time(), Qt::UTC);
    microseconds = shown.toMSecsSinceEpoch() * 1000;
    return moment.isValid();
}

bool takeTime(const QVariant& cell, std::int64_t& microseconds)
{
    if (isText(cell)) {
        IsoTime time;
        const bool taken = parseIsoTime("1970-01-01 " + cell.toString().trimmed().toStdString(), time) && !time.zoned;
        microseconds = time.microseconds;
        return taken;
    }
    const QTime time = cell.toTime();
    microseconds = std::int64_t{time.msecsSinceStartOfDay()} * 1000;
    return time.isValid();
}

std::unique_ptr<CellDecoder> moment(const std::shared_ptr<arrow::DataType>& type)
{
    const bool isZoned = !static_cast<const arrow::TimestampType&>(*type).timezone().empty();
    return over<arrow::TimestampBuilder>(type, [isZoned](arrow::TimestampBuilder& builder, const QVariant& cell) {
        std::int64_t microseconds = 0;
        if (!takeMoment(cell, isZoned, microseconds))
            return false;
        builder.UnsafeAppend(microseconds);
        return true;
    });
}

/// What a driver could not decode shows as U+FFFD: the text's own bytes are lost.
bool appendText(arrow::StringBuilder& builder, const QVariant& cell)
{
    if (cell.typeId() == QMetaType::QByteArray) {
        const QByteArray bytes = cell.toByteArray();
        const std::string_view text(bytes.data(), static_cast<std::size_t>(bytes.size()));
        return isUtf8(text) && appendBytes(builder, text);
    }
    const QString text = cell.toString();
    if (text.contains(QChar::ReplacementCharacter) || (text.isEmpty() && !cell.canConvert<QString>()))
        return false;
    const QByteArray bytes = text.toUtf8();
    return appendBytes(builder, {bytes.data(), static_cast<std::size_t>(bytes.size())});
}

} // namespace

std::unique_ptr<CellDecoder> makeDecoder(const ReadColumn& column)
{
    const auto& type = column.field->type();
    switch (type->id()) {
    case arrow::Type::BOOL:
        return over<arrow::BooleanBuilder>(type, [](arrow::BooleanBuilder& builder, const QVariant& cell) {
            builder.UnsafeAppend(cell.toBool());
            return true;
        });
    case arrow::Type::INT32:
        return integer<arrow::Int32Builder>(type);
    case arrow::Type::UINT32:
        return integer<arrow::UInt32Builder>(type);
    case arrow::Type::INT64:
        return integer<arrow::Int64Builder>(type);
    case arrow::Type::UINT64:
        return integer<arrow::UInt64Builder>(type);
    case arrow::Type::FLOAT:
        return floating<arrow::FloatBuilder>(type);
    case arrow::Type::DOUBLE:
        return floating<arrow::DoubleBuilder>(type);
    case arrow::Type::DECIMAL128:
        return decimal<arrow::Decimal128, arrow::Decimal128Builder>(type);
    case arrow::Type::DECIMAL256:
        return decimal<arrow::Decimal256, arrow::Decimal256Builder>(type);
    case arrow::Type::DATE32:
        return over<arrow::Date32Builder>(type, [](arrow::Date32Builder& builder, const QVariant& cell) {
            static const qint64 kEpoch = QDate(1970, 1, 1).toJulianDay();
            const QDate date = cell.toDate();
            if (!date.isValid())
                return false;
            builder.UnsafeAppend(static_cast<std::int32_t>(date.toJulianDay() - kEpoch));
            return true;
        });
    case arrow::Type::TIME64:
        return over<arrow::Time64Builder>(type, [](arrow::Time64Builder& builder, const QVariant& cell) {
            std::int64_t microseconds = 0;
            if (!takeTime(cell, microseconds))
                return false;
            builder.UnsafeAppend(microseconds);
            return true;
        });
    case arrow::Type::TIMESTAMP:
        return moment(type);
    case arrow::Type::BINARY:
        return over<arrow::BinaryBuilder>(type, [](arrow::BinaryBuilder& builder, const QVariant& cell) {
            const QByteArray bytes = cell.toByteArray();
            return appendBytes(builder, {bytes.data(), static_cast<std::size_t>(bytes.size())});
        });
    default:
        return over<arrow::StringBuilder>(
            type, [](arrow::StringBuilder& builder, const QVariant& cell) { return appendText(builder, cell); });
    }
}

std::string shownCell(const QVariant& cell)
{
    if (cell.isNull())
        return "NULL";
    if (cell.typeId() == QMetaType::QByteArray)
        return "\\x" + cell.toByteArray().left(kShownBytes / 2).toHex().toStdString();
    return cell.toString().left(kShownBytes).toStdString();
}

} // namespace headrace::qtsql
