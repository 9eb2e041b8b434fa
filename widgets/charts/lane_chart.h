// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/charts/history_series.h"

#include <QChartView>

#include <functional>
#include <vector>

class QLineSeries;
class QValueAxis;

namespace headrace {

/// One lane of the live charts: lines or dots over the shared time axis, its name at the left. Lanes above each other
/// have the same plot margins, so that their times line up.
class LaneChart : public QChartView {
    Q_OBJECT

public:
    static constexpr int kPlotRight = 10;
    /// The series that addPercentiles() adds.
    enum Percentile { P99, P95, P50 };

    using Color = std::function<QColor(const QPalette&)>;
    using Unit = std::function<AxisUnit(double maximum)>;

    struct Line {
        QString name; ///< for the key below the title; empty for the only line of a lane
        Color color;
        double width = 1.6;
        QList<double> dashes = {}; ///< as QPen has them; empty for a solid line
    };

    LaneChart(const QString& title, Unit unit, QWidget* parent = nullptr);

    /// Where the plot begins, the same in all lanes of the widget's font.
    [[nodiscard]] static int plotLeft(const QWidget& widget);

    /// Both return the series' index for setPoints. Later ones lie over earlier ones.
    int addLine(const Line& line);
    int addDots(CloseReason reason);
    /// The three lines of a lane of percentiles: the highest solid, the others in dashes over it.
    void addPercentiles();

    void setWindowSeconds(double seconds);
    void setPoints(int series, const QList<QPointF>& points);
    /// Fits the value axis to all points; it grows at once and shrinks only when less than half is used.
    void fitValues();
    /// A fixed value axis, for shares.
    void setMaximum(double maximum);

    [[nodiscard]] int plotWidth() const;

Q_SIGNALS:
    /// A moment was clicked, 0 … 1 of the shown time.
    void picked(double share);

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void drawBackground(QPainter* painter, const QRectF& rect) override;
    void drawForeground(QPainter* painter, const QRectF& rect) override;

private:
    void applyColors();
    void layOutPlot();
    [[nodiscard]] QRectF plotArea() const;

    struct Series {
        Line look;
        QLineSeries* line = nullptr; ///< null for dots, which are painted from the points: a chart item a dot is slow
        CloseReason reason = CloseReason::Rows; ///< of dots
        QList<QPointF> dots = {};
        double largest = 0;

        [[nodiscard]] QPen pen(const QPalette& palette) const;
    };
    void drawScale(QPainter& painter) const;
    void drawKey(QPainter& painter, double top) const;
    void drawDots(QPainter& painter, const Series& series) const;
    [[nodiscard]] QPointF placeOf(const QPointF& point) const;

    QString m_title;
    Unit m_unit;
    std::vector<Series> m_series;
    QValueAxis* m_time;
    QValueAxis* m_values;
    double m_maximum = 0;
    bool m_isEmpty = true; ///< nothing to tell the scale from
};

} // namespace headrace
