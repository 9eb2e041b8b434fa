// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/aws/aws_server.h"

#include "tests/support/free_ports.h"

#include "connectors/http/http_client.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTcpSocket>

namespace headrace::test {

namespace {

constexpr int kWaitMs = 60'000;

void startProcess(QProcess& process, const QString& log, const QString& program, const QStringList& arguments, int port)
{
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setStandardOutputFile(log);
    process.start(program, arguments);
    QElapsedTimer clock;
    clock.start();
    while (true) {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, static_cast<quint16>(port));
        if (socket.waitForConnected(200))
            return;
        if (process.waitForFinished(20) || process.state() == QProcess::NotRunning || clock.elapsed() > kWaitMs) {
            QFile file(log);
            (void)file.open(QIODevice::ReadOnly);
            qFatal("test AWS: '%s' did not start: %s", qPrintable(program), file.readAll().right(4000).constData());
        }
    }
}

std::string urlOf(int port)
{
    return "http://127.0.0.1:" + std::to_string(port);
}

} // namespace

AwsServer::AwsServer(QString script)
    : m_script(std::move(script))
{
}

AwsServer::~AwsServer()
{
    for (QProcess* process : {&m_proxy, &m_emulator}) {
        process->kill();
        process->waitForFinished(kWaitMs);
    }
}

void AwsServer::start()
{
    qputenv("AWS_ACCESS_KEY_ID", "AKID");
    qputenv("AWS_SECRET_ACCESS_KEY", "SECRET");
    qputenv("AWS_REGION", "us-east-1");
    qputenv("AWS_CONFIG_FILE", "/dev/null");
    qputenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    m_port = freePorts();
    startProcess(m_emulator, m_folder.filePath("emulator.log"), m_script, {QString::number(m_port)}, m_port);
    const int proxyPort = freePorts();
    m_proxy.setProperty("port", proxyPort);
    startProcess(m_proxy, m_folder.filePath("proxy.log"), QStringLiteral("python3"),
                 {QStringLiteral(HEADRACE_FAULT_PROXY), QString::number(proxyPort), QString::fromStdString(endpoint())},
                 proxyPort);
}

std::string AwsServer::endpoint() const
{
    return urlOf(m_port);
}

std::string AwsServer::faultEndpoint() const
{
    return urlOf(m_proxy.property("port").toInt());
}

std::string AwsServer::ask(const char* method, const std::string& url, const std::string& body,
                           std::vector<std::string> headers)
{
    HttpClient http(std::chrono::milliseconds{kWaitMs}, {});
    HttpRequest request;
    request.method = method;
    request.url = url;
    request.body = body;
    request.headers = std::move(headers);
    const auto answer = http.send(request, {});
    if (!answer || answer->status != 200)
        qFatal("test AWS: '%s' answers: %s", url.c_str(),
               answer ? answer->body.c_str() : answer.error().detail.c_str());
    return answer->body;
}

void AwsServer::setFaults(const nlohmann::json& rules)
{
    (void)ask("POST", faultEndpoint() + "/faults", rules.dump());
}

nlohmann::json AwsServer::calls()
{
    return nlohmann::json::parse(ask("GET", faultEndpoint() + "/calls", {}));
}

} // namespace headrace::test
