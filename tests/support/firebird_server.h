// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"

#include <QProcess>
#include <QTemporaryDir>

#include <string>

namespace headrace::test {

/// A Firebird server of its own for a test program: a new root folder, a free port of 127.0.0.1, one database with the
/// alias "test". It ends with the object, or with the program. Failures end the program with the server's own words.
class FirebirdServer {
public:
    FirebirdServer();
    ~FirebirdServer();
    FirebirdServer(const FirebirdServer&) = delete;
    FirebirdServer& operator=(const FirebirdServer&) = delete;

    void stop(); ///< at once, as a crash would

    /// The options of a qtsql source that connect to it.
    [[nodiscard]] Options options(const Options& more = {}) const;

    /// Runs statements over its port, each ended by ";" but the last one.
    void run(const std::string& sql) const;

    static constexpr const char* kPassword = "canary-3bc1";

private:
    /// `arguments` are those of Firebird's own client.
    void isql(const QStringList& arguments, const std::string& sql) const;
    void write(const char* file, const QString& text) const;

    QTemporaryDir m_folder;
    int m_port = 0;
    QProcessEnvironment m_environment = QProcessEnvironment::systemEnvironment();
    QProcess m_server;
};

} // namespace headrace::test
