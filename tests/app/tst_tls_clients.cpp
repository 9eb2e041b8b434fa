// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/headrace_process.h"
#include "tests/support/maria_server.h"
#include "tests/support/postgres_server.h"

#include <QTest>

using namespace headrace::test;

/// The program brings libraries with an OpenSSL of their own: its clients' connections must find the system's.
class TlsClientsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theWayIsEncrypted_data();
    void theWayIsEncrypted();
};

void TlsClientsTest::theWayIsEncrypted_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<bool>("isVerified");
    QTest::newRow("MariaDB") << QStringLiteral("mariadb") << false;
    QTest::newRow("MariaDB, verified") << QStringLiteral("mariadb") << true;
    QTest::newRow("PostgreSQL") << QStringLiteral("postgres") << false;
    QTest::newRow("PostgreSQL, verified") << QStringLiteral("postgres") << true;
}

void TlsClientsTest::theWayIsEncrypted()
{
    QFETCH(QString, type);
    QFETCH(bool, isVerified);
    static const MariaServer maria(true);
    static const PostgresServer postgres(true);
    const bool isMaria = type == QLatin1String("mariadb");
    const QString query =
        isMaria
            ? QStringLiteral("query=SELECT variable_value <> '' AS encrypted FROM information_schema.session_status "
                             "WHERE variable_name = 'Ssl_cipher'")
            : QStringLiteral("query=SELECT ssl::int AS encrypted FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    QStringList words{"preview",
                      "--source",
                      type,
                      "--format",
                      "csv",
                      "-o",
                      query,
                      "-o",
                      "database=test",
                      "-o",
                      "user=tester",
                      "-o",
                      "password=${env:HEADRACE_TEST_PASSWORD}"};
    words << "-o" << QStringLiteral("port=%1").arg(isMaria ? maria.port() : postgres.port());
    words << "-o" << (isVerified ? QStringLiteral("host=localhost") : QStringLiteral("host=127.0.0.1"));
    if (isVerified)
        words << "-o" << QStringLiteral("sslmode=verify-full") << "-o"
              << QStringLiteral("sslrootcert=%1")
                     .arg(QString::fromStdString(isMaria ? maria.caFile() : postgres.caFile()));
    qputenv("HEADRACE_TEST_PASSWORD", isMaria ? MariaServer::kPassword : PostgresServer::kPassword);
    const Workplace place;
    const Finished finished = place.run(words);
    QVERIFY2(finished.code == 0, qPrintable(finished.err));
    QCOMPARE(finished.out.simplified(), QStringLiteral("encrypted 1"));
}

QTEST_GUILESS_MAIN(TlsClientsTest)
#include "tst_tls_clients.moc"
