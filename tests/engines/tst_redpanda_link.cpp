// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/rows.h"

#include "app/prove/child_process.h"
#include "app/redpanda_link.h"
#include "app/submit/stream_server.h"
#include "connectors/builtins.h"
#include "tests/support/free_ports.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include <future>

using namespace headrace;

/// What the window does with an engine, against the real one: proofs, and submissions to its streams mode.
class RedpandaLinkTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void theProofOfTheWindowIsEqual();
    void aStoppedProofEndsItsProcess();
    void aSubmittedPipelineRunsThere();
    void aSecondSubmissionReplacesTheFirst();
    void refusalsSayWhatIsWrong_data();
    void refusalsSayWhatIsWrong();
    void onlyTheStreamIsSubmitted();

private:
    Pipeline pipeline(const QString& out) const;
    Result<std::string> submit(const Pipeline& pipeline, const std::string& address) const;

    static constexpr int kRows = 500;
    QTemporaryDir m_folder;
    Registry m_registry = builtinConnectors();
    QProcess m_server;
    std::string m_address;
};

void RedpandaLinkTest::initTestCase()
{
    QFile file(m_folder.filePath(QStringLiteral("in.ndjson")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    for (int id = 0; id < kRows; ++id)
        file.write(QByteArray("{\"id\":") + QByteArray::number(id) + "}\n");
    file.close();
    const int port = test::freePorts();
    m_address = "http://127.0.0.1:" + std::to_string(port);
    m_server.setProcessChannelMode(QProcess::MergedChannels);
    m_server.setWorkingDirectory(m_folder.path());
    m_server.start(QStringLiteral(HEADRACE_BENTHOS), {QStringLiteral("streams"), QStringLiteral("--set"),
                                                      QStringLiteral("http.address=127.0.0.1:%1").arg(port)});
    QVERIFY(m_server.waitForStarted());
    const auto isUp = [port] {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, port);
        return socket.waitForConnected(100);
    };
    QTRY_VERIFY_WITH_TIMEOUT(isUp(), 60'000);
}

void RedpandaLinkTest::cleanupTestCase()
{
    m_server.kill();
    m_server.waitForFinished();
}

Pipeline RedpandaLinkTest::pipeline(const QString& out) const
{
    Pipeline pipeline;
    pipeline.name = "ids";
    pipeline.source = {"ndjson", Options{{"path", m_folder.filePath(QStringLiteral("in.ndjson")).toStdString()}}};
    pipeline.destination = {"ndjson", Options{{"path", m_folder.filePath(out).toStdString()}}};
    pipeline.batch.rows = 100;
    return pipeline;
}

Result<std::string> RedpandaLinkTest::submit(const Pipeline& pipeline, const std::string& address) const
{
    return std::async(std::launch::async,
                      [&] { return submitStream(pipeline, exporters().front(), address, std::stop_token()); })
        .get();
}

void RedpandaLinkTest::theProofOfTheWindowIsEqual()
{
    const EngineLink link = redpandaLink(m_registry);
    const auto program = link.find(exporters().front(), HEADRACE_BENTHOS);
    QVERIFY_RESULT(program);
    const auto proof = link.prove(pipeline(QStringLiteral("unused")), exporters().front(), *program, {});
    QVERIFY_RESULT(proof);
    QVERIFY(proof->isEqual());
    QCOMPARE(proof->here.rows, std::int64_t{kRows});
    QVERIFY(!QFile::exists(m_folder.filePath(QStringLiteral("unused"))));
}

void RedpandaLinkTest::aStoppedProofEndsItsProcess()
{
    std::stop_source stop;
    const std::string log = m_folder.filePath(QStringLiteral("sleep.log")).toStdString();
    auto ended = std::async(std::launch::async, [&] {
        return prove::runProgram({"sleep", "1000"}, m_folder.path().toStdString(), log, stop.get_token());
    });
    stop.request_stop();
    QVERIFY(ended.wait_for(std::chrono::seconds{30}) == std::future_status::ready);
    QVERIFY(ended.get().error().code == ErrorCode::Cancelled);
}

void RedpandaLinkTest::aSubmittedPipelineRunsThere()
{
    const auto answer = submit(pipeline(QStringLiteral("out")), m_address);
    QVERIFY_RESULT(answer);
    QVERIFY2(answer->find("'ids'") != std::string::npos && answer->find(m_address) != std::string::npos,
             answer->c_str());
    const auto rows = [this] {
        qint64 lines = 0;
        const QDir out(m_folder.filePath(QStringLiteral("out")));
        for (const QString& name : out.entryList(QDir::Files)) {
            QFile file(out.filePath(name));
            if (file.open(QIODevice::ReadOnly))
                lines += file.readAll().trimmed().count('\n') + 1; // the last line has no end
        }
        return lines;
    };
    QTRY_COMPARE_WITH_TIMEOUT(rows(), qint64{kRows}, 30'000);
}

void RedpandaLinkTest::aSecondSubmissionReplacesTheFirst()
{
    const Pipeline second = pipeline(QStringLiteral("second"));
    QVERIFY_RESULT(submit(second, m_address + "/"));
    QVERIFY_RESULT(submit(second, m_address));
    QTRY_VERIFY_WITH_TIMEOUT(!QDir(m_folder.filePath(QStringLiteral("second"))).isEmpty(), 30'000);
}

void RedpandaLinkTest::refusalsSayWhatIsWrong_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("part");
    QTest::newRow("nobody there") << "http://127.0.0.1:1"
                                  << "No engine answered at 'http://127.0.0.1:1'";
    QTest::newRow("no address") << "ftp://x"
                                << "'ftp://x' is no address";
    QTest::newRow("no engine") << QString::fromStdString(m_address) + "/nothing"
                               << "is no engine in streams mode";
}

void RedpandaLinkTest::refusalsSayWhatIsWrong()
{
    QFETCH(QString, address);
    QFETCH(QString, part);
    const auto answer = submit(pipeline(QStringLiteral("out")), address.toStdString());
    QVERIFY(!answer.has_value());
    QVERIFY2(answer.error().message.find(part.toStdString()) != std::string::npos, answer.error().message.c_str());
}

void RedpandaLinkTest::onlyTheStreamIsSubmitted()
{
    QCOMPARE(QString::fromStdString(streamConfiguration("# head\nhttp:\n  enabled: false\ninput:\n  file:\n    a: b\n"
                                                        "output:\n  drop: {}\nlogger:\n  level: WARN\n")),
             QStringLiteral("# head\ninput:\n  file:\n    a: b\noutput:\n  drop: {}\n"));
}

QTEST_GUILESS_MAIN(RedpandaLinkTest)
#include "tests/support/free_ports.h"
#include "tst_redpanda_link.moc"
