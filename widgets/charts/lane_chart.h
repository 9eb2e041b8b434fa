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
    static constexpr int kPlotLeft = 122;
    static constexpr int kPlotRight = 10;

    using Color = std::function<QColor(const QPalette&)>;
    using Unit = std::function<AxisUnit(double maximum)>;

    LaneChart(const QString& title, const QString& note, Unit unit, QWidget* parent = nullptr);

    /// Both return the series' index for setPoints.
    int addLine(const Color& color, double width = 1.6);
    int addDots(const Color& color);

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
        Color color;
        QLineSeries* line = nullptr; ///< null for dots, which are painted from the points: a chart item a dot is slow
        double width = 0;
        QList<QPointF> dots = {};
        double largest = 0;
    };

    QString m_title;
    QString m_note;
    Unit m_unit;
    std::vector<Series> m_series;
    QValueAxis* m_time;
    QValueAxis* m_values;
    double m_maximum = 0;
};

} // namespace headrace
