// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/formats/ndjson/json_schema.h"
#include "connectors/registry/schema_registry.h"
#include "tests/support/registry/registry_server.h"
#include "tests/support/rows.h"

#include <fmt/format.h>

#include <QTcpServer>
#include <QTest>

#include <algorithm>
#include <array>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

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
    void tokenAndLoginOfTheAddress();
    void otherServersAreAsked();
    void proxyOfTheEnvironmentIsUsed();
    void referencesAreResolved();
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

void TestSchemaRegistry::tokenAndLoginOfTheAddress()
{
    RegistrySettings settings{m_secure, {}, {}, m_server.file("ca.pem")};
    settings.token = "front-token";
    QVERIFY_RESULT(SchemaRegistry(settings).add("token", avro(kLong), {}));
    settings.token = "other-secret";
    const auto refused = SchemaRegistry(settings).newest("token", {});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Permission);
    QVERIFY2(refused.error().message.find("'registry_token'") != std::string::npos, refused.error().message.c_str());
    settings.token = {};
    settings.url.insert(settings.url.find("//") + 2, "ada:ada%2Dsecret@");
    QVERIFY_RESULT(SchemaRegistry(settings).newest("token", {}));
    settings.url.replace(settings.url.find("ada%2D"), 3, "bob");
    const auto wrong = SchemaRegistry(settings).newest("token", {});
    QVERIFY(!wrong);
    QVERIFY2(wrong.error().message.find("secret") == std::string::npos, wrong.error().message.c_str());
}

void TestSchemaRegistry::otherServersAreAsked()
{
    QTcpServer silent;
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    QTcpServer free;
    QVERIFY(free.listen(QHostAddress::LocalHost));
    const std::string gone = fmt::format("http://127.0.0.1:{}", free.serverPort());
    free.close();
    RegistrySettings settings;
    settings.url = fmt::format("{}/, http://127.0.0.1:{} ,{}", gone, silent.serverPort(), m_server.url());
    settings.timeout = std::chrono::milliseconds{500};
    SchemaRegistry registry(settings);
    QVERIFY_RESULT(registry.add("several", avro(kLong), {}));
    const auto missing = registry.newest("none", {}); // by the one that answered, which is believed
    QVERIFY(!missing);
    QVERIFY2(missing.error().message.find('\'' + m_server.url() + '\'') != std::string::npos,
             missing.error().message.c_str());
    settings.url = gone + ',' + gone;
    const auto none = SchemaRegistry(settings).newest("several", {});
    QVERIFY(!none);
    QCOMPARE(none.error().code, ErrorCode::Unavailable);
}

void TestSchemaRegistry::proxyOfTheEnvironmentIsUsed()
{
    QTcpServer proxy;
    QVERIFY(proxy.listen(QHostAddress::LocalHost));
    std::string asked;
    std::jthread server([&] {
        // Qt's listening socket does not block: an accept() before the request has come would fail.
        pollfd listening{static_cast<int>(proxy.socketDescriptor()), POLLIN, 0};
        ::poll(&listening, 1, 60'000);
        const int connection = ::accept(listening.fd, nullptr, nullptr);
        std::array<char, 4096> bytes{};
        asked.assign(bytes.data(),
                     static_cast<std::size_t>(std::max<ssize_t>(0, ::read(connection, bytes.data(), bytes.size()))));
        const std::string body = R"({"id":5,"version":1,"schema":"\"long\""})";
        const std::string answer = fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
        QCOMPARE(::write(connection, answer.data(), answer.size()), static_cast<ssize_t>(answer.size()));
        ::close(connection);
    });
    qputenv("http_proxy", QStringLiteral("http://127.0.0.1:%1").arg(proxy.serverPort()).toUtf8());
    const auto through = SchemaRegistry({"http://registry.invalid", {}, {}, {}}).newest("proxied", {});
    qputenv("no_proxy", "registry.invalid");
    const auto without = SchemaRegistry({"http://registry.invalid", {}, {}, {}}).newest("proxied", {});
    qunsetenv("http_proxy");
    qunsetenv("no_proxy");
    QVERIFY_RESULT(through);
    QCOMPARE(through->id, 5U);
    server.join();
    QVERIFY2(asked.starts_with("GET http://registry.invalid/subjects/proxied/versions/latest "), asked.c_str());
    QVERIFY(!without);
}

void TestSchemaRegistry::referencesAreResolved()
{
    const auto add = [&](const char* subject, const char* schema, const char* references) {
        return m_server.add(subject, schema, references, "JSON");
    };
    add("country", R"({"$schema":"http://json-schema.org/draft-07/schema#","type":"string"})", "[]");
    add("address",
        R"({"type":"object","properties":{"city":{"$ref":"#/$defs/name"},"country":{"$ref":"country.json"}},)"
        R"("$defs":{"name":{"type":"string"},"zip":{"type":"integer"}}})",
        R"([{"name":"country.json","subject":"country","version":1}])");
    const auto id = add("person",
                        R"({"type":"object","properties":{"id":{"$ref":"#/$defs/id"},"home":{"$ref":"address.json"},)"
                        R"("zip":{"$ref":"address.json#/$defs/zip"}},"$defs":{"id":{"type":"integer"}}})",
                        R"([{"name":"address.json","subject":"address","version":1}])");
    SchemaRegistry registry({m_server.url(), {}, {}, {}});
    const auto found = registry.schema(id, {});
    QVERIFY_RESULT(found);
    QCOMPARE((*found)->references.size(), std::size_t{2});
    const auto columns = ndjson::columnsOfJsonSchema((*found)->text, true, (*found)->named);
    QVERIFY_RESULT(columns);
    QStringList names;
    for (const ndjson::Column& column : *columns)
        names << QString::fromStdString(column.name() + ' ' + typeNotation(column));
    QCOMPARE(names.join(", "), QString("id int64, home.city text, home.country text, zip int64"));
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
