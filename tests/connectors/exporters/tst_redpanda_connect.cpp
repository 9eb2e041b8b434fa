// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/exporters/exporter.h"
#include "tests/support/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

using namespace headrace;
using namespace std::chrono_literals;

namespace {

constexpr const char* kOrdersYaml = R"yaml(# orders: exported by Headrace. REPORT.md says what differs.
# Run it with: rpk connect run pipeline.yaml
http:
  enabled: false
input:
  file:
    paths:
      - "/data/orders.csv"
    scanner:
      skip_bom:
        into:
          csv:
            parse_header_row: true
            continue_on_error: true
            custom_delimiter: ";"
pipeline:
  threads: 1
  processors:
    - try:
        - mapping: |
            root = this.map_each(field -> if field.value == "" { null } else { field.value })
output:
  switch:
    cases:
      - check: "errored()"
        output:
          file:
            path: "orders.quarantine.ndjson"
            codec: lines
          processors:
            - mapping: |
                root.reason = error()
                root.origin = @path.or(null)
                root.row = @csv_row.or(null)
                root.raw = content().string()
      - output:
          broker:
            outputs:
              - file:
                  path: "/data/out/part-${! timestamp_unix_nano() }.ndjson"
                  codec: all-bytes
            batching:
              count: 1000
              period: "2s"
              processors:
                - archive:
                    format: lines
logger:
  level: WARN
)yaml";

Pipeline csvToNdjson()
{
    Pipeline pipeline;
    pipeline.name = "orders";
    pipeline.source = {"csv", {{"path", OptionList{"/data/orders.csv"}}, {"delimiter", ";"}, {"types", "text"}}};
    pipeline.batch.rows = 1000;
    pipeline.batch.age = 2s;
    pipeline.destination = {"ndjson", {{"path", "/data/out"}}};
    return pipeline;
}

ExportResult rendered(const Pipeline& pipeline)
{
    const Result<const Exporter*> exporter = findExporter("redpanda-connect");
    if (!exporter)
        qFatal("%s", exporter.error().message.c_str());
    Result<ExportResult> result = (*exporter)->render(pipeline);
    if (!result)
        qFatal("%s", result.error().message.c_str());
    return *std::move(result);
}

/// "batch.rows exact batching.count: 1000"
QString noteOf(const ExportResult& result, std::string_view setting)
{
    const auto found = std::ranges::find(result.notes, setting, &ExportNote::setting);
    if (found == result.notes.end())
        return QString("no note for %1").arg(QByteArray(setting.data(), qsizetype(setting.size())));
    return QString::fromStdString(fmt::format("{} {} {}", found->setting, toString(found->fidelity), found->target))
        .trimmed();
}

} // namespace

class RedpandaConnectTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rendersTheWholeFile();
    void notesEverySettingOnce();
    void notesSettings_data();
    void notesSettings();
    void aFinitePipelineAlwaysHasAPeriod();
    void refusesWhatCannotRun_data();
    void refusesWhatCannotRun();
    void columnTypesBecomeConversions();
    void compressedFilesAreDecompressed();
    void keepsSecretsAsReferences();
    void keepsForeignPlaceholdersLiteral();
    void parquetTakesItsTypesFromCasts();
};

void RedpandaConnectTest::rendersTheWholeFile()
{
    const ExportResult result = rendered(csvToNdjson());
    QCOMPARE(result.files.size(), std::size_t{1});
    QCOMPARE(QString::fromStdString(result.files[0].path), QString("pipeline.yaml"));
    QCOMPARE(QString::fromStdString(result.files[0].content), QString(kOrdersYaml));
}

void RedpandaConnectTest::notesEverySettingOnce()
{
    Pipeline pipeline = csvToNdjson();
    pipeline.source.options.set("decimal", ",");
    pipeline.batch.bytes = 1 << 20;
    pipeline.batch.grid = 1h;
    pipeline.shapeSql = "SELECT id FROM input";
    const ExportResult result = rendered(pipeline);
    QStringList settings;
    for (const ExportNote& note : result.notes) {
        settings += QString::fromStdString(note.setting);
        QVERIFY2(note.fidelity == Fidelity::Exact || !note.explanation.empty(), note.setting.c_str());
        QVERIFY2(note.fidelity == Fidelity::Impossible || !note.target.empty(), note.setting.c_str());
    }
    QCOMPARE(settings.join(' '),
             QString("name source.type source.decimal source.delimiter source.path source.types trigger shape.sql "
                     "batch.rows batch.bytes batch.age batch.grid destination.type destination.path delivery "
                     "bad_records.action bad_records.limit retry.attempts retry.initial retry.maximum"));
}

void RedpandaConnectTest::notesSettings_data()
{
    QTest::addColumn<QString>("setting");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* setting, const char* expected) {
        QTest::newRow(setting) << QString(setting) << QString("%1 %2").arg(setting, expected);
    };
    row("source.delimiter", "exact scanner.csv.custom_delimiter: ;");
    row("source.decimal", "impossible");
    row("batch.rows", "exact batching.count: 1000");
    row("batch.bytes", "approximated batching.byte_size: 1048576");
    row("batch.age", "approximated batching.period: 2s");
    row("batch.grid", "impossible");
    row("delivery", "impossible");
}

void RedpandaConnectTest::notesSettings()
{
    QFETCH(const QString, setting);
    QFETCH(const QString, expected);
    Pipeline pipeline = csvToNdjson();
    pipeline.source.options.set("decimal", ",");
    pipeline.batch.bytes = 1 << 20;
    pipeline.batch.grid = 1h;
    QCOMPARE(noteOf(rendered(pipeline), setting.toStdString()), expected);
}

void RedpandaConnectTest::aFinitePipelineAlwaysHasAPeriod()
{
    Pipeline pipeline = csvToNdjson();
    pipeline.batch.age.reset();
    const ExportResult result = rendered(pipeline);
    QVERIFY(result.files[0].content.find("period: \"10s\"") != std::string::npos);
    QCOMPARE(noteOf(result, "batch.rows"), QString("batch.rows approximated batching.count: 1000"));

    pipeline.batch.rows.reset();
    const ExportResult single = rendered(pipeline);
    QVERIFY(single.files[0].content.find("batching") == std::string::npos);
    QVERIFY(single.files[0].content.find("/data/out/all.ndjson") != std::string::npos);
}

void RedpandaConnectTest::refusesWhatCannotRun_data()
{
    QTest::addColumn<QString>("source");
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("destination");
    QTest::addColumn<QString>("obstacle");
    QTest::newRow("duckdb") << "csv"
                            << ""
                            << "duckdb"
                            << "destination.type `duckdb`: Redpanda Connect has no DuckDB output. Export to an ndjson "
                               "or csv destination and load its files with DuckDB's COPY, or keep this pipeline here.";
    QTest::newRow("unknown source") << "kinesis"
                                    << ""
                                    << "ndjson"
                                    << "source.type `kinesis`: This export does not know an input that reads the same "
                                       "rows.";
    QTest::newRow("array of objects") << "ndjson:layout=array"
                                      << ""
                                      << "ndjson"
                                      << "source.layout `array`: Only one object a line can be read.";
    QTest::newRow("chosen columns") << "parquet:columns=id"
                                    << ""
                                    << "ndjson"
                                    << "source.columns `id`: The input reads all columns; choose them in the shape.";
    QTest::newRow("skipped lines") << "csv:skip_lines=3"
                                   << ""
                                   << "ndjson"
                                   << "source.skip_lines `3`: The csv scanner cannot skip lines before the header; "
                                      "cut them off first.";
    QTest::newRow("single quotes") << "csv:quote='"
                                   << ""
                                   << "ndjson"
                                   << "source.quote `'`: The csv scanner knows no quote but the double one.";
    QTest::newRow("arithmetic")
        << "csv"
        << "SELECT total * 2 AS twice FROM input"
        << "ndjson"
        << "shape.sql `SELECT total * 2 AS twice FROM input`: It has no translation to "
           "Bloblang. The operator '*' is not translated; only columns, constants and CASTs are.";
    QTest::newRow("sqlite without names") << "csv"
                                          << ""
                                          << "sqlite"
                                          << "destination.type `sqlite`: The sql_insert output needs the names of all "
                                             "columns, which the pipeline does not tell. List them in the shape.";
}

void RedpandaConnectTest::refusesWhatCannotRun()
{
    QFETCH(const QString, source);
    QFETCH(const QString, sql);
    QFETCH(const QString, destination);
    QFETCH(const QString, obstacle);
    Pipeline pipeline = csvToNdjson();
    pipeline.source.type = source.section(':', 0, 0).toStdString();
    if (const QString option = source.section(':', 1); !option.isEmpty())
        pipeline.source.options.set(option.section('=', 0, 0).toStdString(), option.section('=', 1).toStdString());
    pipeline.shapeSql = sql.toStdString();
    pipeline.destination.type = destination.toStdString();
    const ExportResult result = rendered(pipeline);
    QVERIFY(result.files.empty());
    QVERIFY(result.runHint.empty());
    QCOMPARE(result.obstacles.size(), std::size_t{1});
    QCOMPARE(QString::fromStdString(result.obstacles[0]), obstacle);
}

void RedpandaConnectTest::columnTypesBecomeConversions()
{
    Pipeline pipeline = csvToNdjson();
    pipeline.source.options.set("columns", OptionMap{{"id", "int64"}, {"day", "date"}, {"unit price", "double"}});
    pipeline.source.options.set("header", "false");
    pipeline.source.options.set("null", OptionList{"NA"});
    QVERIFY(rendered(pipeline).files[0].content.find(R"(        - mapping: |
            root = this.enumerated().map_each(cell -> {("column%v".format(cell.index + 1)): cell.value}).squash()
        - mapping: |
            root = this.map_each(field -> if field.value == "" || field.value == "NA" { null } else { field.value })
        - mapping: |
            root = this
            root.id = if this.id == null { null } else { this.id.int64() }
            root."unit price" = if this."unit price" == null { null } else { this."unit price".float64() }
)") != std::string::npos);
}

void RedpandaConnectTest::compressedFilesAreDecompressed()
{
    Pipeline pipeline = csvToNdjson();
    pipeline.source = {"ndjson", {{"path", OptionList{"/data/a.ndjson.gz"}}, {"max_record", "1MiB"}}};
    pipeline.destination.options.set("compression", "zstd");
    const std::string content = rendered(pipeline).files[0].content;
    QVERIFY2(content.find(R"(    scanner:
      decompress:
        algorithm: gzip
        into:
          lines:
            max_buffer_size: 1048576
)") != std::string::npos,
             content.c_str());
    QVERIFY(content.find(R"(                - archive:
                    format: lines
                - compress:
                    algorithm: zstd
)") != std::string::npos);
    QVERIFY(content.find(".ndjson.zst\"") != std::string::npos);
}

void RedpandaConnectTest::keepsSecretsAsReferences()
{
    Pipeline pipeline = csvToNdjson();
    pipeline.source = {"sqlite", {{"path", "${env:SHOP_DB}"}, {"table", "${secret:shop/table}"}}};
    const std::string content = rendered(pipeline).files[0].content;
    QVERIFY(content.find("dsn: \"file:${SHOP_DB}\"") != std::string::npos);
    QVERIFY(content.find("table: \"${SHOP_TABLE}\"") != std::string::npos);
}

void RedpandaConnectTest::keepsForeignPlaceholdersLiteral()
{
    Pipeline pipeline = csvToNdjson();
    pipeline.destination.options.set("path", "/data/${HOME}");
    QVERIFY(rendered(pipeline).files[0].content.find("path: \"/data/${{HOME}}/part-") != std::string::npos);
}

void RedpandaConnectTest::parquetTakesItsTypesFromCasts()
{
    Pipeline pipeline = csvToNdjson();
    pipeline.destination.type = "parquet";
    pipeline.shapeSql = "SELECT id, total::DOUBLE AS total FROM input";
    const ExportResult refused = rendered(pipeline);
    QCOMPARE(refused.obstacles.size(), std::size_t{1});
    QVERIFY(refused.obstacles[0].find("the type of 'id' cannot be known") != std::string::npos);

    pipeline.shapeSql = "SELECT CAST(id AS BIGINT) AS id, total::DOUBLE AS total FROM input";
    const ExportResult result = rendered(pipeline);
    QVERIFY(result.obstacles.empty());
    QVERIFY(result.files[0].content.find(R"(                - parquet_encode:
                    schema:
                      - name: id
                        type: INT64
                        optional: true
                      - name: total
                        type: DOUBLE
                        optional: true
                    default_compression: snappy
)") != std::string::npos);
}

QTEST_APPLESS_MAIN(RedpandaConnectTest)
#include "tst_redpanda_connect.moc"
