// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/reason_legend.h"

#include "widgets/theme.h"

#include <QPainter>

namespace headrace {
namespace {

constexpr int kSwatch = 9;
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
        width += kSwatch + kGap + kSpacing + metrics.horizontalAdvance(reasonText(static_cast<CloseReason>(reason)));
    return {width, metrics.height() + 4};
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
        painter.setPen(Qt::NoPen);
        painter.setBrush(reasonColor(reason, palette()));
        painter.drawRoundedRect(QRectF(x, (height() - kSwatch) / 2.0, kSwatch, kSwatch), 2, 2);
        x += kSwatch + kGap;
        painter.setPen(themeColors(palette()).mutedText);
        const QString text = reasonText(reason);
        painter.drawText(QRect(x, 0, metrics.horizontalAdvance(text) + 2, height()), Qt::AlignLeft | Qt::AlignVCenter,
                         text);
        x += metrics.horizontalAdvance(text) + kSpacing;
    }
}

} // namespace headrace
