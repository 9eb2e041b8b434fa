// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/reason_legend.h"

#include "widgets/charts/reason_mark.h"
#include "widgets/theme.h"

#include <QPainter>

#include <limits>

namespace headrace {
namespace {

constexpr int kSwatch = 14;
constexpr int kSwatchHeight = 10;
constexpr int kShape = 8;
constexpr int kGap = 5;
constexpr int kSpacing = 14;
constexpr double kScale = 0.86;

} // namespace

ReasonLegend::ReasonLegend(QWidget* parent)
    : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

QList<QRect> ReasonLegend::places(int width) const
{
    const QFontMetrics metrics(scaledFont(font(), kScale));
    const int height = metrics.height() + 4;
    QList<QRect> found;
    QPoint at;
    for (int reason = 0; reason < kCloseReasonCount; ++reason) {
        const int wide =
            kSwatch + kShape + 2 * kGap + metrics.horizontalAdvance(reasonText(static_cast<CloseReason>(reason))) + 2;
        if (at.x() > 0 && at.x() + wide > width)
            at = {0, at.y() + height};
        found.append({at, QSize(wide, height)});
        at.rx() += wide + kSpacing;
    }
    return found;
}

QSize ReasonLegend::sizeHint() const
{
    const QRect last = places(std::numeric_limits<int>::max()).last();
    return {last.right() + 1, last.height()};
}

QSize ReasonLegend::minimumSizeHint() const
{
    return {120, sizeHint().height()};
}

int ReasonLegend::heightForWidth(int width) const
{
    return places(width).last().bottom() + 1;
}

void ReasonLegend::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(scaledFont(font(), kScale));
    const QList<QRect> items = places(width());
    for (int index = 0; index < kCloseReasonCount; ++index) {
        const auto reason = static_cast<CloseReason>(index);
        const QRect item = items[index];
        const QRect swatch(item.left(), item.top() + (item.height() - kSwatchHeight) / 2, kSwatch, kSwatchHeight);
        painter.setBrushOrigin(swatch.topLeft() + QPoint(0, 1));
        fillReason(painter, swatch, reason, palette());
        const QPointF shape(swatch.right() + 1 + kGap + kShape / 2.0, item.top() + item.height() / 2.0);
        painter.fillPath(reasonShape(reason, kShape).translated(shape), reasonColor(reason, palette()));
        painter.setPen(themeColors(palette()).mutedText);
        painter.drawText(item.adjusted(kSwatch + kShape + 2 * kGap, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         reasonText(reason));
    }
}

} // namespace headrace
