// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/ssh_hosts.h"
#include "connectors/mariadb/maria_target.h"
#include "connectors/mariadb/option_file.h"
#include "connectors/postgres/password_file.h"
#include "connectors/postgres/pg_target.h"
#include "connectors/postgres/service_file.h"
#include "tests/support/rows.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>

#include <sys/stat.h>

using namespace headrace;

/// The files in which users keep their connections are read as the programs that they are made for read them.
class TestConnectionFiles : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_home;

    std::string write(const char* name, const QByteArray& text, int mode = 0600) const
    {
        const QString path = m_home.filePath(QString::fromLatin1(name));
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(text) < 0)
            qFatal("'%s' cannot be written", qPrintable(path));
        file.close();
        ::chmod(qPrintable(path), static_cast<mode_t>(mode));
        return path.toStdString();
    }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("HOME", m_home.path().toUtf8());
        for (const char* name : {"PGSERVICE", "PGSERVICEFILE", "PGSSLMODE", "PGHOST", "PGPASSFILE", "PGSYSCONFDIR"})
            qunsetenv(name);
    }

    void optionFilesAreReadAsMariaDbDoes_data();
    void optionFilesAreReadAsMariaDbDoes();
    void optionFilesThatAreNotReadAreNamed();
    void optionFilesDecideTheWay_data();
    void optionFilesDecideTheWay();
    void servicesDecideTheWay_data();
    void servicesDecideTheWay();
    void anUnknownServiceIsNamed();
    void passwordsAreFound_data();
    void passwordsAreFound();
    void aPasswordFileForAllIsNamed();
    void sshHostsAreListed();
};

void TestConnectionFiles::optionFilesAreReadAsMariaDbDoes_data()
{
    QTest::addColumn<QByteArray>("lines");
    const auto row = [](const char* name, const char* lines) { QTest::newRow(name) << QByteArray(lines); };
    row("blanks", "  host =  db.example  \nport=3307\n");
    row("comment behind", "host=db # main\npassword=ab#cd\nuser=a\\#b\n");
    row("quotes keep", "password=\"ab#cd\"\nuser='x # y' # z\n");
    row("quotes within", "password=x\"y\"z\nuser=it's\n");
    row("escapes", "password=\"q\\\"uo\\\\te\"\ndatabase=a\\sb\\tc\n");
    row("unclosed", "password=\"ab#cd\n");
    row("flags", "skip-ssl\nssl-verify-server-cert\nssl_ca=/x.pem\n");
    row("later wins", "host=a\nhost=b\n");
    row("other sections", "host=a\n[mysqld]\nhost=b\n[ client ]\nhost=c\n[client]  \nport=1\n");
    row("all of ours", "host=a\n[client-mariadb]\nhost=b\n[headrace]\ndatabase=c\n[client-server]\nuser=d\n");
    row("include", "host=a\n!include INCLUDED\nport=5\n");
    row("folder", "host=a\n!includedir FOLDER\n");
    row("nothing there", "host=a\n!include FOLDER/none\n");
    row("semicolon", "; host=b\nhost=a;b\n");
    row("empty", "password=\nhost\n");
}

void TestConnectionFiles::optionFilesAreReadAsMariaDbDoes()
{
    QFETCH(QByteArray, lines);
    lines.replace("INCLUDED", write("folder/more.cnf", "[client]\nuser=included\nhost=z\n").c_str());
    write("folder/other.txt", "[client]\nuser=other\n");
    lines.replace("FOLDER", m_home.filePath("folder").toUtf8());
    const std::string path = write("my.cnf", "[client]\n" + lines);
    const auto read = mariadb::readOptionFile(path);
    QVERIFY_RESULT(read);
    QProcess program;
    program.start("my_print_defaults", {QString("--defaults-file=%1").arg(path.c_str()), "client", "client-server",
                                        "client-mariadb", "headrace"});
    QVERIFY(program.waitForFinished());
    std::map<std::string, std::string> expected;
    for (const QByteArray& line : program.readAllStandardOutput().split('\n')) {
        if (!line.startsWith("--"))
            continue;
        const auto equals = line.indexOf('=');
        QByteArray name = line.mid(2, equals < 0 ? -1 : equals - 2);
        expected[name.replace('-', '_').toStdString()] = equals < 0 ? "" : line.mid(equals + 1).toStdString();
    }
    QVERIFY(!expected.empty());
    QCOMPARE(*read, expected);
}

void TestConnectionFiles::optionFilesThatAreNotReadAreNamed()
{
    const std::string open = write("open.cnf", "[client]\nhost=a\n", 0666);
    const auto everyones = mariadb::Target::from({{"defaults_file", open}});
    QVERIFY(!everyones);
    QCOMPARE(
        everyones.error().message,
        fmt::format("The option file '{}' may be written by everyone, so it is not read. Run chmod o-w on it.", open));
    const auto none = mariadb::Target::from({{"defaults_file", "/nowhere.cnf"}});
    QVERIFY(!none);
    QCOMPARE(none.error().message,
             std::string("The file '/nowhere.cnf' of the option 'defaults_file' cannot be read."));
    QVERIFY_RESULT(mariadb::Target::from({{"defaults_file", "~/.my.cnf"}})); // which nobody needs to have
}

void TestConnectionFiles::optionFilesDecideTheWay_data()
{
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<Options>("options");
    QTest::addColumn<QString>("title");
    QTest::addColumn<int>("tls");
    const auto row = [](const char* name, const char* lines, const Options& options, const char* title,
                        mariadb::Tls tls) {
        QTest::newRow(name) << QByteArray(lines) << options << title << static_cast<int>(tls);
    };
    using mariadb::Tls;
    row("nothing", "", {}, "MariaDB at /run/mysqld/mysqld.sock", Tls::Prefer);
    row("host", "host=db.example", {}, "MariaDB at db.example:3306", Tls::Verify);
    row("loopback", "host=127.0.0.1\nport=3307", {}, "MariaDB at 127.0.0.1:3307", Tls::Prefer);
    row("no loopback", "host=127.example", {}, "MariaDB at 127.example:3306", Tls::Verify);
    row("protocol", "host=localhost\nprotocol=TCP", {}, "MariaDB at localhost:3306", Tls::Prefer);
    row("socket", "socket=/x.sock", {}, "MariaDB at /x.sock", Tls::Prefer);
    row("socket, a host is set", "socket=/x.sock", {{"host", "db"}}, "MariaDB at db:3306", Tls::Verify);
    row("socket, a URI is set", "socket=/x.sock", {{"uri", "mysql://db/"}}, "MariaDB at db:3306", Tls::Verify);
    row("skip-ssl", "host=db\nskip-ssl", {}, "MariaDB at db:3306", Tls::Disable);
    row("ssl off", "host=db\nssl=OFF", {}, "MariaDB at db:3306", Tls::Disable);
    row("ssl on", "host=db\nssl", {}, "MariaDB at db:3306", Tls::Verify);
    row("unverified", "host=db\nssl-verify-server-cert=0", {}, "MariaDB at db:3306", Tls::Prefer);
    row("verified here", "host=127.0.0.1\nssl-verify-server-cert", {}, "MariaDB at 127.0.0.1:3306", Tls::Verify);
    row("MySQL's words", "host=db\nssl-mode=REQUIRED", {}, "MariaDB at db:3306", Tls::Require);
    row("an option wins", "host=db\nskip-ssl", {{"sslmode", "require"}}, "MariaDB at db:3306", Tls::Require);
}

void TestConnectionFiles::optionFilesDecideTheWay()
{
    QFETCH(QByteArray, lines);
    QFETCH(Options, options);
    QFETCH(QString, title);
    QFETCH(int, tls);
    options.set("defaults_file", write("way.cnf", "[client]\n" + lines + '\n'));
    const auto target = mariadb::Target::from(options);
    QVERIFY_RESULT(target);
    QCOMPARE(QString::fromStdString(target->title), title);
    QCOMPARE(static_cast<int>(target->tls), tls);
}

void TestConnectionFiles::servicesDecideTheWay_data()
{
    QTest::addColumn<Options>("options");
    QTest::addColumn<QByteArray>("environment");
    QTest::addColumn<QString>("title");
    QTest::addColumn<QString>("sslmode");
    const auto row = [](const char* name, const Options& options, const char* title, const char* sslmode,
                        const char* environment = "") {
        QTest::newRow(name) << options << QByteArray(environment) << title << sslmode;
    };
    row("here", {{"service", "here"}}, "PostgreSQL at 127.0.0.1:5433", "");
    row("far", {{"service", "far"}}, "PostgreSQL at db.example:5432", "verify-full");
    row("its own mode", {{"service", "plain"}}, "PostgreSQL at db.example:5432", "disable");
    row("an option wins", {{"service", "plain"}, {"sslmode", "require"}}, "PostgreSQL at db.example:5432", "require");
    row("another host", {{"service", "here"}, {"host", "db.example"}}, "PostgreSQL at db.example:5433", "verify-full");
    row("the system's", {{"service", "system"}}, "PostgreSQL at all.example:5432", "verify-full");
    row("by the environment", {}, "PostgreSQL at db.example:5432", "disable", "plain");
    row("in the URI", {{"uri", "postgresql:///?service=here"}}, "PostgreSQL at 127.0.0.1:5433", "");
    row("through SSH", {{"service", "far"}, {"ssh", "gate"}}, "PostgreSQL at db.example:5432 through 'gate'",
        "verify-full");
    row("several hosts", {{"host", "127.0.0.1,db.example"}}, "PostgreSQL at 127.0.0.1,db.example:5432", "verify-full");
}

void TestConnectionFiles::servicesDecideTheWay()
{
    QFETCH(Options, options);
    QFETCH(QByteArray, environment);
    QFETCH(QString, title);
    QFETCH(QString, sslmode);
    write(".pg_service.conf", "# mine\n[here]\nhost=127.0.0.1\nport=5433\n\n[far]\n  host=db.example  \n"
                              "[plain]\nhost=db.example\nsslmode=disable\n[here]\nport=1\n");
    write("system/pg_service.conf", "[far]\nhost=other.example\n[system]\nhost=all.example\n");
    qputenv("PGSYSCONFDIR", m_home.filePath("system").toUtf8());
    if (!environment.isEmpty())
        qputenv("PGSERVICE", environment);
    const auto target = postgres::Target::from(options);
    qunsetenv("PGSERVICE");
    QVERIFY_RESULT(target);
    QCOMPARE(QString::fromStdString(target->title), title);
    const auto mode = target->parameters.find("sslmode");
    QCOMPARE(mode == target->parameters.end() ? QString() : QString::fromStdString(mode->second), sslmode);
    QCOMPARE(postgres::serviceNames(), (std::vector<std::string>{"here", "far", "plain", "system"}));
}

void TestConnectionFiles::anUnknownServiceIsNamed()
{
    write(".pg_service.conf", "[shop]\nhost=a\n[stock]\nhost=b\n");
    qputenv("PGSYSCONFDIR", m_home.filePath("none").toUtf8());
    const auto message = [](const char* service) {
        const auto target = postgres::Target::from({{"service", service}});
        return target ? std::string() : target.error().message;
    };
    QCOMPARE(message("shpo"), std::string("pg_service.conf has no service 'shpo'; did you mean 'shop'?"));
    QCOMPARE(message("accounts"),
             std::string("pg_service.conf has no service 'accounts'. Known services: shop, stock."));
}

void TestConnectionFiles::passwordsAreFound_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<bool>("isFound");
    const auto row = [](const char* line, bool isFound) { QTest::newRow(line) << QByteArray(line) << isFound; };
    row("db:5432:shop:me:secret", true);
    row("*:*:*:*:secret", true);
    row("db:5433:shop:me:secret", false);
    row("db:*:other:me:secret", false);
    row("#db:5432:shop:me:secret", false);
    row("db:5432:shop:me:se\\cret", true);
    row("other:1:a:b:c\ndb:5432:*:me:secret\ndb:5432:shop:me:later", true);
    row("db:5432:shop", false);
}

void TestConnectionFiles::passwordsAreFound()
{
    QFETCH(QByteArray, line);
    QFETCH(bool, isFound);
    const std::string file = write(".pgpass", line + '\n');
    QCOMPARE(postgres::passwordFrom(file, {"db", "5432", "shop", "me"}), std::string(isFound ? "secret" : ""));
    const auto target = postgres::Target::from({{"host", "db"}, {"user", "me"}, {"database", "shop"}, {"ssh", "gate"}});
    QVERIFY_RESULT(target);
    QCOMPARE(target->parameters.contains("password"), isFound);
}

void TestConnectionFiles::aPasswordFileForAllIsNamed()
{
    const std::string file = write(".pgpass", "*:*:*:*:secret\n", 0644);
    QCOMPARE(postgres::passwordFrom(file, {"db", "5432", "shop", "me"}), std::string());
    QCOMPARE(postgres::whyPassedOver(file),
             fmt::format("'{0}' is not read, because others may read it: run chmod 600 '{0}'.", file));
}

void TestConnectionFiles::sshHostsAreListed()
{
    const std::string file =
        write(".ssh/config", "# mine\nHost gate  behind *.example.org !not\n  HostName 10.0.0.1\n"
                             "host=\"quoted\"\nMatch host gate\nInclude conf.d/*.conf\nHost gate\n");
    write(".ssh/conf.d/work.conf", "Host work\nInclude ~/.ssh/config\n"); // a circle ends
    write(".ssh/conf.d/other.txt", "Host other\n");
    QCOMPARE(sshHosts(file), (std::vector<std::string>{"gate", "behind", "quoted", "work"}));
    QCOMPARE(sshHosts("/nowhere"), std::vector<std::string>());
}

QTEST_GUILESS_MAIN(TestConnectionFiles)
#include "tst_connection_files.moc"
