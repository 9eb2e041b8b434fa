// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/submit/stream_server.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QUrl>

#include <algorithm>
#include <array>
#include <memory>
#include <sstream>

namespace headrace {
namespace {

/// The engine ends a running stream of the same name first, which takes it up to half a minute.
constexpr int kTimeoutMilliseconds = 60'000;
constexpr int kNotFound = 404;

QString text(const char* source)
{
    return QCoreApplication::translate("StreamServer", source);
}

struct Answer {
    int status = 0; ///< HTTP; 0 when the server was not reached
    QByteArray body;
    QString error;
};

/// One request after the other to a server, in the calling thread.
class StreamServer {
public:
    StreamServer(QUrl address, const std::stop_token& stop)
        : m_address(std::move(address))
        , m_stop(stop)
    {
        m_manager.setTransferTimeout(kTimeoutMilliseconds);
    }

    Answer ask(const QByteArray& verb, const QString& path, const QByteArray& body = {})
    {
        QUrl url(m_address);
        url.setPath(url.path() + path);
        QNetworkRequest request(url);
        request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArrayLiteral("application/yaml"));
        const std::unique_ptr<QNetworkReply> reply(m_manager.sendCustomRequest(request, verb, body));
        QEventLoop loop;
        QObject::connect(reply.get(), &QNetworkReply::finished, &loop, &QEventLoop::quit);
        const std::stop_callback quit(
            m_stop, [&loop] { QMetaObject::invokeMethod(&loop, &QEventLoop::quit, Qt::QueuedConnection); });
        if (!reply->isFinished())
            loop.exec();
        return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), reply->readAll(),
                reply->errorString()};
    }

private:
    QUrl m_address;
    std::stop_token m_stop;
    QNetworkAccessManager m_manager;
};

/// What the server found wrong with the file: its lint errors one a line, or its answer as it is.
QString complaint(const QByteArray& body)
{
    const QJsonArray lints = QJsonDocument::fromJson(body).object().value(QStringLiteral("lint_errors")).toArray();
    QStringList lines;
    for (const QJsonValue& lint : lints)
        lines << lint.toString();
    return lines.isEmpty() ? QString::fromUtf8(body).trimmed() : lines.join(QLatin1Char('\n'));
}

Error notReached(const QUrl& address, const Answer& answer)
{
    const QString sentence =
        answer.status == 0
            ? text("No engine answered at '%1'. Start one in streams mode there, or correct the address.")
            : text("'%1' answered, but is no engine in streams mode. Start one there, or correct the address.");
    return {ErrorCode::Unavailable, sentence.arg(address.toString()).toStdString(),
            (answer.status == 0 ? answer.error : complaint(answer.body)).toStdString(), std::nullopt};
}

Result<QUrl> serverUrl(const std::string& address)
{
    QUrl url = QUrl::fromUserInput(QString::fromStdString(address));
    if (!url.isValid() || url.host().isEmpty() || !url.scheme().startsWith(QLatin1String("http")))
        return fail(ErrorCode::Usage, text("'%1' is no address of a server; write one like http://localhost:4195.")
                                          .arg(QString::fromStdString(address))
                                          .toStdString());
    if (url.path().endsWith(QLatin1Char('/')))
        url.setPath(url.path().chopped(1));
    return url;
}

} // namespace

std::string streamConfiguration(const std::string& exported)
{
    static constexpr std::array<std::string_view, 4> kOfAStream{"input:", "buffer:", "pipeline:", "output:"};
    std::istringstream lines(exported);
    std::string kept;
    bool keeps = true;
    for (std::string line; std::getline(lines, line);) {
        const bool opensSection = !line.empty() && line.front() != ' ' && line.front() != '#';
        if (opensSection)
            keeps = std::ranges::any_of(kOfAStream, [&](std::string_view key) { return line.starts_with(key); });
        if (keeps)
            kept += line + "\n";
    }
    return kept;
}

Result<std::string> submitStream(const Pipeline& pipeline, const Exporter& exporter, const std::string& address,
                                 const std::stop_token& stop)
{
    HEADRACE_TRY(const QUrl url, serverUrl(address));
    HEADRACE_TRY(const ExportResult exported, exporter.render(pipeline));
    if (exported.files.empty())
        return fail(ErrorCode::Failed, text("%1 cannot run this pipeline; the report says what is in the way.")
                                           .arg(QString::fromStdString(exporter.label))
                                           .toStdString());
    StreamServer server(url, stop);
    const QString stream = QStringLiteral("/streams/") + QString::fromStdString(pipeline.name);
    const Answer known = server.ask("GET", QStringLiteral("/streams"));
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "The submission was stopped.");
    if (known.status != 200 || !QJsonDocument::fromJson(known.body).isObject())
        return fail(notReached(url, known));
    const bool replaces = QJsonDocument::fromJson(known.body).object().contains(QString::fromStdString(pipeline.name));
    const Answer taken = server.ask(replaces ? "PUT" : "POST", stream,
                                    QByteArray::fromStdString(streamConfiguration(exported.files.front().content)));
    if (taken.status != 200)
        return fail(ErrorCode::Failed,
                    text("The engine at '%1' refused the pipeline '%2'.")
                        .arg(url.toString(), QString::fromStdString(pipeline.name))
                        .toStdString(),
                    (taken.status == 0 ? taken.error : complaint(taken.body)).toStdString());
    const Answer now = server.ask("GET", stream);
    const bool active = QJsonDocument::fromJson(now.body).object().value(QStringLiteral("active")).toBool();
    const QString sentence =
        active ? (replaces ? text("'%1' replaced the one that ran at %2, and is running.")
                           : text("'%1' is running at %2."))
               : (now.status == kNotFound ? text("The engine at %2 took '%1', but does not list it any more.")
                                          : text("'%1' was taken by the engine at %2 and has already ended."));
    return sentence.arg(QString::fromStdString(pipeline.name), url.toString()).toStdString();
}

} // namespace headrace
