// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/shell/stage_facts.h"

#include <QAbstractButton>

namespace headrace {

/// One card of the strip: a stage with its live numbers. A checkable button, reachable by keyboard.
class StageCard : public QAbstractButton {
    Q_OBJECT

public:
    explicit StageCard(Stage stage, QWidget* parent = nullptr);

    void setFacts(const StageFacts& facts);
    [[nodiscard]] const StageFacts& facts() const { return m_facts; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] int lineHeight(double scale) const;
    [[nodiscard]] bool isCut() const;

    Stage m_stage;
    StageFacts m_facts;
};

} // namespace headrace
