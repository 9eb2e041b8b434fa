// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/view_parts.h"

#include <QFrame>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QTableView>
#include <QVariant>

#include <algorithm>
#include <vector>

namespace headrace {
namespace {

constexpr int kColumnReserve = 4;
constexpr int kNarrowestColumn = 30;
constexpr int kLastColumn = 60; ///< takes what is left, and no less

} // namespace

void setStyleProperty(QWidget* widget, const char* name, const QVariant& value)
{
    if (widget->property(name) == value)
        return;
    widget->setProperty(name, value);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
    widget->update();
}

QLabel* createLabel(const QString& text, const char* role, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setProperty("role", QString::fromLatin1(role));
    return label;
}

QLabel* createSentence(const QString& text, const char* role, QWidget* parent)
{
    QLabel* label = createLabel(text, role, parent);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

void setRole(QLabel* label, const char* role)
{
    setStyleProperty(label, "role", QString::fromLatin1(role));
}

QFrame* createPanel(QWidget* parent)
{
    auto* panel = new QFrame(parent);
    panel->setProperty("panel", true);
    return panel;
}

QFrame* createRule(QWidget* parent)
{
    auto* rule = new QFrame(parent);
    rule->setProperty("rule", true);
    return rule;
}

QPushButton* createButton(const QString& text, const char* kind, QWidget* parent)
{
    auto* button = new QPushButton(text, parent);
    button->setProperty("kind", QString::fromLatin1(kind));
    button->setAutoDefault(false);
    return button;
}

void setUpTable(QTableView* table)
{
    table->setFrameShape(QFrame::NoFrame);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->setCornerButtonEnabled(false);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 9);
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->horizontalHeader()->setMinimumSectionSize(kNarrowestColumn);
}

void fitColumns(QTableView* table, int widest)
{
    for (int column = 0; column + 1 < table->model()->columnCount(); ++column) {
        table->resizeColumnToContents(column);
        table->setColumnWidth(column, std::min(table->columnWidth(column) + kColumnReserve, widest));
    }
    table->setColumnWidth(table->model()->columnCount() - 1, kLastColumn);
}

void growColumns(QTableView* table)
{
    std::vector<int> before;
    for (int column = 0; column < table->model()->columnCount(); ++column)
        before.push_back(table->columnWidth(column));
    fitColumns(table);
    for (int column = 0; column + 1 < table->model()->columnCount(); ++column)
        table->setColumnWidth(column, std::max(before[static_cast<std::size_t>(column)], table->columnWidth(column)));
}

} // namespace headrace
