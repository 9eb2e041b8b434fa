// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/proof_view.h"

#include "widgets/bridge/pipeline_document.h"
#include "widgets/forms/view_parts.h"
#include "widgets/quantity_text.h"

#include <QFileDialog>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

namespace headrace {
namespace {

QString rowsText(std::int64_t rows)
{
    return rows == 1 ? ProofView::tr("1 row") : ProofView::tr("%1 rows").arg(countText(rows));
}

std::vector<ProofLine> linesOf(const Proof& proof)
{
    const auto line = [](const QString& what, const QString& here, const QString& engine, bool differs) {
        return ProofLine{what, here, engine, differs};
    };
    const auto counts = [&line](const QString& what, std::int64_t here, std::int64_t engine, bool differs) {
        return line(what, countText(here), countText(engine), differs);
    };
    return {
        counts(ProofView::tr("Rows"), proof.here.rows, proof.engine.rows, proof.here.rows != proof.engine.rows),
        counts(ProofView::tr("Rows that only this side has"), proof.here.onlyHere, proof.engine.onlyHere,
               !proof.isEqual()),
        counts(ProofView::tr("Bad records set aside"), proof.here.badRecords, proof.engine.badRecords,
               proof.here.badRecords != proof.engine.badRecords),
        line(ProofView::tr("Digest of the rows"), QString::fromStdString(proof.here.digest),
             QString::fromStdString(proof.engine.digest), proof.here.digest != proof.engine.digest),
    };
}

QString examplesOf(const Proof& proof)
{
    QStringList lines;
    const auto add = [&lines](const QString& title, const std::vector<std::string>& examples) {
        if (examples.empty())
            return;
        lines << title;
        for (const std::string& example : examples)
            lines << QStringLiteral("  ") + QString::fromStdString(example);
    };
    add(ProofView::tr("Only here:"), proof.here.examples);
    add(ProofView::tr("Only on the engine:"), proof.engine.examples);
    return lines.join(QLatin1Char('\n'));
}

} // namespace

ProofView::ProofView(const PipelineDocument& document, const EngineLink& engine, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_engine(engine)
    , m_sides(createProofModel(this))
{
    createParts();
    connectParts();
    setExporter(nullptr);
}

void ProofView::createParts()
{
    m_help = createSentence({}, "muted", this);
    m_start = createButton(tr("Run the proof"), "primary", this);
    m_choose = createButton(tr("Choose the engine’s program…"), "", this);
    m_verdict = createSentence({}, "title", this);
    m_progress = new QProgressBar(this);
    m_progress->setRange(0, 0);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("The proof is running"));
    m_table = new QTableView(this);
    setUpTable(m_table);
    m_table->setModel(m_sides);
    m_table->verticalHeader()->hide();
    m_table->setShowGrid(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setAccessibleName(tr("How the rows compare"));
    m_detail = new QPlainTextEdit(this);
    m_detail->setReadOnly(true);
    m_detail->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_detail->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_detail->setTabChangesFocus(true);
    m_detail->setAccessibleName(tr("Rows that differ, or what the engine said"));

    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_start);
    buttons->addWidget(m_choose);
    buttons->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 12, 0, 0);
    layout->setSpacing(10);
    layout->addWidget(m_help);
    layout->addLayout(buttons);
    layout->addWidget(m_progress);
    layout->addWidget(m_verdict);
    layout->addWidget(m_table);
    layout->addWidget(m_detail, 1);
    layout->addStretch();
    showRunning(false);
    clearResult();
}

void ProofView::connectParts()
{
    connect(m_start, &QPushButton::clicked, this, [this] { isRunning() ? cancel() : start(); });
    connect(m_choose, &QPushButton::clicked, this, &ProofView::chooseProgram);
    m_clock.setInterval(500);
    connect(&m_clock, &QTimer::timeout, this, [this] {
        showVerdict(
            tr("Running here and on the engine for %1…").arg(elapsedText(std::chrono::milliseconds(m_since.elapsed()))),
            "muted");
    });
    connect(&m_document, &PipelineDocument::changed, this, [this] {
        if (m_proven && !(*m_proven == m_document.pipeline()))
            clearResult();
    });
}

void ProofView::setExporter(const Exporter* exporter)
{
    if (exporter != m_exporter)
        clearResult();
    m_exporter = exporter;
    m_start->setEnabled(exporter && m_engine.prove);
    m_choose->setEnabled(exporter && m_engine.prove);
    m_help->setText(
        exporter ? tr("Reads the whole source twice: once here and once with the exported file on %1, both into "
                      "temporary files. Then the rows are compared, in any order. Your destination is not touched.")
                       .arg(QString::fromStdString(exporter->label))
                 : tr("There is no export to prove."));
}

void ProofView::setProgram(const QString& path)
{
    m_program = path;
}

void ProofView::chooseProgram()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Choose the engine’s program"));
    if (path.isEmpty())
        return;
    setProgram(path);
    start();
}

void ProofView::start()
{
    if (!m_exporter || !m_engine.prove)
        return;
    clearResult();
    m_proven = m_document.pipeline();
    m_since.start();
    showRunning(true);
    m_task.start(
        [&engine = m_engine, exporter = *m_exporter, pipeline = *m_proven,
         chosen = m_program.toStdString()](std::stop_token stop) -> Result<Proof> {
            HEADRACE_TRY(const std::string program, engine.find(exporter, chosen));
            return engine.prove(pipeline, exporter, program, std::move(stop));
        },
        [this](Result<Proof> proof) { showProof(proof); });
}

void ProofView::cancel()
{
    m_task.cancel();
    showRunning(false);
    clearResult();
}

void ProofView::showProof(const Result<Proof>& proof)
{
    showRunning(false);
    if (!proof) {
        showError(proof.error());
        return;
    }
    m_sides->setRows(linesOf(*proof));
    if (proof->isEqual())
        showVerdict(tr("Equal: both sides gave the same %1.").arg(rowsText(proof->here.rows)), "good");
    else
        showVerdict(tr("Different: %1 only here, %2 only on the engine.")
                        .arg(rowsText(proof->here.onlyHere), rowsText(proof->engine.onlyHere)),
                    "error");
    m_table->show();
    m_table->resizeColumnsToContents();
    m_table->setFixedHeight(m_table->horizontalHeader()->height() +
                            m_table->verticalHeader()->defaultSectionSize() * m_sides->rowCount() + 4);
    m_detail->setPlainText(examplesOf(*proof));
    m_detail->setVisible(!proof->isEqual());
}

void ProofView::showError(const Error& error)
{
    showVerdict(QString::fromStdString(error.message), "error");
    m_detail->setPlainText(QString::fromStdString(error.detail));
    m_detail->setVisible(!error.detail.empty());
}

void ProofView::showRunning(bool running)
{
    m_start->setText(running ? tr("Stop the proof") : tr("Run the proof"));
    m_choose->setVisible(!running);
    m_progress->setVisible(running);
    running ? m_clock.start() : m_clock.stop();
    if (running)
        showVerdict(tr("Running here and on the engine…"), "muted");
}

void ProofView::showVerdict(const QString& sentence, const char* role)
{
    m_verdict->setText(sentence);
    m_verdict->setVisible(!sentence.isEmpty());
    setRole(m_verdict, role);
}

void ProofView::clearResult()
{
    m_proven.reset();
    showVerdict({}, "muted");
    m_sides->setRows({});
    m_table->hide();
    m_detail->clear();
    m_detail->hide();
}

QString ProofView::examples() const
{
    return m_detail->toPlainText();
}

QString ProofView::verdict() const
{
    return m_verdict->text();
}

} // namespace headrace
