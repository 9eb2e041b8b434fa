// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/postgres_server.h"

#include "tests/support/free_ports.h"
#include "tests/support/server_certificate.h"

#include <libpq-fe.h>

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QStandardPaths>

#include <fmt/format.h>

#include <csignal>
#include <pwd.h>
#include <unistd.h>

namespace headrace::test {

namespace {

constexpr int kStartMilliseconds = 60'000;

QString programFolder()
{
    QDir versions(QStringLiteral("/usr/lib/postgresql"));
    const QStringList found = versions.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed);
    for (const QString& version : found)
        if (QFile::exists(versions.filePath(version + "/bin/initdb")))
            return versions.filePath(version + "/bin");
    const QString initdb = QStandardPaths::findExecutable(QStringLiteral("initdb"));
    if (initdb.isEmpty())
        qFatal("PostgreSQL's server is missing: installer/setup test installs it");
    return QFileInfo(initdb).path();
}

void write(const QString& path, const QByteArray& text, QIODevice::OpenMode mode = QIODevice::WriteOnly)
{
    QFile file(path);
    if (!file.open(mode) || file.write(text) != text.size())
        qFatal("'%s' cannot be written", qPrintable(path));
}

} // namespace

PostgresServer::PostgresServer(bool tls, std::string address)
    : m_address(std::move(address))
    , m_programs(programFolder())
    , m_port(freePorts())
{
    const QString data = m_folder.filePath("data");
    QDir(m_folder.path()).mkdir("data");
    write(m_folder.filePath("password"), kPassword);
    if (::getuid() == 0) { // PostgreSQL refuses to run as root
        const passwd* user = ::getpwnam("postgres");
        if (user == nullptr)
            user = ::getpwnam("nobody");
        for (const QString& path : {m_folder.path(), data, m_folder.filePath("password")})
            if (::chown(qPrintable(path), user->pw_uid, user->pw_gid) != 0)
                qFatal("'%s' cannot be given to the server's user", qPrintable(path));
    }
    call(asServerUser({m_programs + "/initdb", "-D", data, "-U", "tester", "--pwfile", m_folder.filePath("password"),
                       "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync"}));
    configure(tls);
    start();
    run("CREATE DATABASE test", "postgres");
}

PostgresServer::~PostgresServer()
{
    stop();
}

void PostgresServer::configure(bool tls)
{
    const QString data = m_folder.filePath("data/");
    const std::string settings =
        fmt::format("listen_addresses = '127.0.0.1{}{}'\nport = {}\nunix_socket_directories = '{}'\n"
                    "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n"
                    "logging_collector = off\nmax_prepared_transactions = 5\n"
                    "shared_buffers = 64MB\nssl = {}\nautovacuum = off\n",
                    m_address.empty() ? "" : ",", m_address, m_port, m_folder.path().toStdString(), tls ? "on" : "off");
    write(data + "postgresql.conf", QByteArray::fromStdString(settings), QIODevice::Append);
    QByteArray rules = "local all tester trust\nhostssl all onlytls 127.0.0.1/32 scram-sha-256\n"
                       "host all onlytls 127.0.0.1/32 reject\nhost all all 127.0.0.1/32 scram-sha-256\n";
    if (!m_address.empty())
        rules += QByteArray::fromStdString(fmt::format("host all all {}/32 scram-sha-256\n", m_address));
    write(data + "pg_hba.conf", rules);
    if (tls)
        makeCertificate();
}

void PostgresServer::makeCertificate()
{
    const auto file = [this](const char* name) { return m_folder.filePath(name); };
    makeServerCertificate(m_folder.path(), file("data/server.key"), file("data/server.crt"), m_address);
    call({"chmod", "600", file("data/server.key")});
    if (::getuid() == 0)
        call({"chown", "--reference", file("data"), file("data/server.key"), file("data/server.crt")});
}

void PostgresServer::start()
{
    const QStringList command = asServerUser({m_programs + "/postgres", "-D", m_folder.filePath("data")});
    m_server.setProcessChannelMode(QProcess::MergedChannels);
    m_server.setStandardOutputFile(m_folder.filePath("server.log"), QIODevice::Append);
    m_server.start(command.first(), command.mid(1));
    QElapsedTimer clock;
    clock.start();
    const std::string target =
        fmt::format("host='{}' port={} dbname=postgres user=tester", m_folder.path().toStdString(), m_port);
    while (PQping(target.c_str()) != PQPING_OK) {
        if (m_server.waitForFinished(20) || clock.elapsed() > kStartMilliseconds) {
            QFile log(m_folder.filePath("server.log"));
            static_cast<void>(log.open(QIODevice::ReadOnly));
            qFatal("PostgreSQL did not start: %s", log.readAll().constData());
        }
    }
}

void PostgresServer::stop()
{
    if (m_server.state() == QProcess::NotRunning)
        return;
    ::kill(static_cast<pid_t>(m_server.processId()), SIGQUIT);
    if (!m_server.waitForFinished(kStartMilliseconds))
        m_server.kill();
    m_server.waitForFinished();
}

Options PostgresServer::options() const
{
    return options({});
}

Options PostgresServer::options(Options more) const
{
    for (const auto& [key, value] : std::map<std::string, std::string>{{"host", "127.0.0.1"},
                                                                       {"port", std::to_string(m_port)},
                                                                       {"database", "test"},
                                                                       {"user", "tester"},
                                                                       {"password", kPassword}})
        if (!more.has(key))
            more.set(key, value);
    return more;
}

std::vector<std::string> PostgresServer::run(const std::string& sql, const std::string& database) const
{
    PGconn* connection = PQconnectdb(fmt::format("host='{}' port={} dbname='{}' user=tester client_encoding=UTF8 "
                                                 "options='-c client_min_messages=error'",
                                                 m_folder.path().toStdString(), m_port, database)
                                         .c_str());
    PGresult* result = PQexec(connection, sql.c_str());
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        qFatal("%s: %s", sql.c_str(), PQerrorMessage(connection));
    std::vector<std::string> rows;
    for (int row = 0; row < PQntuples(result); ++row) {
        std::string line;
        for (int column = 0; column < PQnfields(result); ++column)
            line += (column == 0 ? "" : "|") +
                    std::string(PQgetisnull(result, row, column) != 0 ? "∅" : PQgetvalue(result, row, column));
        rows.push_back(std::move(line));
    }
    PQclear(result);
    PQfinish(connection);
    return rows;
}

std::string PostgresServer::value(const std::string& sql) const
{
    const auto rows = run(sql);
    return rows.empty() ? "" : rows.front().substr(0, rows.front().find('|'));
}

void PostgresServer::call(const QStringList& command) const
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(command.first(), command.mid(1));
    if (!process.waitForFinished(kStartMilliseconds) || process.exitCode() != 0)
        qFatal("%s: %s", qPrintable(command.join(' ')), process.readAll().constData());
}

QStringList PostgresServer::asServerUser(const QStringList& command) const
{
    QStringList words{QStringLiteral("setpriv"), QStringLiteral("--pdeathsig"), QStringLiteral("SIGQUIT")};
    if (::getuid() == 0) {
        const QString user = ::getpwnam("postgres") != nullptr ? QStringLiteral("postgres") : QStringLiteral("nobody");
        words += {"--reuid", user, "--clear-groups", "--regid", QString::number(::getpwnam(qPrintable(user))->pw_gid)};
    }
    return words + command;
}

} // namespace headrace::test
