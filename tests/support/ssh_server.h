// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QTemporaryDir>

namespace headrace::test {

/// OpenSSH's server on a free port of 127.0.0.1, and a program `ssh` in front of the PATH that reads a configuration of
/// its own: the hosts `gate` (known, with a key that is let in), `stranger` (not in known_hosts), `impostor` (another
/// key is in known_hosts) and `closed` (a key that is not let in) all lead to it; `behind` does through `gate` and
/// `walled` through `closed` (ProxyJump). It ends with the object.
class SshServer {
public:
    SshServer();
    ~SshServer();
    SshServer(const SshServer&) = delete;
    SshServer& operator=(const SshServer&) = delete;

    void stop();
    [[nodiscard]] QString configFile() const { return file("config"); }

private:
    void makeKeys() const;
    void writeFiles() const;
    void start();
    [[nodiscard]] QString file(const char* name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
    quint16 m_port = 0;
    QProcess m_server;
    QByteArray m_path;
};

} // namespace headrace::test
