// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/exporters/redpanda/bloblang.h"
#include "tests/support/rows.h"

using namespace headrace;
using namespace headrace::redpanda;

class RedpandaShapeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void translates_data();
    void translates();
    void refuses_data();
    void refuses();
};

void RedpandaShapeTest::translates_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("mapping");
    QTest::newRow("columns") << "SELECT id, \"unit price\" AS price FROM input"
                             << "root.id = this.id\nroot.price = this.\"unit price\"\n";
    QTest::newRow("everything") << "SELECT * FROM input;"
                                << "";
    QTest::newRow("everything and a constant") << "select *, 'EUR' as currency from input"
                                               << "root = this\nroot.currency = \"EUR\"\n";
    QTest::newRow("casts") << "SELECT CAST(input.id AS BIGINT) AS id, ok::BOOL ok FROM input -- typed"
                           << "root.id = if this.id == null { null } else { this.id.int64() }\n"
                              "root.ok = if this.ok == null { null } else { this.ok.bool() }\n";
    QTest::newRow("number comparison")
        << "SELECT * FROM input WHERE total >= -1.5e3"
        << "root = if !((this.total != null && (this.total.number() >= -1.5e3).catch(false))) { deleted() }\n";
    QTest::newRow("text comparison, not equal to NULL")
        << "SELECT * FROM input WHERE state <> 'it''s'"
        << "root = if !((this.state != null && (this.state.string() != \"it's\").catch(false))) { deleted() }\n";
    QTest::newRow("and binds closer than or")
        << "SELECT * FROM input WHERE a IS NULL OR b IS NOT NULL AND (c IS NULL OR d = true)"
        << "root = if !((this.a == null || (this.b != null && (this.c == null || (this.d != null && "
           "(this.d.bool() == true).catch(false)))))) { deleted() }\n";
    QTest::newRow("never equal to NULL") << "SELECT * FROM input WHERE a = NULL"
                                         << "root = if !(false) { deleted() }\n";
    QTest::newRow("placeholders in texts") << "SELECT '${HOME}' AS home FROM input"
                                           << "root.home = \"${{HOME}}\"\n";
}

void RedpandaShapeTest::translates()
{
    QFETCH(const QString, sql);
    QFETCH(const QString, mapping);
    const Result<ShapeMapping> result = translateShape(sql.toStdString());
    QVERIFY_RESULT(result);
    QCOMPARE(QString::fromStdString(result->filter + result->projection), mapping);
}

void RedpandaShapeTest::refuses_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("reason");
    QTest::newRow("arithmetic") << "SELECT id, total + 1 AS more FROM input"
                                << "The operator '+' is not translated; only columns, constants and CASTs are.";
    QTest::newRow("unnamed") << "SELECT id::BIGINT FROM input"
                             << "The expression before 'FROM' needs a name: write AS name after it.";
    QTest::newRow("function") << "SELECT upper(name) AS name FROM input"
                              << "The function 'upper' is not translated; only columns, constants and CASTs are.";
    QTest::newRow("cast type") << "SELECT CAST(day AS DATE) AS day FROM input"
                               << "A CAST to 'DATE' is not translated; INTEGER, BIGINT, DOUBLE, VARCHAR and BOOLEAN "
                                  "are.";
    QTest::newRow("not") << "SELECT * FROM input WHERE NOT a = 1"
                         << "NOT is not translated; turn the comparison round instead.";
    QTest::newRow("unknown types") << "SELECT * FROM input WHERE a < b"
                                   << "The comparison of 'a' with 'b' is not translated, because their types are "
                                      "unknown here; give both a CAST.";
    QTest::newRow("group by") << "SELECT id FROM input GROUP BY id"
                              << "At 'GROUP': only columns, constants, CASTs and comparisons joined by AND and OR can "
                                 "be translated there.";
    QTest::newRow("open quote") << "SELECT 'a FROM input"
                                << "the quote in 'a FROM input is not closed";
    QTest::newRow("end") << "SELECT a FROM input WHERE a"
                         << "At the end: only a comparison (=, <>, <, <=, >, >=, IS "
                            "NULL) can be translated there.";
}

void RedpandaShapeTest::refuses()
{
    QFETCH(const QString, sql);
    QFETCH(const QString, reason);
    const Result<ShapeMapping> result = translateShape(sql.toStdString());
    QVERIFY(!result.has_value());
    QCOMPARE(QString::fromStdString(result.error().message), reason);
}

QTEST_APPLESS_MAIN(RedpandaShapeTest)
#include "tst_redpanda_shape.moc"
