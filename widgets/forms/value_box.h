// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QTableView;

namespace headrace {

/// Stands below a table and shows the whole text of its current cell where the table has no room for it; hidden
/// otherwise.
class ValueBox : public QWidget {
    Q_OBJECT

public:
    /// `role` has the whole text of a cell, `name` is what a screen reader says.
    ValueBox(QTableView& table, int role, const QString& name, QWidget* parent = nullptr);

    [[nodiscard]] QString text() const;

private:
    void look();

    QTableView& m_table;
    int m_role;
    QLabel* m_title;
    QPlainTextEdit* m_value;
};

/// The table with its box below, parted by a handle.
[[nodiscard]] QWidget* createWithBox(QTableView* table, ValueBox* box, QWidget* parent);

} // namespace headrace
