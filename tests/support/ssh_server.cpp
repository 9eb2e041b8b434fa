// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ssh_server.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>

#include <array>
#include <unistd.h>

namespace headrace::test {

namespace {

constexpr int kStartMilliseconds = 20'000;

void write(const QString& path, const QString& text)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text.toUtf8()) < 0)
        qFatal("'%s' cannot be written", qPrintable(path));
}

QString read(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()).trimmed() : QString();
}

} // namespace

SshServer::SshServer()
    : m_path(qgetenv("PATH"))
{
    makeKeys();
    QTcpServer probe;
    probe.listen(QHostAddress::LocalHost);
    m_port = probe.serverPort();
    probe.close();
    writeFiles();
    start();
    qputenv("PATH", m_folder.path().toUtf8() + ':' + m_path);
}

SshServer::~SshServer()
{
    qputenv("PATH", m_path);
    stop();
}

void SshServer::makeKeys() const
{
    for (const char* name : {"host", "other-host", "user", "other-user"})
        if (QProcess::execute("ssh-keygen", {"-q", "-t", "ed25519", "-N", "", "-f", file(name)}) != 0)
            qFatal("ssh-keygen failed: installer/setup test installs it");
}

void SshServer::writeFiles() const
{
    write(file("authorized"), read(file("user.pub")) + '\n');
    write(file("known"), QString("[127.0.0.1]:%1 %2\n").arg(m_port).arg(read(file("host.pub"))));
    write(file("wrong"), QString("[127.0.0.1]:%1 %2\n").arg(m_port).arg(read(file("other-host.pub"))));
    write(file("none"), "");
    write(file("server"), QString("ListenAddress 127.0.0.1\nPort %1\nHostKey %2\nPidFile none\nAuthorizedKeysFile %3\n"
                                  "StrictModes no\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication "
                                  "no\nPermitRootLogin prohibit-password\n")
                              .arg(m_port)
                              .arg(file("host"), file("authorized")));
    QString config;
    for (const auto& [host, known, key, jump] :
         {std::array{"gate", "known", "user", "none"}, std::array{"stranger", "none", "user", "none"},
          std::array{"impostor", "wrong", "user", "none"}, std::array{"closed", "known", "other-user", "none"},
          std::array{"behind", "known", "user", "gate"}, std::array{"walled", "known", "user", "closed"}})
        config += QString("Host %1\n  HostName 127.0.0.1\n  Port %2\n  UserKnownHostsFile %3\n  GlobalKnownHostsFile "
                          "/dev/null\n  IdentityFile %4\n  IdentitiesOnly yes\n  IdentityAgent none\n  ProxyJump %5\n")
                      .arg(host)
                      .arg(m_port)
                      .arg(file(known), file(key), jump);
    write(file("config"), config);
    write(file("ssh"),
          QString("#!/bin/sh\nexec %1 -F '%2' \"$@\"\n").arg(QStandardPaths::findExecutable("ssh"), file("config")));
    QFile::setPermissions(file("ssh"), QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
}

void SshServer::start()
{
    const QString program = QStandardPaths::findExecutable("sshd", {"/usr/sbin", "/usr/local/sbin"});
    if (program.isEmpty())
        qFatal("sshd is missing: installer/setup test installs it");
    if (::getuid() == 0)
        QDir().mkpath("/run/sshd"); // where the server locks itself in before a login
    m_server.setProcessChannelMode(QProcess::MergedChannels);
    m_server.setStandardOutputFile(file("server.log"));
    m_server.start(program, {"-D", "-e", "-f", file("server")});
    QElapsedTimer clock;
    clock.start();
    while (true) {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, m_port);
        if (socket.waitForConnected(1000))
            return;
        if (m_server.waitForFinished(20) || clock.elapsed() > kStartMilliseconds)
            qFatal("sshd did not start: %s", qPrintable(read(file("server.log"))));
    }
}

void SshServer::stop()
{
    if (m_server.state() == QProcess::NotRunning)
        return;
    m_server.terminate();
    m_server.waitForFinished();
}

} // namespace headrace::test
