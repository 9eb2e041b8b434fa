// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"

#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>

#include <string>
#include <vector>

namespace headrace::test {

/// A MariaDB server of its own for a test program: a new data folder, a free port of 127.0.0.1, one database "test"
/// that the user "tester" owns. It ends with the object, or with the program. Failures end the program with the
/// server's own words.
class MariaServer {
public:
    /// With `tls` it offers TLS with a certificate for "localhost" signed by caFile(). It listens at `address`, too,
    /// for which the certificate then is as well.
    explicit MariaServer(bool tls = false, std::string address = {});
    ~MariaServer();
    MariaServer(const MariaServer&) = delete;
    MariaServer& operator=(const MariaServer&) = delete;

    void start();
    void stop(); ///< at once, as a crash would

    /// The options that connect to it over TCP.
    [[nodiscard]] Options options() const;
    [[nodiscard]] Options options(Options more) const;
    [[nodiscard]] int port() const { return m_port; }
    [[nodiscard]] std::string socket() const { return path("socket"); }
    [[nodiscard]] std::string caFile() const { return path("ca.crt"); }

    /// Runs statements as root over the server's own socket; the last one's rows, "|" between cells and "∅" for NULL.
    std::vector<std::string> run(const std::string& sql) const;
    /// The first cell of the last statement's rows.
    [[nodiscard]] std::string value(const std::string& sql) const;

    static constexpr const char* kPassword = "canary-3bc1";

private:
    [[nodiscard]] std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }
    void call(const QStringList& command) const;

    QTemporaryDir m_folder;
    std::string m_address;
    int m_port = 0;
    bool m_tls = false;
    QProcessEnvironment m_environment = QProcessEnvironment::systemEnvironment();
    QProcess m_server;
};

/// A session that stays open, for transactions that take their time.
class MariaSession {
public:
    explicit MariaSession(const MariaServer& server);
    ~MariaSession();
    MariaSession(const MariaSession&) = delete;
    MariaSession& operator=(const MariaSession&) = delete;

    void run(const char* sql);

private:
    void* m_handle;
};

} // namespace headrace::test
