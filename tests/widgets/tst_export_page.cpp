// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/small_registry.h"

#include "widgets/bridge/pipeline_document.h"
#include "widgets/pages/export_page.h"
#include "widgets/pages/proof_view.h"
#include "widgets/pages/submit_view.h"

#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QSemaphore>
#include <QTest>

using namespace headrace;

namespace {

Pipeline exportable()
{
    Pipeline pipeline;
    pipeline.name = "lines-to-lines";
    pipeline.source = {"ndjson", Options{{"path", "/data/in.ndjson"}}};
    pipeline.destination = {"ndjson", Options{{"path", "/data/out"}}};
    pipeline.batch.rows = 100;
    return pipeline;
}

Proof proofOf(std::int64_t here, std::int64_t engine)
{
    Proof proof;
    proof.here = {here, 0, "aa", here > engine ? here - engine : 0, {}};
    proof.engine = {engine, 0, here == engine ? "aa" : "bb", engine > here ? engine - here : 0, {}};
    if (here > engine)
        proof.here.examples = {"id=7"};
    return proof;
}

} // namespace

/// The Export page with an engine that answers as it is told.
class ExportPageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void init();
    void equalRowsAreCalledEqual();
    void differentRowsAreCountedAndShown();
    void aMissingEngineIsExplained();
    void aProofCanBeStopped();
    void anEditClearsTheVerdict();
    void whatCannotBeExportedCannotBeProven();
    void aSubmissionIsAnswered();

private:
    QPushButton* button(const QString& text);

    const Registry m_registry = test::smallRegistry();
    std::unique_ptr<PipelineDocument> m_document;
    EngineLink m_engine;
    std::unique_ptr<ExportPage> m_page;
    std::string m_program;
};

void ExportPageTest::init()
{
    m_page.reset();
    m_document = std::make_unique<PipelineDocument>(m_registry);
    m_document->reset(exportable());
    m_engine = {};
    m_engine.find = [](const Exporter&, const std::string& chosen) -> Result<std::string> {
        return chosen.empty() ? "/usr/bin/engine" : chosen;
    };
    m_engine.prove = [this](const Pipeline&, const Exporter&, const std::string& program,
                            const std::stop_token&) -> Result<Proof> {
        m_program = program;
        return proofOf(3000, 3000);
    };
    m_engine.defaultAddress = "http://localhost:4195";
    m_page = std::make_unique<ExportPage>(*m_document, m_engine);
    m_page->show();
}

QPushButton* ExportPageTest::button(const QString& text)
{
    for (auto* button : m_page->findChildren<QPushButton*>()) {
        if (button->text() == text)
            return button;
    }
    return nullptr;
}

void ExportPageTest::equalRowsAreCalledEqual()
{
    button(QStringLiteral("Prove it"))->click();
    QVERIFY(m_page->proof().isVisible());
    QTRY_VERIFY(!m_page->proof().isRunning());
    QCOMPARE(m_page->proof().verdict(), QStringLiteral("Equal: both sides gave the same 3,000 rows."));
    QCOMPARE(m_page->proof().sides().index(0, 1).data().toString(), QStringLiteral("3,000"));
    QCOMPARE(m_program, std::string("/usr/bin/engine"));
    m_page->proof().setProgram(QStringLiteral("/opt/engine"));
    m_page->prove();
    QTRY_COMPARE(m_program, std::string("/opt/engine"));
}

void ExportPageTest::differentRowsAreCountedAndShown()
{
    m_engine.prove = [](const Pipeline&, const Exporter&, const std::string&, const std::stop_token&) -> Result<Proof> {
        return proofOf(10, 9);
    };
    m_page->prove();
    QTRY_VERIFY(!m_page->proof().isRunning());
    QCOMPARE(m_page->proof().verdict(), QStringLiteral("Different: 1 row only here, 0 rows only on the engine."));
    QCOMPARE(m_page->proof().sides().index(1, 1).data().toString(), QStringLiteral("1"));
    QVERIFY(m_page->proof().examples().contains(QStringLiteral("id=7")));
}

void ExportPageTest::aMissingEngineIsExplained()
{
    bool ran = false;
    m_engine.find = [](const Exporter&, const std::string&) -> Result<std::string> {
        return fail(ErrorCode::NotFound, "It is not installed; get it there.");
    };
    m_engine.prove = [&ran](const Pipeline&, const Exporter&, const std::string&,
                            const std::stop_token&) -> Result<Proof> {
        ran = true;
        return Proof();
    };
    m_page->prove();
    QTRY_COMPARE(m_page->proof().verdict(), QStringLiteral("It is not installed; get it there."));
    QVERIFY(!ran);
    QVERIFY(button(QStringLiteral("Choose the engine’s program…"))->isVisible());
}

void ExportPageTest::aProofCanBeStopped()
{
    QSemaphore stopped;
    m_engine.prove = [&stopped](const Pipeline&, const Exporter&, const std::string&,
                                const std::stop_token& stop) -> Result<Proof> {
        while (!stop.stop_requested())
            std::this_thread::yield();
        stopped.release();
        return proofOf(1, 2);
    };
    m_page->prove();
    QVERIFY(m_page->proof().isRunning());
    button(QStringLiteral("Stop the proof"))->click();
    QVERIFY(stopped.tryAcquire(1, 10'000));
    QCoreApplication::processEvents();
    QVERIFY(!m_page->proof().isRunning());
    QCOMPARE(m_page->proof().verdict(), QString());
}

void ExportPageTest::anEditClearsTheVerdict()
{
    m_page->prove();
    QTRY_VERIFY(m_page->proof().verdict().startsWith(QStringLiteral("Equal")));
    Pipeline next = m_document->pipeline();
    next.batch.rows = 7;
    m_document->edit(QStringLiteral("Change gates"), next);
    QCOMPARE(m_page->proof().verdict(), QString());
}

void ExportPageTest::whatCannotBeExportedCannotBeProven()
{
    Pipeline next = m_document->pipeline();
    next.source = {"lines", Options{{"path", "/data/a.lines"}}};
    m_document->edit(QStringLiteral("Choose source"), next);
    for (const char* text : {"Save files…", "Prove it", "Submit…", "Run the proof", "Submit"})
        QVERIFY2(!button(QString::fromUtf8(text))->isEnabled(), text);
    QVERIFY(!m_page->message().isEmpty());
}

void ExportPageTest::aSubmissionIsAnswered()
{
    std::string asked;
    m_engine.submit = [&asked](const Pipeline& pipeline, const Exporter&, const std::string& address,
                               const std::stop_token&) -> Result<std::string> {
        asked = address;
        if (pipeline.batch.rows == 100)
            return "It runs.";
        return fail(ErrorCode::Unavailable, "No engine answered.", "Connection refused");
    };
    m_page->submission().setExporter(exporters().data());
    button(QStringLiteral("Submit…"))->click();
    m_page->submission().address().setText(QStringLiteral(" http://there:1 "));
    button(QStringLiteral("Submit"))->click();
    QTRY_COMPARE(m_page->submission().answer(), QStringLiteral("It runs."));
    QCOMPARE(asked, std::string("http://there:1"));
    Pipeline next = m_document->pipeline();
    next.batch.rows = 7;
    m_document->edit(QStringLiteral("Change gates"), next);
    button(QStringLiteral("Submit"))->click();
    QTRY_COMPARE(m_page->submission().answer(), QStringLiteral("No engine answered.\nConnection refused"));
}

QTEST_MAIN(ExportPageTest)
#include "tst_export_page.moc"
