// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include "connectors/formats/parquet/parquet_writer.h"
#include "connectors/formats/parquet/repeating_columns.h"
#include "tests/connectors/formats/outputs.h"
#include "tests/support/rows.h"

#include <QTest>

using namespace headrace;

namespace {

std::shared_ptr<arrow::RecordBatch> manyRows(int count)
{
    std::vector<std::vector<std::string>> cells;
    for (int id = 0; id < count; ++id)
        cells.push_back({std::to_string(id), "state " + std::to_string(id % 5)});
    return test::rowsOf(test::schemaOf("id:int64, state:string"), cells);
}

std::unique_ptr<parquet::ParquetFileReader> opened(const test::TextOutput& output)
{
    return parquet::ParquetFileReader::Open(
        std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(output.text)));
}

std::string readBack(const test::TextOutput& output)
{
    const auto reader =
        parquet::arrow::OpenFile(std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(output.text)),
                                 arrow::default_memory_pool());
    return test::print(**(*reader)->ReadTable());
}

} // namespace

class TestParquetWriter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void rowsComeBack_data();
    void rowsComeBack();
    void rowGroupsEndAtTheirRows();
    void rowGroupsEndAtTheirBytes();
    void largeRowsEndTheirRowGroupInTime();
    void rowsOneByOneShareARowGroup();
    void flushFreesTheRowGroup();
    void dictionariesOnlyWhereValuesRepeat();
    void repeatingColumnsAreFound();
    void noRowsMakeAReadableFile();
    void fullDiskIsReported();
    void unknownTypesAreNamed();
};

void TestParquetWriter::rowsComeBack_data()
{
    QTest::addColumn<QString>("compression");
    for (const char* name : {"zstd", "snappy", "gzip", "none"})
        QTest::newRow(name) << name;
}

void TestParquetWriter::rowsComeBack()
{
    QFETCH(QString, compression);
    test::TextOutput output;
    const auto rows = manyRows(1'000);
    ParquetStyle style;
    style.compression = compression.toStdString();
    const auto writer = openParquetWriter(rows->schema(), output, style);
    QVERIFY_RESULT(writer);
    QVERIFY_RESULT((*writer)->write(rows->Slice(0, 10)));
    QVERIFY_RESULT((*writer)->write(rows->Slice(10)));
    QVERIFY_RESULT((*writer)->finish());
    QVERIFY(output.finished);
    QVERIFY(readBack(output) == test::print(*rows));
    const auto codec = opened(output)->metadata()->RowGroup(0)->ColumnChunk(0)->compression();
    QCOMPARE(QString::fromStdString(arrow::util::Codec::GetCodecAsString(codec)),
             compression == "none" ? "uncompressed" : compression);
}

void TestParquetWriter::rowGroupsEndAtTheirRows()
{
    test::TextOutput output;
    const auto rows = manyRows(250);
    ParquetStyle style;
    style.rowGroupRows = 100;
    const auto writer = openParquetWriter(rows->schema(), output, style);
    QVERIFY_RESULT(writer);
    QVERIFY_RESULT((*writer)->write(rows->Slice(0, 200)));
    QVERIFY_RESULT((*writer)->write(rows->Slice(200)));
    QVERIFY_RESULT((*writer)->finish());
    const auto metadata = opened(output)->metadata();
    QCOMPARE(metadata->num_row_groups(), 3);
    QCOMPARE(metadata->RowGroup(1)->num_rows(), 100);
    QCOMPARE(metadata->RowGroup(2)->num_rows(), 50);
    QVERIFY(readBack(output) == test::print(*rows));
}

void TestParquetWriter::rowGroupsEndAtTheirBytes()
{
    test::TextOutput output;
    const auto rows = manyRows(100);
    ParquetStyle style;
    style.rowGroupBytes = 700; // 50 rows have 750 and more
    const auto writer = openParquetWriter(rows->schema(), output, style);
    QVERIFY_RESULT(writer);
    for (int start = 0; start < 100; start += 50)
        QVERIFY_RESULT((*writer)->write(rows->Slice(start, 50)));
    QVERIFY_RESULT((*writer)->finish());
    QCOMPARE(opened(output)->metadata()->num_row_groups(), 2); // none empty at the end
}

/// Also when they all come at once: what a group holds in memory does not depend on how the rows are cut.
void TestParquetWriter::largeRowsEndTheirRowGroupInTime()
{
    test::TextOutput output;
    const std::vector<std::vector<std::string>> cells(100, {std::string(100'000, 'x')});
    const auto rows = test::rowsOf(test::schemaOf("value:string"), cells);
    ParquetStyle style;
    style.rowGroupBytes = 5'000'000;
    const auto writer = openParquetWriter(rows->schema(), output, style);
    QVERIFY_RESULT(writer);
    QVERIFY_RESULT((*writer)->write(rows));
    QVERIFY_RESULT((*writer)->finish());
    const auto metadata = opened(output)->metadata();
    QCOMPARE(metadata->num_row_groups(), 2);
    QCOMPARE(metadata->RowGroup(0)->num_rows(), 60); // 20 at once
    QVERIFY(readBack(output) == test::print(*rows));
}

void TestParquetWriter::rowsOneByOneShareARowGroup()
{
    test::TextOutput output;
    const auto rows = manyRows(1'000);
    ParquetStyle style;
    style.rowGroupRows = 900;
    const auto writer = openParquetWriter(rows->schema(), output, style);
    QVERIFY_RESULT(writer);
    for (int row = 0; row < 1'000; ++row)
        QVERIFY_RESULT((*writer)->write(rows->Slice(row, 1)));
    QVERIFY_RESULT((*writer)->finish());
    const auto metadata = opened(output)->metadata();
    QCOMPARE(metadata->num_row_groups(), 2);
    QCOMPARE(metadata->RowGroup(0)->num_rows(), 900);
    QVERIFY(readBack(output) == test::print(*rows));
}

void TestParquetWriter::flushFreesTheRowGroup()
{
    test::TextOutput output;
    const auto rows = manyRows(1'000);
    const auto writer = openParquetWriter(rows->schema(), output, {});
    QVERIFY_RESULT(writer);
    QVERIFY_RESULT((*writer)->write(rows));
    QVERIFY((*writer)->bufferedBytes() > 8'000);
    const std::size_t before = output.text.size();
    QVERIFY_RESULT((*writer)->flush());
    QCOMPARE((*writer)->bufferedBytes(), 0);
    QVERIFY(output.text.size() > before);
    QVERIFY_RESULT((*writer)->finish());
    QVERIFY(readBack(output) == test::print(*rows));
}

void TestParquetWriter::dictionariesOnlyWhereValuesRepeat()
{
    test::TextOutput output;
    const auto rows = manyRows(1'000);
    const auto writer = openParquetWriter(rows->schema(), output, {});
    QVERIFY_RESULT(writer);
    QVERIFY_RESULT((*writer)->write(rows));
    QVERIFY_RESULT((*writer)->finish());
    const auto metadata = opened(output)->metadata();
    const auto group = metadata->RowGroup(0);
    QVERIFY(!group->ColumnChunk(0)->has_dictionary_page());
    QVERIFY(group->ColumnChunk(1)->has_dictionary_page());
}

void TestParquetWriter::repeatingColumnsAreFound()
{
    const auto rows =
        test::rowsOf(test::schemaOf("a:int64, b:string, c:bool, d:double, e:string"), {{"1", "x", "true", "0.5", "∅"},
                                                                                       {"2", "x", "true", "0.5", "∅"},
                                                                                       {"3", "y", "true", "0.5", "∅"},
                                                                                       {"4", "y", "true", "0.5", "∅"}});
    QVERIFY(repeatingColumns(*rows) == std::vector<bool>({false, true, false, true, false}));
    QVERIFY(repeatingColumns(*rows->Slice(1, 2)) == std::vector<bool>({false, false, false, true, false}));
}

void TestParquetWriter::noRowsMakeAReadableFile()
{
    test::TextOutput output;
    const auto rows = manyRows(0);
    const auto writer = openParquetWriter(rows->schema(), output, {});
    QVERIFY_RESULT(writer);
    QVERIFY_RESULT((*writer)->write(rows));
    QVERIFY_RESULT((*writer)->finish());
    QCOMPARE(QString::fromStdString(readBack(output)), QString("id:int64|state:string"));
}

void TestParquetWriter::fullDiskIsReported()
{
    test::FullOutput output(1'000);
    const auto rows = manyRows(10'000);
    const auto writer = openParquetWriter(rows->schema(), output, {});
    QVERIFY_RESULT(writer);
    Status status = (*writer)->write(rows);
    if (status)
        status = (*writer)->finish();
    QVERIFY(!status);
    QCOMPARE(status.error().code, ErrorCode::Full);
    QCOMPARE(QString::fromStdString(status.error().message),
             "'/data/x' could not be written: No space left on device.");
}

void TestParquetWriter::unknownTypesAreNamed()
{
    test::TextOutput output;
    const auto writer = openParquetWriter(arrow::schema({arrow::field("gap", arrow::month_interval())}), output, {});
    QVERIFY(!writer);
    QVERIFY2(writer.error().message.starts_with("The column 'gap' of type month_interval"),
             writer.error().message.c_str());
}

QTEST_GUILESS_MAIN(TestParquetWriter)
#include "tst_parquet_writer.moc"
