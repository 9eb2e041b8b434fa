// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/rows.h"
#include "tests/widgets/small_registry.h"

#include "widgets/bridge/async_task.h"
#include "widgets/bridge/new_pipeline.h"
#include "widgets/bridge/pipeline_document.h"
#include "widgets/bridge/quarantine_reader.h"

#include <QDir>
#include <QFile>
#include <QSemaphore>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace headrace;

class DocumentTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void editsAreUndoneAndRedone();
    void aDragIsOneStep();
    void savingAndOpeningKeepsEverything();
    void aBrokenFileLeavesTheDocumentAlone();
    void aDroppedFileMakesAPipeline();
    void anUnknownEndingIsExplained();
    void pipelineNames_data();
    void pipelineNames();
    void theLatestRequestWins();
    void aDestroyedTaskDeliversNothing();
    void theQuarantineFileIsRead();

private:
    const Registry m_registry = test::smallRegistry();
};

void DocumentTest::editsAreUndoneAndRedone()
{
    PipelineDocument document(m_registry);
    document.reset(test::smallPipeline(), QStringLiteral("/tmp/small.headrace.yaml"));
    QVERIFY(!document.isModified());
    QSignalSpy changed(&document, &PipelineDocument::changed);
    Pipeline next = document.pipeline();
    next.batch.rows = 5;
    document.edit(QStringLiteral("Change gates"), next);
    QVERIFY(document.isModified());
    document.undoStack().undo();
    QVERIFY(document.pipeline() == test::smallPipeline());
    QVERIFY(!document.isModified());
    document.undoStack().redo();
    QVERIFY(document.pipeline() == next);
    QCOMPARE(changed.count(), 3);
    document.edit(QStringLiteral("Nothing"), next);
    QCOMPARE(document.undoStack().count(), 1);
}

void DocumentTest::aDragIsOneStep()
{
    PipelineDocument document(m_registry);
    document.reset(test::smallPipeline());
    for (const std::int64_t rows : {900, 800, 700}) {
        Pipeline next = document.pipeline();
        next.batch.rows = rows;
        document.edit(QStringLiteral("Change gates"), next, QStringLiteral("gate-0-1"));
    }
    QCOMPARE(document.undoStack().count(), 1);
    document.undoStack().undo();
    QCOMPARE(document.pipeline().batch.rows.value_or(0), std::int64_t{1000});
}

void DocumentTest::savingAndOpeningKeepsEverything()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("small.headrace.yaml"));
    PipelineDocument document(m_registry);
    document.reset(test::smallPipeline());
    QVERIFY(document.isModified());
    QVERIFY_RESULT(document.save(path));
    QVERIFY(!document.isModified());
    PipelineDocument reopened(m_registry);
    QVERIFY_RESULT(reopened.open(path));
    QVERIFY(reopened.pipeline() == test::smallPipeline());
    QCOMPARE(reopened.filePath(), path);
    QCOMPARE(reopened.displayName(), QStringLiteral("small"));
    QVERIFY_RESULT(reopened.open(QDir::current().relativeFilePath(path)));
    QCOMPARE(reopened.filePath(), path);
}

void DocumentTest::aBrokenFileLeavesTheDocumentAlone()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("broken.headrace.yaml"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("headrace: 1\nname: broken\nsauce: { type: lines }\n");
    file.close();
    PipelineDocument document(m_registry);
    document.reset(test::smallPipeline());
    const Status opened = document.open(path);
    QVERIFY(!opened.has_value());
    QVERIFY2(opened.error().message.find("sauce") != std::string::npos, opened.error().message.c_str());
    QVERIFY(document.pipeline() == test::smallPipeline());
}

void DocumentTest::aDroppedFileMakesAPipeline()
{
    const auto destination = [](const std::string& name) { return ConnectorSpec{"shelf", Options{{"table", name}}}; };
    const auto pipeline = pipelineForFiles(m_registry, {"/data/Orders 2024.lines.gz"}, destination);
    QVERIFY_RESULT(pipeline);
    QCOMPARE(pipeline->name, std::string("orders-2024"));
    QVERIFY(pipeline->source == (ConnectorSpec{"lines", Options{{"path", "/data/Orders 2024.lines.gz"}}}));
    QVERIFY(pipeline->destination == (ConnectorSpec{"shelf", Options{{"table", "orders-2024"}}}));
    QVERIFY_RESULT(pipeline->check(m_registry));
}

void DocumentTest::anUnknownEndingIsExplained()
{
    const auto pipeline =
        pipelineForFiles(m_registry, {"/data/song.mp3"}, [](const std::string&) { return ConnectorSpec(); });
    QVERIFY(!pipeline.has_value());
    const QString message = QString::fromStdString(pipeline.error().message);
    QVERIFY2(message.contains(QStringLiteral("song.mp3")) && message.contains(QStringLiteral(".lines")),
             qPrintable(message));
}

void DocumentTest::pipelineNames_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("name");
    QTest::newRow("plain") << "/data/orders.csv"
                           << "orders";
    QTest::newRow("blank and case") << "/data/My Orders (1).csv"
                                    << "my-orders-1";
    QTest::newRow("nothing left") << "/data/----.csv"
                                  << "pipeline";
}

void DocumentTest::pipelineNames()
{
    QFETCH(QString, path);
    QFETCH(QString, name);
    QCOMPARE(QString::fromStdString(pipelineNameFor(path.toStdString())), name);
}

void DocumentTest::theLatestRequestWins()
{
    AsyncTask<int> task;
    QSemaphore gate;
    std::vector<int> delivered;
    task.start(
        [&gate](const std::stop_token&) {
            gate.acquire();
            return 1;
        },
        [&delivered](int value) { delivered.push_back(value); });
    task.start([](const std::stop_token&) { return 2; }, [&delivered](int value) { delivered.push_back(value); });
    gate.release();
    QTRY_COMPARE(delivered, std::vector<int>{2});
    QCoreApplication::processEvents();
    QCOMPARE(delivered, std::vector<int>{2});
    QVERIFY(!task.isRunning());
}

void DocumentTest::aDestroyedTaskDeliversNothing()
{
    bool delivered = false;
    bool stopped = false;
    {
        AsyncTask<int> task;
        task.start(
            [&stopped](const std::stop_token& stop) {
                while (!stop.stop_requested())
                    std::this_thread::yield();
                stopped = true;
                return 1;
            },
            [&delivered](int) { delivered = true; });
    }
    QCoreApplication::processEvents();
    QVERIFY(stopped);
    QVERIFY(!delivered);
}

void DocumentTest::theQuarantineFileIsRead()
{
    const QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("small.quarantine.ndjson")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"origin\":\"a.csv\",\"line\":3,\"byte_offset\":17,\"reason\":\"Ragged.\",\"raw\":\"1,2\"}\n"
               "not json\n"
               "{\"origin\":\"a.csv\",\"line\":4,\"byte_offset\":21,\"reason\":\"Bytes.\",\"raw_base64\":\"/w==\"}\n");
    file.close();
    const auto records = readQuarantine(folder.path().toStdString(), "small", 10);
    QVERIFY_RESULT(records);
    QCOMPARE(records->size(), std::size_t{2});
    QCOMPARE(records->at(0).line, std::int64_t{3});
    QCOMPARE(records->at(1).raw, std::string("\xff"));
    const auto newest = readQuarantine(folder.path().toStdString(), "small", 1);
    QCOMPARE(newest->front().line, std::int64_t{4});
    QVERIFY(readQuarantine(folder.path().toStdString(), "other", 1)->empty());
}

QTEST_MAIN(DocumentTest)
#include "tst_document.moc"
