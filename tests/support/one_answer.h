// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <QTcpServer>
#include <QTcpSocket>

#include <atomic>
#include <thread>
#include <utility>

namespace headrace::test {

/// A server on 127.0.0.1 that answers one HTTP request with a text and keeps what was asked.
class OneAnswer {
public:
    OneAnswer(int status, QByteArray body)
        : m_thread([this, status, body = std::move(body)] { serve(status, body); })
    {
        while (m_port == 0)
            std::this_thread::yield();
    }
    ~OneAnswer() { m_thread.join(); }

    [[nodiscard]] QByteArray url() const { return "http://127.0.0.1:" + QByteArray::number(m_port); }
    QString request()
    {
        m_thread.join();
        m_thread = std::thread([] {});
        return QString::fromUtf8(m_request);
    }

private:
    void serve(int status, const QByteArray& body)
    {
        QTcpServer server;
        server.listen(QHostAddress::LocalHost);
        m_port = server.serverPort();
        if (!server.waitForNewConnection(20'000))
            return;
        QTcpSocket* const socket = server.nextPendingConnection();
        while (!isWhole() && socket->waitForReadyRead(20'000))
            m_request += socket->readAll();
        socket->write("HTTP/1.1 " + QByteArray::number(status) +
                      " X\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: " +
                      QByteArray::number(body.size()) + "\r\n\r\n" + body);
        socket->waitForBytesWritten(20'000);
        socket->disconnectFromHost();
    }

    bool isWhole() const
    {
        const auto end = m_request.indexOf("\r\n\r\n");
        const auto at = m_request.indexOf("Content-Length: ");
        const int size = at < 0 ? 0 : m_request.mid(at + 16, m_request.indexOf("\r", at) - at - 16).toInt();
        return end >= 0 && m_request.size() >= end + 4 + size;
    }

    std::atomic<int> m_port{0};
    QByteArray m_request;
    std::thread m_thread; ///< the last to be made
};

} // namespace headrace::test
