// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/view_parts.h"

#include "widgets/forms/table_parts.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QFrame>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QStyle>
#include <QStyleOptionComboBox>
#include <QStyleOptionHeader>
#include <QTableView>
#include <QVariant>

#include <algorithm>
#include <vector>

namespace headrace {
namespace {

constexpr int kColumnReserve = 4;
constexpr int kNarrowestColumn = 30;
constexpr int kUsualColumn = 100;
constexpr int kChoiceReserve = 6;
constexpr double kArrowHeight = 5;
constexpr int kUsualLine = 14;   ///< pixels
constexpr int kLastColumn = 120; ///< takes what is left; no less than its cells, or than this where they are long

/// The arrow of a sorted column stands above its name and takes no room beside it.
class TableHead : public QHeaderView {
public:
    explicit TableHead(QWidget* parent)
        : QHeaderView(Qt::Horizontal, parent)
    {
        setSectionsClickable(true);
    }

protected:
    void initStyleOptionForIndex(QStyleOptionHeader* option, int section) const override
    {
        QHeaderView::initStyleOptionForIndex(option, section);
        option->sortIndicator = QStyleOptionHeader::None;
    }

    void paintSection(QPainter* painter, const QRect& rect, int section) const override
    {
        painter->save();
        QHeaderView::paintSection(painter, rect, section);
        painter->restore();
        if (!isSortIndicatorShown() || sortIndicatorSection() != section)
            return;
        const bool isUp = sortIndicatorOrder() == Qt::AscendingOrder;
        const QPointF tip(rect.center().x(), rect.top() + (isUp ? 1 : kArrowHeight + 1));
        const double foot = isUp ? tip.y() + kArrowHeight : tip.y() - kArrowHeight;
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(themeColors(palette()).accent);
        painter->drawPolygon(
            QPolygonF{tip, QPointF(tip.x() + kArrowHeight, foot), QPointF(tip.x() - kArrowHeight, foot)});
    }

    [[nodiscard]] QSize sectionSizeFromContents(int section) const override
    {
        const QSize wanted = QHeaderView::sectionSizeFromContents(section);
        QStyleOptionHeader option;
        initStyleOption(&option);
        option.text = model()->headerData(section, Qt::Horizontal).toString();
        const QSize bare = style()->sizeFromContents(QStyle::CT_HeaderSection, &option, {}, this);
        return {std::min(wanted.width(), bare.width()), wanted.height()};
    }
};

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

int inFont(const QWidget& widget, int pixels)
{
    return std::max(pixels, pixels * widget.fontMetrics().height() / kUsualLine);
}

void fitChoice(QComboBox* box)
{
    const auto fit = [box] {
        QStyleOptionComboBox option;
        option.initFrom(box);
        const QSize text(box->fontMetrics().horizontalAdvance(box->currentText()) + kChoiceReserve, 1);
        box->setMinimumWidth(box->style()->sizeFromContents(QStyle::CT_ComboBox, &option, text, box).width());
    };
    QObject::connect(box, &QComboBox::currentTextChanged, box, fit);
    fit();
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

void setUpTable(QTableView* table, int role)
{
    table->setHorizontalHeader(new TableHead(table));
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
    table->horizontalHeader()->setDefaultSectionSize(inFont(*table, kUsualColumn));
    addCopying(table, role);
}

void fitColumns(QTableView* table, int widest)
{
    table->horizontalHeader()->ensurePolished(); // a first fit may come before the first paint
    const int last = table->model()->columnCount() - 1;
    for (int column = 0; column <= last; ++column) {
        table->resizeColumnToContents(column);
        const int head = table->horizontalHeader()->isHidden() ? 0 : table->horizontalHeader()->sectionSizeHint(column);
        const int limit = column == last ? std::max(kLastColumn, head + kColumnReserve) : widest;
        table->setColumnWidth(column, std::min(table->columnWidth(column) + kColumnReserve, limit));
    }
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
