// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/charts/live_charts.h"

#include "widgets/charts/lane_chart.h"
#include "widgets/charts/time_ruler.h"
#include "widgets/charts/why_closed_ribbon.h"
#include "widgets/theme.h"

#include <QVBoxLayout>

namespace headrace {

LiveCharts::LiveCharts(QWidget* parent)
    : QWidget(parent)
    , m_throughput(new LaneChart(tr("Throughput"), rateUnit, this))
    , m_sizes(new LaneChart(tr("Batch size"), rowsUnit, this))
    , m_waits(new LaneChart(tr("Wait"), secondsUnit, this))
    , m_ribbon(new WhyClosedRibbon(this))
    , m_ruler(new TimeRuler(this))
    , m_overlay(new MarkOverlay(this))
{
    createLanes();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    layout->addWidget(m_throughput, 3);
    layout->addWidget(m_sizes, 3);
    layout->addWidget(m_waits, 3);
    layout->addWidget(m_ribbon);
    layout->setSpacing(6);
    layout->addWidget(m_ruler);
    m_overlay->raise();
    const auto pick = [this](double share) { Q_EMIT picked(m_window.from + share * m_window.seconds()); };
    for (const LaneChart* lane : {m_throughput, m_sizes, m_waits})
        connect(lane, &LaneChart::picked, this, pick);
    connect(m_ribbon, &WhyClosedRibbon::picked, this, pick);
    connect(m_ribbon, &WhyClosedRibbon::stepped, this, &LiveCharts::stepped);
}

void LiveCharts::createLanes()
{
    m_shapedLine =
        m_throughput->addLine({tr("shaped"), [](const QPalette& palette) { return themeColors(palette).accent; }, 1.8});
    m_readLine = m_throughput->addLine(
        {tr("read"), [](const QPalette& palette) { return themeColors(palette).mutedText; }, 1.0, {5, 4}});
    for (int reason = 0; reason < kCloseReasonCount; ++reason)
        m_sizes->addDots(static_cast<CloseReason>(reason));
    m_waits->addPercentiles();
}

void LiveCharts::showHistory(const RunHistory& history)
{
    if (m_paused || !isVisible())
        return;
    const TimeWindow window{history.now() - m_seconds, history.now()};
    m_window = window;
    const int pixels = m_throughput->plotWidth();
    m_throughput->setPoints(m_readLine, rateLine(history, window, pixels / 2, &RunSlot::rowsRead));
    m_throughput->setPoints(m_shapedLine, rateLine(history, window, pixels / 2, &RunSlot::rowsShaped));
    m_throughput->fitValues();
    for (int reason = 0; reason < kCloseReasonCount; ++reason)
        m_sizes->setPoints(reason, batchDots(history, window, pixels / 3, static_cast<CloseReason>(reason)));
    m_sizes->fitValues();
    m_waits->setPoints(LaneChart::P50, waitLine(history, window, pixels / 2, &RunSlot::waitP50));
    m_waits->setPoints(LaneChart::P95, waitLine(history, window, pixels / 2, &RunSlot::waitP95));
    m_waits->setPoints(LaneChart::P99, waitLine(history, window, pixels / 2, &RunSlot::waitP99));
    m_waits->fitValues();
    m_ribbon->setHistory(history, window);
    m_overlay->setMarks(history.marks(), window);
}

void LiveCharts::setChosen(std::optional<double> at)
{
    m_overlay->setChosen(at);
}

void LiveCharts::setWindowSeconds(double seconds)
{
    if (seconds == m_seconds)
        return;
    m_seconds = seconds;
    for (LaneChart* lane : {m_throughput, m_sizes, m_waits})
        lane->setWindowSeconds(seconds);
    m_ruler->setWindowSeconds(seconds);
}

void LiveCharts::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    placeOverlay();
}

void LiveCharts::placeOverlay()
{
    // The overlay's last line of text lies over the upper half of the ruler, which keeps it free.
    m_overlay->setGeometry(0, 0, width(), height() - m_ruler->sizeHint().height() + TimeRuler::markHeight(*this));
}

} // namespace headrace
