// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractSlider>

namespace headrace {

/// The slider from batch to streaming, with its stops named below it. Its value is a place of 0 … kSteps.
class ContinuumSlider : public QAbstractSlider {
    Q_OBJECT

public:
    static constexpr int kSteps = 1000;

    explicit ContinuumSlider(QWidget* parent = nullptr);

    /// Moves the handle without emitting moved.
    void setPlace(double place);
    [[nodiscard]] double place() const { return static_cast<double>(value()) / kSteps; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// `gesture` is the same for all steps of one drag.
    void moved(double place, int gesture);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    [[nodiscard]] QRectF grooveRect() const;
    void moveTo(double x);
    void drawLabels(QPainter& painter) const;

    int m_gesture = 0;
};

} // namespace headrace
