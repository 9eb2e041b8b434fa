// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>

#include <functional>
#include <iterator>
#include <vector>

namespace headrace {

/// A read-only table over a vector of values: each column is a name and a function from a value to its text.
template <typename Row>
class TableModel : public QAbstractTableModel {
public:
    struct Column {
        QString name;
        std::function<QString(const Row&)> text;
        Qt::Alignment alignment = Qt::AlignLeft | Qt::AlignVCenter;
        std::function<QVariant(const Row&)> foreground = {};
        std::function<QVariant(const Row&)> key = {}; ///< what rows are sorted by; empty: their text
    };

    static constexpr int kKeyRole = Qt::UserRole;

    explicit TableModel(std::vector<Column> columns, QObject* parent = nullptr)
        : QAbstractTableModel(parent)
        , m_columns(std::move(columns))
    {
    }

    void setRows(std::vector<Row> rows)
    {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
    }

    /// The same rows with new values: selection and place stay. Rows that came or went set all anew.
    void update(std::vector<Row> rows)
    {
        if (rows.size() != m_rows.size())
            return setRows(std::move(rows));
        m_rows = std::move(rows);
        if (!m_rows.empty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    }

    /// Adds one row at the end and drops the oldest beyond `limit`.
    void append(Row row, std::size_t limit)
    {
        if (m_rows.size() >= limit) {
            beginRemoveRows({}, 0, 0);
            m_rows.erase(m_rows.begin());
            endRemoveRows();
        }
        const int last = static_cast<int>(m_rows.size());
        beginInsertRows({}, last, last);
        m_rows.push_back(std::move(row));
        endInsertRows();
    }

    /// Adds rows before the first one and drops the last beyond `limit`. Selections stay with their rows.
    void prepend(std::vector<Row> rows, std::size_t limit)
    {
        if (rows.empty())
            return;
        if (rows.size() >= limit) {
            rows.resize(limit, rows.front());
            setRows(std::move(rows));
            return;
        }
        beginInsertRows({}, 0, static_cast<int>(rows.size()) - 1);
        m_rows.insert(m_rows.begin(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
        endInsertRows();
        if (m_rows.size() <= limit)
            return;
        beginRemoveRows({}, static_cast<int>(limit), rowCount() - 1);
        m_rows.erase(m_rows.begin() + static_cast<std::ptrdiff_t>(limit), m_rows.end());
        endRemoveRows();
    }

    [[nodiscard]] const std::vector<Row>& rows() const { return m_rows; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
    }

    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
    }

    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override
    {
        if (!checkIndex(index, CheckIndexOption::IndexIsValid))
            return {};
        const Column& column = m_columns[static_cast<std::size_t>(index.column())];
        const Row& row = m_rows[static_cast<std::size_t>(index.row())];
        switch (role) {
        case Qt::DisplayRole:
        case Qt::ToolTipRole:
            return column.text(row);
        case Qt::TextAlignmentRole:
            return static_cast<int>(column.alignment);
        case Qt::ForegroundRole:
            return column.foreground ? column.foreground(row) : QVariant();
        case kKeyRole:
            return column.key ? column.key(row) : column.text(row);
        default:
            return {};
        }
    }

    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override
    {
        if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
            return {};
        const Column& column = m_columns[static_cast<std::size_t>(section)];
        if (role == Qt::DisplayRole)
            return column.name;
        return role == Qt::TextAlignmentRole ? QVariant(static_cast<int>(column.alignment)) : QVariant();
    }

private:
    std::vector<Column> m_columns;
    std::vector<Row> m_rows;
};

} // namespace headrace
