// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/connections.h"
#include "connectors/sources/sources.h"
#include "tests/support/maria_server.h"
#include "tests/support/postgres_server.h"
#include "tests/support/rows.h"

#include <QFile>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>

#include <map>

using namespace headrace;

/// Why a connection failed is said in the same words by every connector, and names what to change.
class TestConnectionCauses : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::PostgresServer> m_postgres; ///< without TLS
    std::unique_ptr<test::MariaServer> m_maria;
    std::unique_ptr<test::PostgresServer> m_postgresTls;
    std::unique_ptr<test::MariaServer> m_mariaTls;
    QTcpServer m_silent; ///< takes connections and says nothing
    QTemporaryDir m_folder;

    [[nodiscard]] Options optionsOf(const std::string& base, bool tls) const
    {
        const bool isPostgres = base.ends_with("postgres");
        const int port =
            isPostgres ? (tls ? *m_postgresTls : *m_postgres).port() : (tls ? *m_mariaTls : *m_maria).port();
        if (!base.starts_with("odbc"))
            return {{"host", "127.0.0.1"},
                    {"port", std::to_string(port)},
                    {"database", "test"},
                    {"user", "tester"},
                    {"password", test::PostgresServer::kPassword},
                    {"table", "t"}};
        return {{"driver", isPostgres ? "PostgreSQL Unicode" : "MariaDB Unicode"},
                {"server", "127.0.0.1"},
                {"port", std::to_string(port)},
                {"database", "test"},
                {"user", "tester"},
                {"password", test::PostgresServer::kPassword},
                {"table", "t"}};
    }

    static const SourceType& typeOf(const std::string& base)
    {
        static const std::map<std::string, SourceType> kTypes{
            {"postgres", postgresSource()}, {"mariadb", mariadbSource()}, {"odbc postgres", odbcSource()},
            {"odbc mariadb", odbcSource()}, {"odbc", odbcSource()},       {"sqlite", sqliteSource()},
            {"duckdb", duckdbSource()}};
        return kTypes.at(base);
    }

    static Error failure(const std::string& base, const Options& options)
    {
        const SourceType& type = typeOf(base);
        const auto checked = options.check(type.options, "source");
        if (!checked)
            return checked.error();
        const auto answer = type.probe(*checked, {});
        if (answer)
            qFatal("%s", answer->c_str());
        return answer.error();
    }

private Q_SLOTS:
    void initTestCase();
    void serversSayTheSame_data();
    void serversSayTheSame();
    void filesAndDriversSayWhatIsMissing_data();
    void filesAndDriversSayWhatIsMissing();
    void theProtectionInEffectIsShown_data();
    void theProtectionInEffectIsShown();
};

void TestConnectionCauses::initTestCase()
{
    m_postgres = std::make_unique<test::PostgresServer>();
    m_maria = std::make_unique<test::MariaServer>();
    m_postgresTls = std::make_unique<test::PostgresServer>(true);
    m_mariaTls = std::make_unique<test::MariaServer>(true);
    QVERIFY(m_silent.listen(QHostAddress::LocalHost));
    qputenv("PGPASSFILE", "/nowhere");
    qputenv("PGSSLROOTCERT", "/etc/ssl/certs/ca-certificates.crt"); // which have not signed the certificate
}

void TestConnectionCauses::serversSayTheSame_data()
{
    QTest::addColumn<QString>("base");
    QTest::addColumn<bool>("tls");
    QTest::addColumn<Options>("more");
    QTest::addColumn<QString>("cause");
    for (const char* base : {"postgres", "mariadb", "odbc postgres", "odbc mariadb"}) {
        const bool isOdbc = QByteArray(base).startsWith("odbc");
        const bool isPostgres = QByteArray(base).endsWith("postgres");
        const auto row = [&](const char* name, bool tls, const Options& more, const char* cause) {
            QTest::addRow("%s: %s", base, name) << base << tls << more << cause;
        };
        const char* host = isOdbc ? "server" : "host";
        row("name", false, {{host, "no-such-host.invalid"}}, "its name is not known. Check the");
        row("refused", false, {{"port", "1"}},
            "the connection was refused. Check that the server runs and listens there.");
        row("silent", false, {{"port", std::to_string(m_silent.serverPort())}, {"connect_timeout", "2s"}},
            "it did not answer in time. Check the address and firewalls.");
        row("password", false, {{"password", "canary-wrong"}}, "it refuses the user 'tester' with this password");
        row("no password", false, {{"password", ""}}, "it wants a password for the user 'tester'");
        row("database", false, {{"database", "nowhere"}}, "it has no database 'nowhere'.");
        if (!isOdbc || isPostgres) // MariaDB's ODBC driver goes on without
            row("no TLS", false,
                isOdbc ? Options{{"attributes", OptionMap{{"SSLmode", "require"}}}} : Options{{"sslmode", "require"}},
                "it offers no TLS. Set");
        Options untrusted = isOdbc
                                ? Options{{"attributes", isPostgres ? OptionMap{{"SSLmode", "verify-ca"}}
                                                                    : OptionMap{{"FORCETLS", "1"}, {"SSLVERIFY", "1"}}}}
                                : Options{{"sslmode", "verify-full"}};
        row("certificate", true, untrusted, "its TLS certificate is not trusted or is for another host.");
    }
}

void TestConnectionCauses::serversSayTheSame()
{
    QFETCH(QString, base);
    QFETCH(bool, tls);
    QFETCH(Options, more);
    QFETCH(QString, cause);
    Options options = optionsOf(base.toStdString(), tls);
    for (const auto& [key, value] : more.values())
        options.set(key, value);
    if (options.text("password").empty())
        options.erase("password");
    const Error error = failure(base.toStdString(), options);
    const QString said = QString::fromStdString(error.message);
    QVERIFY2(said.section(" cannot be reached: ", 1).startsWith(cause), (error.message + " | " + error.detail).c_str());
    QVERIFY2(!said.contains("canary"), error.message.c_str());
}

void TestConnectionCauses::filesAndDriversSayWhatIsMissing_data()
{
    QTest::addColumn<QString>("base");
    QTest::addColumn<Options>("options");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* base, const char* name, const Options& options, const std::string& words) {
        QTest::addRow("%s: %s", base, name) << base << options << QString::fromStdString(words);
    };
    const std::string none = m_folder.filePath("none.db").toStdString();
    const std::string text = m_folder.filePath("text.db").toStdString();
    QFile file(QString::fromStdString(text));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(8192, 'x'));
    const std::string folder = m_folder.path().toStdString();
    for (const char* base : {"sqlite", "duckdb"}) {
        row(base, "no file", {{"path", none}, {"table", "t"}}, fmt::format("'{}'", none));
        row(base, "no database", {{"path", text}, {"table", "t"}}, fmt::format("'{}'", text));
        row(base, "a folder", {{"path", folder}, {"table", "t"}}, fmt::format("'{}'", folder));
    }
    row("odbc", "no file", {{"driver", "SQLite3"}, {"database", none}, {"table", "t"}},
        fmt::format("the file '{}' is not there", none));
    for (const auto& [driver, package] :
         {std::pair{"PostgreSQL Ansi 9", "odbc-postgresql"}, std::pair{"MySQL ODBC 8.0 Unicode Driver", "odbc-mariadb"},
          std::pair{"SQLite4", "libsqliteodbc"}, std::pair{"FreeTDS", "tdsodbc"}})
        row("odbc", driver, {{"driver", driver}, {"table", "t"}},
            fmt::format("there is no ODBC driver '{}'. Install the package {}. Known drivers: ", driver, package));
    row("odbc", "library", {{"driver", "/nowhere/psqlodbcw.so"}, {"table", "t"}},
        "the library of the driver '/nowhere/psqlodbcw.so' cannot be loaded. Install the package odbc-postgresql.");
    row("odbc", "another driver", {{"driver", "Teradata"}, {"table", "t"}},
        "there is no ODBC driver 'Teradata'. Install the driver and name it in /etc/odbcinst.ini.");
    row("odbc", "nothing", {{"table", "t"}}, "needs the option 'dsn' or 'driver'. Data sources of this machine: ");
}

void TestConnectionCauses::filesAndDriversSayWhatIsMissing()
{
    QFETCH(QString, base);
    QFETCH(Options, options);
    QFETCH(QString, words);
    const Error error = failure(base.toStdString(), options);
    QVERIFY2(QString::fromStdString(error.message).contains(words), (error.message + " | " + error.detail).c_str());
    QVERIFY2(error.message.ends_with('.') || error.message.ends_with('!'), error.message.c_str());
}

void TestConnectionCauses::theProtectionInEffectIsShown_data()
{
    QTest::addColumn<QString>("base");
    QTest::addColumn<bool>("tls");
    QTest::addColumn<Options>("more");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* base, const char* name, bool tls, const Options& more, const char* words) {
        QTest::addRow("%s: %s", base, name) << base << tls << more << words;
    };
    const auto settings = [](const OptionMap& map) { return Options{{"attributes", map}}; };
    const char* looked = "TLSv1.3, certificate verified, TLS_";
    const char* notLooked = "TLSv1.3, certificate not verified, TLS_";
    const std::string pgCa = m_postgresTls->caFile();
    const std::string mariaCa = m_mariaTls->caFile();
    row("postgres", "none", false, {}, "not encrypted");
    row("postgres", "by default here", true, {}, notLooked);
    row("postgres", "full", true, {{"host", "localhost"}, {"sslmode", "verify-full"}, {"sslrootcert", pgCa}}, looked);
    row("postgres", "authority", true, {{"sslmode", "verify-ca"}, {"sslrootcert", pgCa}},
        "TLSv1.3, certificate verified but not the server's name, TLS_");
    row("mariadb", "none", false, {}, "not encrypted");
    row("mariadb", "by default here", true, {}, notLooked);
    row("mariadb", "full", true, {{"host", "localhost"}, {"sslmode", "verify-full"}, {"sslrootcert", mariaCa}}, looked);
    row("odbc postgres", "none", false, {}, "(not encrypted)");
    row("odbc postgres", "wanted", true, settings({{"SSLmode", "require"}}), notLooked);
    row("odbc mariadb", "none", false, {}, "(not encrypted)");
    row("odbc mariadb", "unheeded", false, settings({{"FORCETLS", "1"}}), "(not encrypted)");
    row("odbc mariadb", "wanted", true, settings({{"FORCETLS", "1"}}), notLooked);
    Options verified = settings({{"FORCETLS", "1"}, {"SSLVERIFY", "1"}, {"SSLCA", mariaCa}});
    verified.set("server", "localhost");
    row("odbc mariadb", "full", true, verified, looked);
}

/// As a tested connection says it, in the window and elsewhere.
void TestConnectionCauses::theProtectionInEffectIsShown()
{
    QFETCH(QString, base);
    QFETCH(bool, tls);
    QFETCH(Options, more);
    QFETCH(QString, words);
    qunsetenv("PGSSLROOTCERT"); // with which libpq would look at the certificate
    Options options = optionsOf(base.toStdString(), tls);
    options.erase("table");
    for (const auto& [key, value] : more.values())
        options.set(key, value);
    const ConnectionType type = base.startsWith("odbc")   ? odbcConnection()
                                : base.startsWith("mari") ? mariadbConnection()
                                                          : postgresConnection();
    const auto checked = options.check(type.options, "connection");
    QVERIFY_RESULT(checked);
    const auto said = type.reach(*checked, {});
    QVERIFY_RESULT(said);
    QVERIFY2(QString::fromStdString(*said).contains(words), said->c_str());
}

QTEST_GUILESS_MAIN(TestConnectionCauses)
#include "tst_connection_causes.moc"
