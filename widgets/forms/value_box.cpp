// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/value_box.h"

#include "widgets/forms/view_parts.h"
#include "widgets/quantity_text.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

namespace headrace {
namespace {

constexpr int kValueLines = 6;
constexpr int kCellPadding = 16;
constexpr qsizetype kShortText = 1'000; ///< longer ones are not measured
constexpr qsizetype kLongestValue = 1'000'000;

} // namespace

ValueBox::ValueBox(QTableView& table, int role, const QString& name, QWidget* parent)
    : QWidget(parent)
    , m_table(table)
    , m_role(role)
    , m_title(createLabel({}, "muted", this))
    , m_value(new QPlainTextEdit(this))
{
    m_value->setReadOnly(true);
    m_value->setTabChangesFocus(true);
    m_value->setAccessibleName(name);
    m_value->setMinimumHeight(kValueLines * fontMetrics().lineSpacing());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 6, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_title);
    layout->addWidget(m_value);
    connect(table.selectionModel(), &QItemSelectionModel::currentChanged, this, &ValueBox::look);
    connect(table.model(), &QAbstractItemModel::modelReset, this, &ValueBox::look);
    hide();
}

/// A cell that fits needs no second place.
void ValueBox::look()
{
    const QModelIndex current = m_table.currentIndex();
    const QString text = current.data(m_role).toString();
    const int room = m_table.columnWidth(current.column()) - kCellPadding;
    const bool isShort = text.isEmpty() || (text.size() < kShortText && !text.contains(QLatin1Char('\n')) &&
                                            m_table.fontMetrics().horizontalAdvance(text) <= room);
    setVisible(!isShort);
    if (isShort)
        return;
    const QString column = m_table.model()->headerData(current.column(), Qt::Horizontal, Qt::DisplayRole).toString();
    const QString row = m_table.model()->headerData(current.row(), Qt::Vertical, Qt::DisplayRole).toString();
    m_title->setText(
        tr("%1 of row %2 · %3 characters").arg(column.section(QLatin1Char('\n'), 0, 0), row, countText(text.size())));
    m_value->setPlainText(text.left(kLongestValue));
}

QString ValueBox::text() const
{
    return isHidden() ? QString() : m_value->toPlainText();
}

QWidget* createWithBox(QTableView* table, ValueBox* box, QWidget* parent)
{
    auto* parts = new QSplitter(Qt::Vertical, parent);
    parts->setChildrenCollapsible(false);
    parts->addWidget(table);
    parts->addWidget(box);
    parts->setStretchFactor(0, 1);
    return parts;
}

} // namespace headrace
