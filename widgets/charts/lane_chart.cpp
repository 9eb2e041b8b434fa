// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/lane_chart.h"

#include "widgets/theme.h"

#include <QChart>
#include <QEvent>
#include <QLineSeries>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QValueAxis>

#include <algorithm>
#include <array>

namespace headrace {
namespace {

constexpr int kPlotTop = 7;
constexpr int kPlotBottom = 7;
constexpr double kDotSize = 4;

QString axisLabel(double value)
{
    return value >= 1000 ? QLocale().toString(value, 'f', 0) : QLocale().toString(value, 'g', 3);
}

} // namespace

LaneChart::LaneChart(const QString& title, const QString& note, Unit unit, QWidget* parent)
    : QChartView(parent)
    , m_title(title)
    , m_note(note)
    , m_unit(std::move(unit))
    , m_time(new QValueAxis(this))
    , m_values(new QValueAxis(this))
{
    setFrameShape(QFrame::NoFrame);
    setRenderHint(QPainter::Antialiasing);
    setViewportUpdateMode(QGraphicsView::FullViewportUpdate);
    setCacheMode(QGraphicsView::CacheBackground);
    setFocusPolicy(Qt::NoFocus);
    setMinimumHeight(64);
    setAccessibleName(title);
    viewport()->setAutoFillBackground(false);
    chart()->setBackgroundVisible(false);
    chart()->setMargins({});
    chart()->legend()->hide();
    chart()->addAxis(m_time, Qt::AlignBottom);
    chart()->addAxis(m_values, Qt::AlignLeft);
    m_time->setVisible(false);
    m_values->setVisible(false);
    setWindowSeconds(120);
    setMaximum(1);
}

int LaneChart::addLine(const Color& color, double width)
{
    auto* line = new QLineSeries(this);
    chart()->addSeries(line);
    line->attachAxis(m_time);
    line->attachAxis(m_values);
    m_series.push_back({color, line, width});
    applyColors();
    return static_cast<int>(m_series.size()) - 1;
}

int LaneChart::addDots(const Color& color)
{
    m_series.push_back({color});
    return static_cast<int>(m_series.size()) - 1;
}

void LaneChart::setWindowSeconds(double seconds)
{
    m_time->setRange(-seconds, 0);
}

void LaneChart::setPoints(int index, const QList<QPointF>& points)
{
    Series& series = m_series.at(static_cast<std::size_t>(index));
    series.largest = 0;
    for (const QPointF& point : points)
        series.largest = std::max(series.largest, point.y());
    if (!series.line) {
        series.dots = points;
        viewport()->update();
    } else if (!points.isEmpty() || series.line->count() > 0) {
        series.line->replace(points);
    }
}

void LaneChart::fitValues()
{
    double largest = 0;
    for (const Series& series : m_series)
        largest = std::max(largest, series.largest);
    const double wanted = niceMaximum(largest * 1.05);
    if (largest > m_maximum || wanted < m_maximum / 2)
        setMaximum(wanted);
}

void LaneChart::setMaximum(double maximum)
{
    if (maximum == m_maximum)
        return;
    m_maximum = maximum;
    m_values->setRange(0, maximum);
    resetCachedContent();
    viewport()->update();
}

int LaneChart::plotWidth() const
{
    return std::max(1, width() - kPlotLeft - kPlotRight);
}

QRectF LaneChart::plotArea() const
{
    return {kPlotLeft, kPlotTop, static_cast<double>(plotWidth()),
            static_cast<double>(std::max(1, height() - kPlotTop - kPlotBottom))};
}

void LaneChart::layOutPlot()
{
    chart()->setPlotArea(plotArea());
    resetCachedContent();
}

void LaneChart::resizeEvent(QResizeEvent* event)
{
    QChartView::resizeEvent(event);
    layOutPlot();
}

void LaneChart::mousePressEvent(QMouseEvent* event)
{
    const double share = (event->position().x() - kPlotLeft) / plotWidth();
    if (share >= 0 && share <= 1)
        Q_EMIT picked(share);
}

void LaneChart::changeEvent(QEvent* event)
{
    QChartView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyColors();
}

void LaneChart::applyColors()
{
    for (const Series& series : m_series) {
        if (series.line)
            series.line->setPen(QPen(series.color(palette()), series.width, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin));
    }
    resetCachedContent();
}

void LaneChart::drawBackground(QPainter* painter, const QRectF& rect)
{
    const ThemeColors& colors = themeColors(palette());
    painter->fillRect(rect, colors.surface);
    const QRectF plot = plotArea();
    const AxisUnit unit = m_unit(m_maximum);
    const QFont small = scaledFont(font(), 0.82);

    painter->setRenderHint(QPainter::Antialiasing, false);
    for (const double share : std::array{0.0, 0.5, 1.0}) {
        const double y = plot.bottom() - share * plot.height();
        painter->setPen(QPen(colors.border, 1));
        painter->drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
        painter->setPen(colors.mutedText);
        painter->setFont(small);
        painter->drawText(QRectF(plot.left() - 50, y - 8, 44, 16), Qt::AlignRight | Qt::AlignVCenter,
                          axisLabel(share * m_maximum * unit.factor));
    }
    painter->setPen(colors.text);
    painter->setFont(scaledFont(font(), 0.88, QFont::DemiBold));
    painter->drawText(QRectF(0, plot.top() - 2, kPlotLeft - 30, 18), Qt::AlignLeft | Qt::AlignVCenter, m_title);
    painter->setPen(colors.mutedText);
    painter->setFont(small);
    const QString note = m_note.isEmpty() ? unit.name : m_note.arg(unit.name);
    painter->drawText(QRectF(0, plot.top() + 15, kPlotLeft - 26, 34), Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                      note);
}

void LaneChart::drawForeground(QPainter* painter, const QRectF&)
{
    const QRectF plot = plotArea();
    const double seconds = m_time->max() - m_time->min();
    for (const Series& series : m_series) {
        if (series.dots.isEmpty())
            continue;
        QList<QPointF> places;
        places.reserve(series.dots.size());
        for (const QPointF& dot : series.dots)
            places.append(
                {plot.right() + dot.x() / seconds * plot.width(), plot.bottom() - dot.y() / m_maximum * plot.height()});
        painter->setPen(QPen(series.color(palette()), kDotSize, Qt::SolidLine, Qt::RoundCap));
        painter->drawPoints(places.constData(), static_cast<int>(places.size()));
    }
}

} // namespace headrace
