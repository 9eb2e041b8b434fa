// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/sources/sources.h"
#include "tests/support/rows.h"
#include "tests/support/source_contract.h"

#include <fmt/format.h>
#include <zlib.h>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace headrace;

class TestCsvSource : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    std::string write(const char* name, const std::string& content)
    {
        const QString path = m_folder.filePath(name);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(content.data(), static_cast<qint64>(content.size())) < 0)
            qFatal("the test's file cannot be written");
        return path.toStdString();
    }

    std::string writeGzip(const char* name, const std::string& content)
    {
        const std::string path = m_folder.filePath(name).toStdString();
        const gzFile file = gzopen(path.c_str(), "wb");
        if (file == nullptr || gzwrite(file, content.data(), static_cast<unsigned>(content.size())) <= 0)
            qFatal("the test's file cannot be written");
        gzclose(file);
        return path;
    }

    /// 200 rows, every twentieth bad, all with quoted delimiters.
    static std::string table()
    {
        std::string text = "id,name,at,price\n";
        for (int i = 0; i < 200; ++i) {
            text += fmt::format("{},\"row, {}\",2026-01-01 00:{:02}:{:02},{}.25\n", i, i, i / 60, i % 60, i);
            if (i % 20 == 19)
                text += "broken,x\n\n";
        }
        return text;
    }

    std::vector<test::SourceCase> cases()
    {
        test::SourceCase plain;
        plain.name = "plain";
        plain.type = csvSource();
        plain.options = {{"path", write("a.csv", table())}};
        plain.rows = 200;
        plain.rejected = 10;
        plain.missing = {{"path", "/nowhere/a.csv"}};
        plain.missingName = "/nowhere/a.csv";
        plain.bad = {{"path", "a.csv"}, {"columns", OptionMap{{"id", "int65"}}}};
        plain.badValue = "'int65'";
        plain.folder = m_folder.path().toStdString();

        test::SourceCase compressed = plain;
        compressed.name = "gzip";
        compressed.options = {{"path", writeGzip("b.csv.gz", table())}};

        test::SourceCase several = plain;
        several.name = "several files";
        write("s1.csv", "id,name\n1,a\n2,b\n");
        write("s2.csv", "id,name\n3,\n");
        write("s3.csv", "id,name\nx,c\n4,\"d\"");
        several.options = {{"path", m_folder.filePath("s?.csv").toStdString()}};
        several.rows = 4;
        several.rejected = 1;
        return {plain, compressed, several};
    }

private Q_SLOTS:
    void contract_data() { test::addSourceContract(cases()); }
    void contract() { test::checkSourceContract(cases()); }
    void rejectedNameFileLineAndByte();
    void decisionsCanBeSet();
    void otherColumnsAreRefused();
    void badOptions_data();
    void badOptions();
};

void TestCsvSource::rejectedNameFileLineAndByte()
{
    const std::string path = write("bad.csv", "id,price\n1,1.5\n2,2.5\n3,abc\n4,4.5\n");
    const auto all = test::readAll(csvSource(), {{"path", path}, {"columns", OptionMap{{"price", "double"}}}});
    QVERIFY_RESULT(all);
    const auto rejected = all->rejected();
    QCOMPARE(rejected.size(), std::size_t{1});
    QCOMPARE(rejected[0].origin, path);
    QCOMPARE(rejected[0].line, std::int64_t{4});
    QCOMPARE(rejected[0].byteOffset, std::int64_t{21});
    QCOMPARE(rejected[0].beforeRow, std::int64_t{2});
    QCOMPARE(rejected[0].raw, std::string("3,abc\n"));
    QCOMPARE(rejected[0].reason, std::string("The value 'abc' of column 'price' does not fit the type double."));
}

void TestCsvSource::decisionsCanBeSet()
{
    const std::string path = write("decimal.csv", "titel\n\nnr;betrag;tag\n007;1,5;01.02.2024\n008;2,25;03.02.2024\n");
    const auto detected = test::readAll(csvSource(), {{"path", path}});
    QVERIFY_RESULT(detected);
    QCOMPARE(detected->text(), std::string("nr:string|betrag:double|tag:date32[day]\n007|1.5|2024-02-01\n"
                                           "008|2.25|2024-02-03"));
    // Each decision, given back as the option it names, gives the same rows.
    Options options{{"path", path}};
    OptionMap columns;
    for (const Decision& decision : detected->decisions) {
        if (decision.option == "columns")
            columns[decision.value.substr(0, decision.value.find(": "))] =
                decision.value.substr(decision.value.find(": ") + 2);
        else
            options.set(decision.option, decision.value);
    }
    options.set("columns", columns);
    const auto set = test::readAll(csvSource(), options);
    QVERIFY_RESULT(set);
    QCOMPARE(set->text(), detected->text());
    QVERIFY(set->decisions.empty());

    options.set("types", "text");
    options.erase("columns");
    const auto text = test::readAll(csvSource(), options);
    QVERIFY_RESULT(text);
    QCOMPARE(text->text(), std::string("nr:string|betrag:string|tag:string\n007|1,5|01.02.2024\n"
                                       "008|2,25|03.02.2024"));
}

void TestCsvSource::otherColumnsAreRefused()
{
    const std::string first = write("c1.csv", "id,name\n1,a\n");
    const std::string second = write("c2.csv", "id,other\n1,a\n");
    const auto all = test::readAll(csvSource(), {{"path", OptionList{first, second}}});
    QVERIFY(!all.has_value());
    QCOMPARE(all.error().code, ErrorCode::Data);
    QVERIFY2(all.error().message.starts_with(
                 fmt::format("'{}' has the columns id, other, but '{}' has id, name;", second, first)),
             all.error().message.c_str());
}

void TestCsvSource::badOptions_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("quoted");
    QTest::newRow("two characters") << QByteArray("delimiter") << QByteArray("||") << QByteArray("'||'");
    QTest::newRow("line end") << QByteArray("quote") << QByteArray("\\x0a") << QByteArray("'\\x0a'");
    QTest::newRow("lines") << QByteArray("skip_lines") << QByteArray("-1") << QByteArray("'-1'");
    QTest::newRow("date format") << QByteArray("date_format") << QByteArray("%Q") << QByteArray("'%Q'");
    QTest::newRow("date without day") << QByteArray("date_format") << QByteArray("%Y-%m") << QByteArray("'%Y-%m'");
    QTest::newRow("header") << QByteArray("header") << QByteArray("yes") << QByteArray("'yes'");
}

void TestCsvSource::badOptions()
{
    QFETCH(const QByteArray, key);
    QFETCH(const QByteArray, value);
    QFETCH(const QByteArray, quoted);
    const std::string path = write("ok.csv", "id\n1\n");
    const auto all = test::readAll(csvSource(), {{"path", path}, {key.toStdString(), value.toStdString()}});
    QVERIFY(!all.has_value());
    QCOMPARE(all.error().code, ErrorCode::Usage);
    QVERIFY2(all.error().message.find(quoted.toStdString()) != std::string::npos, all.error().message.c_str());
}

QTEST_GUILESS_MAIN(TestCsvSource)
#include "tst_csv_source.moc"
