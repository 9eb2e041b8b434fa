// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/durable_file.h"
#include "connectors/exporters/exporter.h"
#include "tests/support/rows.h"

#include <QDir>
#include <QTemporaryDir>

using namespace headrace;

namespace {

Pipeline namedPipeline()
{
    Pipeline pipeline;
    pipeline.name = "shop";
    return pipeline;
}

ExportResult someResult()
{
    ExportResult result;
    result.files = {{"pipeline.yaml", "input: {}\n"}, {"sub/helper.txt", "x\n"}};
    result.notes = {{"batch.rows", "1000", Fidelity::Exact, "count: 1000", ""},
                    {"batch.grid", "1h", Fidelity::Impossible, "", "No grid | there."},
                    {"batch.age", "5s", Fidelity::Approximated, "period: 5s", "A free tick."}};
    result.runHint = "rpk connect run pipeline.yaml";
    return result;
}

const Exporter kTarget{"target", "Target", "", {}};

} // namespace

class ExportReportTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sortsImpossibleFirst();
    void saysFirstWhatCannotRun();
    void writesAllFilesWithTheReport();
    void replacesAnOlderExport();
    void namesTheFolderItCannotWrite();
    void namesTheNearestTarget();
};

void ExportReportTest::sortsImpossibleFirst()
{
    QCOMPARE(QString::fromStdString(formatReport(namedPipeline(), kTarget, someResult())),
             QString("# shop as Target\n"
                     "\n"
                     "1 settings exact, 1 approximated, 1 impossible.\n"
                     "\n"
                     "| setting | value here | fidelity | there | what differs |\n"
                     "|---|---|---|---|---|\n"
                     "| `batch.grid` | `1h` | impossible | – | No grid \\| there. |\n"
                     "| `batch.age` | `5s` | approximated | `period: 5s` | A free tick. |\n"
                     "| `batch.rows` | `1000` | exact | `count: 1000` | – |\n"
                     "\n"
                     "To run it:\n"
                     "\n"
                     "```sh\n"
                     "rpk connect run pipeline.yaml\n"
                     "```\n"));
}

void ExportReportTest::saysFirstWhatCannotRun()
{
    ExportResult result;
    result.obstacles = {"destination.type `duckdb`: There is no such output."};
    const QStringList lines = QString::fromStdString(formatReport(namedPipeline(), kTarget, result)).split('\n');
    QCOMPARE(lines.at(2), QString("**This pipeline cannot run on Target.** Only this report was written."));
    QCOMPARE(lines.at(4), QString("- destination.type `duckdb`: There is no such output."));
}

void ExportReportTest::writesAllFilesWithTheReport()
{
    const QTemporaryDir folder;
    QVERIFY_RESULT(writeExport(folder.filePath("new/export").toStdString(), namedPipeline(), kTarget, someResult()));
    const auto content = [&](const char* name) {
        return QString::fromStdString(readFile(folder.filePath(name).toStdString()).value_or("missing"));
    };
    QCOMPARE(content("new/export/pipeline.yaml"), QString("input: {}\n"));
    QCOMPARE(content("new/export/sub/helper.txt"), QString("x\n"));
    QVERIFY(content("new/export/REPORT.md").startsWith("# shop as Target\n"));
    QCOMPARE(QDir(folder.filePath("new/export")).entryList(QDir::Files | QDir::Hidden, QDir::Name),
             QStringList({"REPORT.md", "pipeline.yaml"}));
}

void ExportReportTest::replacesAnOlderExport()
{
    const QTemporaryDir folder;
    const std::string path = folder.path().toStdString();
    QVERIFY_RESULT(writeFileDurably(path + "/pipeline.yaml", "old"));
    QVERIFY_RESULT(writeExport(path, namedPipeline(), kTarget, someResult()));
    QCOMPARE(QString::fromStdString(readFile(path + "/pipeline.yaml").value_or("missing")), QString("input: {}\n"));
}

void ExportReportTest::namesTheFolderItCannotWrite()
{
    const Status written = writeExport("/proc/none", namedPipeline(), kTarget, someResult());
    QVERIFY(!written.has_value());
    QVERIFY2(written.error().message.find("/proc/none") != std::string::npos, written.error().message.c_str());
}

void ExportReportTest::namesTheNearestTarget()
{
    const Result<const Exporter*> found = findExporter("redpanda-conect");
    QVERIFY(!found.has_value());
    QVERIFY(found.error().code == ErrorCode::Usage);
    QCOMPARE(QString::fromStdString(found.error().message),
             QString("There is no export target 'redpanda-conect'; did you mean 'redpanda-connect'?"));
}

QTEST_APPLESS_MAIN(ExportReportTest)
#include "tst_export_report.moc"
