// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/time_ruler.h"

#include "widgets/charts/lane_chart.h"
#include "widgets/theme.h"

#include <QLocale>
#include <QPainter>

#include <cmath>

namespace headrace {
namespace {

constexpr double kLabelScale = 0.82;

} // namespace

TimeRuler::TimeRuler(QWidget* parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void TimeRuler::setWindowSeconds(double seconds)
{
    m_seconds = seconds;
    update();
}

int TimeRuler::markHeight(const QWidget& widget)
{
    return QFontMetrics(scaledFont(widget.font(), kLabelScale)).height() + 4;
}

QSize TimeRuler::sizeHint() const
{
    return {400, 2 * markHeight(*this) + 2};
}

void TimeRuler::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setPen(themeColors(palette()).mutedText);
    painter.setFont(scaledFont(font(), kLabelScale));
    const QRect plot = rect().adjusted(LaneChart::plotLeft(*this), markHeight(*this), -LaneChart::kPlotRight, 0);
    static constexpr int kSteps = 4;
    for (int step = 0; step <= kSteps; ++step) {
        const double seconds = m_seconds * (kSteps - step) / kSteps;
        const bool inMinutes = m_seconds >= 300;
        const QString number = QLocale().toString(inMinutes ? seconds / 60 : seconds, 'g', 3);
        const QString sign = seconds > 0 ? QStringLiteral("−") : QString();
        const QString text = inMinutes ? tr("%1%2 min").arg(sign, number) : tr("%1%2 s").arg(sign, number);
        const int x = plot.left() + plot.width() * step / kSteps;
        const int half = painter.fontMetrics().horizontalAdvance(text);
        const QRect box(x - half, plot.top(), 2 * half, plot.height());
        const bool isLast = step == kSteps;
        painter.drawText(isLast ? box.translated(4 - half, 0) : box,
                         (isLast ? Qt::AlignRight : Qt::AlignHCenter) | Qt::AlignTop, text);
    }
}

MarkOverlay::MarkOverlay(QWidget* parent)
    : QWidget(parent)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_NoSystemBackground);
}

void MarkOverlay::setMarks(const std::vector<PolicyMark>& marks, const TimeWindow& window)
{
    m_window = window;
    std::vector<PolicyMark> visible;
    for (const PolicyMark& mark : marks) {
        if (mark.at >= window.from && mark.at <= window.to)
            visible.push_back(mark);
    }
    if (visible.empty() && m_marks.empty() && !m_chosen)
        return;
    m_marks = std::move(visible);
    update();
}

void MarkOverlay::setChosen(std::optional<double> at)
{
    if (at == m_chosen)
        return;
    m_chosen = at;
    update();
}

double MarkOverlay::xOf(double at) const
{
    const double plotWidth = width() - LaneChart::plotLeft(*this) - LaneChart::kPlotRight;
    return LaneChart::plotLeft(*this) + (at - m_window.from) / m_window.seconds() * plotWidth;
}

void MarkOverlay::drawChosen(QPainter& painter) const
{
    if (!m_chosen || *m_chosen < m_window.from || *m_chosen > m_window.to)
        return;
    painter.setPen(QPen(themeColors(palette()).text, 1));
    const double x = std::floor(xOf(*m_chosen)) + 0.5;
    painter.drawLine(QPointF(x, 0), QPointF(x, height() - TimeRuler::markHeight(*this)));
}

void MarkOverlay::paintEvent(QPaintEvent*)
{
    if (m_marks.empty() && !m_chosen)
        return;
    QPainter painter(this);
    drawChosen(painter);
    const QColor accent = themeColors(palette()).accent;
    painter.setFont(scaledFont(font(), kLabelScale));
    const int labelHeight = TimeRuler::markHeight(*this);
    const QFontMetrics metrics = painter.fontMetrics();
    double freeFrom = 1e9; // labels are placed from the newest back; older ones yield
    for (auto mark = m_marks.rbegin(); mark != m_marks.rend(); ++mark) {
        const double x = xOf(mark->at);
        painter.setPen(QPen(accent, 1, Qt::DashLine));
        painter.drawLine(QPointF(x, 0), QPointF(x, height() - labelHeight));
        const double textWidth = metrics.horizontalAdvance(mark->text);
        double textLeft = x + 4;
        if (textLeft + textWidth > width() - LaneChart::kPlotRight)
            textLeft = x - 4 - textWidth;
        if (textLeft + textWidth + 8 > freeFrom)
            continue;
        freeFrom = textLeft;
        painter.setPen(accent);
        painter.drawText(QRectF(textLeft, height() - labelHeight, textWidth + 2, labelHeight),
                         Qt::AlignLeft | Qt::AlignVCenter, mark->text);
    }
}

} // namespace headrace
