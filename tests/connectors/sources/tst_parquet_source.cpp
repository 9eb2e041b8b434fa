// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>
#include <arrow/io/file.h>
#include <parquet/arrow/writer.h>

#include "connectors/sources/sources.h"
#include "tests/support/rows.h"
#include "tests/support/source_contract.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace headrace;

class TestParquetSource : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::vector<test::SourceCase> m_cases;

    std::string write(const char* name, const std::shared_ptr<arrow::RecordBatch>& rows, std::int64_t rowGroupRows)
    {
        const std::string path = m_folder.filePath(name).toStdString();
        const auto table = arrow::Table::FromRecordBatches({rows}).ValueOrDie();
        const auto file = arrow::io::FileOutputStream::Open(path).ValueOrDie();
        const auto properties = parquet::ArrowWriterProperties::Builder().store_schema()->build();
        if (!parquet::arrow::WriteTable(*table, arrow::default_memory_pool(), file, rowGroupRows,
                                        parquet::default_writer_properties(), properties)
                 .ok() ||
            !file->Close().ok())
            qFatal("the test's file cannot be written");
        return path;
    }

    static std::shared_ptr<arrow::RecordBatch> numbered(int count)
    {
        std::vector<std::vector<std::string>> cells;
        for (int i = 0; i < count; ++i)
            cells.push_back({std::to_string(i), i % 5 == 0 ? "∅" : "row " + std::to_string(i)});
        return test::rowsOf(test::schemaOf("id:int64, name:string"), cells);
    }

    std::vector<test::SourceCase> cases()
    {
        test::SourceCase one;
        one.name = "one file";
        one.type = parquetSource();
        one.options = {{"path", write("a.parquet", numbered(40), 7)}};
        one.rows = 40;
        one.missing = {{"path", m_folder.filePath("gone.parquet").toStdString()}};
        one.missingName = "gone.parquet";
        one.bad = {{"path", "a.parquet"}, {"changed_files", "panic"}};
        one.badValue = "'panic'";
        one.folder = m_folder.path().toStdString();

        test::SourceCase several = one;
        several.name = "several files";
        write("s1.parquet", numbered(3), 2);
        write("s2.parquet", numbered(0), 2);
        write("s3.parquet", numbered(5), 100);
        several.options = {{"path", m_folder.filePath("s*.parquet").toStdString()}};
        several.rows = 8;
        return {one, several};
    }

private Q_SLOTS:
    void initTestCase() { m_cases = cases(); }
    void contract_data() { test::addSourceContract(m_cases); }
    void contract() { test::checkSourceContract(m_cases); }

    void oldTimestampsAreRead()
    {
        const auto all = test::readAll(parquetSource(),
                                       {{"path", HEADRACE_TEST_DATA "/userdata1.parquet"},
                                        {"columns", OptionList{"id", "registration_dttm", "salary"}}},
                                       ReadHint{3, 1 << 20, {}});
        QVERIFY_RESULT(all);
        QCOMPARE(test::print(*all->chunks.front().rows),
                 std::string("id:int32|registration_dttm:timestamp[us]|salary:double\n"
                             "1|2016-02-03 07:55:29.000000|49756.53\n"
                             "2|2016-02-03 17:04:03.000000|150280.17\n"
                             "3|2016-02-03 01:09:31.000000|144972.51"));
        QCOMPARE(all->chunks.size(), std::size_t{334});
    }

    void aMissingColumnIsNamed()
    {
        const auto all = test::readAll(
            parquetSource(), {{"path", HEADRACE_TEST_DATA "/userdata1.parquet"}, {"columns", OptionList{"salery"}}});
        QVERIFY(!all.has_value());
        QVERIFY(all.error().code == ErrorCode::NotFound);
        QVERIFY2(all.error().message.find("'salery'; did you mean 'salary'?") != std::string::npos,
                 all.error().message.c_str());
    }

    void columnsOfAnotherFileAreBroughtInOrder()
    {
        write("o1.parquet", test::rowsOf(test::schemaOf("a:int64, b:string"), {{"1", "x"}}), 10);
        write("o2.parquet", test::rowsOf(test::schemaOf("b:string, a:int64"), {{"y", "2"}}), 10);
        const auto all = test::readAll(parquetSource(), {{"path", m_folder.filePath("o?.parquet").toStdString()}});
        QVERIFY_RESULT(all);
        QCOMPARE(all->text(), std::string("a:int64|b:string\n1|x\n2|y"));
    }

    void otherColumnsAreAnErrorThatNamesBothFiles_data()
    {
        QTest::addColumn<QString>("schema");
        QTest::addColumn<QString>("message");
        QTest::newRow("more") << "a:int64, c:int64"
                              << "has the column 'c', which";
        QTest::newRow("type") << "a:double"
                              << "The column 'a' is double in";
    }

    void otherColumnsAreAnErrorThatNamesBothFiles()
    {
        QFETCH(QString, schema);
        QFETCH(QString, message);
        write("d1.parquet", test::rowsOf(test::schemaOf("a:int64"), {{"1"}}), 10);
        write("d2.parquet", test::rowsOf(test::schemaOf(schema.toStdString()), {}), 10);
        const auto all = test::readAll(parquetSource(), {{"path", m_folder.filePath("d?.parquet").toStdString()}});
        QVERIFY(!all.has_value());
        const QString text = QString::fromStdString(all.error().message);
        QVERIFY2(text.contains(message) && text.contains("d1.parquet") && text.contains("d2.parquet"),
                 qPrintable(text));
    }

    void nestedColumnsPassThrough()
    {
        const auto list =
            std::make_shared<arrow::ListBuilder>(arrow::default_memory_pool(), std::make_shared<arrow::Int64Builder>());
        auto* values = static_cast<arrow::Int64Builder*>(list->value_builder());
        QVERIFY(list->Append().ok() && values->Append(1).ok() && values->Append(2).ok() && list->AppendNull().ok());
        const auto column = list->Finish().ValueOrDie();
        const auto rows = arrow::RecordBatch::Make(arrow::schema({arrow::field("l", column->type())}), 2, {column});
        const auto all = test::readAll(parquetSource(), {{"path", write("n.parquet", rows, 10)}});
        QVERIFY_RESULT(all);
        QVERIFY(all->chunks.front().rows->column(0)->Equals(column));
    }

    void dictionariesAreDecoded()
    {
        arrow::StringDictionaryBuilder builder;
        QVERIFY(builder.Append("x").ok() && builder.Append("y").ok() && builder.AppendNull().ok());
        const auto column = builder.Finish().ValueOrDie();
        const auto rows = arrow::RecordBatch::Make(arrow::schema({arrow::field("d", column->type())}), 3, {column});
        const auto all = test::readAll(parquetSource(), {{"path", write("dict.parquet", rows, 10)}});
        QVERIFY_RESULT(all);
        QCOMPARE(all->text(), std::string("d:string\nx\ny\n∅"));
    }

    void aDamagedFileIsNamed_data()
    {
        QTest::addColumn<QByteArray>("content");
        QFile file(HEADRACE_TEST_DATA "/userdata1.parquet");
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray good = file.readAll();
        QTest::newRow("not Parquet") << QByteArray("id,name\n1,x\n");
        QTest::newRow("cut") << good.left(good.size() / 2);
        QTest::newRow("pages overwritten") << QByteArray(good).replace(5000, 20'000, QByteArray(20'000, '\x7f'));
    }

    void aDamagedFileIsNamed()
    {
        QFETCH(QByteArray, content);
        QFile file(m_folder.filePath("damaged.parquet"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
        file.close();
        const auto all = test::readAll(parquetSource(), {{"path", file.fileName().toStdString()}});
        QVERIFY(!all.has_value());
        QVERIFY2(all.error().message.find("damaged.parquet") != std::string::npos, all.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(TestParquetSource)
#include "tst_parquet_source.moc"
