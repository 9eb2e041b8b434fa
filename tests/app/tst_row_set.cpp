// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/prove/row_set.h"
#include "tests/support/rows.h"

using namespace headrace;
using namespace headrace::prove;

namespace {

/// The rows as a set under the types of `kinds`, and their texts.
RowSet setOf(const arrow::RecordBatch& rows, const ColumnKinds& kinds, QStringList* texts = nullptr)
{
    RowSet set;
    const Status visited = visitRows(rows, kinds, [&](const RowHash& hash, const std::string& text) {
        set.add(hash);
        if (texts != nullptr)
            *texts << QString::fromStdString(text);
    });
    if (!visited)
        qFatal("%s", visited.error().message.c_str());
    return set;
}

} // namespace

class RowSetTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void canonicalTexts_data();
    void canonicalTexts();
    void textsAreComparedByTheTypesHere();
    void orderAndColumnsDoNotMatter();
    void findsWhatTheOtherLacks();
    void nullIsNotEmpty();
};

void RowSetTest::canonicalTexts_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](ValueKind kind, const char* text, const char* expected) {
        QTest::addRow("%d %s", static_cast<int>(kind), text)
            << static_cast<int>(kind) << QString(text) << QString(expected);
    };
    row(ValueKind::Exact, "9007199254740993", "9007199254740993e0");
    row(ValueKind::Exact, "+01.50", "15e-1");
    row(ValueKind::Exact, "15e-1", "15e-1");
    row(ValueKind::Exact, "-0.00", "0");
    row(ValueKind::Exact, "1e+21", "1e21");
    row(ValueKind::Exact, "12a", "12a");
    row(ValueKind::Exact, "", "");
    row(ValueKind::Floating, "0.10", "0.1");
    row(ValueKind::Floating, "1e-1", "0.1");
    row(ValueKind::Floating, "-0", "0");
    row(ValueKind::Floating, "x", "x");
    row(ValueKind::Boolean, "TRUE", "true");
    row(ValueKind::Boolean, "f", "false");
    row(ValueKind::Boolean, "maybe", "maybe");
    row(ValueKind::Time, "2026-01-02T03:04:05.100Z", "2026-01-02 03:04:05.1");
    row(ValueKind::Time, "2026-01-02 00:00:00", "2026-01-02");
    row(ValueKind::Time, "2026-01-02 03:04:05+00:00", "2026-01-02 03:04:05");
    row(ValueKind::Text, "01.50", "01.50");
}

void RowSetTest::canonicalTexts()
{
    QFETCH(const int, kind);
    QFETCH(const QString, text);
    QFETCH(const QString, expected);
    QCOMPARE(QString::fromStdString(canonicalText(static_cast<ValueKind>(kind), text.toStdString())), expected);
}

void RowSetTest::textsAreComparedByTheTypesHere()
{
    const auto typed = test::rowsOf(test::schemaOf("id:int64, price:double, ok:bool, zip:string"),
                                    {{"9007199254740993", "12.5", "true", "007"}});
    const auto texts = test::rowsOf(test::schemaOf("id:string, price:string, ok:string, zip:string"),
                                    {{"9007199254740993", "12.50", "true", "007"}});
    const ColumnKinds kinds = columnKinds(*typed->schema());
    QCOMPARE(setOf(*typed, kinds).digest(), setOf(*texts, kinds).digest());
    const auto rounded = test::rowsOf(test::schemaOf("id:string, price:string, ok:string, zip:string"),
                                      {{"9007199254740992", "12.50", "true", "007"}});
    QVERIFY(setOf(*typed, kinds).digest() != setOf(*rounded, kinds).digest());
}

void RowSetTest::orderAndColumnsDoNotMatter()
{
    const auto left = test::rowsOf(test::schemaOf("id:int64, name:string"), {{"1", "a"}, {"2", "b"}});
    const auto right = test::rowsOf(test::schemaOf("name:string, id:int64"), {{"b", "2"}, {"a", "1"}});
    const ColumnKinds kinds = columnKinds(*left->schema());
    QCOMPARE(setOf(*left, kinds).digest(), setOf(*right, kinds).digest());
}

void RowSetTest::findsWhatTheOtherLacks()
{
    const auto left = test::rowsOf(test::schemaOf("id:int64, name:string"), {{"1", "a"}, {"1", "a"}, {"2", "b\nc"}});
    const auto right = test::rowsOf(test::schemaOf("id:int64, name:string"), {{"1", "a"}});
    const ColumnKinds kinds = columnKinds(*left->schema());
    QStringList texts;
    RowSet leftSet = setOf(*left, kinds, &texts);
    RowSet rightSet = setOf(*right, kinds);
    QCOMPARE(leftSet.without(rightSet).size(), std::size_t{2});
    QCOMPARE(rightSet.without(leftSet).size(), std::size_t{0});
    QCOMPARE(texts, QStringList({"id=1 name=\"a\"", "id=1 name=\"a\"", "id=2 name=\"b\\nc\""}));
}

void RowSetTest::nullIsNotEmpty()
{
    const auto schema = test::schemaOf("name:string");
    const ColumnKinds kinds = columnKinds(*schema);
    QVERIFY(setOf(*test::rowsOf(schema, {{"∅"}}), kinds).digest() !=
            setOf(*test::rowsOf(schema, {{""}}), kinds).digest());
}

QTEST_APPLESS_MAIN(RowSetTest)
#include "tst_row_set.moc"
