// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/lane_chart.h"

#include "widgets/charts/reason_mark.h"
#include "widgets/theme.h"

#include <QChart>
#include <QEvent>
#include <QLineSeries>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QPixmap>
#include <QValueAxis>

#include <algorithm>
#include <array>
#include <cmath>

namespace headrace {
namespace {

constexpr int kPlotEdge = 7; ///< above and below: half a number, or more in a large font
constexpr int kLowest = 64;
constexpr double kLowestLines = 4.2; ///< the title, the unit and the key
constexpr double kDotSize = 6;
constexpr double kTitleScale = 0.88;
constexpr double kLabelScale = 0.82;
constexpr double kPlotLeftLines = 8.7; ///< room for the title, the key and the numbers
constexpr int kKeyGap = 7;

QString axisLabel(double value)
{
    return value >= 1000 ? QLocale().toString(value, 'f', 0) : QLocale().toString(value, 'g', 3);
}

} // namespace

LaneChart::LaneChart(const QString& title, Unit unit, QWidget* parent)
    : QChartView(parent)
    , m_title(title)
    , m_unit(std::move(unit))
    , m_time(new QValueAxis(this))
    , m_values(new QValueAxis(this))
{
    setFrameShape(QFrame::NoFrame);
    setRenderHint(QPainter::Antialiasing);
    setViewportUpdateMode(QGraphicsView::FullViewportUpdate);
    setCacheMode(QGraphicsView::CacheBackground);
    setFocusPolicy(Qt::NoFocus);
    setMinimumHeight(std::max(kLowest, qRound(kLowestLines * QFontMetrics(scaledFont(font(), kLabelScale)).height())));
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

int LaneChart::plotLeft(const QWidget& widget)
{
    return qRound(kPlotLeftLines * QFontMetrics(widget.font()).height());
}

int LaneChart::addLine(const Line& look)
{
    auto* line = new QLineSeries(this);
    chart()->addSeries(line);
    line->attachAxis(m_time);
    line->attachAxis(m_values);
    m_series.push_back({look, line});
    applyColors();
    return static_cast<int>(m_series.size()) - 1;
}

int LaneChart::addDots(CloseReason reason)
{
    const auto color = [reason](const QPalette& palette) { return reasonColor(reason, palette); };
    m_series.push_back({{reasonText(reason), color}, nullptr, reason});
    return static_cast<int>(m_series.size()) - 1;
}

void LaneChart::addPercentiles()
{
    const auto add = [this](const char* name, int percentile, const QList<double>& dashes) {
        addLine({QString::fromLatin1(name),
                 [percentile](const QPalette& palette) { return percentileColor(percentile, palette); }, 1.3, dashes});
    };
    add("p99", 99, {});
    add("p95", 95, {6, 4});
    add("p50", 50, {1.5, 3});
}

QPen LaneChart::Series::pen(const QPalette& palette) const
{
    QPen pen(look.color(palette), look.width, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin);
    if (!look.dashes.isEmpty())
        pen.setDashPattern(look.dashes);
    return pen;
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
    const double wanted = niceMaximum(largest * 1.05, m_unit);
    if (largest > m_maximum || wanted < m_maximum / 2)
        setMaximum(wanted);
    if (m_isEmpty != (largest <= 0)) {
        m_isEmpty = largest <= 0;
        resetCachedContent();
    }
}

void LaneChart::setMaximum(double maximum)
{
    if (maximum == m_maximum)
        return;
    m_maximum = maximum;
    m_isEmpty = false;
    m_values->setRange(0, maximum);
    resetCachedContent();
    viewport()->update();
}

int LaneChart::plotWidth() const
{
    return std::max(1, width() - plotLeft(*this) - kPlotRight);
}

QRectF LaneChart::plotArea() const
{
    const int edge = std::max(kPlotEdge, QFontMetrics(scaledFont(font(), kLabelScale)).height() / 2 + 1);
    return {static_cast<double>(plotLeft(*this)), static_cast<double>(edge), static_cast<double>(plotWidth()),
            static_cast<double>(std::max(1, height() - 2 * edge))};
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
    const double share = (event->position().x() - plotLeft(*this)) / plotWidth();
    if (share >= 0 && share <= 1)
        Q_EMIT picked(share);
}

void LaneChart::changeEvent(QEvent* event)
{
    QChartView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        applyColors();
    if (event->type() == QEvent::FontChange)
        layOutPlot();
}

void LaneChart::applyColors()
{
    for (const Series& series : m_series) {
        if (series.line)
            series.line->setPen(series.pen(palette()));
    }
    resetCachedContent();
}

void LaneChart::drawBackground(QPainter* painter, const QRectF& rect)
{
    const ThemeColors& colors = themeColors(palette());
    painter->fillRect(rect, colors.surface);
    drawScale(*painter);
    painter->setPen(colors.text);
    painter->setFont(scaledFont(font(), kTitleScale, QFont::DemiBold));
    double top = plotArea().top() - 4;
    const auto write = [painter, &top, this](const QString& text) {
        const double height = painter->fontMetrics().height() + 1;
        painter->drawText(QRectF(0, top, plotLeft(*this), height), Qt::AlignLeft | Qt::AlignVCenter, text);
        top += height;
    };
    write(m_title);
    painter->setPen(colors.mutedText);
    painter->setFont(scaledFont(font(), kLabelScale));
    write(m_unit(m_maximum).name);
    drawKey(*painter, top);
}

void LaneChart::drawScale(QPainter& painter) const
{
    const ThemeColors& colors = themeColors(palette());
    const QRectF plot = plotArea();
    const double factor = m_unit(m_maximum).factor;
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setFont(scaledFont(font(), kLabelScale));
    const double half = painter.fontMetrics().height() / 2.0;
    for (const double share : std::array{0.0, 0.5, 1.0}) {
        const double y = plot.bottom() - share * plot.height();
        painter.setPen(QPen(colors.border, 1));
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
        painter.setPen(colors.mutedText);
        if (share == 0 || !m_isEmpty)
            painter.drawText(QRectF(0, y - half, plot.left() - 6, 2 * half), Qt::AlignRight | Qt::AlignVCenter,
                             axisLabel(share * m_maximum * factor));
    }
}

/// The names of the lines beside each other, each over a piece of its line.
void LaneChart::drawKey(QPainter& painter, double top) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    const QFontMetrics metrics = painter.fontMetrics();
    if (top + metrics.height() + 3 > height())
        return; // half a key is none
    double left = 0;
    for (auto series = m_series.rbegin(); series != m_series.rend(); ++series) {
        if (!series->line || series->look.name.isEmpty())
            continue;
        const double width = metrics.horizontalAdvance(series->look.name);
        painter.setPen(themeColors(palette()).mutedText);
        painter.drawText(QPointF(left, top + metrics.ascent()), series->look.name);
        painter.setPen(series->pen(palette()));
        const double below = top + metrics.height() + 1.5;
        painter.drawLine(QPointF(left, below), QPointF(left + width, below));
        left += width + kKeyGap;
    }
}

QPointF LaneChart::placeOf(const QPointF& point) const
{
    const QRectF plot = plotArea();
    return {plot.right() + point.x() / (m_time->max() - m_time->min()) * plot.width(),
            plot.bottom() - point.y() / m_maximum * plot.height()};
}

void LaneChart::drawForeground(QPainter* painter, const QRectF&)
{
    for (const Series& series : m_series) {
        if (!series.dots.isEmpty())
            drawDots(*painter, series);
        if (!series.line || series.line->count() != 1)
            continue;
        painter->setPen(QPen(series.look.color(palette()), kDotSize - 2, Qt::SolidLine, Qt::RoundCap));
        painter->drawPoint(placeOf(series.line->at(0))); // a line of one point would not be seen
    }
}

/// The shape is filled once and stamped: there are thousands of dots in a frame.
void LaneChart::drawDots(QPainter& painter, const Series& series) const
{
    static constexpr double kEdge = kDotSize / 2 + 1;
    const double ratio = devicePixelRatioF();
    const int pixels = qCeil(2 * kEdge * ratio);
    QPixmap stamp(pixels, pixels);
    stamp.setDevicePixelRatio(ratio);
    stamp.fill(Qt::transparent);
    QPainter filling(&stamp);
    filling.setRenderHint(QPainter::Antialiasing);
    filling.fillPath(reasonShape(series.reason, kDotSize).translated(kEdge, kEdge), series.look.color(palette()));
    filling.end();
    for (const QPointF& dot : series.dots) {
        const QPointF place = placeOf(dot) - QPointF(kEdge, kEdge);
        painter.drawPixmap(QPointF(std::round(place.x() * ratio) / ratio, std::round(place.y() * ratio) / ratio),
                           stamp);
    }
}

} // namespace headrace
