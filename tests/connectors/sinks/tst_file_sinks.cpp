// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/core/durable_file.h"
#include "connectors/sinks/file_manifest.h"
#include "connectors/sinks/file_names.h"
#include "connectors/sinks/sinks.h"
#include "tests/connectors/sinks/read_back.h"
#include "tests/support/rows.h"

#include <fmt/format.h>

#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>

using namespace headrace;
using test::filesIn;
using test::Lines;

namespace {

const RunIdentity kRun{"orders", "aa", "run-1"};

std::shared_ptr<arrow::RecordBatch> dayRows(const std::vector<std::vector<std::string>>& cells)
{
    return test::rowsOf(test::schemaOf("day:date32, shop:string, id:int64"), cells);
}

std::unique_ptr<Sink> sinkOf(const SinkType& type, const Options& options)
{
    return *type.create(*options.check(type.options, type.type));
}

Status writeBatch(Sink& sink, std::int64_t sequence, const std::shared_ptr<arrow::RecordBatch>& rows)
{
    HEADRACE_CHECK(sink.append(rows, {}));
    BatchSummary batch;
    batch.sequence = sequence;
    HEADRACE_CHECK(sink.commit(batch, {fmt::format("p{}", sequence)}, {}));
    return sink.flush({});
}

void writeText(const std::string& path, const std::string& text, std::ios::openmode mode = std::ios::trunc)
{
    std::ofstream(path, mode) << text;
}

std::string manifestOf(const std::string& folder)
{
    return folder + "/_headrace/orders.manifest";
}

/// Lets no file grow beyond `bytes` while it lives, as a full disk would.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes)
        : m_handler(std::signal(SIGXFSZ, SIG_IGN))
    {
        getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit limit{bytes, m_before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit()
    {
        setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    rlimit m_before{};
    void (*m_handler)(int);
};

} // namespace

class TestFileSinks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_temporary = std::make_unique<QTemporaryDir>(); }

    void partitionsBecomeFolders();
    void manyPartitionsAreContinuedInParts();
    void partitionColumnsAreChecked_data();
    void partitionColumnsAreChecked();
    void leftoversAreRemovedAndOthersStay();
    void tornManifestLineIsRepaired();
    void damagedManifestIsRefused();
    void lostManifestIsRefused();
    void secondRunIsRefused();
    void manifestNamesFilesAndCompacts();
    void compressionIsPartOfTheName_data();
    void compressionIsPartOfTheName();
    void writeErrorsNameTheFileAndLeaveNothing_data();
    void writeErrorsNameTheFileAndLeaveNothing();
    void namesStayApart();

private:
    std::string folder() const { return m_temporary->path().toStdString(); }
    std::unique_ptr<Sink> csv(const OptionList& partitions = {}) const
    {
        return sinkOf(csvSink(), {{"path", folder()}, {"partition_by", partitions}});
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
};

void TestFileSinks::partitionsBecomeFolders()
{
    const auto sink = csv({"day", "shop"});
    const auto rows = dayRows({{"2024-01-31", "a/b", "1"}, {"2024-02-01", "∅", "2"}, {"2024-01-31", "a/b", "3"}});
    QVERIFY_RESULT(sink->open(rows->schema(), kRun, {}));
    QVERIFY_RESULT(writeBatch(*sink, 1, rows));
    QVERIFY(filesIn(folder()) == Lines({"day=2024-01-31/shop=a%2Fb/orders-00000001.csv",
                                        "day=2024-02-01/shop=__HIVE_DEFAULT_PARTITION__/orders-00000001.csv"}));
    QCOMPARE(QString::fromStdString(*readFile(folder() + "/day=2024-01-31/shop=a%2Fb/orders-00000001.csv")),
             QString("id\n1\n3\n"));
}

void TestFileSinks::manyPartitionsAreContinuedInParts()
{
    std::vector<std::vector<std::string>> cells;
    for (int shop = 0; shop < 300; ++shop)
        cells.push_back({"2024-01-31", fmt::format("s{}", shop), std::to_string(shop)});
    const auto rows = dayRows(cells);
    const auto sink = csv({"shop"});
    QVERIFY_RESULT(sink->open(rows->schema(), kRun, {}));
    QVERIFY_RESULT(sink->append(rows, {}));
    QVERIFY_RESULT(writeBatch(*sink, 1, rows));
    Lines lines = test::readCsvFolder(folder());
    std::ranges::sort(lines);
    QCOMPARE(lines.size(), 600U);
    QCOMPARE(std::ranges::count(lines, "2024-01-31|299"), 2);
    QVERIFY(std::filesystem::exists(folder() + "/shop=s0/orders-00000001.2.csv"));
}

void TestFileSinks::partitionColumnsAreChecked_data()
{
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QStringList>("columns");
    QTest::addColumn<QString>("message");
    const QString both = "day:date32, price:double";
    QTest::newRow("unknown") << both << QStringList{"dya"} << "'dya', which the rows do not have; did you mean 'day'?";
    QTest::newRow("float") << both << QStringList{"price"} << "'price' of type double";
    QTest::newRow("all") << "day:date32, id:int64" << QStringList{"day", "id"} << "names every column";
}

void TestFileSinks::partitionColumnsAreChecked()
{
    QFETCH(QString, schema);
    QFETCH(QStringList, columns);
    QFETCH(QString, message);
    OptionList list;
    for (const QString& column : columns)
        list.push_back(column.toStdString());
    const auto opened = csv(list)->open(test::schemaOf(schema.toStdString()), kRun, {});
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, ErrorCode::Usage);
    QVERIFY2(QString::fromStdString(opened.error().message).contains(message), opened.error().message.c_str());
}

void TestFileSinks::leftoversAreRemovedAndOthersStay()
{
    const auto rows = dayRows({{"2024-01-31", "a", "1"}});
    {
        const auto sink = csv();
        QVERIFY_RESULT(sink->open(rows->schema(), kRun, {}));
        QVERIFY_RESULT(writeBatch(*sink, 1, rows));
    }
    std::filesystem::create_directories(folder() + "/day=2024-01-31");
    std::filesystem::create_directories(folder() + "/other");
    for (const char* name : {"orders-00000002.csv", "orders-00000001.2.csv.headrace-tmp", "orders-00000009.parquet",
                             "day=2024-01-31/orders-00000002.csv", "orders-2.csv", "orders-old-00000002.csv",
                             "other/orders-00000002.csv", "mine.csv"})
        writeText(folder() + "/" + name, "x");
    const auto sink = csv();
    QVERIFY_RESULT(sink->open(rows->schema(), kRun, {}));
    QVERIFY(filesIn(folder()) == Lines({"mine.csv", "orders-00000001.csv", "orders-2.csv", "orders-old-00000002.csv",
                                        "other/orders-00000002.csv"}));
}

void TestFileSinks::tornManifestLineIsRepaired()
{
    const auto rows = dayRows({{"2024-01-31", "a", "1"}});
    {
        const auto sink = csv();
        QVERIFY_RESULT(sink->open(rows->schema(), kRun, {}));
        QVERIFY_RESULT(writeBatch(*sink, 1, rows));
    }
    const std::string whole = *readFile(manifestOf(folder()));
    writeText(manifestOf(folder()), R"({"files":["orders-00000002.csv"],"number":2,"posi)", std::ios::app);
    writeText(folder() + "/orders-00000002.csv", "half");
    const auto sink = csv();
    const auto opened = sink->open(rows->schema(), kRun, {});
    QVERIFY_RESULT(opened);
    QVERIFY(*opened == CommittedPosition({{"p1"}, 1}));
    QVERIFY(*readFile(manifestOf(folder())) == whole);
    QVERIFY_RESULT(writeBatch(*sink, 2, rows));
    QCOMPARE(test::readCsvFolder(folder()).size(), 2U);
}

void TestFileSinks::damagedManifestIsRefused()
{
    const auto rows = dayRows({{"2024-01-31", "a", "1"}});
    QVERIFY_RESULT(csv()->open(rows->schema(), kRun, {}));
    writeText(manifestOf(folder()), "not json\n", std::ios::app);
    const auto opened = csv()->open(rows->schema(), kRun, {});
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, ErrorCode::Conflict);
    QVERIFY2(opened.error().message.starts_with("Line 2 of "), opened.error().message.c_str());
}

void TestFileSinks::lostManifestIsRefused()
{
    const auto rows = dayRows({{"2024-01-31", "a", "1"}});
    {
        const auto sink = csv();
        QVERIFY_RESULT(sink->open(rows->schema(), kRun, {}));
        QVERIFY_RESULT(writeBatch(*sink, 1, rows));
    }
    std::filesystem::remove(manifestOf(folder()));
    const auto opened = csv()->open(rows->schema(), kRun, {});
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, ErrorCode::Conflict);
    QCOMPARE(test::readCsvFolder(folder()).size(), 1U);
}

void TestFileSinks::secondRunIsRefused()
{
    const auto schema = test::schemaOf("id:int64");
    const auto first = csv();
    QVERIFY_RESULT(first->open(schema, kRun, {}));
    const auto second = csv();
    const auto opened = second->open(schema, kRun, {});
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, ErrorCode::Conflict);
    first->close();
    QVERIFY_RESULT(second->open(schema, kRun, {}));
}

void TestFileSinks::manifestNamesFilesAndCompacts()
{
    const auto manifest = *FileManifest::open(folder(), "orders");
    QVERIFY_RESULT(manifest->create());
    const std::string longPosition(100'000, 'x');
    for (int number = 1; number <= 50; ++number)
        QVERIFY_RESULT(manifest->append({{number, "aa", "run", {{longPosition}, number}, 7, {"f.csv"}}}));
    QCOMPARE(manifest->lastNumber(), 50);
    QVERIFY(manifest->committed("aa") == CommittedPosition({{longPosition}, 50}));
    QVERIFY(!manifest->committed("bb"));
    QVERIFY(std::filesystem::file_size(manifestOf(folder())) < 1'500'000); // 5 MB without compaction
    QVERIFY(readFile(manifestOf(folder()))->find(R"("files":["f.csv"],"number":50)") != std::string::npos);
}

void TestFileSinks::compressionIsPartOfTheName_data()
{
    QTest::addColumn<QString>("compression");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("magic");
    QTest::newRow("none") << "none"
                          << "orders-00000001.csv" << QByteArray("day");
    QTest::newRow("gzip") << "gzip"
                          << "orders-00000001.csv.gz" << QByteArray("\x1f\x8b");
    QTest::newRow("zstd") << "zstd"
                          << "orders-00000001.csv.zst" << QByteArray("\x28\xb5\x2f\xfd");
}

void TestFileSinks::compressionIsPartOfTheName()
{
    QFETCH(QString, compression);
    QFETCH(QString, name);
    QFETCH(QByteArray, magic);
    const auto sink = sinkOf(csvSink(), {{"path", folder()}, {"compression", compression.toStdString()}});
    const auto rows = dayRows({{"2024-01-31", "a", "1"}});
    QVERIFY_RESULT(sink->open(rows->schema(), kRun, {}));
    QVERIFY_RESULT(writeBatch(*sink, 1, rows));
    QVERIFY(QByteArray::fromStdString(*readFile(folder() + "/" + name.toStdString())).startsWith(magic));
}

void TestFileSinks::writeErrorsNameTheFileAndLeaveNothing_data()
{
    QTest::addColumn<QString>("type");
    QTest::newRow("csv") << "csv";
    QTest::newRow("ndjson") << "ndjson";
    QTest::newRow("parquet") << "parquet";
}

void TestFileSinks::writeErrorsNameTheFileAndLeaveNothing()
{
    QFETCH(QString, type);
    const SinkType sinkType = type == "csv" ? csvSink() : type == "ndjson" ? ndjsonSink() : parquetSink();
    const auto sink = sinkOf(sinkType, {{"path", folder()}});
    std::vector<std::vector<std::string>> cells;
    for (int id = 0; id < 2'000; ++id)
        cells.push_back({"2024-01-31", fmt::format("{:x}", std::hash<int>()(id) * 2654435761U), std::to_string(id)});
    const auto rows = dayRows(cells);
    QVERIFY_RESULT(sink->open(rows->schema(), kRun, {}));
    QVERIFY_RESULT(writeBatch(*sink, 1, dayRows({{"2024-01-31", "a", "1"}})));
    Status failed;
    {
        const FileSizeLimit limit(8'192);
        failed = writeBatch(*sink, 2, rows);
    }
    QVERIFY(!failed);
    QVERIFY2(failed.error().message.find(folder() + "/orders-00000002." + type.toStdString()) != std::string::npos,
             failed.error().message.c_str());
    sink->rollback();
    sink->close();
    QCOMPARE(filesIn(folder()).size(), 1U);

    const auto opened = sink->open(rows->schema(), kRun, {}); // space is back
    QVERIFY_RESULT(opened);
    QVERIFY(*opened == CommittedPosition({{"p1"}, 1}));
    QVERIFY_RESULT(writeBatch(*sink, 2, rows));
    QCOMPARE(filesIn(folder()).size(), 2U);
}

void TestFileSinks::namesStayApart()
{
    QCOMPARE(encodedName("shop orders/ü"), std::string("shop%20orders%2F%C3%BC"));
    QCOMPARE(encodedName("_x"), std::string("%5Fx"));
    QCOMPARE(encodedName(".."), std::string("%2E."));
    QCOMPARE(batchFileName("a", 12, 1, ".csv"), std::string("a-00000012.csv"));
    QCOMPARE(batchFileName("a", 123'456'789, 3, ".csv"), std::string("a-123456789.3.csv"));
    writeText(folder() + "/a-00000001-00000002.csv", "of the pipeline 'a-00000001'");
    QCOMPARE(findBatchFiles(folder(), "a")->size(), 0U);
    QCOMPARE(findBatchFiles(folder(), "a-00000001")->size(), 1U);
    QCOMPARE(findBatchFiles(folder(), "a-00000001")->front().number, 2);
}

QTEST_GUILESS_MAIN(TestFileSinks)
#include "tst_file_sinks.moc"
