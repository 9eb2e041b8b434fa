// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/firebird_server.h"

#include "tests/support/free_ports.h"

#include <fmt/format.h>

#include <QElapsedTimer>
#include <QFile>
#include <QStandardPaths>
#include <QTcpSocket>

namespace headrace::test {

namespace {

constexpr int kStartMilliseconds = 60'000;

QString program(const char* name)
{
    const QString found =
        QStandardPaths::findExecutable(name, {QStringLiteral("/usr/sbin"), QStringLiteral("/usr/bin")});
    if (found.isEmpty())
        qFatal("'%s' of Firebird is missing: installer/setup test installs it", name);
    return found;
}

} // namespace

FirebirdServer::FirebirdServer()
    : m_port(freePorts())
{
    // Its folder holds the configuration, the users and the locks, so that it meets no other server.
    const QString folder = m_folder.path();
    m_environment.insert("FIREBIRD", folder);
    m_environment.insert("FIREBIRD_LOCK", folder);
    write("firebird.conf", QString("RemoteServicePort = %1\nRemoteBindAddress = 127.0.0.1\nSecurityDatabase = "
                                   "%2/security.fdb\n")
                               .arg(m_port)
                               .arg(folder));
    write("databases.conf", QString("test = %1/test.fdb\n").arg(folder));
    isql({}, fmt::format("CREATE DATABASE '{}/security.fdb'; COMMIT; IN '/usr/share/firebird/3.0/security.sql'",
                         folder.toStdString()));
    isql({}, fmt::format("CREATE DATABASE '{}/test.fdb' DEFAULT CHARACTER SET UTF8; CREATE USER SYSDBA PASSWORD '{}'",
                         folder.toStdString(), kPassword));
    m_server.setProcessEnvironment(m_environment);
    m_server.start("setpriv", {"--pdeathsig", "SIGKILL", program("firebird")});
    QElapsedTimer clock;
    clock.start();
    for (QTcpSocket socket; socket.state() != QAbstractSocket::ConnectedState;) {
        if (m_server.waitForFinished(20) || clock.elapsed() > kStartMilliseconds)
            qFatal("Firebird did not start: %s", m_server.readAllStandardError().constData());
        socket.connectToHost("127.0.0.1", static_cast<quint16>(m_port));
        socket.waitForConnected(1000);
    }
}

FirebirdServer::~FirebirdServer()
{
    stop();
}

void FirebirdServer::stop()
{
    m_server.kill();
    m_server.waitForFinished();
}

void FirebirdServer::write(const char* file, const QString& text) const
{
    QFile out(m_folder.filePath(file));
    if (!out.open(QIODevice::WriteOnly) || out.write(text.toUtf8()) < 0)
        qFatal("'%s' cannot be written", qPrintable(out.fileName()));
}

Options FirebirdServer::options(const Options& more) const
{
    Options all{{"driver", "QIBASE"}, {"host", "127.0.0.1"}, {"port", std::to_string(m_port)},
                {"database", "test"}, {"user", "SYSDBA"},    {"password", kPassword}};
    for (const auto& [key, value] : more.values())
        all.set(key, value);
    return all;
}

void FirebirdServer::run(const std::string& sql) const
{
    isql({"-password", kPassword, QString("127.0.0.1/%1:test").arg(m_port)}, sql);
}

void FirebirdServer::isql(const QStringList& arguments, const std::string& sql) const
{
    QProcess client;
    client.setProcessEnvironment(m_environment);
    client.start(program("isql-fb"), QStringList{"-q", "-b", "-ch", "UTF8", "-user", "SYSDBA"} + arguments);
    client.write((sql + ";\nCOMMIT;\n").c_str());
    client.closeWriteChannel();
    if (!client.waitForFinished(kStartMilliseconds) || client.exitCode() != 0)
        qFatal("%s: %s", sql.c_str(), client.readAllStandardError().constData());
}

} // namespace headrace::test
