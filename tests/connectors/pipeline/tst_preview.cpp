// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/preview.h"
#include "tests/support/canned_source.h"
#include "tests/support/rows.h"

#include <QTest>

using namespace headrace;

namespace {

const std::string kColumns = "id:int64, name:string";

test::CannedInput fruit()
{
    const auto schema = test::schemaOf(kColumns);
    test::CannedInput input;
    input.schema = schema;
    input.batches = {test::rowsOf(schema, {{"1", "apple"}, {"2", "pear"}}),
                     test::rowsOf(schema, {{"3", "quince"}, {"4", "plum"}, {"5", "fig"}})};
    input.rejected = {{{0, "a.csv", 1, 0, "first", "x"}},
                      {{1, "a.csv", 4, 30, "second", "y"}, {3, "a.csv", 6, 60, "third", "z"}}};
    return input;
}

Result<PreviewResult> previewOf(test::CannedInput& input, const QString& sql, PreviewLimits limits,
                                std::stop_token stop = {})
{
    return preview(test::cannedRegistry(input), {"canned", {}}, sql.toStdString(), limits, stop);
}

QString reasonsOf(const PreviewResult& result)
{
    QStringList reasons;
    for (const BadRecord& record : result.rejected)
        reasons << QString::fromStdString(record.reason);
    return reasons.join(' ');
}

} // namespace

class TestPreview : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void showsTheFirstRows_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<int>("limit");
        QTest::addColumn<QString>("rows");
        QTest::addColumn<QString>("rejected");
        QTest::addColumn<bool>("complete");
        const QString none;
        QTest::newRow("all") << none << 100 << "id:int64|name:string\n1|apple\n2|pear\n3|quince\n4|plum\n5|fig"
                             << "first second third" << true;
        QTest::newRow("inside a chunk") << none << 3 << "id:int64|name:string\n1|apple\n2|pear\n3|quince"
                                        << "first second" << false;
        QTest::newRow("end of a chunk") << none << 2 << "id:int64|name:string\n1|apple\n2|pear"
                                        << "first" << false;
        QTest::newRow("no rows") << none << 0 << "id:int64|name:string"
                                 << "" << false;
        QTest::newRow("shaped") << "SELECT upper(name) AS fruit FROM input WHERE id % 2 = 1" << 2
                                << "fruit:string\nAPPLE\nQUINCE"
                                << "first second" << false;
        QTest::newRow("all dropped") << "SELECT id FROM input WHERE id > 9" << 5 << "id:int64"
                                     << "first second third" << true;
    }
    void showsTheFirstRows()
    {
        QFETCH(QString, sql);
        QFETCH(int, limit);
        QFETCH(QString, rows);
        QFETCH(QString, rejected);
        QFETCH(bool, complete);
        test::CannedInput input = fruit();
        const auto result = previewOf(input, sql, {.rows = limit});
        QVERIFY_RESULT(result);
        QCOMPARE(QString::fromStdString(test::print(*result->rows)), rows);
        QVERIFY(result->schema->Equals(*result->rows->schema()));
        QCOMPARE(reasonsOf(*result), rejected);
        QCOMPARE(result->complete, complete);
        QCOMPARE(result->decisions.size(), std::size_t{1});
    }

    void movesNothing()
    {
        test::CannedInput input = fruit();
        QVERIFY_RESULT(previewOf(input, {}, {.rows = 4}));
        const std::vector<std::string> wanted{"open", "read 4", "read 2", "close"};
        QCOMPARE(input.calls, wanted);
    }

    void aShapeMayDropMostRows()
    {
        test::CannedInput input = fruit();
        QVERIFY_RESULT(previewOf(input, "SELECT id FROM input WHERE id > 9", {.rows = 4}));
        QCOMPARE(input.calls[1], std::string("read 8192"));
    }

    void timeEndsAQuietSource()
    {
        test::CannedInput input = fruit();
        input.endless = true;
        const auto result = previewOf(input, {}, {.rows = 100, .time = std::chrono::milliseconds{20}});
        QVERIFY_RESULT(result);
        QCOMPARE(result->rows->num_rows(), 5);
        QVERIFY(!result->complete);
    }

    void otherColumnsEndIt()
    {
        test::CannedInput input = fruit();
        input.batches[1] = test::rowsOf(test::schemaOf("id:int64"), {{"3"}});
        const auto result = previewOf(input, {}, {});
        QVERIFY_RESULT(result);
        QCOMPARE(result->rows->num_rows(), 2);
        QVERIFY(!result->complete);
    }

    void nothingButBadRecordsIsBounded()
    {
        test::CannedInput input;
        input.schema = test::schemaOf(kColumns);
        input.batches.assign(5000, test::rowsOf(input.schema, {}));
        input.rejected.assign(5000, std::vector<BadRecord>(10));
        const auto result = previewOf(input, {}, {});
        QVERIFY_RESULT(result);
        QCOMPARE(result->rejected.size(), std::size_t{1000});
    }

    void stops()
    {
        test::CannedInput input = fruit();
        std::stop_source stop;
        stop.request_stop();
        const auto result = previewOf(input, {}, {}, stop.get_token());
        QVERIFY(!result);
        QCOMPARE(static_cast<int>(result.error().code), static_cast<int>(ErrorCode::Cancelled));
        QCOMPARE(input.calls.back(), std::string("close"));
    }

    void errorsComeThrough_data()
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("part");
        QTest::newRow("type") << "caned"
                              << ""
                              << "did you mean 'canned'?";
        QTest::newRow("shape") << "canned"
                               << "SELECT nam FROM input"
                               << "\"name\"";
    }
    void errorsComeThrough()
    {
        QFETCH(QString, type);
        QFETCH(QString, sql);
        QFETCH(QString, part);
        test::CannedInput input = fruit();
        const auto result =
            preview(test::cannedRegistry(input), {type.toStdString(), {}}, sql.toStdString(), {}, std::stop_token{});
        QVERIFY(!result);
        QVERIFY2(result.error().message.find(part.toStdString()) != std::string::npos, result.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(TestPreview)
#include "tst_preview.moc"
