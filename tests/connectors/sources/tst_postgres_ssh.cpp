// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/ssh_tunnel.h"
#include "connectors/sources/sources.h"
#include "tests/support/postgres_server.h"
#include "tests/support/rows.h"
#include "tests/support/source_reading.h"
#include "tests/support/ssh_server.h"

#include <QTest>

using namespace headrace;
using namespace std::chrono_literals;

/// PostgreSQL behind an SSH host.
class TestPostgresSsh : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::PostgresServer> m_server;
    std::unique_ptr<test::SshServer> m_ssh;

    Options through(const char* host, Options more = {}) const
    {
        more.set("ssh", host);
        if (!more.has("table"))
            more.set("table", "t");
        return m_server->options(std::move(more));
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_server = std::make_unique<test::PostgresServer>(true);
        m_ssh = std::make_unique<test::SshServer>();
        m_server->run("CREATE TABLE t AS SELECT i AS id, repeat('x', 500) AS filler FROM generate_series(1, 20000) i");
    }

    void rowsComeThroughTheTunnel()
    {
        const auto all =
            test::readAll(postgresSource(), through("gate", {{"connections", "2"}, {"range_pages", "100"}}));
        QVERIFY_RESULT(all);
        std::int64_t rows = 0;
        for (const auto& batch : all->batches())
            rows += batch->num_rows();
        QCOMPARE(rows, 20'000);
    }

    void theServersCertificateIsStillVerified()
    {
        const auto probed = postgresSource().probe(
            through("gate", {{"host", "localhost"}, {"sslmode", "verify-full"}, {"sslrootcert", m_server->caFile()}}),
            {});
        QVERIFY_RESULT(probed);
        QVERIFY2(probed->find("through 'gate' (TLSv1.3, certificate verified, TLS_") != std::string::npos,
                 probed->c_str());
    }

    void theTunnelIsSharedAndEndsWithTheLast()
    {
        const SshTunnel::Route route{"gate", "127.0.0.1", m_server->port()};
        auto first = SshTunnel::open(route, 20s, {});
        QVERIFY_RESULT(first);
        auto second = SshTunnel::open(route, 20s, {});
        QVERIFY_RESULT(second);
        QCOMPARE(first->get(), second->get());
        const int port = (*first)->port();
        first->reset();
        QVERIFY((*second)->stands());
        second->reset();
        auto third = SshTunnel::open(route, 20s, {});
        QVERIFY_RESULT(third);
        QVERIFY((*third)->port() != port || (*third)->stands());
    }

    void failuresNameTheirCause_data()
    {
        QTest::addColumn<QString>("host");
        QTest::addColumn<QString>("message");
        QTest::addColumn<int>("code");
        const auto row = [](const char* host, const char* message, ErrorCode code) {
            QTest::newRow(host) << host << message << static_cast<int>(code);
        };
        row("stranger", "The SSH host 'stranger' cannot be used: it is not in known_hosts.", ErrorCode::Permission);
        row("impostor", "The SSH host 'impostor' cannot be used: its key is not the one in known_hosts",
            ErrorCode::Permission);
        row("closed", "The SSH host 'closed' cannot be used: it refuses the login.", ErrorCode::Permission);
        row("walled", "The SSH host 'walled' cannot be used: it refuses the login.", ErrorCode::Permission);
        row("no-such-host.invalid", "The SSH host 'no-such-host.invalid' cannot be used: its name is not known.",
            ErrorCode::NotFound);
        row("-oProxyCommand=x", "'-oProxyCommand=x' is no name of an SSH host.", ErrorCode::Usage);
    }
    void failuresNameTheirCause()
    {
        QFETCH(QString, host);
        QFETCH(QString, message);
        QFETCH(int, code);
        const auto all = test::readAll(postgresSource(), through(host.toUtf8().constData()));
        QVERIFY(!all);
        QVERIFY2(QString::fromStdString(all.error().message).startsWith(message), all.error().message.c_str());
        QCOMPARE(static_cast<int>(all.error().code), code);
    }

    void aDatabaseThatTheHostCannotReachIsNamed()
    {
        const auto all = test::readAll(postgresSource(), through("gate", {{"port", "1"}}));
        QVERIFY(!all && isRetryable(all.error()));
        QVERIFY2(all.error().message.find("PostgreSQL at 127.0.0.1:1 through 'gate' cannot be reached") == 0,
                 all.error().message.c_str());
        QVERIFY2(all.error().message.find("onnection refused") != std::string::npos, all.error().message.c_str());
    }

    void aSocketIsNotReachedThroughSsh()
    {
        const auto socket = test::readAll(postgresSource(), through("gate", {{"host", "/var/run"}}));
        QVERIFY(!socket && socket.error().code == ErrorCode::Usage);
    }
};

QTEST_GUILESS_MAIN(TestPostgresSsh)
#include "tst_postgres_ssh.moc"
