// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/why_closed_ribbon.h"

#include "widgets/charts/lane_chart.h"
#include "widgets/charts/reason_mark.h"
#include "widgets/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace headrace {
namespace {

constexpr int kColumnWidth = 3;

} // namespace

WhyClosedRibbon::WhyClosedRibbon(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Why batches closed"));
    setAccessibleDescription(tr("Click a moment, or step with the arrow keys, to look at its batch."));
    setToolTip(accessibleDescription());
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
}

void WhyClosedRibbon::setHistory(const RunHistory& history, const TimeWindow& window)
{
    m_columns = whyClosed(history, window, std::max(1, bandRect().width() / kColumnWidth));
    update();
}

void WhyClosedRibbon::clear()
{
    m_columns.clear();
    update();
}

QRect WhyClosedRibbon::bandRect() const
{
    return rect().adjusted(LaneChart::plotLeft(*this), 6, -LaneChart::kPlotRight, -6);
}

void WhyClosedRibbon::paintEvent(QPaintEvent*)
{
    const ThemeColors& colors = themeColors(palette());
    QPainter painter(this);
    const QRect band = bandRect();
    painter.fillRect(band, colors.window);
    painter.setPen(colors.border);
    painter.drawRect(band.adjusted(-1, -1, 0, 0));
    painter.setPen(colors.text);
    painter.setFont(scaledFont(font(), 0.88, QFont::DemiBold));
    painter.drawText(QRect(0, band.top(), band.left(), painter.fontMetrics().height() + 4),
                     Qt::AlignLeft | Qt::AlignVCenter, tr("Why closed"));
    if (m_columns.empty())
        return;
    // Whole pixels: fractions of one would make a pattern that the data does not have.
    const int left = band.right() + 1 - static_cast<int>(m_columns.size()) * kColumnWidth;
    QColor seam = colors.surface;
    seam.setAlpha(90);
    for (std::size_t column = 0; column < m_columns.size(); ++column) {
        if (m_columns[column] == ReasonShares{})
            continue;
        const int x = left + static_cast<int>(column) * kColumnWidth;
        double top = band.top();
        for (std::size_t reason = 0; reason < kCloseReasonCount; ++reason) {
            const double height = m_columns[column].at(reason) * band.height();
            if (height > 0)
                fillReason(painter, QRectF(x, top, kColumnWidth, height), static_cast<CloseReason>(reason), palette());
            top += height;
        }
        painter.fillRect(QRect(x, band.top(), 1, band.height()), seam);
    }
    if (hasFocus()) {
        painter.setPen(QPen(colors.accent, colors.focusWidth));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(band.adjusted(-2, -2, 2, 2));
    }
}

void WhyClosedRibbon::mousePressEvent(QMouseEvent* event)
{
    const QRect band = bandRect();
    Q_EMIT picked(std::clamp((event->position().x() - band.left()) / std::max(1, band.width()), 0.0, 1.0));
}

void WhyClosedRibbon::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right)
        Q_EMIT stepped(event->key() == Qt::Key_Left ? -1 : 1);
    else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space)
        Q_EMIT picked(1);
    else
        QWidget::keyPressEvent(event);
}

} // namespace headrace
