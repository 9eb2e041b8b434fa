// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/gates_panel.h"

#include "widgets/bridge/pipeline_document.h"
#include "widgets/bridge/run_history.h"
#include "widgets/charts/history_series.h"
#include "widgets/forms/gate_editor.h"
#include "widgets/forms/view_parts.h"
#include "widgets/quantity_text.h"

#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>

namespace headrace {
namespace {

constexpr int kWidest = 430; ///< a large font leaves room for the charts
constexpr std::array kGates{Gate::Rows, Gate::Bytes, Gate::Age, Gate::Grid};

std::chrono::nanoseconds toDuration(double seconds)
{
    return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
}

QLabel* addFigure(QGridLayout* grid, const QString& name, QWidget* parent)
{
    const int row = grid->rowCount();
    grid->addWidget(createLabel(name, "muted", parent), row, 0);
    QLabel* figure = createLabel(QStringLiteral("–"), "figure", parent);
    figure->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    figure->setAccessibleName(name);
    grid->addWidget(figure, row, 1);
    return figure;
}

} // namespace

GatesPanel::GatesPanel(PipelineDocument& document, QWidget* parent)
    : QFrame(parent)
    , m_document(document)
{
    createParts();
    connect(&document, &PipelineDocument::changed, this, &GatesPanel::showPolicy);
    showPolicy();
}

void GatesPanel::createParts()
{
    setProperty("panel", true);
    setFixedWidth(std::min(inFont(*this, 310), kWidest));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 14);
    layout->setSpacing(12);
    layout->addWidget(createLabel(tr("Gates"), "title", this));
    for (const Gate gate : kGates) {
        auto* editor = new GateEditor(gate, this);
        layout->addWidget(editor);
        m_gates.at(static_cast<std::size_t>(gate)) = editor;
        connect(editor, &GateEditor::changed, this, &GatesPanel::changeGate);
    }
    layout->addWidget(createRule(this));
    auto* figures = new QGridLayout;
    figures->setVerticalSpacing(5);
    figures->setColumnStretch(1, 1);
    m_waits = addFigure(figures, tr("Wait p50 / p95 / p99"), this);
    m_requests = addFigure(figures, tr("Requests"), this);
    m_rowsPerRequest = addFigure(figures, tr("Rows per request"), this);
    m_sinkTime = addFigure(figures, tr("Write per batch"), this);
    layout->addLayout(figures);
    m_warning = createSentence(
        tr("Without any gate the batch stays open until the input ends. Choose rows, bytes, age or a clock grid to "
           "see rows arrive earlier."),
        "warning", this);
    layout->addWidget(m_warning);
    layout->addStretch();
}

void GatesPanel::showPolicy()
{
    const BatchPolicy& policy = m_document.pipeline().batch;
    for (const Gate gate : kGates)
        m_gates.at(static_cast<std::size_t>(gate))->setQuantity(GateQuantity::of(gate).get(policy));
    m_warning->setVisible(policy.isUnlimited());
}

void GatesPanel::showFigures(const RunFigures& figures, bool hasBatches)
{
    const QString none = QStringLiteral("–");
    if (!hasBatches) {
        for (QLabel* label : {m_waits, m_requests, m_rowsPerRequest, m_sinkTime})
            label->setText(none);
        return;
    }
    const AxisUnit unit = secondsUnit(figures.waitP99);
    const auto inUnit = [&unit](double seconds) { return numberText(seconds * unit.factor, 2); };
    m_waits->setText(QStringLiteral("%1 / %2 / %3 %4")
                         .arg(inUnit(figures.waitP50), inUnit(figures.waitP95), inUnit(figures.waitP99), unit.name));
    m_requests->setText(tr("%1 /s").arg(compactText(figures.batchesPerSecond)));
    m_rowsPerRequest->setText(compactText(figures.rowsPerBatch));
    m_sinkTime->setText(durationText(toDuration(figures.sinkSecondsPerBatch)));
}

void GatesPanel::changeGate(Gate gate, std::optional<double> quantity, int gesture)
{
    Pipeline next = m_document.pipeline();
    GateQuantity::of(gate).set(next.batch, quantity);
    m_document.edit(tr("Change gates"), std::move(next),
                    QStringLiteral("gate-%1-%2").arg(static_cast<int>(gate)).arg(gesture));
}

} // namespace headrace
