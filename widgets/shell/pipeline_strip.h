// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/shell/stage_facts.h"

#include <QWidget>

class QButtonGroup;

namespace headrace {

class LinkGauge;
class PipelineDocument;
class RunController;
class StageCard;

/// The pipeline itself, across the top of the window: Source → Shape → Batch → Destination with their live numbers.
/// It is the navigation: a card selects the page below it. Left and right arrow move between cards.
class PipelineStrip : public QWidget {
    Q_OBJECT

public:
    PipelineStrip(const PipelineDocument& document, const RunController& run, QWidget* parent = nullptr);

    void setCurrent(Stage stage);
    [[nodiscard]] Stage current() const;
    [[nodiscard]] const StageCard& card(Stage stage) const;
    [[nodiscard]] const LinkGauge& queueGauge() const { return *m_queue; }

    void refresh();

Q_SIGNALS:
    void selected(headrace::Stage stage);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void createCards();

    const PipelineDocument& m_document;
    const RunController& m_run;
    QButtonGroup* m_group;
    std::array<StageCard*, kStageCount> m_cards{};
    LinkGauge* m_queue = nullptr;
};

} // namespace headrace
