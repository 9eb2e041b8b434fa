// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/continuum_slider.h"

#include "widgets/forms/continuum.h"
#include "widgets/theme.h"

#include <QCoreApplication>
#include <QMouseEvent>
#include <QPainter>
#include <QSignalBlocker>

#include <algorithm>
#include <cmath>

namespace headrace {
namespace {

constexpr double kLabelGap = 6;

constexpr int kMargin = 9;
constexpr int kHandle = 8;
constexpr int kGroove = 7;

} // namespace

ContinuumSlider::ContinuumSlider(QWidget* parent)
    : QAbstractSlider(parent)
{
    setOrientation(Qt::Horizontal);
    setRange(0, kSteps);
    setPageStep(kSteps / 7);
    setSingleStep(kSteps / 140);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("From batch to streaming"));
    connect(this, &QAbstractSlider::valueChanged, this, [this] {
        if (!isSliderDown())
            ++m_gesture;
        Q_EMIT moved(place(), m_gesture);
    });
}

void ContinuumSlider::setPlace(double place)
{
    if (isSliderDown())
        return;
    const QSignalBlocker blocker(this);
    setValue(static_cast<int>(std::lround(std::clamp(place, 0.0, 1.0) * kSteps)));
    update();
}

QSize ContinuumSlider::sizeHint() const
{
    return {600, 29 + QFontMetrics(scaledFont(font(), 0.86)).height()};
}

QSize ContinuumSlider::minimumSizeHint() const
{
    return {300, sizeHint().height()};
}

QRectF ContinuumSlider::grooveRect() const
{
    return {kMargin, 10 - kGroove / 2.0, width() - 2.0 * kMargin, kGroove};
}

void ContinuumSlider::paintEvent(QPaintEvent*)
{
    const ThemeColors& colors = themeColors(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF groove = grooveRect();
    QLinearGradient line(groove.topLeft(), groove.topRight());
    const auto band = [&](double from, double to, const QColor& color) {
        line.setColorAt(from, color);
        line.setColorAt(to, color);
    };
    band(0, continuum::kMicroBatchFrom, colors.continuumBatch);
    band(continuum::kMicroBatchFrom + 1e-4, continuum::kStreamingFrom, colors.continuumMicroBatch);
    band(continuum::kStreamingFrom + 1e-4, 1, colors.continuumStreaming);
    painter.setPen(Qt::NoPen);
    painter.setBrush(line);
    painter.drawRoundedRect(groove, kGroove / 2.0, kGroove / 2.0);

    const QPointF handle(groove.left() + place() * groove.width(), groove.center().y());
    painter.setBrush(isDark(palette()) ? colors.text : colors.surface);
    painter.setPen(QPen(hasFocus() ? colors.text : colors.accent, 2.5));
    painter.drawEllipse(handle, kHandle, kHandle);
    drawLabels(painter);
}

void ContinuumSlider::drawLabels(QPainter& painter) const
{
    painter.setPen(themeColors(palette()).mutedText);
    painter.setFont(scaledFont(font(), 0.86));
    const QFontMetrics metrics = painter.fontMetrics();
    const auto& stops = continuum::kStops;
    double end = -1e9;
    double lastLeft = 1e9;
    for (std::size_t position = 0; position < stops.size(); ++position) {
        // Both ends first: what does not fit between them is left out.
        const std::size_t index = position == 1 ? stops.size() - 1 : (position == 0 ? 0 : position - 1);
        const double place = static_cast<double>(index) / static_cast<double>(stops.size() - 1);
        QString text = QCoreApplication::translate("Continuum", stops.at(index).label);
        if (index == 0)
            text = tr("Batch  %1").arg(text);
        else if (index == 4)
            text = tr("Micro-batch  %1").arg(text);
        else if (index == stops.size() - 1)
            text = tr("Streaming  %1").arg(text);
        const int textWidth = metrics.horizontalAdvance(text);
        const QRectF groove = grooveRect();
        const double left =
            std::clamp(groove.left() + place * groove.width() - textWidth / 2.0, 0.0, width() - textWidth - 1.0);
        if (position > 1 && (left < end + kLabelGap || left + textWidth + kLabelGap > lastLeft))
            continue;
        (position == 1 ? lastLeft : end) = position == 1 ? left : left + textWidth;
        painter.drawText(QRectF(left, height() - metrics.height() - 1, textWidth + 1, metrics.height()), Qt::AlignLeft,
                         text);
    }
}

void ContinuumSlider::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    ++m_gesture;
    setSliderDown(true);
    moveTo(event->position().x());
}

void ContinuumSlider::mouseMoveEvent(QMouseEvent* event)
{
    if (isSliderDown())
        moveTo(event->position().x());
}

void ContinuumSlider::mouseReleaseEvent(QMouseEvent*)
{
    setSliderDown(false);
}

void ContinuumSlider::moveTo(double x)
{
    const QRectF groove = grooveRect();
    setValue(static_cast<int>(std::lround((x - groove.left()) / groove.width() * kSteps)));
    update();
}

} // namespace headrace
