// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/rows.h"

#include "app/secret_store.h"

#include <QCoreApplication>
#include <QDirIterator>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <future>

using namespace headrace;

namespace {

const QString kName = QStringLiteral("shop/password");
const QString kSecret = QStringLiteral("correct horse battery staple");

/// Set for the processes that run beside a keyring of their own.
bool isBesideKeyring()
{
    return qEnvironmentVariableIsSet("HEADRACE_TEST_KEYRING");
}

std::optional<Result<secret_store::Kept>> keep(const QString& name, const QString& secret)
{
    std::optional<Result<secret_store::Kept>> answer;
    secret_store::save(name, secret, [&answer](const Result<secret_store::Kept>& kept) { answer = kept; });
    (void)QTest::qWaitFor([&answer] { return answer.has_value(); }, 30'000);
    return answer;
}

/// As a connector does it: on a worker, while the event loop of this thread goes on.
Result<std::string> lookUpFromWorker(const QString& name)
{
    auto found = std::async(std::launch::async, [name] { return secret_store::lookup()(name.toStdString()); });
    (void)QTest::qWaitFor([&found] { return found.wait_for(std::chrono::seconds{0}) == std::future_status::ready; },
                          60'000);
    return found.get();
}

} // namespace

/// Secrets against a real gnome-keyring on a bus of its own, and without any keyring.
class SecretStoreTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QCoreApplication::setApplicationName(QStringLiteral("headrace-test")); }
    void aRealKeyringKeepsSecrets();
    void withoutAKeyringSecretsLiveUntilTheEnd();
    void besideAKeyringItIsSaved();
    void besideAKeyringAnotherProcessReadsIt();
    void besideAKeyringCommandsReadIt();
};

void SecretStoreTest::aRealKeyringKeepsSecrets()
{
    if (isBesideKeyring())
        QSKIP("The outer process does this.");
    if (QStandardPaths::findExecutable(QStringLiteral("gnome-keyring-daemon")).isEmpty() ||
        QStandardPaths::findExecutable(QStringLiteral("dbus-run-session")).isEmpty())
        QSKIP("gnome-keyring and dbus-daemon are not installed: installer/setup test installs them.");
    const QTemporaryDir home;
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("HOME"), home.path());
    environment.insert(QStringLiteral("XDG_DATA_HOME"), home.filePath(QStringLiteral("data")));
    environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), home.path());
    environment.insert(QStringLiteral("XDG_CURRENT_DESKTOP"), QStringLiteral("GNOME"));
    environment.insert(QStringLiteral("HEADRACE_TEST_KEYRING"), QStringLiteral("1"));
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    const QString script =
        QStringLiteral("printf 'login' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 && "
                       "\"$0\" besideAKeyringItIsSaved && \"$0\" besideAKeyringAnotherProcessReadsIt && "
                       "\"$0\" besideAKeyringCommandsReadIt");
    process.start(QStringLiteral("dbus-run-session"), {QStringLiteral("--"), QStringLiteral("sh"), QStringLiteral("-c"),
                                                       script, QCoreApplication::applicationFilePath()});
    QVERIFY(process.waitForFinished(60'000));
    const QByteArray output = process.readAll();
    QVERIFY2(process.exitCode() == 0, output.constData());
    // The inner tests ran; none was skipped.
    QCOMPARE(output.count("PASS   : SecretStoreTest::besideAKeyring"), 3);
    QDirIterator files(home.path(), QDir::Files, QDirIterator::Subdirectories);
    int seen = 0;
    while (files.hasNext()) {
        QFile file(files.next());
        if (!file.open(QIODevice::ReadOnly))
            continue;
        ++seen;
        QVERIFY2(!file.readAll().contains(kSecret.toUtf8()), qPrintable(file.fileName()));
    }
    QVERIFY2(seen > 0, "The keyring left no file.");
}

void SecretStoreTest::besideAKeyringItIsSaved()
{
    if (!isBesideKeyring())
        QSKIP("Only beside a keyring.");
    const auto kept = keep(kName, kSecret);
    QVERIFY(kept.has_value());
    QVERIFY_RESULT(*kept);
    QVERIFY(**kept == secret_store::Kept::InKeyring);
}

void SecretStoreTest::besideAKeyringAnotherProcessReadsIt()
{
    if (!isBesideKeyring())
        QSKIP("Only beside a keyring.");
    const auto found = lookUpFromWorker(kName);
    QVERIFY_RESULT(found);
    QCOMPARE(QString::fromStdString(*found), kSecret);
    const auto missing = lookUpFromWorker(QStringLiteral("shop/other"));
    QVERIFY(!missing.has_value());
    QVERIFY2(missing.error().code == ErrorCode::NotFound, missing.error().message.c_str());
    QVERIFY(missing.error().message.find("shop/other") != std::string::npos);
}

void SecretStoreTest::besideAKeyringCommandsReadIt()
{
    if (!isBesideKeyring())
        QSKIP("Only beside a keyring.");
    // What 'headrace' asks for a reference.
    QProcess workbench;
    workbench.start(QStringLiteral(HEADRACE_WORKBENCH), {QStringLiteral("--secret"), kName});
    QVERIFY(workbench.waitForFinished(60'000));
    QCOMPARE(QString::fromUtf8(workbench.readAllStandardOutput()), kSecret);
    QCOMPARE(workbench.exitCode(), 0);
}

void SecretStoreTest::withoutAKeyringSecretsLiveUntilTheEnd()
{
    if (isBesideKeyring())
        QSKIP("Only without a keyring.");
    const auto kept = keep(kName, kSecret);
    QVERIFY(kept.has_value());
    QVERIFY_RESULT(*kept);
    QVERIFY(**kept == secret_store::Kept::UntilTheEnd);
    QVERIFY(secret_store::keptText(**kept, kName).contains(QStringLiteral("${secret:shop/password}")));
    const auto found = lookUpFromWorker(kName);
    QVERIFY_RESULT(found);
    QCOMPARE(QString::fromStdString(*found), kSecret);
    const auto missing = lookUpFromWorker(QStringLiteral("shop/other"));
    QVERIFY(!missing.has_value());
    QVERIFY2(missing.error().message.find("${env:") != std::string::npos, missing.error().message.c_str());
}

int main(int argc, char** argv)
{
    // The outer process must not find the keyring of the one who runs the tests.
    if (!isBesideKeyring())
        qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    QCoreApplication application(argc, argv);
    SecretStoreTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_secret_store.moc"
