// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/registry/schema_registry.h"
#include "tests/support/registry/registry_server.h"
#include "tests/support/rows.h"

#include <fmt/format.h>

#include <QTcpServer>
#include <QTest>

#include <poll.h>
#include <thread>

using namespace headrace;

namespace {

const std::string kLong = R"({"type":"record","name":"r","fields":[{"name":"id","type":"long"}]})";
const std::string kText = R"({"type":"record","name":"r","fields":[{"name":"id","type":"string"}]})";

RegisteredSchema avro(const std::string& text)
{
    RegisteredSchema schema;
    schema.text = text;
    return schema;
}

} // namespace

/// The client against a real registry, also behind TLS and a login.
class TestSchemaRegistry : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_server.start();
        m_secure = m_server.startSecureFront();
    }
    void schemasAreAddedAndFound();
    void incompatibleSchemasAreRefused();
    void tlsAndLogin_data();
    void tlsAndLogin();
    void unknownNameIsTold();
    void stopEndsARequest();
    void framesHoldTheNumber_data();
    void framesHoldTheNumber();

private:
    test::RegistryServer m_server;
    std::string m_secure; ///< its address with TLS
};

void TestSchemaRegistry::schemasAreAddedAndFound()
{
    SchemaRegistry registry({m_server.url() + "/", {}, {}, {}});
    const auto missing = registry.newest("shop/orders", {});
    QVERIFY(!missing);
    QCOMPARE(missing.error().code, ErrorCode::NotFound);
    QVERIFY2(missing.error().message.find("'shop/orders'") != std::string::npos, missing.error().message.c_str());
    const auto id = registry.add("shop/orders", avro(kLong), {});
    QVERIFY_RESULT(id);
    QCOMPARE(registry.add("shop/orders", avro(kLong), {}).value_or(0), *id);
    const auto newest = registry.newest("shop/orders", {});
    QVERIFY_RESULT(newest);
    QCOMPARE(newest->id, *id);
    QCOMPARE(newest->version, 1);
    const auto found = registry.schema(*id, {});
    QVERIFY_RESULT(found);
    QCOMPARE((*found)->text, kLong);
    QCOMPARE((*found)->type, std::string("AVRO"));
    QCOMPARE(registry.placesOf(*id, {}), std::vector<std::string>{"shop/orders, version 1"});
    RegisteredSchema json = avro(R"({"type":"object","properties":{"id":{"type":"integer"}}})");
    json.type = "JSON";
    const auto other = registry.add("json", json, {});
    QVERIFY_RESULT(other);
    QCOMPARE((*registry.schema(*other, {}))->type, std::string("JSON"));
    const auto unknown = registry.schema(987'654, {});
    QVERIFY(!unknown);
    QCOMPARE(unknown.error().code, ErrorCode::NotFound);
    const auto bad = registry.add("bad", avro("{"), {});
    QVERIFY(!bad);
    QCOMPARE(bad.error().code, ErrorCode::Data);
    QVERIFY2(bad.error().message.find("for the subject 'bad'") != std::string::npos, bad.error().message.c_str());
}

void TestSchemaRegistry::incompatibleSchemasAreRefused()
{
    SchemaRegistry registry({m_server.url(), {}, {}, {}});
    QVERIFY_RESULT(registry.add("typed", avro(kLong), {}));
    m_server.setCompatibility("typed", "BACKWARD");
    const auto refused = registry.add("typed", avro(kText), {});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Data);
    QVERIFY2(refused.error().message.find("'typed', because it is not compatible with an earlier version: ") !=
                 std::string::npos,
             refused.error().message.c_str());
    for (const char* const reason : {"version: Incompatible artifact", "STRING", "at /fields/0/type. Change"})
        QVERIFY2(refused.error().message.find(reason) != std::string::npos, refused.error().message.c_str());
}

void TestSchemaRegistry::tlsAndLogin_data()
{
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("password");
    QTest::addColumn<QString>("authority");
    QTest::addColumn<QString>("said");
    QTest::newRow("good") << "ada"
                          << "ada-secret"
                          << "ca.pem"
                          << "";
    QTest::newRow("wrong password") << "ada"
                                    << "bob-secret"
                                    << "ca.pem"
                                    << "check 'registry_user' and 'registry_password'";
    QTest::newRow("no login") << ""
                              << ""
                              << "ca.pem"
                              << "refuses access (HTTP 401)";
    QTest::newRow("other authority") << "ada"
                                     << "ada-secret"
                                     << "other-ca.pem"
                                     << "in 'registry_ca_file'";
    QTest::newRow("the system's authorities") << "ada"
                                              << "ada-secret"
                                              << ""
                                              << "could not be trusted; check 'registry'";
    QTest::newRow("no such file") << "ada"
                                  << "ada-secret"
                                  << "none.pem"
                                  << "'registry_ca_file'";
}

void TestSchemaRegistry::tlsAndLogin()
{
    QFETCH(QString, user);
    QFETCH(QString, password);
    QFETCH(QString, authority);
    QFETCH(QString, said);
    const std::string file = authority.isEmpty() ? std::string() : m_server.file(qPrintable(authority));
    SchemaRegistry registry({m_secure, user.toStdString(), password.toStdString(), file});
    const auto added = registry.add("secure", avro(kLong), {});
    if (said.isEmpty()) {
        QVERIFY_RESULT(added);
        QVERIFY_RESULT(registry.schema(*added, {}));
        return;
    }
    QVERIFY(!added);
    QCOMPARE(added.error().code, ErrorCode::Permission);
    for (const std::string& part : {said.toStdString(), m_secure})
        QVERIFY2(added.error().message.find(part) != std::string::npos, added.error().message.c_str());
    for (const std::string& secret : {std::string("-secret"), std::string("region")})
        QVERIFY2((added.error().message + added.error().detail).find(secret) == std::string::npos,
                 added.error().message.c_str());
}

void TestSchemaRegistry::unknownNameIsTold()
{
    SchemaRegistry registry({"http://registry.invalid:8081", {}, {}, {}});
    const auto answer = registry.newest("x", {});
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::Unavailable);
    QCOMPARE(QString::fromStdString(answer.error().message),
             QString("The schema registry 'http://registry.invalid:8081' cannot be asked. The name "
                     "'registry.invalid:8081' could not be found; check 'registry' and the network."));
}

/// A server that takes the connection and never answers would otherwise hold the run up for the request's time limit,
/// and the error would be that.
void TestSchemaRegistry::stopEndsARequest()
{
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    SchemaRegistry registry({fmt::format("http://127.0.0.1:{}", silent.serverPort()), {}, {}, {}});
    std::stop_source stop;
    std::jthread stopper([&] {
        pollfd arrival{static_cast<int>(silent.socketDescriptor()), POLLIN, 0};
        ::poll(&arrival, 1, 60'000);
        stop.request_stop();
    });
    const auto answer = registry.schema(1, stop.get_token());
    QVERIFY(!answer);
    QVERIFY2(answer.error().code == ErrorCode::Cancelled, answer.error().message.c_str());
}

void TestSchemaRegistry::framesHoldTheNumber_data()
{
    QTest::addColumn<quint32>("number");
    QTest::addColumn<QString>("frame");
    QTest::newRow("small") << 7U << "0000000007";
    QTest::newRow("four bytes") << 0xFE'DC'BA'98U << "00fedcba98";
}

void TestSchemaRegistry::framesHoldTheNumber()
{
    QFETCH(quint32, number);
    QFETCH(QString, frame);
    std::string bytes;
    appendFrame(number, bytes);
    QCOMPARE(QString(QByteArray::fromStdString(bytes).toHex()), frame);
    QVERIFY(framedSchema(bytes) == number);
    QVERIFY(framedSchema(bytes + "value") == number);
    QVERIFY(!framedSchema(bytes.substr(0, 4)));
    QVERIFY(!framedSchema("\x01" + bytes.substr(1)));
}

QTEST_GUILESS_MAIN(TestSchemaRegistry)
#include "tst_schema_registry.moc"
