// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/headrace_process.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using headrace::test::Finished;
using headrace::test::Workplace;

namespace {

const QString kEvents = "source: { type: generator, rows: 5, row_size: 60 }\n"
                        "destination: { type: ndjson, path: out }\n";

} // namespace

/// Every command but `run`, as a user calls it.
class CommandLineTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void wrongUsage_data();
    void wrongUsage();
    void versionAndHelp();
    void previewTable();
    void previewCsvIsRfc4180();
    void previewOfChosenRows();
    void previewNdjson();
    void previewMovesNothing();
    void checkTestsBothEnds();
    void checkNamesLineAndKey();
    void profileDescribesColumns();
    void connectorsAsJson();
    void connectorsForPeople();
    void stateShowsAndResets();
    void stateShortensAPosition();
    void exportWritesFilesAndReport();
    void exportRefusesWhatCannotRun();
    void proveNeedsAnEngine();
    void submitNeedsAnEngine();
    void connectionsAreLookedUp();
    void onlyStreamsAreLookedIntoFromElsewhere();
    void sourcesAreDescribedByWords();
};

void CommandLineTest::wrongUsage_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const QStringList& words, const char* message) {
        QTest::newRow(name) << words << QString("headrace: %1\n").arg(message);
    };
    row("misspelt command", {"profil", "x.yaml"}, "There is no command and no file 'profil'; did you mean 'profile'?");
    row("unknown command", {"teleport"},
        "There is no command and no file 'teleport'; commands are run, preview, check, profile, connectors, state, "
        "export, prove, submit.");
    row("misspelt option", {"run", "x.yaml", "--max-row", "3"},
        "'headrace run' has no option '--max-row'; did you mean '--max-rows'? See 'headrace run --help'.");
    row("missing file", {"run"}, "'headrace run': FILE is required. See 'headrace run --help'.");
    row("further word", {"check", "a.yaml", "b.yaml"},
        "'headrace check' does not take a further word 'b.yaml'. See 'headrace check --help'.");
    row("bad number", {"run", "x.yaml", "--max-rows", "many"},
        "--max-rows is 'many', but must be a whole number of at least 1.");
    row("bad choice", {"run", "x.yaml", "--progress", "jsn"}, "--progress 'jsn' is unknown; did you mean 'json'?");
    row("bad format", {"preview", "x.yaml", "--format", "xml"},
        "--format 'xml' is unknown; choose one of table, ndjson, csv.");
    row("neither file nor source", {"preview"},
        "'headrace preview' needs either a pipeline FILE or --source TYPE with -o KEY=VALUE for its options.");
    row("option without value", {"preview", "--source", "generator", "-o", "rows"},
        "-o is 'rows', but must be KEY=VALUE.");
    row("map as one value", {"preview", "--source", "kafka", "-o", "client=a"},
        "The option 'client' of the kafka source is a map: write -o client.NAME=VALUE for each of its names, not "
        "'client=a'.");
    row("map without a name", {"preview", "--source", "kafka", "-o", "client.=a"},
        "The option 'client' of the kafka source is a map: write -o client.NAME=VALUE for each of its names, not "
        "'client.=a'.");
    row("name in no map", {"profile", "--source", "kafka", "-o", "topic.first=a"},
        "The option 'topic' of the kafka source is no map with a name 'first': write -o topic=VALUE.");
    row("unknown map", {"preview", "--source", "kafka", "-o", "clint.socket.timeout.ms=1"},
        "The kafka source has no option 'clint'; did you mean 'client'?");
    row("unknown name in a map",
        {"preview", "--source", "kafka", "-o", "brokers=127.0.0.1:1", "-o", "topic=t", "-o",
         "client.socket.timout.ms=1"},
        "The option 'client' sets 'socket.timout.ms', which is no property of Kafka's client; did you mean "
        "'socket.timeout.ms'?");
    row("profile of nothing", {"profile"},
        "'headrace profile' needs either a pipeline FILE or --source TYPE with -o KEY=VALUE for its options.");
    row("unknown source", {"preview", "--source", "generatr"},
        "There is no source type 'generatr'; did you mean 'generator'?");
    row("unknown target", {"export", "x.yaml", "--to", "redpanda", "-o", "out"},
        "There is no export target 'redpanda'; known are: redpanda-connect.");
}

void CommandLineTest::wrongUsage()
{
    QFETCH(const QStringList, words);
    QFETCH(const QString, message);
    const Finished result = Workplace().run(words);
    QCOMPARE(result.err, message);
    QCOMPARE(result.out, QString());
    QCOMPARE(result.code, 2);
}

void CommandLineTest::versionAndHelp()
{
    const Workplace place;
    const Finished version = place.run({"--version"});
    QVERIFY2(version.out.startsWith("headrace "), qPrintable(version.out));
    QCOMPARE(version.code, 0);
    const Finished help = place.run({"--help"});
    for (const char* word :
         {"run", "preview", "check", "profile", "connectors", "state", "export", "prove", "3 stopped"})
        QVERIFY2(help.out.contains(word), word);
    QCOMPARE(help.code, 0);
    QVERIFY(place.run({"run", "--help"}).out.contains("--max-rows N"));
    QCOMPARE(place.run({}).code, 2);
}

void CommandLineTest::previewTable()
{
    const Workplace place;
    place.file("a.ndjson",
               "{\"id\":1,\"name\":\"Zoë\",\"note\":\"two\\nlines\"}\n{\"id\":20,\"name\":null,\"note\":\"\"}\n");
    const Finished result = place.run({"preview", "--source", "ndjson", "-o", "path=" + place.path("a.ndjson")});
    QCOMPARE(result.out, QString("   id │ name │ note\n"
                                 "int64 │ text │ text\n"
                                 "──────┼──────┼───────────\n"
                                 "    1 │ Zoë  │ two\\nlines\n"
                                 "   20 │ ∅    │\n"));
    QCOMPARE(result.code, 0);
}

void CommandLineTest::previewCsvIsRfc4180()
{
    const Workplace place;
    place.file("a.ndjson",
               "{\"id\":1,\"name\":\"Smith, \\\"J\\\"\"}\n{\"id\":2,\"name\":null}\n{\"id\":3,\"name\":\"x\"}\n");
    const Finished result = place.run(
        {"preview", "--source", "ndjson", "-o", "path=" + place.path("a.ndjson"), "--format", "csv", "--rows", "2"});
    QCOMPARE(result.out, QString("id,name\r\n1,\"Smith, \"\"J\"\"\"\r\n2,\r\n"));
    QCOMPARE(result.code, 0);
}

void CommandLineTest::previewOfChosenRows()
{
    const Workplace place;
    place.file("a.ndjson", "{\"id\":1,\"name\":\"a\"}\n{\"id\":2,\"name\":\"b\"}\n"
                           "{\"id\":3,\"name\":\"b\"}\n");
    const auto chosen = [&](const char* where) {
        return place.run({"preview", "--source", "ndjson", "-o", "path=" + place.path("a.ndjson"), "--format", "csv",
                          "--where", where});
    };
    QCOMPARE(chosen("name = 'b' AND id > 2 OR id = 1").out, QString("id,name\r\n1,a\r\n3,b\r\n"));
    const Finished wrong = chosen("idd > 2");
    QVERIFY2(wrong.err.startsWith("headrace: --where 'idd > 2' cannot be used: "), qPrintable(wrong.err));
    QVERIFY(wrong.code != 0);
    const Finished cut = chosen("id >");
    QVERIFY2(cut.err.startsWith("headrace: --where 'id >' is not valid SQL: "), qPrintable(cut.err));
}

void CommandLineTest::previewNdjson()
{
    const Workplace place;
    const Finished result = place.run({"preview",
                                       place.pipeline("events", kEvents + "shape: { sql: \"SELECT sequence "
                                                                          "FROM input WHERE sequence > 2\" "
                                                                          "}\n"),
                                       "--format", "ndjson", "--rows", "2"});
    QCOMPARE(result.out, QString("{\"sequence\":3}\n{\"sequence\":4}\n"));
    QCOMPARE(result.code, 0);
}

void CommandLineTest::previewMovesNothing()
{
    const Workplace place;
    const QString file = place.pipeline("events", kEvents);
    QCOMPARE(place.run({"preview", file}).code, 0);
    QVERIFY(!QFile::exists(place.path("state")));
    QVERIFY(!QFile::exists(place.path("out")));
}

void CommandLineTest::checkTestsBothEnds()
{
    const Workplace place;
    const Finished result = place.run({"check", place.pipeline("events", kEvents)});
    QVERIFY2(result.out.startsWith("pipeline events: the file is valid.\ndelivery: "), qPrintable(result.out));
    QVERIFY2(result.out.contains("destination ndjson: "), qPrintable(result.out));
    QCOMPARE(result.code, 0);

    const QString missing = place.pipeline("missing", "source: { type: ndjson, path: nowhere.ndjson }\n"
                                                      "destination: { type: ndjson, path: out }\n");
    const Finished failed = place.run({"check", missing});
    QVERIFY2(failed.err.contains("nowhere.ndjson"), qPrintable(failed.err));
    QCOMPARE(failed.code, 1);
    // What a run would refuse before its first row.
    place.file("a.ndjson", "{\"id\":1}\n");
    const QString keyless = place.pipeline("keyless", "source: { type: ndjson, path: a.ndjson }\n"
                                                      "destination: { type: sqlite, path: out.sqlite, table: t, mode: "
                                                      "upsert }\n");
    const Finished refused = place.run({"check", keyless});
    QVERIFY2(refused.err.contains("The mode upsert needs a key: set the option 'key'"), qPrintable(refused.err));
    QVERIFY2(!refused.out.contains("the file is valid"), qPrintable(refused.out));
    QCOMPARE(refused.code, 2);
}

void CommandLineTest::checkNamesLineAndKey()
{
    const Workplace place;
    const QString file = place.pipeline("bad", kEvents + "batch: { rowz: 5 }\n");
    const Finished result = place.run({"check", file});
    QVERIFY2(result.err.contains(":5: ") && result.err.contains("'rowz'") && result.err.contains("'rows'"),
             qPrintable(result.err));
    QCOMPARE(result.code, 2);
    const Finished set = place.run({"check", place.pipeline("good", kEvents), "--set", "batch.rows=none"});
    QVERIFY2(set.err.contains("--set") && set.err.contains("'none'"), qPrintable(set.err));
    QCOMPARE(set.code, 2);
}

void CommandLineTest::profileDescribesColumns()
{
    const Workplace place;
    place.file("a.ndjson", "{\"id\":1,\"name\":\"x\"}\n{\"id\":3,\"name\":null}\n");
    const Finished result = place.run({"profile", place.pipeline("p", "source: { type: ndjson, path: a.ndjson }\n"
                                                                      "destination: { type: ndjson, path: out }\n")});
    const QStringList lines = result.out.split('\n');
    QCOMPARE(lines.size(), 5);
    QVERIFY2(lines.at(2).simplified().startsWith("id │ int64 │ 0 │ 2 │ 1 │ 3 │ 2"), qPrintable(result.out));
    QVERIFY2(lines.at(3).simplified().startsWith("name │ text │ 1 │ 1 │ x │ x"), qPrintable(result.out));
    QCOMPARE(result.err, QString("2 rows.\n"));
    QCOMPARE(result.code, 0);
}

void CommandLineTest::connectorsAsJson()
{
    const Finished result = Workplace().run({"connectors", "--json"});
    QJsonParseError error{};
    const QJsonObject all = QJsonDocument::fromJson(result.out.toUtf8(), &error).object();
    QCOMPARE(error.error, QJsonParseError::NoError);
    QCOMPARE(all.keys(), QStringList({"destinations", "export_targets", "sources"}));
    for (const char* kind : {"sources", "destinations"}) {
        const QJsonArray types = all.value(kind).toArray();
        QVERIFY(!types.isEmpty());
        for (const QJsonValue& type : types) {
            QVERIFY(!type["type"].toString().isEmpty());
            QVERIFY(!type["help"].toString().isEmpty());
            for (const QJsonValue& option : type["options"].toArray())
                QVERIFY(!option["key"].toString().isEmpty() && !option["type"].toString().isEmpty());
        }
    }
    QCOMPARE(all.value("export_targets")[0]["target"].toString(), QString("redpanda-connect"));
    QCOMPARE(result.code, 0);
}

void CommandLineTest::connectorsForPeople()
{
    const Finished result = Workplace().run({"connectors"});
    QVERIFY2(result.out.startsWith("Sources\n"), qPrintable(result.out));
    QVERIFY2(result.out.contains("\n  generator: "), qPrintable(result.out));
    QVERIFY2(result.out.contains("\nDestinations\n"), qPrintable(result.out));
    QVERIFY2(result.out.contains("\nExport targets\n\n  redpanda-connect: "), qPrintable(result.out));
}

void CommandLineTest::stateShowsAndResets()
{
    const Workplace place;
    const QString file = place.pipeline("events", kEvents);
    QVERIFY(place.run({"state", file}).out.contains("the next run starts at the beginning"));
    QCOMPARE(place.run({"run", file, "--progress", "none"}).code, 0);
    const Finished shown = place.run({"state", file});
    QVERIFY2(shown.out.contains("rows         5\n") && shown.out.contains("finished     yes\n"), qPrintable(shown.out));
    QCOMPARE(place.run({"state", file, "--reset"}).code, 0);
    QVERIFY(place.run({"state", file}).out.contains("the next run starts at the beginning"));
}

void CommandLineTest::stateShortensAPosition()
{
    const Workplace place;
    place.file("a.csv", "id,name\n1,x\n");
    const QString file = place.pipeline("lines", "source: { type: csv, path: a.csv }\n"
                                                 "batch: { rows: 10 }\n"
                                                 "destination: { type: \"null\" }\n");
    QCOMPARE(place.run({"run", file, "--progress", "none"}).code, 0);
    const QString full = place.run({"state", file, "--full"}).out.section("position     ", 1).trimmed();
    QVERIFY2(full.size() > 200 && full.startsWith("{\"file\"") && full.endsWith('}'), qPrintable(full));
    const QString shown = place.run({"state", file}).out.section("position     ", 1).trimmed();
    QCOMPARE(shown, full.left(160) + QString("… (%1 bytes; --full shows all)").arg(full.toUtf8().size()));
}

void CommandLineTest::exportWritesFilesAndReport()
{
    const Workplace place;
    const QString file = place.pipeline("lines", "source: { type: ndjson, path: a.ndjson }\n"
                                                 "batch: { rows: 10, age: 1s }\n"
                                                 "destination: { type: ndjson, path: out }\n");
    const Finished result = place.run({"export", file, "--to", "redpanda-connect", "-o", "exported"});
    QVERIFY2(result.out.startsWith("# lines as Redpanda Connect\n"), qPrintable(result.out));
    QCOMPARE(result.err, QString("Wrote exported/pipeline.yaml.\nWrote exported/REPORT.md.\n"));
    QCOMPARE(result.code, 0);
    QVERIFY(place.content("exported/pipeline.yaml").contains("count: 10"));
    QCOMPARE(place.content("exported/REPORT.md"), result.out);
}

void CommandLineTest::exportRefusesWhatCannotRun()
{
    const Workplace place;
    const QString file = place.pipeline("events", kEvents);
    const Finished result = place.run({"export", file, "--to", "redpanda-connect", "--output", "exported"});
    QCOMPARE(result.err, QString("headrace: 'events' cannot run on Redpanda Connect; 'exported/REPORT.md' says why and "
                                 "what to do.\n"));
    QCOMPARE(result.code, 1);
    QVERIFY(place.content("exported/REPORT.md").contains("source.type `generator`"));
    QVERIFY(!QFile::exists(place.path("exported/pipeline.yaml")));
}

void CommandLineTest::proveNeedsAnEngine()
{
    const Workplace place;
    const QString file = place.pipeline("events", kEvents);
    const Finished result = place.run({"prove", file, "--to", "redpanda-connect", "--engine", "/nowhere/rpk"});
    QCOMPARE(result.err, QString("headrace: The engine '/nowhere/rpk' is no program that can be started.\n"));
    QCOMPARE(result.code, 1);
}

void CommandLineTest::submitNeedsAnEngine()
{
    const Workplace place;
    place.file("a.csv", "id\n1\n");
    const QString file = place.pipeline("p", "source: { type: csv, path: a.csv }\n"
                                             "destination: { type: ndjson, path: out }\n");
    const Finished away = place.run({"submit", file, "--to", "redpanda-connect", "--address", "http://127.0.0.1:1"});
    QVERIFY2(away.err.startsWith("headrace: No engine answered at 'http://127.0.0.1:1'."), qPrintable(away.err));
    QCOMPARE(away.code, 1);
    const Finished unknown = place.run({"submit", file, "--to", "redpanda"});
    QVERIFY2(unknown.err.contains("redpanda-connect"), qPrintable(unknown.err));
    QCOMPARE(unknown.code, 2);
    QCOMPARE(place.run({"submit", "none.yaml", "--to", "redpanda-connect"}).code, 1);
}

void CommandLineTest::connectionsAreLookedUp()
{
    const Workplace place;
    const QString file = place.pipeline("p", "source: { type: postgres, connection: shpo, table: t }\n"
                                             "destination: { type: 'null' }\n");
    const QString connections = place.path("config/connections.yaml");
    const Finished none = place.run({"check", file});
    QVERIFY2(none.err.contains(QString("There is no connection 'shpo' in '%1'").arg(connections)),
             qPrintable(none.err));
    QCOMPARE(none.code, 2);
    QDir().mkpath(place.path("config"));
    place.file("config/connections.yaml", "headrace: 1\nconnections:\n  shop: { type: kafka, brokers: 'a:1' }\n");
    QVERIFY2(place.run({"check", file}).err.contains("did you mean 'shop'?"), qPrintable(none.err));
    const Finished other = place.run({"check", file, "--set", "source.connection=shop"});
    QVERIFY2(other.err.contains("'shop' is of the type kafka"), qPrintable(other.err));
    place.file("config/connections.yaml", "headrace: 1\nconnections:\n  shop: { type: postgres, hots: a }\n");
    const Finished broken = place.run({"check", file});
    QVERIFY2(broken.err.contains(connections + ":3: unknown key 'hots' in 'shop'; did you mean 'host'?"),
             qPrintable(broken.err));
    QCOMPARE(broken.code, 2);
}

void CommandLineTest::onlyStreamsAreLookedIntoFromElsewhere()
{
    const Workplace place;
    place.file("a.csv", "id\n1\n");
    const Finished result =
        place.run({"preview", "--source", "csv", "-o", "path=" + place.path("a.csv"), "--from", "latest"});
    QVERIFY2(result.err.contains("--from is 'latest', but a csv source has one beginning"), qPrintable(result.err));
    QCOMPARE(result.code, 2);
}

/// Maps by their names, lists value by value.
void CommandLineTest::sourcesAreDescribedByWords()
{
    const Workplace place;
    place.file("a.csv", "id,name\n1,NA\n2,none\n3,x\n");
    const QStringList source{
        "--source",       "csv", "-o", "path=" + place.path("a.csv"), "-o", "null=NA", "-o", "null=none", "-o",
        "columns.id=text"};
    const Finished shown = place.run(QStringList("preview") + source + QStringList{"--format", "ndjson"});
    QCOMPARE(shown.out, QString("{\"id\":\"1\",\"name\":null}\n{\"id\":\"2\",\"name\":null}\n"
                                "{\"id\":\"3\",\"name\":\"x\"}\n"));
    QCOMPARE(shown.code, 0);
    const Finished profiled = place.run(QStringList("profile") + source);
    QVERIFY2(profiled.out.contains("name") && profiled.err.contains("3 rows"), qPrintable(profiled.out + profiled.err));
    QCOMPARE(profiled.code, 0);
}

QTEST_GUILESS_MAIN(CommandLineTest)
#include "tst_command_line.moc"
