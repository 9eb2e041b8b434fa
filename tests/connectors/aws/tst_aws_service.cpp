// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/aws/kinesis_server.h"
#include "tests/support/rows.h"

#include <QTest>

using namespace headrace;
using namespace headrace::aws;

/// Requests, signatures and errors of a service, against an emulator.
class TestAwsService : public QObject {
    Q_OBJECT

private:
    test::KinesisServer m_server;

    static Kinesis client(const std::string& endpoint, const std::string& stream)
    {
        const auto options = Options{{"endpoint", endpoint}}.check(connectionOptions(), "test");
        return {*Connection::from(*options, "kinesis"), stream};
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_server.start();
        m_server.createStream("orders");
        m_server.createStream("orders-archive");
    }
    void cleanup()
    {
        qunsetenv("AWS_SESSION_TOKEN");
        m_server.setFaults({});
    }

    void signaturesFit();
    void nearestStreamIsNamed();
    void errorsHaveTheirMeaning_data();
    void errorsHaveTheirMeaning();
    void expiredCredentialsAreRenewedOnce();
    void awayServerIsUnavailable();
    void stopEndsARequest();
};

void TestAwsService::signaturesFit()
{
    m_server.setFaults({{"secrets", {{"AKID", "SECRET"}}}});
    QVERIFY_RESULT(client(m_server.faultEndpoint(), "orders").summary({}));
    const std::string umlauts = "ü \"quoted\" \n";
    QVERIFY(client(m_server.faultEndpoint(), "orders").put({{umlauts, umlauts}}, {}).has_value());
    qputenv("AWS_SESSION_TOKEN", "token/with+signs==");
    QVERIFY_RESULT(client(m_server.faultEndpoint(), "orders").summary({}));
    m_server.setFaults({{"secrets", {{"AKID", "another"}}}});
    const auto refused = client(m_server.faultEndpoint(), "orders").summary({});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Permission);
}

void TestAwsService::nearestStreamIsNamed()
{
    const auto near = client(m_server.endpoint(), "ordres").summary({});
    QVERIFY(!near);
    QCOMPARE(near.error().code, ErrorCode::NotFound);
    QCOMPARE(QString::fromStdString(near.error().message),
             QString("There is no Kinesis stream 'ordres' in the region 'us-east-1'; did you mean 'orders'?"));
    const auto far = client(m_server.endpoint(), "customers-eu").shards({});
    QVERIFY(!far);
    QVERIFY2(far.error().message.find("there are 'orders', 'orders-archive'.") != std::string::npos,
             far.error().message.c_str());
}

void TestAwsService::errorsHaveTheirMeaning_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("type");
    QTest::addColumn<ErrorCode>("code");
    QTest::newRow("throttled") << 400 << R"({"__type":"ProvisionedThroughputExceededException","message":"slow"})"
                               << "ProvisionedThroughputExceededException" << ErrorCode::Unavailable;
    QTest::newRow("with a namespace") << 400 << R"({"__type":"com.amazonaws#ResourceNotFoundException"})"
                                      << "ResourceNotFoundException" << ErrorCode::NotFound;
    QTest::newRow("expired") << 400 << R"({"__type":"ExpiredTokenException","message":"old"})"
                             << "ExpiredTokenException" << ErrorCode::Permission;
    QTest::newRow("unknown key") << 400 << R"({"__type":"UnrecognizedClientException","message":"who"})"
                                 << "UnrecognizedClientException" << ErrorCode::Permission;
    QTest::newRow("forbidden by something else") << 403 << "<html>no</html>"
                                                 << "" << ErrorCode::Permission;
    QTest::newRow("broken") << 503 << ""
                            << "" << ErrorCode::Unavailable;
    QTest::newRow("wrong argument") << 400 << R"({"__type":"InvalidArgumentException","Message":"no"})"
                                    << "InvalidArgumentException" << ErrorCode::Usage;
    QTest::newRow("anything else") << 413 << ""
                                   << "" << ErrorCode::Failed;
}

void TestAwsService::errorsHaveTheirMeaning()
{
    QFETCH(int, status);
    QFETCH(QString, body);
    QFETCH(QString, type);
    QFETCH(ErrorCode, code);
    HttpResponse response;
    response.status = status;
    response.body = body.toStdString();
    const ServiceError error = serviceError(response, "The stream 'x'");
    QCOMPARE(QString::fromStdString(error.type), type);
    QCOMPARE(error.error.code, code);
    QVERIFY2(error.error.message.ends_with('.'), error.error.message.c_str());
}

void TestAwsService::expiredCredentialsAreRenewedOnce()
{
    m_server.setFaults({{"DescribeStreamSummary", {{"token", 0.5}}}, {"seed", 3}});
    auto stream = client(m_server.faultEndpoint(), "orders");
    int failed = 0;
    for (int i = 0; i < 20; ++i)
        failed += stream.summary({}).has_value() ? 0 : 1;
    const auto calls = m_server.calls().at("DescribeStreamSummary");
    QCOMPARE(20 - failed, calls.at("passed").get<int>());
    QVERIFY(calls.at("token").get<int>() > failed); // some came through at the second attempt
    m_server.setFaults({{"DescribeStreamSummary", {{"token", 1}}}});
    const auto refused = stream.summary({});
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.find("aws sso login") != std::string::npos, refused.error().message.c_str());
    QCOMPARE(m_server.calls().at("DescribeStreamSummary").at("token").get<int>(), 2);
}

void TestAwsService::awayServerIsUnavailable()
{
    const auto away = client("http://127.0.0.1:9", "orders").summary({});
    QVERIFY(!away);
    QCOMPARE(away.error().code, ErrorCode::Unavailable);
    QVERIFY2(away.error().message.find("'127.0.0.1:9'") != std::string::npos, away.error().message.c_str());
}

void TestAwsService::stopEndsARequest()
{
    std::stop_source stop;
    stop.request_stop();
    const auto stopped = client(m_server.endpoint(), "orders").summary(stop.get_token());
    QVERIFY(!stopped);
    QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(TestAwsService)
#include "tst_aws_service.moc"
