// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSlider>

namespace headrace {

/// A slider over a logarithmic range; what the user drags to has two significant digits.
class LogSlider : public QSlider {
    Q_OBJECT

public:
    LogSlider(double smallest, double largest, QWidget* parent = nullptr);

    [[nodiscard]] double quantity() const;
    /// Moves the handle without emitting quantityDragged.
    void setQuantity(double quantity);

Q_SIGNALS:
    void quantityDragged(double quantity);

private:
    double m_smallest;
    double m_largest;
};

/// `value` rounded to two significant digits.
[[nodiscard]] double roundedForDrag(double value);

} // namespace headrace
