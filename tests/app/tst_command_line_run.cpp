// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/headrace_process.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTcpSocket>
#include <QUrl>

#include <csignal>

using headrace::test::Finished;
using headrace::test::Workplace;

namespace {

const QString kEndless = "source: { type: generator, rate: 2000 }\n"
                         "batch: { rows: 1_000_000_000 }\n"
                         "destination: { type: ndjson, path: out }\n";

QList<QJsonObject> eventsOf(const QString& text)
{
    QList<QJsonObject> events;
    for (const QString& line : text.split('\n', Qt::SkipEmptyParts))
        events << QJsonDocument::fromJson(line.toUtf8()).object();
    return events;
}

qint64 linesBelow(const QString& folder)
{
    qint64 lines = 0;
    for (const QString& name : QDir(folder).entryList(QDir::Files)) {
        QFile file(QDir(folder).filePath(name));
        if (file.open(QIODevice::ReadOnly))
            lines += file.readAll().count('\n');
    }
    return lines;
}

/// Starts an endless run and waits until it has reported some rows.
QString startEndless(const Workplace& place, QProcess& process)
{
    const QString file = place.pipeline("endless", kEndless);
    place.prepare(process, {"run", file, "--progress", "json"});
    process.start();
    QByteArray seen;
    while (!seen.contains("\"event\":\"progress\"")) {
        if (!process.waitForReadyRead(60'000))
            qFatal("no progress: %s", qPrintable(process.readAllStandardError()));
        seen += process.readAllStandardOutput();
    }
    return file;
}

} // namespace

/// `headrace run` as a process: what it prints, what it leaves behind, and how it is stopped.
class CommandLineRunTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void printsOneObjectALine();
    void reportsProgressOfALongRun();
    void saysOneLineWithoutATerminal();
    void drawsABarAndRemovesIt();
    void isSilentWhenAsked();
    void servesMetricsWhileItRuns();
    void limitsEndARun();
    void settingsOverrideTheFile();
    void pathsStartAtTheFile();
    void quarantinedRecordsAreExitCode4();
    void failuresAreEvents();
    void firstInterruptDrains();
    void secondInterruptAborts();
    void aClosedReaderDoesNotEndTheRun();
};

void CommandLineRunTest::printsOneObjectALine()
{
    const Workplace place;
    const QString file = place.pipeline("events", "source: { type: generator, rows: 25 }\nbatch: { rows: 10 }\n"
                                                  "destination: { type: ndjson, path: out }\n");
    const Finished result = place.run({"run", file, "--progress", "json"});
    QCOMPARE(result.code, 0);
    QCOMPARE(result.err, QString());
    const QList<QJsonObject> events = eventsOf(result.out);
    QCOMPARE(events.size(), 2);
    QCOMPARE(QJsonDocument(events.first()).toJson(QJsonDocument::Compact),
             QByteArray(R"({"delivery":"exactly_once","destination":"ndjson","event":"started","pipeline":"events",)"
                        R"("source":"generator"})"));
    const QJsonObject last = events.last();
    QCOMPARE(last.keys(), QStringList({"batches", "bytes", "event", "quarantined", "reasons", "rows", "seconds"}));
    QCOMPARE(last["event"].toString(), QString("finished"));
    QCOMPARE(last["rows"].toInt(), 25);
    QCOMPARE(last["batches"].toInt(), 3);
    QCOMPARE(last["reasons"].toObject()["rows"].toInt(), 2);
    QCOMPARE(last["reasons"].toObject()["end_of_input"].toInt(), 1);
    QCOMPARE(last["quarantined"].toInt(), 0);
    QVERIFY(last["bytes"].toInt() > 0 && last["seconds"].toDouble() > 0);
    QVERIFY(result.out.trimmed().split('\n').last().startsWith("{\"event\":\"finished\",\"rows\":25,\"bytes\":"));
}

void CommandLineRunTest::reportsProgressOfALongRun()
{
    const Workplace place;
    const QString file = place.pipeline("events", "source: { type: generator, rows: 600, rate: 1000 }\n"
                                                  "batch: { rows: 100 }\ndestination: { type: 'null' }\n"
                                                  "delivery: at_least_once\n");
    const QList<QJsonObject> events = eventsOf(place.run({"run", file, "--progress", "json"}).out);
    QVERIFY(events.size() >= 3);
    const QJsonObject progress = events.at(1);
    QCOMPARE(progress["event"].toString(), QString("progress"));
    for (const char* key : {"rows", "bytes", "batches", "seconds", "reasons", "quarantined", "state", "rows_read",
                            "bytes_read", "rewinds", "source_bytes_read", "source_bytes_total", "source_rows_total"})
        QVERIFY2(progress.contains(key), key);
    QCOMPARE(events.last()["rows"].toInt(), 600);
}

void CommandLineRunTest::saysOneLineWithoutATerminal()
{
    const Workplace place;
    const QString file = place.pipeline("events", "source: { type: generator, rows: 1234 }\nbatch: { rows: 1000 }\n"
                                                  "destination: { type: ndjson, path: out }\n");
    const Finished result = place.run({"run", file});
    QCOMPARE(result.out, QString());
    QVERIFY2(result.err.startsWith("events finished: 1,234 rows (") && result.err.contains(") in 2 batches in ") &&
                 result.err.contains(", closed 1 by rows, 1 by end of input; ") && result.err.endsWith(" rows/s.\n"),
             qPrintable(result.err));
    QCOMPARE(result.err.count('\n'), 1);
}

void CommandLineRunTest::drawsABarAndRemovesIt()
{
    const Workplace place;
    const QString file = place.pipeline("events", "source: { type: generator, rows: 600, rate: 1000 }\n"
                                                  "batch: { rows: 100 }\ndestination: { type: 'null' }\n"
                                                  "delivery: at_least_once\n");
    const Finished result = place.run({"run", file, "--progress", "bar"});
    QVERIFY2(result.err.startsWith("\r\x1b[Kevents  "), qPrintable(result.err));
    QVERIFY2(result.err.contains(" rows · ") && result.err.contains("/s · "), qPrintable(result.err));
    const QStringList drawn = result.err.split("\r\x1b[K");
    QVERIFY2(drawn.last().startsWith("events finished: 600 rows"), qPrintable(result.err));
    QVERIFY(drawn.size() >= 4);
}

void CommandLineRunTest::isSilentWhenAsked()
{
    const Workplace place;
    const QString file = place.pipeline("events", "source: { type: generator, rows: 5 }\n"
                                                  "destination: { type: ndjson, path: out }\n");
    const Finished result = place.run({"run", file, "--progress", "none"});
    QCOMPARE(result.out + result.err, QString());
    QCOMPARE(result.code, 0);
    QCOMPARE(linesBelow(place.path("out")), qint64(5));
}

void CommandLineRunTest::servesMetricsWhileItRuns()
{
    const Workplace place;
    const QString file = place.pipeline("events", "source: { type: generator, rate: 1000 }\nbatch: { rows: 100 }\n"
                                                  "destination: { type: 'null' }\ndelivery: at_least_once\n");
    QProcess process;
    place.prepare(process, {"run", file, "--progress", "none", "--metrics", "127.0.0.1:0"});
    process.start();
    QString said;
    QVERIFY(QTest::qWaitFor(
        [&] {
            process.waitForReadyRead(100);
            said += QString::fromUtf8(process.readAllStandardError());
            return said.endsWith("/metrics\n");
        },
        30'000));
    QVERIFY2(said.startsWith("Prometheus metrics: http://127.0.0.1:"), qPrintable(said));
    const QUrl url(said.trimmed().section(' ', -1));
    const auto page = [&url] {
        QTcpSocket socket;
        socket.connectToHost(url.host(), static_cast<quint16>(url.port()));
        socket.write("GET /metrics HTTP/1.1\r\n\r\n");
        QString text;
        while (socket.waitForReadyRead(10'000))
            text += QString::fromUtf8(socket.readAll());
        return text;
    };
    QVERIFY(QTest::qWaitFor(
        [&] {
            const QString text = page();
            return text.contains("headrace_state{pipeline=\"events\",state=\"running\"} 1\n") &&
                   !text.contains("headrace_rows_committed_total{pipeline=\"events\"} 0\n");
        },
        30'000));
    process.terminate();
    QCOMPARE(Workplace::finish(process).code, 3);
}

void CommandLineRunTest::limitsEndARun()
{
    const Workplace place;
    const QString file = place.pipeline("endless", kEndless);
    const Finished rows = place.run({"run", file, "--progress", "json", "--max-rows", "123"});
    QCOMPARE(rows.code, 0);
    QCOMPARE(eventsOf(rows.out).last()["event"].toString(), QString("finished"));
    QCOMPARE(eventsOf(rows.out).last()["rows"].toInt(), 123);
    const Finished time = place.run({"run", file, "--progress", "json", "--max-time", "300ms"});
    QCOMPARE(time.code, 0);
    QCOMPARE(eventsOf(time.out).last()["event"].toString(), QString("finished"));
    QVERIFY(eventsOf(time.out).last()["rows"].toInt() > 0);
}

void CommandLineRunTest::settingsOverrideTheFile()
{
    const Workplace place;
    const QString file = place.pipeline("events", "source: { type: generator, rows: 20 }\nbatch: { rows: 10 }\n"
                                                  "destination: { type: ndjson, path: out }\n");
    const Finished result = place.run({"run", file, "--progress", "json", "--set", "batch.rows=5", "--set",
                                       "destination.path=" + place.path("elsewhere")});
    QCOMPARE(eventsOf(result.out).last()["batches"].toInt(), 4);
    QCOMPARE(linesBelow(place.path("elsewhere")), qint64(20));
}

void CommandLineRunTest::pathsStartAtTheFile()
{
    const Workplace place;
    QVERIFY(QDir(place.path("")).mkdir("shop"));
    place.file("shop/in.csv", "id\n1\n2\n");
    place.file("shop/copy.headrace.yaml", "headrace: 1\nname: copy\nsource: { type: csv, path: in.csv }\n"
                                          "destination: { type: ndjson, path: out }\n");
    const Finished result = place.run({"run", "shop/copy.headrace.yaml", "--progress", "json", "--state-dir", "kept"});
    QCOMPARE(result.code, 0);
    QCOMPARE(linesBelow(place.path("shop/out")), qint64(2));
    QVERIFY2(QFile::exists(place.path("kept")), "the state's folder is an argument, which starts where it was typed");
    const Finished missing = place.run({"run", "shop/copy.headrace.yaml", "--set", "source.path=no.csv"});
    QVERIFY2(missing.err.contains("'no.csv' does not exist in '" + place.path("shop") + "'"), qPrintable(missing.err));
}

void CommandLineRunTest::quarantinedRecordsAreExitCode4()
{
    const Workplace place;
    place.file("a.ndjson", "{\"id\":1}\n{\"id\":\n{\"id\":3}\n");
    const QString file = place.pipeline("bad", "source: { type: ndjson, path: a.ndjson }\n"
                                               "destination: { type: ndjson, path: out }\n");
    const Finished result = place.run({"run", file, "--progress", "none"});
    QCOMPARE(result.code, 4);
    const QString quarantine = place.path("state/bad.quarantine.ndjson");
    QCOMPARE(result.err, QString("1 record is in quarantine: %1 says where they come from and why.\n").arg(quarantine));
    QVERIFY(QFile::exists(quarantine));
    QCOMPARE(linesBelow(place.path("out")), qint64(2));
}

void CommandLineRunTest::failuresAreEvents()
{
    const Workplace place;
    const QString file = place.pipeline("lost", "source: { type: ndjson, path: nowhere.ndjson }\n"
                                                "destination: { type: ndjson, path: out }\n");
    const Finished result = place.run({"run", file, "--progress", "json"});
    QCOMPARE(result.code, 1);
    const QJsonObject last = eventsOf(result.out).last();
    QCOMPARE(last["event"].toString(), QString("failed"));
    QCOMPARE(last["code"].toString(), QString("not_found"));
    QVERIFY(last["message"].toString().contains("nowhere.ndjson"));
    QVERIFY2(result.err.startsWith("headrace: ") && result.err.contains("nowhere.ndjson"), qPrintable(result.err));
}

void CommandLineRunTest::firstInterruptDrains()
{
    const Workplace place;
    QProcess process;
    const QString file = startEndless(place, process);
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    const Finished result = Workplace::finish(process);
    QCOMPARE(result.code, 3);
    const QJsonObject last = eventsOf(result.out).last();
    QCOMPARE(last["event"].toString(), QString("stopped"));
    QCOMPARE(last["reasons"].toObject()["stop"].toInt(), 1);
    QVERIFY(last["rows"].toInt() > 0);
    QCOMPARE(linesBelow(place.path("out")), qint64(last["rows"].toInt()));
    QVERIFY(!place.run({"state", file}).out.contains("starts at the beginning"));
}

void CommandLineRunTest::secondInterruptAborts()
{
    const Workplace place;
    QProcess process;
    startEndless(place, process);
    // Both signals arrive before the program looks: it is stopped while they are sent.
    const auto program = static_cast<pid_t>(process.processId());
    ::kill(program, SIGSTOP);
    ::kill(program, SIGINT);
    ::kill(program, SIGTERM);
    ::kill(program, SIGCONT);
    const Finished result = Workplace::finish(process);
    QCOMPARE(result.code, 3);
    const QJsonObject last = eventsOf(result.out).last();
    QCOMPARE(last["event"].toString(), QString("stopped"));
    QCOMPARE(last["rows"].toInt(), 0);
    QCOMPARE(linesBelow(place.path("out")), qint64(0));
}

void CommandLineRunTest::aClosedReaderDoesNotEndTheRun()
{
    const Workplace place;
    const QString file = place.pipeline("events", "source: { type: generator, rows: 600, rate: 1000 }\n"
                                                  "batch: { rows: 100 }\ndestination: { type: ndjson, path: out }\n");
    QProcess process;
    place.prepare(process, {"run", file, "--progress", "json"});
    process.start();
    QVERIFY(process.waitForReadyRead(60'000));
    process.closeReadChannel(QProcess::StandardOutput);
    QCOMPARE(Workplace::finish(process).code, 0);
    QCOMPARE(linesBelow(place.path("out")), qint64(600));
}

QTEST_GUILESS_MAIN(CommandLineRunTest)
#include "tst_command_line_run.moc"
