// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/shell/pipeline_strip.h"

#include "widgets/bridge/pipeline_document.h"
#include "widgets/bridge/run_controller.h"
#include "widgets/shell/link_gauge.h"
#include "widgets/shell/stage_card.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QKeyEvent>

namespace headrace {
PipelineStrip::PipelineStrip(const PipelineDocument& document, const RunController& run, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_run(run)
    , m_group(new QButtonGroup(this))
{
    createCards();
    connect(m_group, &QButtonGroup::idClicked, this, [this](int id) { Q_EMIT selected(static_cast<Stage>(id)); });
    connect(&document, &PipelineDocument::changed, this, &PipelineStrip::refresh);
    connect(&run, &RunController::started, this, &PipelineStrip::refresh);
    connect(&run, &RunController::sampled, this, &PipelineStrip::refresh);
    refresh();
}

void PipelineStrip::createCards()
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(4);
    for (int index = 0; index < kStageCount; ++index) {
        const auto stage = static_cast<Stage>(index);
        if (stage != Stage::Source) {
            auto* link = new LinkGauge(tr("queue"), this);
            layout->addWidget(link);
            if (stage == Stage::Shape)
                m_queue = link;
        }
        auto* card = new StageCard(stage, this);
        m_group->addButton(card, index);
        layout->addWidget(card, 1);
        m_cards.at(static_cast<std::size_t>(index)) = card;
    }
    m_cards.front()->setChecked(true);
}

void PipelineStrip::setCurrent(Stage stage)
{
    m_cards.at(static_cast<std::size_t>(stage))->setChecked(true);
}

Stage PipelineStrip::current() const
{
    return static_cast<Stage>(m_group->checkedId());
}

const StageCard& PipelineStrip::card(Stage stage) const
{
    return *m_cards.at(static_cast<std::size_t>(stage));
}

void PipelineStrip::refresh()
{
    // The numbers belong to the pipeline that runs; another one that is looked at meanwhile shows none.
    const bool hasRun = m_run.pipeline() && m_run.pipeline()->name == m_document.pipeline().name;
    const RunFigures figures = m_run.history().figures();
    const StripInput input{.pipeline = &m_document.pipeline(),
                           .registry = &m_document.registry(),
                           .latest = hasRun ? &m_run.latest() : nullptr,
                           .figures = &figures,
                           .isRunning = m_run.isRunning()};
    const auto facts = stageFacts(input);
    for (std::size_t stage = 0; stage < facts.size(); ++stage)
        m_cards.at(stage)->setFacts(facts.at(stage));
    const MetricsSnapshot& latest = m_run.latest();
    if (hasRun && m_run.isRunning() && latest.queueCapacity > 0)
        m_queue->setFill(static_cast<double>(latest.queueBytes) / static_cast<double>(latest.queueCapacity));
    else
        m_queue->setFill(std::nullopt);
}

void PipelineStrip::keyPressEvent(QKeyEvent* event)
{
    const int step = event->key() == Qt::Key_Right ? 1 : (event->key() == Qt::Key_Left ? -1 : 0);
    const int next = m_group->checkedId() + step;
    if (step == 0 || next < 0 || next >= kStageCount) {
        QWidget::keyPressEvent(event);
        return;
    }
    m_cards.at(static_cast<std::size_t>(next))->setFocus();
    m_cards.at(static_cast<std::size_t>(next))->click();
}

} // namespace headrace
