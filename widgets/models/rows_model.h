// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arrow/type_fwd.h>

#include <QAbstractTableModel>

#include <memory>

namespace headrace {

/// Line breaks as signs, so that a value stays in its row.
[[nodiscard]] QString inOneLine(QString text);

/// Rows of a RecordBatch, one column a field; the header names the column and its type. Cells are text as the engine
/// holds it, not as the locale would write it. NULL is told apart from empty text.
class RowsModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Role {
        IsNullRole = Qt::UserRole,
        TypeRole,
        WholeTextRole, ///< what a cell shows, however long it is
        KeyRole,       ///< what rows are sorted by: numbers, times and bools as numbers; nothing for NULL
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setRows(std::shared_ptr<arrow::RecordBatch> rows);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::shared_ptr<arrow::RecordBatch> m_rows;
};

/// typeName() for labels.
[[nodiscard]] QString typeText(const arrow::DataType& type);

} // namespace headrace
