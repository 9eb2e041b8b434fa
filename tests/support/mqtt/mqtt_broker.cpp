// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/mqtt/mqtt_broker.h"

#include "tests/support/free_ports.h"

#include <mosquitto.h>

#include <QElapsedTimer>
#include <QFile>
#include <QTcpSocket>

#include <algorithm>
#include <array>
#include <csignal>

namespace headrace::test {

namespace {

constexpr int kWaitMs = 60'000;
constexpr int kPorts = 3;

void check(int code, const char* what)
{
    if (code != MOSQ_ERR_SUCCESS)
        qFatal("test broker: %s: %s", what, mosquitto_strerror(code));
}

} // namespace

MqttBroker::MqttBroker()
{
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.setStandardOutputFile(m_folder.filePath("broker.log"));
    mosquitto_lib_init();
}

MqttBroker::~MqttBroker()
{
    m_process.kill();
    m_process.waitForFinished(kWaitMs);
}

void MqttBroker::start()
{
    if (m_port == 0)
        m_port = freePorts(kPorts);
    m_process.start(QStringLiteral(HEADRACE_RUN_MOSQUITTO), {m_folder.path(), QString::number(m_port)});
    QElapsedTimer clock;
    clock.start();
    while (true) {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, static_cast<quint16>(m_port + kPorts - 1));
        if (socket.waitForConnected(100))
            return;
        if (m_process.waitForFinished(20) || m_process.state() == QProcess::NotRunning || clock.elapsed() > kWaitMs) {
            QFile log(m_folder.filePath("broker.log"));
            (void)log.open(QIODevice::ReadOnly);
            qFatal("test broker: it did not start: %s", log.readAll().right(4000).constData());
        }
    }
}

void MqttBroker::stop()
{
    m_process.terminate();
    if (!m_process.waitForFinished(kWaitMs))
        qFatal("test broker: it does not stop");
}

void MqttBroker::freeze()
{
    ::kill(static_cast<pid_t>(m_process.processId()), SIGSTOP);
}

void MqttBroker::thaw()
{
    ::kill(static_cast<pid_t>(m_process.processId()), SIGCONT);
}

std::string MqttBroker::address(int listener) const
{
    return "127.0.0.1:" + std::to_string(m_port + listener);
}

std::string MqttBroker::caFile() const
{
    return m_folder.filePath("ca.pem").toStdString();
}

void MqttBroker::publish(const std::string& topic, const std::string& payload, int qos, bool isRetained)
{
    bool isTaken = false;
    mosquitto* const client = mosquitto_new(nullptr, true, &isTaken);
    mosquitto_publish_callback_set(client, [](mosquitto*, void* taken, int) { *static_cast<bool*>(taken) = true; });
    check(mosquitto_connect(client, "127.0.0.1", m_port, 60), "connect");
    check(mosquitto_publish(client, nullptr, topic.c_str(), static_cast<int>(payload.size()), payload.data(), qos,
                            isRetained),
          "publish");
    while (!isTaken)
        check(mosquitto_loop(client, 1000, 1), "loop");
    mosquitto_disconnect(client);
    mosquitto_destroy(client);
}

} // namespace headrace::test
