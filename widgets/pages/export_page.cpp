// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/export_page.h"

#include "connectors/pipeline/settled_source.h"
#include "widgets/bridge/pipeline_document.h"
#include "widgets/forms/view_parts.h"
#include "widgets/pages/proof_view.h"
#include "widgets/pages/submit_view.h"
#include "widgets/quantity_text.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFontDatabase>
#include <QFrame>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace headrace {
namespace {

constexpr int kRowGap = 6;

} // namespace

ExportPage::ExportPage(PipelineDocument& document, const EngineLink& engine, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_engine(engine)
    , m_notes(createExportNoteModel(this))
{
    createParts();
    connectParts();
}

void ExportPage::createParts()
{
    QFrame* panel = createPanel(this);
    QWidget* head = createHead(panel);
    m_help = createSentence({}, "muted", panel);
    m_message = createSentence({}, "good", panel);
    m_message->hide();
    m_tabs = new QTabWidget(panel); // before what it holds, for the Tab key
    m_report = new QTableView(panel);
    setUpTable(m_report);
    m_report->setModel(m_notes);
    m_report->verticalHeader()->hide();
    m_report->setShowGrid(false);
    m_report->setWordWrap(true);
    m_report->horizontalHeader()->setStretchLastSection(true);
    m_report->setAccessibleName(tr("What the engine does differently"));
    m_tabs->setDocumentMode(true);
    m_proof = new ProofView(m_document, m_engine, panel);
    m_submission = new SubmitView(m_document, m_engine, panel);
    m_tabs->addTab(m_report, tr("Report"));
    m_tabs->addTab(m_proof, tr("Proof"));
    m_tabs->addTab(m_submission, tr("Submit"));

    auto* inner = new QVBoxLayout(panel);
    inner->setContentsMargins(16, 12, 16, 12);
    inner->setSpacing(8);
    inner->addWidget(head);
    inner->addWidget(m_help);
    inner->addWidget(m_message);
    inner->addWidget(m_tabs, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(panel);
}

QWidget* ExportPage::createHead(QWidget* panel)
{
    auto* head = new QWidget(panel);
    m_targets = new QComboBox(head);
    m_targets->setAccessibleName(tr("Target engine"));
    for (const Exporter& exporter : exporters())
        m_targets->addItem(QString::fromStdString(exporter.label), QString::fromStdString(exporter.target));
    fitChoice(m_targets);
    m_summary = createSentence({}, "muted", head);
    m_save = createButton(tr("Save files…"), "primary", head);
    m_prove = createButton(tr("Prove it"), "", head);
    m_prove->setToolTip(tr("Runs the pipeline here and on the engine and compares the rows."));
    m_submit = createButton(tr("Submit…"), "", head);
    m_submit->setToolTip(tr("Hands the pipeline to an engine that runs as a server."));
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins({});
    row->addWidget(createLabel(tr("Export to"), "title", head));
    row->addSpacing(8);
    row->addWidget(m_targets);
    row->addSpacing(12);
    row->addWidget(m_summary, 1);
    for (QPushButton* button : {m_save, m_prove, m_submit})
        row->addWidget(button);
    return head;
}

void ExportPage::connectParts()
{
    connect(m_prove, &QPushButton::clicked, this, &ExportPage::prove);
    connect(m_submit, &QPushButton::clicked, this, [this] {
        m_tabs->setCurrentWidget(m_submission);
        m_submission->address().setFocus();
    });
    connect(m_targets, &QComboBox::currentIndexChanged, this, &ExportPage::render);
    connect(m_save, &QPushButton::clicked, this, [this] {
        const QString folder = QFileDialog::getExistingDirectory(this, tr("Choose a folder for the files"));
        if (!folder.isEmpty())
            saveTo(folder);
    });
    connect(&m_document, &PipelineDocument::changed, this, [this] {
        if (isVisible())
            settle();
    });
}

void ExportPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    settle();
}

/// Shows the pipeline as it is at once, and again when its source has been looked at.
void ExportPage::settle()
{
    m_settled = m_document.pipeline();
    render();
    if (m_document.isEmpty())
        return m_task.cancel();
    m_task.start([pipeline = m_settled, &registry = m_document.registry()](
                     std::stop_token stop) { return withSettledSource(pipeline, registry, std::move(stop)); },
                 [this](Pipeline settled) {
                     if (settled == m_settled)
                         return;
                     m_settled = std::move(settled);
                     render();
                 });
}

void ExportPage::render()
{
    m_result = {};
    m_exporter = nullptr;
    showMessage({}, "muted");
    if (m_document.isEmpty()) {
        showMessage(tr("There is nothing to export yet. Choose a source and a destination first."), "muted");
    } else if (const auto exporter = findExporter(m_targets->currentData().toString().toStdString())) {
        m_exporter = *exporter;
        m_help->setText(QString::fromStdString(m_exporter->help));
        auto result = m_exporter->render(m_settled);
        if (!result) {
            showMessage(QString::fromStdString(result.error().message), "error");
        } else {
            m_result = *std::move(result);
            if (m_result.files.empty())
                showMessage(tr("%1 cannot run this pipeline; the report says what is in the way.")
                                .arg(m_targets->currentText()),
                            "warning");
        }
    }
    m_notes->setRows(m_result.notes);
    const bool canExport = !m_result.files.empty();
    for (QPushButton* button : {m_save, m_prove, m_submit})
        button->setEnabled(canExport);
    m_proof->setExporter(canExport ? m_exporter : nullptr);
    m_submission->setExporter(canExport ? m_exporter : nullptr);
    const auto count = [this](Fidelity fidelity) {
        return countText(std::count_if(m_result.notes.begin(), m_result.notes.end(),
                                       [fidelity](const ExportNote& note) { return note.fidelity == fidelity; }));
    };
    m_summary->setText(m_result.notes.empty() ? QString()
                                              : tr("%1 exact · %2 approximated · %3 impossible")
                                                    .arg(count(Fidelity::Exact), count(Fidelity::Approximated),
                                                         count(Fidelity::Impossible)));
    showFiles();
}

void ExportPage::showFiles()
{
    const QString current = m_tabs->tabText(m_tabs->currentIndex());
    for (; m_fileTabs > 0; --m_fileTabs) {
        QWidget* page = m_tabs->widget(1);
        m_tabs->removeTab(1);
        delete page;
    }
    for (const ExportFile& file : m_result.files) {
        auto* text = new QPlainTextEdit(QString::fromStdString(file.content));
        text->setReadOnly(true);
        text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
        text->setLineWrapMode(QPlainTextEdit::NoWrap);
        text->setFrameShape(QFrame::NoFrame);
        text->setTabChangesFocus(true);
        text->setAccessibleName(QString::fromStdString(file.path));
        m_tabs->insertTab(static_cast<int>(++m_fileTabs), text, text->accessibleName());
    }
    for (int tab = 0; tab < m_tabs->count(); ++tab) {
        if (m_tabs->tabText(tab) == current)
            m_tabs->setCurrentIndex(tab);
    }
    for (const auto& [column, width] : {std::pair{0, 170}, {1, 190}, {2, 100}, {3, 230}})
        m_report->setColumnWidth(column, width);
    m_report->resizeRowsToContents();
    for (int row = 0; row < m_notes->rowCount(); ++row)
        m_report->setRowHeight(row, m_report->rowHeight(row) + kRowGap);
}

void ExportPage::saveTo(const QString& folder)
{
    if (!m_exporter)
        return;
    const Status written = writeExport(folder.toStdString(), m_settled, *m_exporter, m_result);
    if (!written) {
        showMessage(QString::fromStdString(written.error().message), "error");
        return;
    }
    QStringList names;
    for (const ExportFile& file : m_result.files)
        names << QString::fromStdString(file.path);
    QString sentence = tr("Saved %1 and REPORT.md in %2.").arg(names.join(QStringLiteral(", ")), folder);
    if (!m_result.runHint.empty())
        sentence += QLatin1Char(' ') + tr("Start it there with: %1").arg(QString::fromStdString(m_result.runHint));
    showMessage(sentence, "good");
}

void ExportPage::prove()
{
    m_tabs->setCurrentWidget(m_proof);
    if (!m_proof->isRunning())
        m_proof->start();
}

void ExportPage::showMessage(const QString& sentence, const char* role)
{
    m_message->setText(sentence);
    m_message->setVisible(!sentence.isEmpty());
    setRole(m_message, role);
}

QString ExportPage::message() const
{
    return m_message->text();
}

} // namespace headrace
