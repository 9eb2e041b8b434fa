// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/export_page.h"

#include "widgets/bridge/pipeline_document.h"
#include "widgets/forms/view_parts.h"
#include "widgets/quantity_text.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFontDatabase>
#include <QFrame>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
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

ExportPage::ExportPage(PipelineDocument& document, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_notes(createExportNoteModel(this))
{
    createParts();
    connectParts();
}

void ExportPage::createParts()
{
    QFrame* panel = createPanel(this);
    m_targets = new QComboBox(panel);
    m_targets->setAccessibleName(tr("Target engine"));
    m_targets->setMinimumWidth(200);
    for (const Exporter& exporter : exporters())
        m_targets->addItem(QString::fromStdString(exporter.label), QString::fromStdString(exporter.target));
    m_help = createSentence({}, "muted", panel);
    m_save = createButton(tr("Save files…"), "primary", panel);
    m_summary = createLabel({}, "muted", panel);
    m_message = createSentence({}, "good", panel);
    m_message->hide();
    m_report = new QTableView(panel);
    setUpTable(m_report);
    m_report->setModel(m_notes);
    m_report->verticalHeader()->hide();
    m_report->setShowGrid(false);
    m_report->setWordWrap(true);
    m_report->horizontalHeader()->setStretchLastSection(true);
    m_report->setAccessibleName(tr("What the engine does differently"));
    m_tabs = new QTabWidget(panel);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_report, tr("Report"));

    auto* head = new QHBoxLayout;
    head->addWidget(createLabel(tr("Export to"), "title", panel));
    head->addSpacing(8);
    head->addWidget(m_targets);
    head->addSpacing(12);
    head->addWidget(m_summary);
    head->addStretch();
    head->addWidget(m_save);
    auto* inner = new QVBoxLayout(panel);
    inner->setContentsMargins(16, 12, 16, 12);
    inner->setSpacing(8);
    inner->addLayout(head);
    inner->addWidget(m_help);
    inner->addWidget(m_message);
    inner->addWidget(m_tabs, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(panel);
}

void ExportPage::connectParts()
{
    connect(m_targets, &QComboBox::currentIndexChanged, this, &ExportPage::render);
    connect(m_save, &QPushButton::clicked, this, [this] {
        const QString folder = QFileDialog::getExistingDirectory(this, tr("Choose a folder for the files"));
        if (!folder.isEmpty())
            saveTo(folder);
    });
    connect(&m_document, &PipelineDocument::changed, this, [this] {
        if (isVisible())
            render();
    });
}

void ExportPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    render();
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
        auto result = m_exporter->render(m_document.pipeline());
        if (result)
            m_result = *std::move(result);
        else
            showMessage(QString::fromStdString(result.error().message), "error");
        if (result && m_result.files.empty())
            showMessage(
                tr("%1 cannot run this pipeline; the report says what is in the way.").arg(m_targets->currentText()),
                "warning");
    }
    m_notes->setRows(m_result.notes);
    m_save->setEnabled(!m_result.files.empty());
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
    const int current = m_tabs->currentIndex();
    while (m_tabs->count() > 1) {
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
        m_tabs->addTab(text, QString::fromStdString(file.path));
    }
    m_tabs->setCurrentIndex(std::min(current, m_tabs->count() - 1));
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
    const Status written = writeExport(folder.toStdString(), m_document.pipeline(), *m_exporter, m_result);
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
