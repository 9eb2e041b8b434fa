// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/forms/gate_quantity.h"

#include <QAbstractButton>
#include <QWidget>

class QLabel;
class QLineEdit;

namespace headrace {

class LogSlider;

/// One gate: its colour and name (a switch), the exact number and, for all but the grid, a logarithmic slider.
class GateEditor : public QWidget {
    Q_OBJECT

public:
    explicit GateEditor(Gate gate, QWidget* parent = nullptr);

    /// nullopt: the gate is off. Emits nothing.
    void setQuantity(std::optional<double> quantity);
    [[nodiscard]] std::optional<double> quantity() const { return m_quantity; }
    [[nodiscard]] QString error() const;

Q_SIGNALS:
    /// `gesture` is the same for all steps of one drag.
    void changed(headrace::Gate gate, std::optional<double> quantity, int gesture);

private:
    void createParts();
    void connectParts();
    void acceptText();
    void change(std::optional<double> quantity);
    void showError(const QString& sentence);

    GateQuantity m_kind;
    std::optional<double> m_quantity;
    double m_lastQuantity; // what the switch turns back on
    int m_gesture = 0;
    QAbstractButton* m_switch = nullptr;
    QLineEdit* m_field = nullptr;
    LogSlider* m_slider = nullptr;
    QLabel* m_error = nullptr;
};

/// A coloured square with a name; filled when on.
class GateSwitch : public QAbstractButton {
    Q_OBJECT

public:
    GateSwitch(Gate gate, const QString& name, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Gate m_gate;
};

} // namespace headrace
