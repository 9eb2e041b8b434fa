// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/maria_server.h"

#include "tests/support/free_ports.h"
#include "tests/support/server_certificate.h"

#include <mysql.h>

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QStandardPaths>

#include <fmt/format.h>

#include <csignal>
#include <unistd.h>

namespace headrace::test {

namespace {

constexpr int kStartMilliseconds = 180'000;

QString program(const char* name)
{
    const QString found = QStandardPaths::findExecutable(
        name, {QStringLiteral("/usr/sbin"), QStringLiteral("/usr/bin"), QStringLiteral("/usr/local/bin")});
    if (found.isEmpty())
        qFatal("MariaDB's server is missing: installer/setup test installs it");
    return found;
}

/// MariaDB refuses to run as root by accident.
QStringList asUser(QStringList command)
{
    if (::getuid() == 0)
        command << QStringLiteral("--user=root");
    return command;
}

MYSQL* connected(const std::string& socket, const char* database, bool strict)
{
    MYSQL* handle = mysql_init(nullptr);
    mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    if (mysql_real_connect(handle, nullptr, "root", "", database, 0, socket.c_str(), CLIENT_MULTI_STATEMENTS) !=
        nullptr)
        return handle;
    if (strict)
        qFatal("%s", mysql_error(handle));
    mysql_close(handle);
    return nullptr;
}

/// Runs statements; the rows of the last one that gives any.
std::vector<std::string> runAll(MYSQL* handle, const std::string& sql)
{
    std::vector<std::string> rows;
    int more = mysql_real_query(handle, sql.data(), sql.size());
    while (more == 0) {
        MYSQL_RES* result = mysql_store_result(handle);
        if (result != nullptr)
            rows.clear();
        while (result != nullptr) {
            const MYSQL_ROW row = mysql_fetch_row(result);
            if (row == nullptr)
                break;
            const unsigned long* lengths = mysql_fetch_lengths(result);
            std::string line;
            for (unsigned i = 0; i < mysql_num_fields(result); ++i)
                line += (i == 0 ? "" : "|") + (row[i] == nullptr ? "∅" : std::string(row[i], lengths[i]));
            rows.push_back(std::move(line));
        }
        if (result != nullptr)
            mysql_free_result(result);
        more = mysql_next_result(handle);
    }
    if (more > 0)
        qFatal("%s: %s", sql.c_str(), mysql_error(handle));
    return rows;
}

} // namespace

MariaServer::MariaServer(bool tls, std::string address)
    : m_address(std::move(address))
    , m_port(freePorts())
    , m_tls(tls)
{
    m_environment.insert("TMPDIR", m_folder.path()); // a server that starts removes what others have in /tmp
    m_server.setProcessEnvironment(m_environment);
    call(asUser({program("mariadb-install-db"), "--no-defaults", "--datadir=" + m_folder.filePath("data"),
                 "--auth-root-authentication-method=normal", "--skip-test-db", "--innodb-log-file-size=16M"}));
    if (tls)
        makeServerCertificate(m_folder.path(), m_folder.filePath("server.key"), m_folder.filePath("server.crt"),
                              m_address);
    start();
    MYSQL* root = connected(socket(), nullptr, true);
    runAll(root, "CREATE DATABASE test");
    for (const std::string& host : {std::string("127.0.0.1"), m_address})
        if (!host.empty())
            runAll(root, fmt::format("CREATE USER tester@'{0}' IDENTIFIED BY '{1}'; GRANT ALL ON *.* TO tester@'{0}'",
                                     host, kPassword));
    mysql_close(root);
}

MariaServer::~MariaServer()
{
    stop();
}

void MariaServer::start()
{
    QStringList command = asUser({"setpriv", "--pdeathsig", "SIGKILL", program("mariadbd"), "--no-defaults"});
    command << "--datadir=" + m_folder.filePath("data") << "--port=" + QString::number(m_port)
            << "--bind-address=127.0.0.1" + (m_address.empty() ? QString() : ',' + QString::fromStdString(m_address))
            << "--socket=" + m_folder.filePath("socket") << "--pid-file=" + m_folder.filePath("pid")
            << "--skip-name-resolve"
            << "--skip-log-bin"
            << "--innodb-flush-log-at-trx-commit=2"
            << "--innodb-buffer-pool-size=64M"
            << "--innodb-log-file-size=16M"
            << "--character-set-server=utf8mb4"
            << "--default-time-zone=+03:00";
    if (m_tls)
        command << "--ssl-ca=" + m_folder.filePath("ca.crt") << "--ssl-cert=" + m_folder.filePath("server.crt")
                << "--ssl-key=" + m_folder.filePath("server.key");
    m_server.setProcessChannelMode(QProcess::MergedChannels);
    m_server.setStandardOutputFile(m_folder.filePath("server.log"), QIODevice::Append);
    m_server.start(command.first(), command.mid(1));
    QElapsedTimer clock;
    clock.start();
    MYSQL* handle = nullptr;
    while ((handle = connected(socket(), nullptr, false)) == nullptr) {
        if (m_server.waitForFinished(20) || clock.elapsed() > kStartMilliseconds) {
            QFile log(m_folder.filePath("server.log"));
            static_cast<void>(log.open(QIODevice::ReadOnly));
            qFatal("MariaDB did not start: %s", log.readAll().constData());
        }
    }
    mysql_close(handle);
}

void MariaServer::stop()
{
    if (m_server.state() == QProcess::NotRunning)
        return;
    m_server.kill();
    m_server.waitForFinished();
}

Options MariaServer::options() const
{
    return options({});
}

Options MariaServer::options(Options more) const
{
    for (const auto& [key, value] : std::map<std::string, std::string>{{"host", "127.0.0.1"},
                                                                       {"port", std::to_string(m_port)},
                                                                       {"database", "test"},
                                                                       {"user", "tester"},
                                                                       {"password", kPassword},
                                                                       {"defaults_file", "/dev/null"}})
        if (!more.has(key))
            more.set(key, value);
    return more;
}

std::vector<std::string> MariaServer::run(const std::string& sql) const
{
    MYSQL* handle = connected(socket(), "test", true);
    auto rows = runAll(handle, sql);
    mysql_close(handle);
    return rows;
}

std::string MariaServer::value(const std::string& sql) const
{
    const auto rows = run(sql);
    return rows.empty() ? "" : rows.front().substr(0, rows.front().find('|'));
}

void MariaServer::call(const QStringList& command) const
{
    QProcess process;
    process.setProcessEnvironment(m_environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(command.first(), command.mid(1));
    if (!process.waitForFinished(kStartMilliseconds) || process.exitCode() != 0)
        qFatal("%s: %s", qPrintable(command.join(' ')), process.readAll().constData());
}

MariaSession::MariaSession(const MariaServer& server)
    : m_handle(connected(server.socket(), "test", true))
{
}

MariaSession::~MariaSession()
{
    mysql_close(static_cast<MYSQL*>(m_handle));
}

void MariaSession::run(const char* sql)
{
    runAll(static_cast<MYSQL*>(m_handle), sql);
}

} // namespace headrace::test
