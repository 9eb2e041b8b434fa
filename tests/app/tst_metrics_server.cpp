// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/metrics_server.h"
#include "tests/support/rows.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QUrl>

using namespace headrace;
using cli::MetricsServer;

class MetricsServerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_server = *MetricsServer::listen("127.0.0.1:0", [this] { return "page " + std::to_string(++m_pages) + "\n"; });
    }

    void answers_data();
    void answers();
    void whoIsSlowIsCutOff();
    void manyAskInTurn();
    void badAddressesAreNamed_data();
    void badAddressesAreNamed();
    void aTakenAddressIsNamed();
    void listensOnIpv6();

private:
    [[nodiscard]] static quint16 portOf(const MetricsServer& server)
    {
        return static_cast<quint16>(QUrl(QString::fromStdString(server.url())).port());
    }

    /// All that comes back until the server closes the connection.
    [[nodiscard]] QByteArray ask(const QByteArray& request) const
    {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, portOf(*m_server));
        socket.write(request);
        QByteArray answer;
        while (socket.state() != QAbstractSocket::UnconnectedState || socket.bytesAvailable() > 0) {
            answer += socket.readAll();
            if (!socket.waitForReadyRead(30'000))
                break;
        }
        return answer + socket.readAll();
    }

    int m_pages = 0;
    std::unique_ptr<MetricsServer> m_server;
};

void MetricsServerTest::answers_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<QByteArray>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("get") << QByteArray("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n") << QByteArray("200 OK")
                         << QByteArray("page 1\n");
    QTest::newRow("query") << QByteArray("GET /metrics?name=x HTTP/1.0\r\n\r\n") << QByteArray("200 OK")
                           << QByteArray("page 1\n");
    QTest::newRow("head") << QByteArray("HEAD /metrics HTTP/1.1\r\n\r\n") << QByteArray("200 OK") << QByteArray();
    QTest::newRow("other page") << QByteArray("GET /etc/passwd HTTP/1.1\r\n\r\n") << QByteArray("404 Not Found")
                                << QByteArray("There is only /metrics.\n");
    QTest::newRow("post") << QByteArray("POST /metrics HTTP/1.1\r\nContent-Length: 2\r\n\r\n")
                          << QByteArray("405 Method Not Allowed") << QByteArray("Only GET is answered.\n");
    QTest::newRow("no http") << QByteArray("\x16\x03\x01\r\n\r\n") << QByteArray("400 Bad Request")
                             << QByteArray("This is no HTTP request.\n");
    QTest::newRow("no version") << QByteArray("GET /metrics\r\n\r\n") << QByteArray("400 Bad Request")
                                << QByteArray("This is no HTTP request.\n");
    QTest::newRow("endless") << "GET /metrics HTTP/1.1\r\nX: " + QByteArray(8192, 'x') << QByteArray("400 Bad Request")
                             << QByteArray("This is no HTTP request.\n");
}

void MetricsServerTest::answers()
{
    QFETCH(QByteArray, request);
    QFETCH(QByteArray, status);
    QFETCH(QByteArray, body);
    m_pages = 0;
    const QByteArray answer = ask(request);
    QVERIFY2(answer.startsWith("HTTP/1.1 " + status + "\r\n"), answer);
    QVERIFY2(answer.contains("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"), answer);
    QCOMPARE(answer.mid(answer.indexOf("\r\n\r\n") + 4), body);
    if (!body.isEmpty())
        QVERIFY2(answer.contains("\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n"), answer);
}

void MetricsServerTest::whoIsSlowIsCutOff()
{
    QTcpSocket silent;
    silent.connectToHost(QHostAddress::LocalHost, portOf(*m_server));
    QVERIFY(silent.waitForConnected(30'000));
    silent.write("GET /met");
    QVERIFY(silent.waitForBytesWritten(30'000));
    QVERIFY(ask("GET /metrics HTTP/1.1\r\n\r\n").endsWith("\n"));
}

void MetricsServerTest::manyAskInTurn()
{
    m_pages = 0;
    for (int i = 1; i <= 50; ++i)
        QVERIFY(ask("GET /metrics HTTP/1.1\r\n\r\n").endsWith("page " + QByteArray::number(i) + "\n"));
}

void MetricsServerTest::badAddressesAreNamed_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("reason");
    QTest::newRow("no port") << "localhost"
                             << "an address and a port are needed";
    QTest::newRow("no address") << ":9100"
                                << "an address and a port are needed";
    QTest::newRow("no number") << "127.0.0.1:http"
                               << "'http' is no port";
    QTest::newRow("too large") << "127.0.0.1:70000"
                               << "'70000' is no port";
    QTest::newRow("no brackets") << "::1:9100"
                                 << "an IPv6 address stands in brackets";
    QTest::newRow("unknown") << "no.such.host.invalid:9100"
                             << "'no.such.host.invalid' is no address of this machine";
}

void MetricsServerTest::badAddressesAreNamed()
{
    QFETCH(QString, address);
    QFETCH(QString, reason);
    const auto server = MetricsServer::listen(address.toStdString(), [] { return std::string(); });
    QVERIFY(!server);
    QCOMPARE(server.error().code, ErrorCode::Usage);
    const QString message = QString::fromStdString(server.error().message);
    QVERIFY2(message.startsWith("--metrics '" + address + "': " + reason), qPrintable(message));
}

void MetricsServerTest::aTakenAddressIsNamed()
{
    QTcpServer other;
    QVERIFY(other.listen(QHostAddress::LocalHost));
    const auto address = "127.0.0.1:" + std::to_string(other.serverPort());
    const auto server = MetricsServer::listen(address, [] { return std::string(); });
    QVERIFY(!server);
    QCOMPARE(QString::fromStdString(server.error().message),
             QString::fromStdString("--metrics '" + address +
                                    "': the address cannot be listened on: Address already in "
                                    "use."));
}

void MetricsServerTest::listensOnIpv6()
{
    const auto server = MetricsServer::listen("[::1]:0", [] { return std::string("six\n"); });
    if (!server && server.error().code == ErrorCode::Failed)
        QSKIP("this machine has no IPv6");
    QVERIFY_RESULT(server);
    QVERIFY((*server)->url().starts_with("http://[::1]:"));
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHostIPv6, portOf(**server));
    socket.write("GET /metrics HTTP/1.1\r\n\r\n");
    QByteArray answer;
    while (socket.waitForReadyRead(30'000))
        answer += socket.readAll();
    QVERIFY(answer.endsWith("\r\n\r\nsix\n"));
}

QTEST_GUILESS_MAIN(MetricsServerTest)
#include "tst_metrics_server.moc"
