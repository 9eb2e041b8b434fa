// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QTemporaryDir>

#include <string>
#include <vector>

namespace headrace::test {

/// A real broker of this test program's own, on free ports. Every failure ends the program with a sentence.
class MqttBroker {
public:
    MqttBroker();
    ~MqttBroker();
    MqttBroker(const MqttBroker&) = delete;
    MqttBroker& operator=(const MqttBroker&) = delete;

    void start();  ///< returns when it answers
    void stop();   ///< in an orderly way: sessions and messages stay
    void freeze(); ///< connections stay, but nothing is answered
    void thaw();

    [[nodiscard]] int port() const { return m_port; }
    [[nodiscard]] std::string address(int listener = 0) const; ///< 0 anybody, 1 with password, 2 TLS with password
    [[nodiscard]] std::string caFile() const;

    /// Returns when the broker has taken the message.
    void publish(const std::string& topic, const std::string& payload, int qos = 1, bool isRetained = false);

private:
    QTemporaryDir m_folder;
    int m_port = 0;
    QProcess m_process;
};

} // namespace headrace::test
