// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/reason_legend.h"

#include "widgets/charts/reason_mark.h"
#include "widgets/theme.h"

#include <QPainter>

namespace headrace {
namespace {

constexpr int kSwatch = 14;
constexpr int kSwatchHeight = 10;
constexpr int kShape = 8;
constexpr int kGap = 5;
constexpr int kSpacing = 14;

} // namespace

ReasonLegend::ReasonLegend(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize ReasonLegend::sizeHint() const
{
    const QFontMetrics metrics(scaledFont(font(), 0.86));
    int width = 0;
    for (int reason = 0; reason < kCloseReasonCount; ++reason)
        width += kSwatch + kShape + 2 * kGap + kSpacing +
                 metrics.horizontalAdvance(reasonText(static_cast<CloseReason>(reason)));
    return {width - kSpacing + 2, metrics.height() + 4};
}

void ReasonLegend::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(scaledFont(font(), 0.86));
    const QFontMetrics metrics = painter.fontMetrics();
    int x = 0;
    for (int index = 0; index < kCloseReasonCount; ++index) {
        const auto reason = static_cast<CloseReason>(index);
        painter.setBrushOrigin(x, (height() - kSwatchHeight) / 2 + 1);
        fillReason(painter, QRectF(x, (height() - kSwatchHeight) / 2, kSwatch, kSwatchHeight), reason, palette());
        x += kSwatch + kGap;
        const double middle = height() / 2.0;
        painter.fillPath(reasonShape(reason, kShape).translated(x + kShape / 2.0, middle),
                         reasonColor(reason, palette()));
        x += kShape + kGap;
        painter.setPen(themeColors(palette()).mutedText);
        const QString text = reasonText(reason);
        painter.drawText(QRect(x, 0, metrics.horizontalAdvance(text) + 2, height()), Qt::AlignLeft | Qt::AlignVCenter,
                         text);
        x += metrics.horizontalAdvance(text) + kSpacing;
    }
}

} // namespace headrace
