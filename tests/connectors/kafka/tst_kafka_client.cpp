// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/durable_file.h"
#include "connectors/kafka/client.h"
#include "connectors/kafka/property_file.h"
#include "tests/support/kafka/kafka_broker.h"
#include "tests/support/one_answer.h"
#include "tests/support/rows.h"

#include <fmt/format.h>

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace headrace;

/// How the clients reach a cluster: every kind of security against a real broker, and the files of other clients.
class TestKafkaClient : public QObject {
    Q_OBJECT

private:
    test::KafkaBroker m_broker{true};
    QTemporaryDir m_folder;

    Result<std::vector<kafka::TopicInfo>> topics(const Options& options)
    {
        HEADRACE_TRY(const Options checked, options.check(kafka::connectionOptions(), "test"));
        HEADRACE_TRY(const auto settings, kafka::ClientSettings::from(checked));
        HEADRACE_TRY(const auto client,
                     kafka::Client::create(kafka::Client::Kind::Producer, settings.conf(), settings));
        return client->topics({}, {});
    }

    std::string fileOf(const std::string& text)
    {
        const std::string path = m_folder.filePath("client.properties").toStdString();
        if (const Status written = writeFileDurably(path, text); !written)
            qFatal("%s", written.error().message.c_str());
        return path;
    }

private Q_SLOTS:
    void initTestCase() { m_broker.start(); }

    void connects_data()
    {
        QTest::addColumn<int>("listener");
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("refusal");
        const QString ca = QString::fromStdString(m_broker.file("ca.pem"));
        const QStringList tls{"security", "ssl", "ca_file", ca};
        const QStringList bob{"security", "sasl_plaintext", "mechanism", "PLAIN", "username", "bob", "password"};
        const QStringList alice{"security",      "sasl_ssl", "ca_file", ca,        "mechanism",
                                "SCRAM-SHA-256", "username", "alice",   "password"};
        QTest::newRow("plain") << 0 << QStringList{} << "";
        QTest::newRow("TLS") << 2 << tls << "";
        QTest::newRow("TLS with a client certificate")
            << 2
            << tls + QStringList{"certificate", QString::fromStdString(m_broker.file("client.pem")), "certificate_key",
                                 QString::fromStdString(m_broker.file("client.key"))}
            << "";
        QTest::newRow("TLS, wrong CA") << 2
                                       << QStringList{"security", "ssl", "ca_file",
                                                      QString::fromStdString(m_broker.file("other-ca.pem"))}
                                       << "'ca_file'";
        QTest::newRow("SASL PLAIN") << 3 << bob + QStringList{"bob-secret"} << "";
        QTest::newRow("SASL PLAIN, wrong password") << 3 << bob + QStringList{"wrong-secret"} << "'password'";
        QTest::newRow("SCRAM over TLS") << 4 << alice + QStringList{"alice-secret"} << "";
        QTest::newRow("SCRAM over TLS, wrong password") << 4 << alice + QStringList{"wrong-secret"} << "'password'";
    }

    void connects()
    {
        QFETCH(int, listener);
        QFETCH(QStringList, options);
        QFETCH(QString, refusal);
        Options all{{"brokers", m_broker.address(listener)}};
        for (int i = 0; i < options.size(); i += 2)
            all.set(options[i].toStdString(), options[i + 1].toStdString());
        const auto found = topics(all);
        if (refusal.isEmpty()) {
            QVERIFY_RESULT(found);
            return;
        }
        QVERIFY(!found);
        QCOMPARE(found.error().code, ErrorCode::Permission);
        QVERIFY2(found.error().message.find(refusal.toStdString()) != std::string::npos, found.error().message.c_str());
        QVERIFY2((found.error().message + found.error().detail).find("wrong-secret") == std::string::npos,
                 found.error().detail.c_str());
    }

    /// The tokens are unsigned, as the test's broker takes them; where they come from is the client library's own part.
    void tokensConnect()
    {
        Options options{{"brokers", m_broker.address(3)},
                        {"security", "sasl_plaintext"},
                        {"mechanism", "OAUTHBEARER"},
                        {"client", OptionMap{{"enable.sasl.oauthbearer.unsecure.jwt", "true"},
                                             {"sasl.oauthbearer.config", "principal=carol"}}}};
        QVERIFY_RESULT(topics(options));
        options.set("client", OptionMap{{"enable.sasl.oauthbearer.unsecure.jwt", "true"},
                                        {"sasl.oauthbearer.config", "principal=carol scopeClaimName=sub scope=x"}});
        options.set("timeout", "3s");
        QVERIFY(!topics(options)); // a token that cannot be made
    }

    /// As a Java client's file asks for them.
    void tokensComeFromAServer()
    {
        const auto part = [](const QJsonObject& json) {
            return QJsonDocument(json)
                .toJson(QJsonDocument::Compact)
                .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
        };
        const auto now = static_cast<double>(QDateTime::currentSecsSinceEpoch());
        const QByteArray token =
            part({{"alg", "none"}}) + "." + part({{"sub", "carol"}, {"iat", now}, {"exp", now + 3600}}) + ".";
        test::OneAnswer server(200,
                               "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\",\"expires_in\":3600}");
        const std::string module = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLogin";
        const auto found =
            topics({{"client_file",
                     fileOf(fmt::format(
                         "bootstrap.servers={}\nsecurity.protocol=SASL_PLAINTEXT\nsasl.mechanism=OAUTHBEARER\n"
                         "sasl.login.callback.handler.class={}CallbackHandler\n"
                         "sasl.oauthbearer.token.endpoint.url={}/token\n"
                         "sasl.jaas.config={}Module required clientId=\"me\" clientSecret=\"shh\" scope=\"x\";\n",
                         m_broker.address(3), module, server.url().toStdString(), module))}});
        QVERIFY_RESULT(found);
        const QString asked = server.request();
        QVERIFY2(asked.startsWith(QLatin1String("POST /token")) && asked.contains(QLatin1String("scope=x")) &&
                     asked.contains(QString::fromLatin1(QByteArray("me:shh").toBase64())),
                 qPrintable(asked));
    }

    void javaPropertiesConnect()
    {
        const std::string path =
            fileOf(fmt::format("# a Java client\n"
                               "bootstrap.servers={}\n"
                               "security.protocol=SASL_SSL\n"
                               "sasl.mechanism=SCRAM-SHA-256\n"
                               "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\\n"
                               "  username=\"alice\" password=\"alice-secret\";\n"
                               "ssl.truststore.type=PEM\n"
                               "ssl.truststore.location={}\n"
                               "key.deserializer=org.apache.kafka.common.serialization.StringDeserializer\n"
                               "partition.assignment.strategy=org.apache.kafka.clients.consumer.RangeAssignor\n"
                               "buffer.memory=33554432\nmax.block.ms=60000\nmetrics.num.samples=2\n"
                               "partitioner.class=org.apache.kafka.clients.producer.RoundRobinPartitioner\n"
                               "sasl.login.refresh.buffer.seconds=300\nsend.buffer.bytes=131072\n"
                               "enable.auto.commit=true\n",
                               m_broker.address(4), m_broker.file("ca.pem")));
        QVERIFY_RESULT(topics({{"client_file", path}}));
    }

    void kcatFileConnects()
    {
        const std::string path = fileOf(fmt::format("# kcat\nmetadata.broker.list={}\nsecurity.protocol=ssl\n"
                                                    "ssl.ca.location={}\n",
                                                    m_broker.address(2), m_broker.file("ca.pem")));
        QVERIFY_RESULT(topics({{"client_file", path}}));
    }

    void propertiesAreTranslated()
    {
        const auto properties = kafka::readPropertyFile(fileOf(
            "fetch.max.wait.ms : 100\nbootstrap.servers=one\\:9092,two\\:9092\nssl.endpoint.identification.algorithm=\n"
            "ssl.keystore.location=/k/client.p12\nssl.keystore.type=PKCS12\n"
            "sasl.jaas.config=x required username='not quoted so' password=\"a\\\\\\\"b;c\";\n"));
        QVERIFY_RESULT(properties);
        QCOMPARE(properties->at("fetch.wait.max.ms"), "100");
        QCOMPARE(properties->at("bootstrap.servers"), "one:9092,two:9092");
        QCOMPARE(properties->at("ssl.endpoint.identification.algorithm"), "none");
        QCOMPARE(properties->at("ssl.keystore.location"), "/k/client.p12");
        QCOMPARE(properties->at("sasl.password"), "a\\\"b;c");
    }

    void javaClassesAreTranslated_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        const QString strategy = QStringLiteral("partition.assignment.strategy");
        const QString package = strategy + "=org.apache.kafka.clients.consumer.";
        QTest::newRow("cooperative") << package + "CooperativeStickyAssignor" << strategy << "cooperative-sticky";
        QTest::newRow("eager ones") << package + "RangeAssignor,org.x.RoundRobinAssignor" << strategy
                                    << "range,roundrobin";
        QTest::newRow("Java's default, a mixture")
            << package + "RangeAssignor,org.x.CooperativeStickyAssignor" << strategy << "none";
        QTest::newRow("own name") << strategy + "=roundrobin" << strategy << "roundrobin";
        QTest::newRow("PEM in the file") << "ssl.truststore.certificates=-----BEGIN"
                                         << "ssl.ca.pem"
                                         << "-----BEGIN";
        QTest::newRow("tokens from a server") << "sasl.oauthbearer.token.endpoint.url=http\\://h/token"
                                              << "sasl.oauthbearer.method"
                                              << "oidc";
    }

    void javaClassesAreTranslated()
    {
        QFETCH(QString, line);
        QFETCH(QString, name);
        QFETCH(QString, value);
        const auto properties = kafka::readPropertyFile(fileOf(line.toStdString() + "\n"));
        QVERIFY_RESULT(properties);
        const auto found = properties->find(name.toStdString());
        QCOMPARE(found == properties->end() ? "none" : found->second, value.toStdString());
    }

    void javaKeystoresAreNamed()
    {
        const auto properties = kafka::readPropertyFile(fileOf("ssl.truststore.location=/k/trust.jks\n"));
        QVERIFY(!properties);
        QVERIFY2(properties.error().message.find("'/k/trust.jks'") != std::string::npos,
                 properties.error().message.c_str());
    }

    void unknownPropertyInAFileIsNamed()
    {
        const auto found = topics({{"client_file", fileOf("bootstrap.servers=x:1\nsocket.timeot.ms=1\n")}});
        QVERIFY(!found);
        QVERIFY2(found.error().message.find("'socket.timeout.ms'") != std::string::npos, found.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(TestKafkaClient)
#include "tst_kafka_client.moc"
