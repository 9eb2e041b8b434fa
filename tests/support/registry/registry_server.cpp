// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/registry/registry_server.h"

#include "tests/support/free_ports.h"

#include "connectors/http/http_client.h"

#include <nlohmann/json.hpp>

#include <QElapsedTimer>
#include <QFile>

namespace headrace::test {

namespace {

constexpr int kWaitMs = 120'000;

} // namespace

RegistryServer::~RegistryServer()
{
    for (QProcess* const process : {&m_front, &m_process}) {
        process->kill();
        process->waitForFinished(kWaitMs);
    }
}

void RegistryServer::start()
{
    m_port = freePorts();
    const QString log = m_folder.filePath("registry.log");
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.setStandardOutputFile(log);
    m_process.start(QStringLiteral(HEADRACE_RUN_REGISTRY), {QString::number(m_port)});
    HttpClient http(std::chrono::seconds{10}, {});
    HttpRequest request;
    request.url = url() + "/subjects";
    request.method = "GET";
    QElapsedTimer clock;
    clock.start();
    while (true) {
        const auto answer = http.send(request, {});
        if (answer && answer->status == 200)
            return;
        if (m_process.waitForFinished(100) || m_process.state() == QProcess::NotRunning || clock.elapsed() > kWaitMs) {
            QFile file(log);
            (void)file.open(QIODevice::ReadOnly);
            qFatal("test registry: it did not start: %s", file.readAll().right(4000).constData());
        }
    }
}

std::string RegistryServer::url() const
{
    return "http://127.0.0.1:" + std::to_string(m_port) + "/apis/ccompat/v7";
}

std::string RegistryServer::startSecureFront()
{
    const int port = freePorts();
    m_front.start(QStringLiteral("python3"), {QStringLiteral(HEADRACE_SECURE_FRONT), QString::number(port),
                                              QStringLiteral("http://127.0.0.1:%1").arg(m_port), m_folder.path()});
    if (!m_front.waitForReadyRead(kWaitMs))
        qFatal("test registry: its front did not start: %s", m_front.readAllStandardError().constData());
    return "https://127.0.0.1:" + std::to_string(port) + "/apis/ccompat/v7";
}

std::string RegistryServer::file(const char* name) const
{
    return m_folder.filePath(name).toStdString();
}

std::string RegistryServer::ask(const std::string& method, const std::string& path, const std::string& body)
{
    HttpClient http(std::chrono::seconds{60}, {});
    HttpRequest request;
    request.url = url() + path;
    request.method = method;
    request.headers = {"Content-Type: application/vnd.schemaregistry.v1+json"};
    request.body = body;
    const auto answer = http.send(request, {});
    if (!answer || answer->status != 200)
        qFatal("test registry: %s %s: %s", method.c_str(), path.c_str(),
               answer ? answer->body.c_str() : answer.error().message.c_str());
    return answer->body;
}

std::uint32_t RegistryServer::add(const std::string& subject, const std::string& schema, const std::string& references,
                                  const std::string& type)
{
    const nlohmann::json body{
        {"schema", schema}, {"schemaType", type}, {"references", nlohmann::json::parse(references)}};
    const std::string answer = ask("POST", "/subjects/" + subject + "/versions", body.dump());
    return nlohmann::json::parse(answer).at("id").get<std::uint32_t>();
}

void RegistryServer::setCompatibility(const std::string& subject, const std::string& level)
{
    ask("PUT", "/config/" + subject, nlohmann::json{{"compatibility", level}}.dump());
}

std::string RegistryServer::newest(const std::string& subject)
{
    return ask("GET", "/subjects/" + subject + "/versions/latest", {});
}

std::string framed(std::uint32_t schema, const std::string& value)
{
    std::string bytes(1, '\0');
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes += static_cast<char>(schema >> shift);
    return bytes + value;
}

} // namespace headrace::test
