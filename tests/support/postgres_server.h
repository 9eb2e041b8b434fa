// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"

#include <QProcess>
#include <QTemporaryDir>

#include <string>
#include <vector>

namespace headrace::test {

/// A PostgreSQL server of its own for a test program: a new data folder, a free port of 127.0.0.1, one database "test"
/// with the superuser "tester". It ends with the object, or with the program. Failures end the program with the
/// server's own words.
class PostgresServer {
public:
    /// With `tls` it offers TLS with a certificate for "localhost" signed by caFile(). It listens at `address`, too,
    /// for which the certificate then is as well.
    explicit PostgresServer(bool tls = false, std::string address = {});
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    void start();
    void stop(); ///< at once, as a crash would

    /// The options that connect to it over TCP.
    [[nodiscard]] Options options() const;
    [[nodiscard]] Options options(Options more) const;
    [[nodiscard]] int port() const { return m_port; }
    [[nodiscard]] std::string caFile() const { return path("ca.crt"); }

    /// Runs statements over the server's own socket; the last one's rows, "|" between cells and "∅" for NULL.
    std::vector<std::string> run(const std::string& sql, const std::string& database = "test") const;
    /// The first cell of the last statement's rows.
    [[nodiscard]] std::string value(const std::string& sql) const;

    static constexpr const char* kPassword = "canary-3bc1";

private:
    [[nodiscard]] std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }
    void call(const QStringList& command) const;
    [[nodiscard]] QStringList asServerUser(const QStringList& command) const;
    void configure(bool tls);
    void makeCertificate();

    QTemporaryDir m_folder;
    std::string m_address;
    QString m_programs; ///< folder of initdb and postgres
    int m_port = 0;
    QProcess m_server;
};

} // namespace headrace::test
