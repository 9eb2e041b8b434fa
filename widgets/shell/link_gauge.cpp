// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/shell/link_gauge.h"

#include "widgets/quantity_text.h"
#include "widgets/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace headrace {
namespace {

constexpr double kLabelScale = 0.8;
constexpr int kNarrowest = 44;

} // namespace

LinkGauge::LinkGauge(const QString& label, QWidget* parent)
    : QWidget(parent)
    , m_label(label)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Preferred);
}

QSize LinkGauge::sizeHint() const
{
    const QFontMetrics metrics(scaledFont(font(), kLabelScale));
    return {std::max(kNarrowest, metrics.horizontalAdvance(m_label) + 8), 2 * metrics.height() + 30};
}

void LinkGauge::setFill(std::optional<double> fill)
{
    if (fill == m_fill)
        return;
    m_fill = fill;
    setAccessibleName(fill ? tr("%1: %2 full").arg(m_label, percentText(*fill)) : QString());
    update();
}

void LinkGauge::paintEvent(QPaintEvent*)
{
    const ThemeColors& colors = themeColors(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(colors.mutedText);
    painter.setFont(scaledFont(font(), kLabelScale));
    const int line = painter.fontMetrics().height() + 2;
    const int middle = height() / 2;
    if (!m_fill) {
        painter.drawText(rect(), Qt::AlignCenter, QStringLiteral("→"));
        return;
    }
    const double fill = std::clamp(*m_fill, 0.0, 1.0);
    painter.drawText(QRect(0, middle - line - 5, width(), line), Qt::AlignCenter, m_label);
    painter.drawText(QRect(0, middle + 5, width(), line), Qt::AlignCenter, percentText(std::round(fill * 100) / 100));
    QRectF bar(4, middle - 2.5, width() - 8, 5);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors.track);
    painter.drawRoundedRect(bar, 2, 2);
    if (fill <= 0)
        return;
    bar.setWidth(std::max(3.0, bar.width() * fill));
    painter.setBrush(fill > 0.9 ? colors.warning : colors.good);
    painter.drawRoundedRect(bar, 2, 2);
}

} // namespace headrace
