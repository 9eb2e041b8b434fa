// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/forms/log_slider.h"

#include <QSignalBlocker>

#include <algorithm>
#include <cmath>

namespace headrace {
namespace {

constexpr int kSteps = 1000;

} // namespace

double roundedForDrag(double value)
{
    if (!(value > 0))
        return value;
    const double unit = std::pow(10.0, std::floor(std::log10(value)) - 1);
    return std::round(value / unit) * unit;
}

LogSlider::LogSlider(double smallest, double largest, QWidget* parent)
    : QSlider(Qt::Horizontal, parent)
    , m_smallest(smallest)
    , m_largest(largest)
{
    setRange(0, kSteps);
    setPageStep(kSteps / 20);
    setSingleStep(kSteps / 100);
    connect(this, &QSlider::valueChanged, this, [this] { Q_EMIT quantityDragged(quantity()); });
}

double LogSlider::quantity() const
{
    const double share = static_cast<double>(value()) / kSteps;
    return m_smallest * std::pow(m_largest / m_smallest, share);
}

void LogSlider::setQuantity(double quantity)
{
    const QSignalBlocker blocker(this);
    const double clamped = std::clamp(quantity, m_smallest, m_largest);
    setValue(static_cast<int>(std::lround(kSteps * std::log(clamped / m_smallest) / std::log(m_largest / m_smallest))));
}

} // namespace headrace
