// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What installer/setup does where it cannot succeed: one sentence, exit code 1, and nothing half-installed.

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

namespace {

struct Outcome {
    int exitCode = -1;
    QStringList messages; ///< the lines on stderr that are not about progress
};

class InstallerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void refusedDownload();
    void refusedNpmDownload();
    void alteredDownload();
    void tooLittleDisk();
    void missingCompiler();
    void cacheThatCannotBeMade();
    void laterCallFinds();

private:
    /// Puts a program before all others in PATH.
    void fake(const QString& name, const QByteArray& script);
    void haveWheels(); ///< as if they were in the cache
    Outcome setup();
    [[nodiscard]] QStringList cached() const;

    std::unique_ptr<QTemporaryDir> m_folder;
    QProcessEnvironment m_environment;
};

} // namespace

void InstallerTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
    QVERIFY(QDir(m_folder->path()).mkdir("bin"));
    m_environment = QProcessEnvironment::systemEnvironment();
    m_environment.insert("PATH", m_folder->filePath("bin") + ':' + m_environment.value("PATH"));
    m_environment.insert("HEADRACE_CACHE", m_folder->filePath("cache"));
    m_environment.insert("HEADRACE_PACKAGES", "skip");
    // No test reaches a registry: pip finds no package anywhere, npm is a fake.
    m_environment.insert("PIP_CONFIG_FILE", "/dev/null");
    m_environment.insert("PIP_NO_INDEX", "1");
    m_environment.remove("PIP_FIND_LINKS");
    m_environment.remove("CXX");
}

void InstallerTest::cleanup()
{
    m_folder.reset();
}

void InstallerTest::fake(const QString& name, const QByteArray& script)
{
    QFile file(m_folder->filePath("bin/" + name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("#!/bin/sh\n" + script + "\n");
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
}

Outcome InstallerTest::setup()
{
    QProcess process;
    process.setProcessEnvironment(m_environment);
    process.start(QStringLiteral(HEADRACE_ROOT) + "/installer/setup", {"build"});
    if (!process.waitForFinished())
        return {};
    QStringList messages = QString::fromUtf8(process.readAllStandardError()).split('\n', Qt::SkipEmptyParts);
    messages.removeIf([](const QString& line) { return line.startsWith("Downloading "); });
    return {process.exitCode(), messages};
}

QStringList InstallerTest::cached() const
{
    QStringList found =
        QDir(m_folder->filePath("cache")).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    found.removeAll(".lock");
    found.removeAll("setup.log");
    return found;
}

void InstallerTest::refusedDownload()
{
    const Outcome outcome = setup();
    QCOMPARE(outcome.exitCode, 1);
    QCOMPARE(outcome.messages.size(), 1);
    QVERIFY2(outcome.messages[0].contains("Arrow 26.0.0 and librdkafka 2.16.0 could not be downloaded"),
             qPrintable(outcome.messages[0]));
    QVERIFY2(outcome.messages[0].contains("then call this again"), qPrintable(outcome.messages[0]));
    QCOMPARE(cached(), QStringList());
}

void InstallerTest::haveWheels()
{
    QVERIFY(QDir().mkpath(m_folder->filePath("cache/arrow-26.0.0")));
    QVERIFY(QDir().mkpath(m_folder->filePath("cache/librdkafka-2.16.0/lib/librdkafka-0cb94173.so.1")));
}

void InstallerTest::refusedNpmDownload()
{
    haveWheels();
    fake("npm", "echo 'npm ERR! code E403' >&2; exit 1");
    const Outcome outcome = setup();
    QCOMPARE(outcome.exitCode, 1);
    QCOMPARE(outcome.messages.size(), 1);
    QVERIFY2(
        outcome.messages[0].contains("DuckDB 1.4.4 could not be downloaded; the last words were 'npm ERR! code E403'"),
        qPrintable(outcome.messages[0]));
    QCOMPARE(cached(), (QStringList{"arrow-26.0.0", "librdkafka-2.16.0"}));
}

void InstallerTest::alteredDownload()
{
    haveWheels();
    fake("npm", "while [ \"$1\" != --pack-destination ]; do shift; done; cd \"$2\"\n"
                "echo altered >duckdb-1.4.4.tgz; echo altered >duckdb-node-bindings-linux-x64-1.4.4-r.1.tgz");
    const Outcome outcome = setup();
    QCOMPARE(outcome.exitCode, 1);
    QCOMPARE(outcome.messages, QStringList("headrace installer: The download of DuckDB does not match "
                                           "installer/pins/npm.sha256 and was thrown away: call this again."));
    QCOMPARE(cached(), (QStringList{"arrow-26.0.0", "librdkafka-2.16.0"}));
}

void InstallerTest::tooLittleDisk()
{
    fake("df", "printf 'Avail\\n17\\n'");
    const Outcome outcome = setup();
    QCOMPARE(outcome.exitCode, 1);
    QCOMPARE(outcome.messages.size(), 1);
    QVERIFY2(outcome.messages[0].contains("has 17 MB free") && outcome.messages[0].contains("free some space"),
             qPrintable(outcome.messages[0]));
    QCOMPARE(cached(), QStringList());
}

void InstallerTest::missingCompiler()
{
    m_environment.insert("CXX", "g++-of-tomorrow");
    const Outcome outcome = setup();
    QCOMPARE(outcome.exitCode, 1);
    QCOMPARE(outcome.messages,
             QStringList("headrace installer: The compiler 'g++-of-tomorrow' is missing: install g++ 12 "
                         "or newer, or point CXX at one."));
}

void InstallerTest::cacheThatCannotBeMade()
{
    m_environment.insert("HEADRACE_CACHE", "/dev/null/cache");
    const Outcome outcome = setup();
    QCOMPARE(outcome.exitCode, 1);
    QCOMPARE(outcome.messages.size(), 1);
    QVERIFY2(outcome.messages[0].contains("'/dev/null/cache' cannot be written"), qPrintable(outcome.messages[0]));
}

void InstallerTest::laterCallFinds()
{
    haveWheels();
    QVERIFY(QDir().mkpath(m_folder->filePath("cache/duckdb-1.4.4")));
    const Outcome outcome = setup();
    QCOMPARE(outcome.messages, QStringList());
    QCOMPARE(outcome.exitCode, 0);
}

QTEST_GUILESS_MAIN(InstallerTest)
#include "tst_installer.moc"
