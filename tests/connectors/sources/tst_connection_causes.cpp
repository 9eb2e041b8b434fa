// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/connections.h"
#include "connectors/sources/sources.h"
#include "tests/support/maria_server.h"
#include "tests/support/postgres_server.h"
#include "tests/support/rows.h"
#include "tests/support/server_certificate.h"

#include <QFile>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>

#include <atomic>
#include <map>
#include <memory>
#include <thread>

using namespace headrace;

namespace {

/// A server of 127.0.0.1 that greets as SSH does, and as no database does.
class Greeter {
public:
    Greeter()
        : m_thread([this](const std::stop_token& stop) { serve(stop); })
    {
        while (m_port == 0)
            std::this_thread::yield();
    }
    [[nodiscard]] int port() const { return m_port; }

private:
    void serve(const std::stop_token& stop)
    {
        constexpr int kTick = 50;
        QTcpServer server;
        server.listen(QHostAddress::LocalHost);
        m_port = server.serverPort();
        while (!stop.stop_requested()) {
            if (!server.waitForNewConnection(kTick))
                continue;
            const std::unique_ptr<QTcpSocket> socket(server.nextPendingConnection());
            socket->write("SSH-2.0-OpenSSH_9.2\r\n");
            socket->waitForBytesWritten();
            socket->waitForDisconnected(kTick);
        }
    }

    std::atomic<int> m_port{0};
    std::jthread m_thread;
};

} // namespace

/// Why a connection failed is said in the same words by every connector, and names what to change.
class TestConnectionCauses : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::PostgresServer> m_postgres; ///< without TLS
    std::unique_ptr<test::MariaServer> m_maria;
    std::unique_ptr<test::PostgresServer> m_postgresTls;
    std::unique_ptr<test::MariaServer> m_mariaTls;
    QTcpServer m_silent; ///< takes connections and says nothing
    Greeter m_greeter;
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

    /// What a tested connection says with `more` set, too.
    static Result<std::string> reached(const std::string& base, Options options, const Options& more)
    {
        options.erase("table");
        for (const auto& [key, value] : more.values())
            options.set(key, value);
        const ConnectionType type = base.starts_with("odbc")      ? odbcConnection()
                                    : base.starts_with("mariadb") ? mariadbConnection()
                                                                  : postgresConnection();
        HEADRACE_TRY(const Options checked, options.check(type.options, "connection"));
        return type.reach(checked, {});
    }

private Q_SLOTS:
    void initTestCase();
    void serversSayTheSame_data();
    void serversSayTheSame();
    void filesAndDriversSayWhatIsMissing_data();
    void filesAndDriversSayWhatIsMissing();
    void theProtectionInEffectIsShown_data();
    void theProtectionInEffectIsShown();
    void offThisMachineCertificatesAreVerified_data();
    void offThisMachineCertificatesAreVerified();
    void dataSourcesAreNoExceptions_data();
    void dataSourcesAreNoExceptions();
};

void TestConnectionCauses::initTestCase()
{
    const std::string address = test::ownAddress();
    m_postgres = std::make_unique<test::PostgresServer>(false, address);
    m_maria = std::make_unique<test::MariaServer>(false, address);
    m_postgresTls = std::make_unique<test::PostgresServer>(true, address);
    m_mariaTls = std::make_unique<test::MariaServer>(true, address);
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
        const char* noSocket = "there is no such socket. Check that the server runs, or set a host.";
        if (isPostgres)
            row("socket", false, {{host, "/nowhere"}}, noSocket);
        else
            row("socket", false,
                isOdbc ? Options{{"server", ""}, {"attributes", OptionMap{{"SOCKET", "/nowhere.sock"}}}}
                       : Options{{"socket", "/nowhere.sock"}},
                noSocket);
        const auto otherPort = std::to_string(isPostgres ? m_maria->port() : m_greeter.port());
        row("another server", false, {{"port", otherPort}, {"connect_timeout", "3s"}},
            isPostgres ? "what answers there is no PostgreSQL server. Check host and port."
                       : "it did not say who it is. Check host and port");
        row("silent", false, {{"port", std::to_string(m_silent.serverPort())}, {"connect_timeout", "2s"}},
            "it did not answer in time. Check the address and firewalls.");
        row("password", false, {{"password", "canary-wrong"}}, "it refuses the user 'tester' with this password");
        row("no password", false, {{"password", ""}}, "it wants a password for the user 'tester'");
        row("database", false, {{"database", "nowhere"}}, "it has no database 'nowhere'.");
        const char* noTls = isOdbc && !isPostgres // MariaDB's ODBC driver goes on without
                                ? "it offers no TLS, or its driver uses none. Set sslmode to disable"
                                : "it offers no TLS. Set sslmode to disable";
        row("no TLS", false, {{"sslmode", "require"}}, noTls);
        if (isOdbc)
            row("no TLS, the driver's words", false,
                Options{{"attributes", isPostgres ? OptionMap{{"SSLmode", "require"}} : OptionMap{{"FORCETLS", "1"}}}},
                noTls);
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
    row("odbc postgres", "full", true, {{"server", "localhost"}, {"sslmode", "verify-full"}, {"sslrootcert", pgCa}},
        looked);
    row("odbc postgres", "authority", true,
        Options{{"attributes", OptionMap{{"SSLmode", "verify-ca"}}}, {"sslrootcert", pgCa}},
        "TLSv1.3, certificate verified but not the server's name, TLS_");
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
    const auto said = reached(base.toStdString(), optionsOf(base.toStdString(), tls), more);
    QVERIFY_RESULT(said);
    QVERIFY2(QString::fromStdString(*said).contains(words), said->c_str());
}

void TestConnectionCauses::offThisMachineCertificatesAreVerified_data()
{
    QTest::addColumn<QString>("base");
    QTest::addColumn<bool>("tls");
    QTest::addColumn<Options>("more");
    QTest::addColumn<bool>("isReached");
    QTest::addColumn<QString>("words");
    for (const char* base : {"postgres", "mariadb", "odbc postgres", "odbc mariadb"}) {
        const bool isOdbc = QByteArray(base).startsWith("odbc");
        const bool isPostgres = QByteArray(base).endsWith("postgres");
        const auto row = [&](const char* name, bool tls, const Options& more, bool isReached, const char* words) {
            QTest::addRow("%s: %s", base, name) << base << tls << more << isReached << words;
        };
        const std::string authority = isPostgres ? m_postgresTls->caFile() : m_mariaTls->caFile();
        row("by default", true, {}, false,
            "its TLS certificate is not trusted or is for another host. Set sslrootcert");
        row("with its authority", true, {{"sslrootcert", authority}}, true, "TLSv1.3, certificate verified, TLS_");
        row("required", true, {{"sslmode", "require"}}, true, "TLSv1.3, certificate not verified, TLS_");
        row("preferred", true, {{"sslmode", "prefer"}}, true, "TLSv1.3, certificate not verified, TLS_");
        row("disabled", true, {{"sslmode", "disable"}}, true, "not encrypted");
        row("no TLS", false, {}, false, "Set sslmode to disable if the network can be trusted.");
        row("no TLS, required", false, {{"sslmode", "require"}}, false, "Set sslmode to disable");
        row("no TLS, preferred", false, {{"sslmode", "prefer"}}, true, "not encrypted");
        row("no TLS, disabled", false, {{"sslmode", "disable"}}, true, "not encrypted");
        if (!isOdbc)
            continue;
        const auto own = [](const char* key, const char* value) {
            return Options{{"attributes", OptionMap{{key, value}}}};
        };
        row("the driver's words", true, isPostgres ? own("SSLmode", "require") : own("FORCETLS", "1"), true,
            "TLSv1.3, certificate not verified, TLS_");
        row("the driver's words, no TLS", false, isPostgres ? own("SSLmode", "require") : own("FORCETLS", "1"), false,
            "Set sslmode to disable");
        row("the driver's word for none", true, isPostgres ? own("SSLmode", "disable") : own("FORCETLS", "0"), true,
            "not encrypted");
    }
}

void TestConnectionCauses::offThisMachineCertificatesAreVerified()
{
    QFETCH(QString, base);
    QFETCH(bool, tls);
    QFETCH(Options, more);
    QFETCH(bool, isReached);
    QFETCH(QString, words);
    const std::string address = test::ownAddress();
    if (address.empty())
        QSKIP("This machine has no other address than its own.");
    qunsetenv("PGSSLROOTCERT");
    Options options = optionsOf(base.toStdString(), tls);
    options.set(base.startsWith("odbc") ? "server" : "host", address);
    const auto said = reached(base.toStdString(), options, more);
    QVERIFY2(said.has_value() == isReached, said ? said->c_str() : said.error().message.c_str());
    const std::string text = said ? *said : said.error().message;
    QVERIFY2(QString::fromStdString(text).contains(words), text.c_str());
}

void TestConnectionCauses::dataSourcesAreNoExceptions_data()
{
    QTest::addColumn<QString>("lines");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const std::string& lines, const char* words) {
        QTest::newRow(name) << QString::fromStdString(lines) << words;
    };
    const std::string address = test::ownAddress();
    const auto postgres = [&](const test::PostgresServer& server) {
        return fmt::format("Driver=PostgreSQL Unicode\nServername={}\nPort={}\n", address, server.port());
    };
    const auto maria = [&](const test::MariaServer& server) {
        return fmt::format("Driver=MariaDB Unicode\nSERVER={}\nPORT={}\n", address, server.port());
    };
    const char* untrusted = "its TLS certificate is not trusted";
    row("postgres", postgres(*m_postgresTls), untrusted);
    row("postgres_required", postgres(*m_postgresTls) + "SSLmode=require\n", "certificate not verified, TLS_");
    row("postgres_abbreviated", postgres(*m_postgresTls) + "CA=d\n", "(not encrypted)");
    row("postgres_authority", postgres(*m_postgresTls) + fmt::format("pqopt=sslrootcert={}\n", m_postgresTls->caFile()),
        "certificate verified, TLS_");
    row("postgres_none", postgres(*m_postgres), "it offers no TLS.");
    row("maria", maria(*m_mariaTls), untrusted);
    row("maria_forced", maria(*m_mariaTls) + "FORCETLS=1\n", "certificate not verified, TLS_");
    row("maria_authority", maria(*m_mariaTls) + fmt::format("SSLCA={}\n", m_mariaTls->caFile()),
        "certificate verified, TLS_");
    row("maria_none", maria(*m_maria), "it offers no TLS");
    row("maria_none_forced", maria(*m_maria) + "FORCETLS=1\n", "it offers no TLS, or its driver uses none.");
    row("maria_none_trusted", maria(*m_maria) + "FORCETLS=0\n", "(not encrypted)");
}

void TestConnectionCauses::dataSourcesAreNoExceptions()
{
    QFETCH(QString, lines);
    QFETCH(QString, words);
    if (test::ownAddress().empty())
        QSKIP("This machine has no other address than its own.");
    qunsetenv("PGSSLROOTCERT");
    // unixODBC remembers what it has read, so every data source has a name of its own.
    const std::string name = std::string("tls_") + QTest::currentDataTag();
    QFile file(m_folder.filePath("odbc.ini"));
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Append));
    file.write(fmt::format("[{}]\n{}Database=test\n", name, lines.toStdString()).c_str());
    file.close();
    qputenv("ODBCINI", file.fileName().toUtf8());
    const auto said =
        reached("odbc", {{"dsn", name}, {"user", "tester"}, {"password", test::PostgresServer::kPassword}}, {});
    const std::string text = said ? *said : said.error().message;
    QVERIFY2(QString::fromStdString(text).contains(words), text.c_str());
}

QTEST_GUILESS_MAIN(TestConnectionCauses)
#include "tst_connection_causes.moc"
