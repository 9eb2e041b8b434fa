// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "widgets/models/rows_model.h"

#include "connectors/core/type_name.h"
#include "widgets/theme.h"

#include <QGuiApplication>
#include <QPalette>

namespace headrace {
namespace {

constexpr qsizetype kLongestCell = 300;

QString cellText(const arrow::Array& column, std::int64_t row)
{
    if (column.IsNull(row))
        return QStringLiteral("NULL");
    if (column.type_id() == arrow::Type::STRING) {
        const auto view = static_cast<const arrow::StringArray&>(column).GetView(row);
        return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
    }
    if (column.type_id() == arrow::Type::LIST) {
        const auto& list = static_cast<const arrow::ListArray&>(column);
        QStringList items;
        for (std::int64_t item = list.value_offset(row); item < list.value_offset(row + 1); ++item)
            items << cellText(*list.values(), item);
        return QStringLiteral("[%1]").arg(items.join(QStringLiteral(", ")));
    }
    if (column.type_id() == arrow::Type::BINARY) { // bytes that are no text, in hexadecimal
        const auto view = static_cast<const arrow::BinaryArray&>(column).GetView(row);
        return QString::fromLatin1(
            QByteArray::fromRawData(view.data(), static_cast<qsizetype>(view.size())).toHex(' '));
    }
    const auto scalar = column.GetScalar(row);
    return scalar.ok() ? QString::fromStdString((*scalar)->ToString())
                       : QString::fromStdString(scalar.status().message());
}

/// Numbers as numbers, a time as how far it is from its epoch; what else there is by its text.
QVariant keyOf(const arrow::Array& column, std::int64_t row)
{
    if (column.IsNull(row))
        return {};
    const arrow::Type::type type = column.type_id();
    const bool isNumber = arrow::is_integer(type) || arrow::is_floating(type) || arrow::is_temporal(type) ||
                          arrow::is_decimal(type) || type == arrow::Type::BOOL || type == arrow::Type::DURATION;
    const auto scalar = isNumber ? column.GetScalar(row) : arrow::Result<std::shared_ptr<arrow::Scalar>>(nullptr);
    if (!isNumber || !scalar.ok())
        return cellText(column, row);
    if (type == arrow::Type::UINT64)
        return static_cast<qulonglong>(static_cast<const arrow::UInt64Scalar&>(**scalar).value);
    if (arrow::is_floating(type) || arrow::is_decimal(type)) {
        bool isRead = false;
        const double value = QString::fromStdString((*scalar)->ToString()).toDouble(&isRead);
        return isRead ? QVariant(value) : QVariant(cellText(column, row));
    }
    const auto whole = (*scalar)->CastTo(arrow::int64());
    return whole.ok() ? QVariant(static_cast<qlonglong>(static_cast<const arrow::Int64Scalar&>(**whole).value))
                      : QVariant(cellText(column, row));
}

bool isNumeric(const arrow::DataType& type)
{
    return arrow::is_integer(type.id()) || arrow::is_floating(type.id()) || arrow::is_decimal(type.id());
}

} // namespace

QString inOneLine(QString text)
{
    static const QString kSign = QStringLiteral("↵ ");
    return text.replace(QStringLiteral("\r\n"), kSign)
        .replace(QLatin1Char('\n'), kSign)
        .replace(QLatin1Char('\r'), kSign);
}

QString typeText(const arrow::DataType& type)
{
    return QString::fromStdString(typeName(type));
}

void RowsModel::setRows(std::shared_ptr<arrow::RecordBatch> rows)
{
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

int RowsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_rows ? 0 : static_cast<int>(m_rows->num_rows());
}

int RowsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_rows ? 0 : m_rows->num_columns();
}

QVariant RowsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const arrow::Array& column = *m_rows->column(index.column());
    switch (role) {
    case Qt::DisplayRole: {
        const QString text = cellText(column, index.row());
        return inOneLine(text.size() > kLongestCell ? text.left(kLongestCell) + QStringLiteral("…") : text);
    }
    case Qt::ToolTipRole: {
        const QString text = cellText(column, index.row());
        return text.size() > 40 ? QVariant(text.left(4000)) : QVariant();
    }
    case Qt::TextAlignmentRole:
        return static_cast<int>((isNumeric(*column.type()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::ForegroundRole:
        return column.IsNull(index.row()) ? QVariant(themeColors(QGuiApplication::palette()).mutedText) : QVariant();
    case Qt::FontRole: {
        QFont font(QGuiApplication::font());
        font.setItalic(true);
        return column.IsNull(index.row()) ? QVariant(font) : QVariant();
    }
    case IsNullRole:
        return column.IsNull(index.row());
    case WholeTextRole:
        return cellText(column, index.row());
    case KeyRole:
        return keyOf(column, index.row());
    default:
        return {};
    }
}

QVariant RowsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (!m_rows || section < 0)
        return {};
    if (orientation == Qt::Vertical)
        return role == Qt::DisplayRole ? QVariant(section + 1) : QVariant();
    if (section >= m_rows->num_columns())
        return {};
    const auto& field = m_rows->schema()->field(section);
    switch (role) {
    case Qt::DisplayRole:
        return QString::fromStdString(field->name()) + QStringLiteral("\n") + typeText(*field->type());
    case Qt::TextAlignmentRole:
        return static_cast<int>((isNumeric(*field->type()) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case TypeRole:
        return typeText(*field->type());
    default:
        return {};
    }
}

} // namespace headrace
