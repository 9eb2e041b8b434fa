// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sources/mqtt/message_spool.h"
#include "connectors/sources/sources.h"
#include "tests/support/mqtt/mqtt_broker.h"
#include "tests/support/rows.h"
#include "tests/support/source_contract.h"

#include <fmt/format.h>

#include <QFileInfo>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace headrace;

/// The MQTT source against a real broker.
class TestMqttSource : public QObject {
    Q_OBJECT

private:
    test::MqttBroker m_broker;
    QTemporaryDir m_spools;
    std::vector<test::SourceCase> m_cases;
    int m_names = 0;

    std::string newName() { return fmt::format("n{}", ++m_names); }

    /// Ends when nothing has come for a moment.
    Options optionsFor(const std::string& topic, std::map<std::string, OptionValue> more = {})
    {
        std::string name = topic;
        std::replace_if(
            name.begin(), name.end(), [](char c) { return c == '/' || c == '+' || c == '#'; }, '-');
        Options options{{"broker", m_broker.address()},
                        {"topic", topic},
                        {"client_id", name},
                        {"spool", m_spools.filePath(QString::fromStdString(name)).toStdString()},
                        {"idle", "300ms"}};
        for (auto& [key, value] : more)
            options.set(key, std::move(value));
        return options;
    }

    Options textsOf(const std::string& topic, std::map<std::string, OptionValue> more = {})
    {
        more.insert({{"value", "text"}, {"metadata", "none"}});
        return optionsFor(topic, std::move(more));
    }

    Result<test::ReadAll> readAll(const Options& options, const std::optional<Position>& from = {})
    {
        return test::readAll(mqttSource(), options, {}, from);
    }

    static QStringList linesOf(const Result<test::ReadAll>& all)
    {
        if (!all)
            return {"! " + QString::fromStdString(all.error().message)};
        QStringList lines = all->chunks.empty() ? QStringList{} : QString::fromStdString(all->text()).split('\n');
        if (!lines.isEmpty())
            lines.removeFirst();
        lines.removeAll("");
        return lines;
    }

    /// A session that exists, so that the broker keeps what is published from now on.
    void subscribe(const Options& options) { QVERIFY_RESULT(readAll(options)); }

    std::vector<test::SourceCase> cases();

private Q_SLOTS:
    void initTestCase()
    {
        m_broker.start();
        m_cases = cases();
    }
    void contract_data() { test::addSourceContract(m_cases); }
    void contract() { test::checkSourceContract(m_cases); }

    void topicsAndLevelsBecomeColumns();
    void wildcardsAndLists();
    void qualityOfService_data();
    void qualityOfService();
    void sessionKeepsWhatComesMeanwhile();
    void spoolKeepsWhatIsNotDurable();
    void durableMessagesAreNotReadAgain();
    void acknowledgesOnlyWhatIsStored();
    void brokerThatGoesIsUnavailable();
    void strangeSpoolIsNamed();
    void loginAndTls_data();
    void loginAndTls();
    void wrongSettingsAreNamed_data();
    void wrongSettingsAreNamed();
    void promisesAreSaid_data();
    void promisesAreSaid();
    void previewTakesNothingAway();
    void describesTopics();
};

std::vector<test::SourceCase> TestMqttSource::cases()
{
    const Options options = optionsFor("contract/#");
    subscribe(options);
    for (int i = 0; i < 20; ++i) {
        m_broker.publish(fmt::format("contract/{}", i % 3),
                         fmt::format(R"({{"id":{},"name":"row {}","price":{}.5}})", i, i, i));
        if (i == 10 || i == 19)
            m_broker.publish("contract/bad", "{\"id\": nonsense}");
    }
    m_broker.publish("contract-other", "to be described", 1, true);
    subscribe(options); // from now on they are in the spool, which can be read again and again
    test::SourceCase json;
    json.name = "json";
    json.type = mqttSource();
    json.options = optionsFor("contract/#", {{"idle", "20ms"}});
    json.rows = 20;
    json.rejected = 2;
    json.bad = optionsFor("contract/#", {{"broker", "mqtt:/nonsense"}});
    json.badValue = "'mqtt:/nonsense'";
    json.waiting = optionsFor("contract-waiting");
    json.waiting->erase("idle");
    return {json};
}

void TestMqttSource::topicsAndLevelsBecomeColumns()
{
    const std::string base = newName();
    const Options options = optionsFor(base + "/#", {{"value", "text"}, {"levels", OptionList{"_", "site", "device"}}});
    subscribe(options);
    m_broker.publish(base + "/north/7", "a", 1);
    m_broker.publish(base + "/south", "b", 1);
    m_broker.publish(base + "/x/y/z", "", 1);
    const auto all = readAll(options);
    QVERIFY_RESULT(all);
    QCOMPARE(all->schema->field_names(),
             (std::vector<std::string>{"_topic", "_qos", "_retained", "_arrival_time", "site", "device", "value"}));
    const QStringList lines = linesOf(all);
    QCOMPARE(lines.size(), 3);
    const auto cells = [&](int line) {
        QStringList parts = lines.value(line).split('|');
        parts.removeAt(3); // the time
        return parts.join('|');
    };
    const QString topic = QString::fromStdString(base);
    QCOMPARE(cells(0), topic + "/north/7|1|false|north|7|a");
    QCOMPARE(cells(1), topic + "/south|1|false|south|∅|b");
    QCOMPARE(cells(2), topic + "/x/y/z|1|false|x|y|");
}

void TestMqttSource::wildcardsAndLists()
{
    const std::string base = newName();
    const Options options = textsOf(base, {{"topic", OptionList{base + "/+/t", base + "/all/#"}}});
    subscribe(options);
    for (const char* topic : {"/a/t", "/b/t", "/a/h", "/all", "/all/x/y"})
        m_broker.publish(base + topic, topic);
    QStringList lines = linesOf(readAll(options));
    lines.sort();
    QCOMPARE(lines, (QStringList{"/a/t", "/all", "/all/x/y", "/b/t"}));
}

void TestMqttSource::qualityOfService_data()
{
    QTest::addColumn<QString>("asked");
    QTest::addColumn<int>("sent");
    QTest::addColumn<int>("expected");
    QTest::newRow("0") << "0" << 1 << 0;
    QTest::newRow("1") << "1" << 2 << 1;
    QTest::newRow("2") << "2" << 2 << 2;
}

void TestMqttSource::qualityOfService()
{
    QFETCH(QString, asked);
    QFETCH(int, sent);
    QFETCH(int, expected);
    const std::string topic = newName();
    m_broker.publish(topic, "kept", sent, true);
    const auto all = readAll(optionsFor(
        topic, {{"qos", asked.toStdString()}, {"value", "text"}, {"metadata", OptionList{"qos", "retained"}}}));
    QCOMPARE(linesOf(all), QStringList{QString("%1|true|kept").arg(expected)});
}

void TestMqttSource::sessionKeepsWhatComesMeanwhile()
{
    const std::string topic = newName();
    subscribe(textsOf(topic));
    for (int i = 0; i < 50; ++i)
        m_broker.publish(topic, std::to_string(i));
    m_broker.stop();
    m_broker.start(); // not even that loses one
    QStringList expected;
    for (int i = 0; i < 50; ++i)
        expected << QString::number(i);
    QCOMPARE(linesOf(readAll(textsOf(topic))), expected);
    const std::string other = newName();
    const Options clean = textsOf(other, {{"session", "clean"}});
    subscribe(clean);
    m_broker.publish(other, "lost");
    QCOMPARE(linesOf(readAll(clean)), QStringList{});
}

void TestMqttSource::spoolKeepsWhatIsNotDurable()
{
    const std::string topic = newName();
    const Options options = textsOf(topic);
    subscribe(options);
    m_broker.publish(topic, "1");
    m_broker.publish(topic, "2");
    const auto first = readAll(options); // the broker forgets them, and then the program dies
    QCOMPARE(linesOf(first), (QStringList{"1", "2"}));
    m_broker.publish(topic, "3");
    QCOMPARE(linesOf(readAll(options)), (QStringList{"1", "2", "3"}));
    QCOMPARE(linesOf(readAll(options, first->chunks[0].at->after(1))), (QStringList{"2", "3"}));
}

void TestMqttSource::durableMessagesAreNotReadAgain()
{
    const std::string topic = newName();
    const Options options = textsOf(topic);
    subscribe(options);
    for (int i = 0; i < 3; ++i)
        m_broker.publish(topic, std::string(mqtt::MessageSpool::kFileBytes / 2, static_cast<char>('a' + i)));
    const auto source = test::createSource(mqttSource(), options);
    QVERIFY_RESULT(source);
    QVERIFY_RESULT((*source)->open({}, {}));
    std::optional<Position> end;
    for (auto chunk = (*source)->read({}, {}); chunk && *chunk; chunk = (*source)->read({}, {}))
        end = (*chunk)->at->after((*chunk)->rows->num_rows());
    QVERIFY_RESULT((*source)->acknowledge(*end));
    (*source)->close();
    QCOMPARE(linesOf(readAll(options, end)), QStringList{});
    const auto rest = readAll(options); // without a position, what the spool still has
    QVERIFY_RESULT(rest);
    QVERIFY(linesOf(rest).size() < 3);
}

/// A broker of a few bytes, which looks into the spool at the moment a message is acknowledged.
void TestMqttSource::acknowledgesOnlyWhatIsStored()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress::LocalHost));
    const std::string topic = newName();
    const Options options = textsOf(
        topic, {{"broker", "127.0.0.1:" + std::to_string(server.serverPort())}, {"timeout", "20s"}, {"idle", "5s"}});
    const QString spool = QString::fromStdString(options.text("spool"));
    std::thread reader([&] { static_cast<void>(readAll(options)); });
    std::int64_t stored = -1;
    QByteArray request;
    const bool isConnected = server.waitForNewConnection(20'000);
    QTcpSocket* const socket = isConnected ? server.nextPendingConnection() : nullptr;
    const auto await = [&](int type) {
        while (socket->waitForReadyRead(20'000)) {
            request = socket->readAll();
            if ((static_cast<unsigned char>(request[0]) & 0xf0) == type)
                return true;
        }
        return false;
    };
    if (isConnected && await(0x10)) {
        socket->write(QByteArray::fromHex("20020000")); // CONNACK
        await(0x80);
        socket->write("\x90\x03" + request.mid(2, 2) + "\x01"); // SUBACK of QoS 1
        socket->write("\x32" + QByteArray(1, static_cast<char>(2 + topic.size() + 2 + 7)) + QByteArray(1, 0) +
                      QByteArray(1, static_cast<char>(topic.size())) + QByteArray::fromStdString(topic) +
                      QByteArray::fromHex("0007") + "payload"); // PUBLISH of QoS 1, number 7
        if (await(0x40))                                        // PUBACK
            stored = QFileInfo(spool + "/00000000000000000000.spool").size();
        socket->disconnectFromHost();
    }
    reader.join();
    QVERIFY(isConnected);
    QCOMPARE(request.left(4), QByteArray::fromHex("40020007"));
    QCOMPARE(stored, static_cast<std::int64_t>(8 + 12 + topic.size() + 7));
}

void TestMqttSource::brokerThatGoesIsUnavailable()
{
    test::MqttBroker broker;
    broker.start();
    const std::string topic = newName();
    Options options = textsOf(topic, {{"broker", broker.address()}});
    options.erase("idle");
    const auto source = test::createSource(mqttSource(), options);
    QVERIFY_RESULT((*source)->open({}, {}));
    broker.publish(topic, "before");
    broker.stop();
    const auto chunk = (*source)->read({10, 8 << 20, std::chrono::seconds{60}}, {});
    QVERIFY_RESULT(chunk); // what came before is read out first
    QCOMPARE((*chunk)->rows->num_rows(), 1);
    const auto lost = (*source)->read({10, 8 << 20, std::chrono::seconds{60}}, {});
    QVERIFY(!lost);
    QCOMPARE(lost.error().code, ErrorCode::Unavailable);
    (*source)->close();
    const auto away = (*source)->open({}, {});
    QVERIFY(!away);
    QCOMPARE(away.error().code, ErrorCode::Unavailable);
    QVERIFY2(away.error().message.find("'" + broker.address() + "'") != std::string::npos,
             away.error().message.c_str());
}

void TestMqttSource::strangeSpoolIsNamed()
{
    const std::string topic = newName();
    const Options options = textsOf(topic);
    subscribe(options);
    m_broker.publish(topic, "1");
    const auto all = readAll(options);
    QVERIFY_RESULT(all);
    const Position position = all->chunks[0].at->after(1);
    const std::string elsewhere = m_spools.filePath("elsewhere").toStdString();
    const auto other = readAll(textsOf(topic, {{"spool", elsewhere}}), position);
    QVERIFY(!other);
    QCOMPARE(other.error().code, ErrorCode::Conflict);
}

void TestMqttSource::loginAndTls_data()
{
    QTest::addColumn<int>("listener");
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("password");
    QTest::addColumn<bool>("hasAuthority");
    QTest::addColumn<QString>("expected"); ///< a part of the error; empty: it works
    QTest::newRow("password") << 1 << "app"
                              << "app-secret" << false << "";
    QTest::newRow("wrong password") << 1 << "app"
                                    << "nonsense" << false << "refused the login of the user 'app'";
    QTest::newRow("no user") << 1 << ""
                             << "" << false << "refused the login of a client without user";
    QTest::newRow("TLS") << 2 << "app"
                         << "app-secret" << true << "";
    QTest::newRow("strange authority") << 2 << "app"
                                       << "app-secret" << false << "could not be trusted";
}

void TestMqttSource::loginAndTls()
{
    QFETCH(int, listener);
    QFETCH(QString, user);
    QFETCH(QString, password);
    QFETCH(bool, hasAuthority);
    QFETCH(QString, expected);
    Options options = textsOf(newName(), {{"broker", (listener == 2 ? "mqtts://" : "") + m_broker.address(listener)},
                                          {"user", user.toStdString()},
                                          {"password", password.toStdString()}});
    if (hasAuthority)
        options.set("ca_file", m_broker.caFile());
    const auto probed = mqttSource().probe(options, {});
    const auto all = readAll(options);
    QCOMPARE(probed.has_value(), expected.isEmpty());
    QCOMPARE(all.has_value(), expected.isEmpty());
    if (!all) {
        QCOMPARE(all.error().code, ErrorCode::Permission);
        QVERIFY2(QString::fromStdString(all.error().message).contains(expected), all.error().message.c_str());
        QVERIFY(all.error().message.find("nonsense") == std::string::npos);
    }
}

void TestMqttSource::wrongSettingsAreNamed_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("named");
    const auto row = [](const char* key, const char* value, const char* named) {
        QTest::addRow("%s %s", key, value) << key << value << named;
    };
    row("topic", "a#", "'a#'");
    row("broker", "host:99999", "'host:99999'");
    row("broker", "http://host", "'http://host'");
    row("broker", ":1883", "':1883'");
    row("qos", "3", "3");
    row("metadata", "offset", "'offset'");
}

void TestMqttSource::wrongSettingsAreNamed()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(QString, named);
    const auto source = test::createSource(mqttSource(), textsOf("t", {{key.toStdString(), value.toStdString()}}));
    QVERIFY(!source);
    QCOMPARE(source.error().code, ErrorCode::Usage);
    QVERIFY2(source.error().message.find(named.toStdString()) != std::string::npos, source.error().message.c_str());
}

void TestMqttSource::promisesAreSaid_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("promise");
    const auto row = [](const char* key, const char* value, const char* promise) {
        QTest::addRow("%s %s", key, value) << key << value << promise;
    };
    row("qos", "0", "at most once");
    row("qos", "1", "at least once, also after a crash");
    row("qos", "2", "Choose QoS 1 where none may be lost.");
    row("session", "clean", "while nobody is connected");
    row("spool", "none", "a crash loses");
}

void TestMqttSource::promisesAreSaid()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(QString, promise);
    const auto said = mqttSource().probe(textsOf("t", {{key.toStdString(), value.toStdString()}}), {});
    QVERIFY_RESULT(said);
    QVERIFY2(QString::fromStdString(*said).contains(promise), said->c_str());
}

void TestMqttSource::previewTakesNothingAway()
{
    const std::string topic = newName();
    const Options options = textsOf(topic);
    subscribe(options);
    m_broker.publish(topic, "kept", 1, true);
    const SourceType type = mqttSource();
    QCOMPARE(linesOf(test::readAll(type, type.forPreview(options))), QStringList{"kept"}); // it is a retained one
    QCOMPARE(linesOf(readAll(options)).size(), 2); // kept by the session, and retained once more
}

void TestMqttSource::describesTopics()
{
    const std::string topic = newName() + "/status";
    m_broker.publish(topic, "online", 1, true);
    const auto readables = mqttSource().describe({{"broker", m_broker.address()}}, {});
    QVERIFY_RESULT(readables);
    const auto found = std::ranges::find(*readables, topic, &Readable::name);
    QVERIFY(found != readables->end());
    QCOMPARE(QString::fromStdString(found->description), QString("1 message seen, the last of 6 B"));
}

QTEST_GUILESS_MAIN(TestMqttSource)
#include "tst_mqtt_source.moc"
