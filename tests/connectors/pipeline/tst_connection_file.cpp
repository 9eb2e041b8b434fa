// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/connection_file.h"
#include "connectors/pipeline/pipeline_yaml.h"
#include "connectors/pipeline/settled_source.h"
#include "tests/support/rows.h"

#include <QTemporaryDir>
#include <QTest>

using namespace headrace;

namespace {

/// What connections of the type "shop" hold.
ConnectionType shopConnection()
{
    return {"shop",
            {{.key = "host", .label = "Host", .help = "Of the server.", .required = true},
             {.key = "port", .type = OptionType::Integer, .label = "Port", .help = "Of it.", .maximum = 65535},
             {.key = "password", .label = "Password", .help = "Of the user.", .secret = true}}};
}

/// A source whose type has connections, and a sink that has none.
Registry registryWithHosts()
{
    Registry registry;
    SourceType shop;
    shop.type = "shop";
    shop.options = shopConnection().options;
    shop.options.insert(shop.options.begin(), connectionOption());
    shop.options.push_back({.key = "table", .label = "Table", .help = "Which.", .required = true});
    shop.create = [](const Options& options) -> Result<std::unique_ptr<Source>> {
        return fail(ErrorCode::Failed, options.text("host") + ":" + options.text("port") + "/" + options.text("table") +
                                           "?" + options.text("password"));
    };
    registry.add(std::move(shop));
    SinkType null;
    null.type = "null";
    registry.add(std::move(null));
    return registry;
}

QString pipelineWith(const char* source)
{
    return QStringLiteral("headrace: 1\nname: x\nsource: %1\ndestination: {type: 'null'}\n").arg(source);
}

} // namespace

class TestConnectionFile : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { setConnectionTypes({shopConnection()}); }
    void init() { setConnectionLookup({}); }

    void whatIsWrittenIsReadBack()
    {
        const std::vector<SavedConnection> all{
            {"shop", "shop", Options{{"host", "db.example.org"}, {"password", "${secret:shop/password}"}}},
            {"staging:2", "shop", Options{{"host", "127.0.0.1"}, {"port", "5433"}}},
        };
        const auto read = parseConnections(formatConnections(all), "c.yaml");
        QVERIFY_RESULT(read);
        QVERIFY(*read == all);
        QVERIFY(parseConnections(formatConnections({}), "c.yaml") == std::vector<SavedConnection>{});
    }

    void aMissingFileHoldsNone()
    {
        const auto none = loadConnections("/nonexistent/connections.yaml");
        QVERIFY_RESULT(none);
        QVERIFY(none->empty());
    }

    void filesAreMadeWithTheirFolder()
    {
        const QTemporaryDir folder;
        const std::string path = folder.filePath(QStringLiteral("a/b/connections.yaml")).toStdString();
        QVERIFY_RESULT(saveConnections({{"shop", "shop", Options{{"host", "a"}}}}, path));
        const auto connection = connectionsIn(path)("shop");
        QVERIFY_RESULT(connection);
        QCOMPARE(connection->options.text("host"), std::string("a"));
        QCOMPARE(connectionsIn(path)("shp").error().message,
                 "There is no connection 'shp' in '" + path + "'; did you mean 'shop'?");
    }

    void mistakesNameTheirLine_data()
    {
        QTest::addColumn<QString>("yaml");
        QTest::addColumn<QString>("error");
        const auto row = [](const char* name, const char* yaml, const char* error) {
            QTest::newRow(name) << QString::fromUtf8(yaml) << QString::fromUtf8(error);
        };
        row("no version", "connections: {}", "c.yaml:1: A file of connections begins with 'headrace: 1'.");
        row("other key", "headrace: 1\nconnection: {}",
            "c.yaml:2: unknown key 'connection' in 'the file of connections'; did you mean 'connections'?");
        row("a list", "headrace: 1\nconnections: [a]", "c.yaml:2: 'connections' is a list; a map is wanted.");
        row("no type", "headrace: 1\nconnections:\n  shop: {host: a}",
            "c.yaml:3: The connection 'shop' must be a map with a 'type'.");
        row("type", "headrace: 1\nconnections:\n  a:\n    type: shpo",
            "c.yaml:4: There are no saved connections of the type 'shpo'; did you mean 'shop'?");
        row("option", "headrace: 1\nconnections:\n  a: {type: shop, hots: b}",
            "c.yaml:3: unknown key 'hots' in 'a'; did you mean 'host'?");
        row("value", "headrace: 1\nconnections:\n  a:\n    type: shop\n    port: 70000",
            "c.yaml:5: The option 'port' of the connection 'a': '70000' is too large");
        row("secret", "headrace: 1\nconnections:\n  a:\n    type: shop\n    password: hunter2",
            "c.yaml:5: The option 'password' of the connection 'a' is a secret");
        row("name", "headrace: 1\nconnections:\n  a/b: {type: shop}", "c.yaml:3: 'a/b' cannot be a connection's name");
    }
    void mistakesNameTheirLine()
    {
        QFETCH(QString, yaml);
        QFETCH(QString, error);
        const auto read = parseConnections(yaml.toStdString(), "c.yaml");
        QVERIFY(!read);
        const QString message = QString::fromStdString(read.error().message);
        QVERIFY2(message.startsWith(error), qPrintable(message));
        QVERIFY2(!message.contains(QStringLiteral("hunter2")), "a secret must never be quoted");
        QVERIFY(read.error().code == ErrorCode::Usage);
    }

    void pipelinesReadThroughAConnection()
    {
        qputenv("HEADRACE_TEST_PASSWORD", "s3cret");
        setConnectionLookup([](const std::string& name) -> Result<SavedConnection> {
            return SavedConnection{
                name, "shop", Options{{"host", "db"}, {"port", "5432"}, {"password", "${env:HEADRACE_TEST_PASSWORD}"}}};
        });
        const Registry registry = registryWithHosts();
        const auto pipeline = parsePipeline(
            pipelineWith("{type: shop, connection: main, table: t, port: 6432}").toStdString(), "x.yaml", registry);
        QVERIFY_RESULT(pipeline);
        QVERIFY_RESULT(pipeline->check(registry));
        // What the pipeline sets itself goes before what the connection holds.
        QCOMPARE(registry.createSource("shop", pipeline->source.options).error().message,
                 std::string("db:6432/t?s3cret"));
        QVERIFY(formatPipeline(*pipeline).find("connection: main") != std::string::npos);
        QVERIFY(formatPipeline(*pipeline).find("host") == std::string::npos);

        const Pipeline whole = withSettledSource(*pipeline, registry, {});
        QVERIFY(!whole.source.options.has(kConnectionKey));
        QCOMPARE(whole.source.options.text("host"), std::string("db"));
        QCOMPARE(whole.source.options.text("password"), std::string("${env:HEADRACE_TEST_PASSWORD}"));
    }

    void whatNoConnectionHoldsIsStillAskedFor()
    {
        const Registry registry = registryWithHosts();
        const auto without = parsePipeline(pipelineWith("{type: shop, connection: main}").toStdString(), "x", registry);
        QVERIFY(!without);
        QVERIFY2(without.error().message.find("'table'") != std::string::npos, without.error().message.c_str());
        const auto noHost = parsePipeline(pipelineWith("{type: shop, table: t}").toStdString(), "x", registry);
        QVERIFY(!noHost);
        QVERIFY2(noHost.error().message.find("'host'") != std::string::npos, noHost.error().message.c_str());
    }

    void aConnectionOfAnotherTypeIsRefused()
    {
        const Registry registry = registryWithHosts();
        const Options options{{kConnectionKey, "queue"}, {"table", "t"}};
        QCOMPARE(registry.createSource("shop", options).error().message,
                 std::string("The connection 'queue' cannot be looked up: no connections are saved here."));
        setConnectionLookup([](const std::string& name) -> Result<SavedConnection> {
            return SavedConnection{name, "kafka", {}};
        });
        QCOMPARE(registry.createSource("shop", options).error().message,
                 std::string("The connection 'queue' is of the type kafka, but is to be used by shop."));
    }
};

QTEST_GUILESS_MAIN(TestConnectionFile)
#include "tst_connection_file.moc"
