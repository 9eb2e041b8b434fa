// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QAbstractItemModel;
class QModelIndex;
class QSortFilterProxyModel;
class QString;
class QTableView;

namespace headrace {

// What tables can do beyond showing their cells.

/// Shows `model` in its own order; a click on a column's head sorts by `keyRole`, a second one turns the order round, a
/// third one brings the first order back. Texts are compared without regard to case.
QSortFilterProxyModel* showSorted(QTableView* table, QAbstractItemModel* model, int keyRole);
/// False while the rows stand in the model's own order.
[[nodiscard]] bool isSorted(const QTableView& table);
/// The row of the model that stands at `index` of a table that showSorted() has set up; -1 for none.
[[nodiscard]] int modelRow(const QModelIndex& index);
/// Selects that row of the model, wherever it stands; does nothing when there is none.
void selectModelRow(QTableView* table, int row);

/// Copies the chosen cells by Ctrl+C and from the context menu, as cells between tabs that a spreadsheet takes; `role`
/// has their text.
void addCopying(QTableView* table, int role);

/// A sentence that stands in the table while it has no rows.
void setEmptyNote(QTableView* table, const QString& sentence);

} // namespace headrace
