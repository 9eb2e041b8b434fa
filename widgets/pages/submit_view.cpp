// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/submit_view.h"

#include "widgets/bridge/pipeline_document.h"
#include "widgets/forms/view_parts.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace headrace {

SubmitView::SubmitView(const PipelineDocument& document, const EngineLink& engine, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_engine(engine)
{
    createParts();
    connect(m_submit, &QPushButton::clicked, this, &SubmitView::submit);
    connect(m_address, &QLineEdit::returnPressed, this, &SubmitView::submit);
    connect(&document, &PipelineDocument::changed, this, [this] {
        m_task.cancel();
        showAnswer({}, "muted");
        setExporter(m_exporter);
    });
    setExporter(nullptr);
}

void SubmitView::createParts()
{
    m_help = createSentence({}, "muted", this);
    m_address = new QLineEdit(QString::fromStdString(m_engine.defaultAddress), this);
    m_address->setMinimumWidth(320);
    auto* name = new QLabel(tr("&Address of the engine"), this);
    name->setBuddy(m_address);
    m_submit = createButton(tr("Submit"), "primary", this);
    m_answer = createSentence({}, "muted", this);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(name);
    row->addWidget(m_address);
    row->addWidget(m_submit);
    row->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 12, 0, 0);
    layout->setSpacing(10);
    layout->addWidget(m_help);
    layout->addLayout(row);
    layout->addWidget(m_answer);
    layout->addStretch();
}

void SubmitView::setExporter(const Exporter* exporter)
{
    if (exporter != m_exporter)
        showAnswer({}, "muted");
    m_exporter = exporter;
    m_submit->setEnabled(exporter && m_engine.submit);
    m_help->setText(exporter
                        ? tr("Starts the pipeline on a %1 that runs as a server, in place of one of the same "
                             "name. A server is started with: %2")
                              .arg(QString::fromStdString(exporter->label), QString::fromStdString(m_engine.serverHint))
                        : tr("There is no export to submit."));
}

void SubmitView::submit()
{
    if (!m_submit->isEnabled())
        return;
    m_submit->setEnabled(false);
    showAnswer(tr("Submitting…"), "muted");
    m_task.start([&engine = m_engine, exporter = *m_exporter, pipeline = m_document.pipeline(),
                  address = m_address->text().trimmed().toStdString()](
                     std::stop_token stop) { return engine.submit(pipeline, exporter, address, std::move(stop)); },
                 [this](Result<std::string> answer) {
                     m_submit->setEnabled(true);
                     if (answer)
                         showAnswer(QString::fromStdString(*answer), "good");
                     else
                         showAnswer(QString::fromStdString(answer.error().message), "error",
                                    QString::fromStdString(answer.error().detail));
                 });
}

void SubmitView::showAnswer(const QString& sentence, const char* role, const QString& detail)
{
    m_answer->setText(detail.isEmpty() ? sentence : sentence + QLatin1Char('\n') + detail);
    setRole(m_answer, role);
}

QString SubmitView::answer() const
{
    return m_answer->text();
}

} // namespace headrace
