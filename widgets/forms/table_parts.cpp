// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/table_parts.h"

#include "widgets/forms/view_parts.h"

#include <QAction>
#include <QClipboard>
#include <QCoreApplication>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QRegularExpression>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace headrace {
namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("Tables", text);
}

/// A text that holds what parts cells stands in quotes, as spreadsheets write it.
QString cellOf(const QString& text)
{
    static const QRegularExpression kParting(QStringLiteral("[\\t\\r\\n\"]"));
    if (!text.contains(kParting))
        return text;
    return QLatin1Char('"') + QString(text).replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
}

void copyCells(const QTableView& table, int role)
{
    QModelIndexList cells = table.selectionModel()->selectedIndexes();
    cells.erase(std::remove_if(cells.begin(), cells.end(),
                               [&table](const QModelIndex& cell) { return table.isColumnHidden(cell.column()); }),
                cells.end());
    if (cells.isEmpty())
        return;
    std::sort(cells.begin(), cells.end());
    QString text;
    for (qsizetype cell = 0; cell < cells.size(); ++cell) {
        if (cell > 0)
            text += cells[cell].row() == cells[cell - 1].row() ? QLatin1Char('\t') : QLatin1Char('\n');
        const QString value = cells[cell].data(role).toString();
        text += cells.size() == 1 ? value : cellOf(value);
    }
    QGuiApplication::clipboard()->setText(text);
}

/// The keyboard's way to what a click on a column's head does.
void sortByCurrent(QTableView& table)
{
    const QHeaderView& head = *table.horizontalHeader();
    const int column = table.currentIndex().column();
    if (column < 0)
        return;
    const bool isAscending = head.sortIndicatorSection() == column && head.sortIndicatorOrder() == Qt::AscendingOrder;
    table.sortByColumn(column, isAscending ? Qt::DescendingOrder : Qt::AscendingOrder);
}

} // namespace

QSortFilterProxyModel* showSorted(QTableView* table, QAbstractItemModel* model, int keyRole)
{
    auto* sorted = new QSortFilterProxyModel(table);
    sorted->setSourceModel(model);
    sorted->setSortRole(keyRole);
    sorted->setSortCaseSensitivity(Qt::CaseInsensitive);
    table->setModel(sorted);
    QHeaderView* head = table->horizontalHeader();
    head->setSortIndicator(-1, Qt::AscendingOrder);
    head->setSortIndicatorClearable(true);
    table->setSortingEnabled(true);
    auto* sort = new QAction(tr("Sort by This Column"), table);
    QObject::connect(sort, &QAction::triggered, table, [table] { sortByCurrent(*table); });
    table->addAction(sort);
    return sorted;
}

bool isSorted(const QTableView& table)
{
    return table.horizontalHeader()->sortIndicatorSection() >= 0;
}

int modelRow(const QModelIndex& index)
{
    const auto* sorted = qobject_cast<const QSortFilterProxyModel*>(index.model());
    return sorted ? sorted->mapToSource(index).row() : index.row();
}

void selectModelRow(QTableView* table, int row)
{
    const auto* sorted = qobject_cast<const QSortFilterProxyModel*>(table->model());
    if (!sorted || row < 0 || row >= sorted->sourceModel()->rowCount())
        return;
    table->selectRow(sorted->mapFromSource(sorted->sourceModel()->index(row, 0)).row());
}

void addCopying(QTableView* table, int role)
{
    auto* copy = new QAction(tr("Copy"), table);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    QObject::connect(copy, &QAction::triggered, table, [table, role] { copyCells(*table, role); });
    table->addAction(copy);
    table->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void setEmptyNote(QTableView* table, const QString& sentence)
{
    QLabel* note = createSentence(sentence, "muted", table->viewport());
    note->setAlignment(Qt::AlignCenter);
    note->setAttribute(Qt::WA_TransparentForMouseEvents);
    auto* layout = new QVBoxLayout(table->viewport());
    layout->setContentsMargins(24, 8, 24, 8);
    layout->setSizeConstraint(QLayout::SetNoConstraint);
    layout->addWidget(note);
    const QAbstractItemModel* model = table->model();
    const auto look = [note, model] { note->setVisible(model->rowCount() == 0); };
    QObject::connect(model, &QAbstractItemModel::rowsInserted, note, look);
    QObject::connect(model, &QAbstractItemModel::rowsRemoved, note, look);
    QObject::connect(model, &QAbstractItemModel::modelReset, note, look);
    look();
}

} // namespace headrace
