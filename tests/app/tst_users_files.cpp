// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/headrace_process.h"
#include "tests/support/maria_server.h"
#include "tests/support/postgres_server.h"
#include "tests/support/rows.h"
#include "tests/support/ssh_server.h"

#include "connectors/builtins.h"
#include "widgets/forms/option_editor.h"
#include "widgets/forms/option_form.h"

#include <QCompleter>
#include <QDir>
#include <QLineEdit>

#include <fmt/format.h>

using namespace headrace;

/// What a user's home folder already says about databases is all that the program needs: .pgpass, .pg_service.conf,
/// .my.cnf, .odbc.ini and .ssh/config, each with check, preview and run, and offered by the form.
class UsersFilesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyCommandConnects_data();
    void everyCommandConnects();
    void theFormOffersWhatIsThere_data();
    void theFormOffersWhatIsThere();

private:
    void write(const char* name, const std::string& text, QFile::Permissions more = {}) const;

    std::unique_ptr<test::PostgresServer> m_postgres;
    std::unique_ptr<test::MariaServer> m_maria;
    std::unique_ptr<test::SshServer> m_ssh;
    QTemporaryDir m_home;
    test::Workplace m_place;
    Registry m_registry = builtinConnectors();
};

void UsersFilesTest::write(const char* name, const std::string& text, QFile::Permissions more) const
{
    QFile file(m_home.filePath(QString::fromLatin1(name)));
    QDir().mkpath(QFileInfo(file).path());
    if (!file.open(QIODevice::WriteOnly) || file.write(text.c_str()) < 0)
        qFatal("'%s' cannot be written", name);
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | more);
}

void UsersFilesTest::initTestCase()
{
    m_postgres = std::make_unique<test::PostgresServer>();
    m_maria = std::make_unique<test::MariaServer>();
    m_ssh = std::make_unique<test::SshServer>();
    m_postgres->run("CREATE TABLE t AS SELECT i AS id, 'row ' || i AS name FROM generate_series(1, 3) i");
    m_maria->run("CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20)); "
                 "INSERT INTO t VALUES (1, 'row 1'), (2, 'row 2'), (3, 'row 3')");
    const char* password = test::PostgresServer::kPassword;
    write(".pgpass",
          fmt::format("# mine\n127.0.0.1:1:*:*:wrong\n127.0.0.1:{}:test:tester:{}\n", m_postgres->port(), password));
    write(".pg_service.conf",
          fmt::format("# mine\n[other]\nhost=no-such-host.invalid\n[shop]\nhost=127.0.0.1\nport={}\ndbname=test\n"
                      "user=tester\n",
                      m_postgres->port()));
    write(".my.cnf", "[mysqldump]\nuser=other\n!include " + m_home.filePath("shop.cnf").toStdString() + "\n");
    write("shop.cnf",
          fmt::format("[client]\nhost=localhost # this machine\nprotocol=TCP\nport={}\nuser=tester\npassword=\"{}\"\n"
                      "[headrace]\ndatabase=test\n",
                      m_maria->port(), password));
    write(".odbc.ini",
          fmt::format("[shop in postgres]\nDriver=PostgreSQL Unicode\nServername=127.0.0.1\nPort={}\nDatabase=test\n"
                      "Username=tester\n[shop in maria]\nDriver=MariaDB Unicode\nSERVER=127.0.0.1\nPORT={}\n"
                      "DATABASE=test\nUSER=tester\nPASSWORD={}\n",
                      m_postgres->port(), m_maria->port(), password));
    write(".ssh/config", "Host *.example.org !x\n  User nobody\nInclude " + m_ssh->configFile().toStdString() + "\n");
    qputenv("HOME", m_home.path().toUtf8());
    qputenv("ODBCINI", m_home.filePath(".odbc.ini").toUtf8()); // unixODBC asks the system for the home folder
    qputenv("SHOP", "postgresql:///?service=shop");
    for (const char* name : {"PGPASSFILE", "PGSERVICEFILE", "PGSERVICE"})
        qunsetenv(name);
}

void UsersFilesTest::everyCommandConnects_data()
{
    QTest::addColumn<QString>("connection");
    QTest::addColumn<QString>("place");
    const auto row = [](const char* name, const std::string& connection, const std::string& place) {
        QTest::newRow(name) << QString::fromStdString(connection) << QString::fromStdString(place);
    };
    const std::string postgres = fmt::format("PostgreSQL at 127.0.0.1:{}", m_postgres->port());
    const std::string maria = fmt::format("MariaDB at 127.0.0.1:{}", m_maria->port());
    const std::string server =
        fmt::format("host: 127.0.0.1, port: {}, database: test, user: tester", m_postgres->port());
    row("pgpass", "type: postgres, " + server, postgres);
    row("service", "type: postgres, service: shop", postgres);
    row("service in a URI", "type: postgres, uri: \"${env:SHOP}\"", postgres);
    row("my.cnf", "type: mariadb", fmt::format("MariaDB at localhost:{}", m_maria->port()));
    row("my.cnf and a host", "type: mariadb, host: 127.0.0.1", maria);
    row("DSN of PostgreSQL", "type: odbc, dsn: shop in postgres", "through psqlodbcw.so");
    row("DSN of MariaDB", "type: odbc, dsn: shop in maria", "through libmaodbc.so");
    row("ssh", "type: postgres, ssh: gate, " + server, postgres + " through 'gate'");
    row("ssh with a jump, service", "type: postgres, ssh: behind, service: shop", postgres + " through 'behind'");
    row("ssh with a jump, MariaDB", "type: mariadb, ssh: behind, host: localhost",
        fmt::format("MariaDB at localhost:{} through 'behind'", m_maria->port()));
}

void UsersFilesTest::everyCommandConnects()
{
    QFETCH(QString, connection);
    QFETCH(QString, place);
    const bool isPostgres = !connection.contains("maria");
    static int copies = 0;
    const QString copy = QString("copy_%1").arg(++copies);
    const QString file = m_place.pipeline(
        copy, QString("source: { %1, table: t }\ndestination: { %1, table: %2 }\n").arg(connection, copy));
    const test::Finished checked = m_place.run({"check", file});
    QVERIFY2(checked.code == 0, qPrintable(checked.out + checked.err));
    QVERIFY2(checked.out.contains(place), qPrintable(checked.out));
    const test::Finished shown = m_place.run({"preview", file, "--format", "csv"});
    QCOMPARE(shown.out, QString("id,name\r\n1,row 1\r\n2,row 2\r\n3,row 3\r\n"));
    const test::Finished ran = m_place.run({"run", file, "--progress", "none"});
    QVERIFY2(ran.code == 0, qPrintable(ran.err));
    const std::string count = "SELECT count(*) FROM " + copy.toStdString();
    QCOMPARE(isPostgres ? m_postgres->value(count) : m_maria->value(count), std::string("3"));
    QVERIFY(!(checked.out + checked.err + ran.err).contains(test::PostgresServer::kPassword));
}

void UsersFilesTest::theFormOffersWhatIsThere_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QStringList>("offered");
    QTest::newRow("services") << "postgres"
                              << "service" << QStringList{"other", "shop"};
    QTest::newRow("data sources") << "odbc"
                                  << "dsn" << QStringList{"shop in maria", "shop in postgres"};
    for (const char* type : {"postgres", "mariadb"})
        QTest::addRow("ssh of %s", type) << type << "ssh"
                                         << QStringList{"gate", "stranger", "impostor", "closed", "behind", "walled"};
}

void UsersFilesTest::theFormOffersWhatIsThere()
{
    QFETCH(QString, type);
    QFETCH(QString, key);
    QFETCH(QStringList, offered);
    const auto source = m_registry.source(type.toStdString());
    QVERIFY_RESULT(source);
    OptionForm form((*source)->options, type);
    QVERIFY(form.focusOption(key));
    const auto* line = form.editorOf(key)->findChild<QLineEdit*>(); // in which others can be typed
    QVERIFY(line && line->completer());
    const QAbstractItemModel& list = *line->completer()->model();
    QStringList shown;
    for (int row = 0; row < list.rowCount(); ++row)
        shown << list.index(row, 0).data().toString();
    QCOMPARE(shown, offered);
}

QTEST_MAIN(UsersFilesTest)
#include "tst_users_files.moc"
