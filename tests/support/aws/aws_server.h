// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <QProcess>
#include <QTemporaryDir>

#include <string>
#include <vector>

namespace headrace::test {

/// An emulator of AWS with a proxy in front that can fail as AWS does, both of this test program's own, on free ports.
/// Every failure ends the program with a sentence: a test without its server says nothing.
class AwsServer {
public:
    AwsServer(const AwsServer&) = delete;
    AwsServer& operator=(const AwsServer&) = delete;

    /// Returns when it answers. Sets credentials in the environment, and no files with others.
    void start();

    [[nodiscard]] std::string endpoint() const;      ///< the emulator
    [[nodiscard]] std::string faultEndpoint() const; ///< the proxy before it

    /// Sets the proxy's rules (fault_proxy.py), and forgets its calls.
    void setFaults(const nlohmann::json& rules);
    [[nodiscard]] nlohmann::json calls();

protected:
    /// `script` runs the emulator in the foreground on the port that it is given.
    explicit AwsServer(QString script);
    ~AwsServer();

    /// The answer's body to a request at `url`, which is expected to be good.
    [[nodiscard]] static std::string ask(const char* method, const std::string& url, const std::string& body,
                                         std::vector<std::string> headers = {});

private:
    QString m_script;
    QTemporaryDir m_folder;
    int m_port = 0;
    QProcess m_emulator;
    QProcess m_proxy;
};

} // namespace headrace::test
