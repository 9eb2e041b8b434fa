// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>
#include <arrow/extension/uuid.h>

#include "connectors/sinks/row_spool.h"
#include "tests/support/rows.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace headrace;

namespace {

/// Rows of a text of so many bytes each, numbered from `first`.
RowSpool::Rows textRows(int first, int count, std::size_t bytes)
{
    std::vector<std::vector<std::string>> cells;
    for (int id = first; id < first + count; ++id)
        cells.push_back({std::to_string(id), std::string(bytes, static_cast<char>('a' + id % 26))});
    return test::rowsOf(test::schemaOf("id:int64, text:string"), cells);
}

/// Texts as numbers of a dictionary of their own, and UUIDs.
RowSpool::Rows oddRows(const std::string& word)
{
    arrow::StringDictionaryBuilder words;
    arrow::FixedSizeBinaryBuilder ids(arrow::fixed_size_binary(16));
    for (int i = 0; i < 3; ++i)
        if (!words.Append(word + std::to_string(i)).ok() || !ids.Append(std::string(16, static_cast<char>(i))).ok())
            qFatal("no memory");
    auto texts = words.Finish().ValueOrDie();
    const auto uuid = arrow::extension::uuid();
    auto uuids = arrow::ExtensionType::WrapArray(uuid, ids.Finish().ValueOrDie());
    const auto schema = arrow::schema({arrow::field("t", texts->type()), arrow::field("u", uuid)});
    return arrow::RecordBatch::Make(schema, 3, arrow::ArrayVector{texts, uuids});
}

} // namespace

class TestRowSpool : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rowsComeBackInTheirOrder_data();
    void rowsComeBackInTheirOrder();
    void typesComeBack();
    void whatCannotBeWrittenIsNamed();
};

void TestRowSpool::rowsComeBackInTheirOrder_data()
{
    QTest::addColumn<int>("pieces");
    QTest::addColumn<int>("bytes");
    QTest::addColumn<bool>("hasFile");
    QTest::newRow("none") << 0 << 1 << false;
    QTest::newRow("few stay in memory") << 4 << 1000 << false;
    QTest::newRow("many go to a file") << 40 << 100'000 << true;
    QTest::newRow("a large piece") << 1 << 2'000'000 << true;
}

void TestRowSpool::rowsComeBackInTheirOrder()
{
    QFETCH(int, pieces);
    QFETCH(int, bytes);
    QFETCH(bool, hasFile);
    const QTemporaryDir folder;
    const std::string below = folder.filePath("not/there").toStdString();
    RowSpool spool(below);
    for (int round = 0; round < 2; ++round) { // it can be used again
        for (int piece = 0; piece < pieces; ++piece)
            QVERIFY_RESULT(spool.add(textRows(10 * piece, 10, static_cast<std::size_t>(bytes))->Slice(2, 3)));
        QCOMPARE(spool.fileBytes() > 0, hasFile);
        QVERIFY(spool.heldBytes() <= 4 << 20);
        for (int piece = 0; piece < pieces; ++piece) {
            const auto rows = spool.take();
            QVERIFY_RESULT(rows);
            QVERIFY(*rows != nullptr);
            QVERIFY((*rows)->Equals(*textRows(10 * piece + 2, 3, static_cast<std::size_t>(bytes)), true));
        }
        QVERIFY(*spool.take() == nullptr);
        QVERIFY(QDir(QString::fromStdString(below)).isEmpty()); // a file without a name
        spool.clear();
        QCOMPARE(spool.fileBytes(), std::int64_t{0});
    }
}

void TestRowSpool::typesComeBack()
{
    const QTemporaryDir folder;
    RowSpool spool(folder.path().toStdString());
    const auto wide = oddRows(std::string(5 << 20, 'w'));
    QVERIFY_RESULT(spool.add(wide));
    QVERIFY_RESULT(spool.add(oddRows("another dictionary")));
    QVERIFY(spool.fileBytes() > 0);
    QVERIFY((*spool.take())->Equals(*wide, true));
    QVERIFY((*spool.take())->Equals(*oddRows("another dictionary"), true));
}

void TestRowSpool::whatCannotBeWrittenIsNamed()
{
    RowSpool spool("/proc/headrace");
    const Status added = spool.add(textRows(0, 1, 5 << 20));
    QVERIFY(!added);
    const auto said = QString::fromStdString(added.error().message);
    QVERIFY2(said.contains("'/proc/headrace'") && said.contains("waiting rows"), qPrintable(said));
}

QTEST_GUILESS_MAIN(TestRowSpool)
#include "tst_row_spool.moc"
