// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/headrace_process.h"

#include <QDir>
#include <QTest>

using headrace::test::Finished;
using headrace::test::Workplace;

namespace {

Finished prove(const Workplace& place, const QString& pipeline)
{
    return place.run(
        {"prove", place.pipeline("proof", pipeline), "--to", "redpanda-connect", "--engine", HEADRACE_BENTHOS});
}

const QString kFromObjects = "source: { type: ndjson, path: a.ndjson }\nbatch: { rows: 10, age: 300ms }\n";
const QString kToObjects = "destination: { type: ndjson, path: out }\n";

/// Values that lose something in careless hands.
QString manyObjects(int count)
{
    QString text;
    for (int i = 0; i < count; ++i)
        text += QString("{\"id\":%1,\"name\":\"n\\u00e4me %2, \\\"quoted\\\"\",\"price\":%3.5,\"note\":%4}\n")
                    .arg(9007199254740993 + i)
                    .arg(i)
                    .arg(i % 7)
                    .arg(i % 3 == 0   ? "null"
                         : i % 3 == 1 ? "\"\""
                                      : "\"two\\nlines\"");
    return text;
}

QString manyLines(int count)
{
    QString text = "id,name,price,note\n";
    for (int i = 0; i < count; ++i)
        text += QString("%1,\"näme %2, \"\"quoted\"\"\",%3.50,%4\n")
                    .arg(9007199254740993 + i)
                    .arg(i)
                    .arg(i % 7)
                    .arg(i % 3 == 0   ? ""
                         : i % 3 == 1 ? "plain"
                                      : "\"two\nlines\"");
    return text;
}

/// Semicolons and no header: neither is what the engine takes for granted.
QString unheadedLines(int count)
{
    QString text;
    for (int i = 0; i < count; ++i)
        text += QString("%1;station %2;%3.25\n").arg(i).arg(i % 9).arg(i % 40);
    return text;
}

} // namespace

/// `headrace prove` against the real engine.
class ProveTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalRows_data();
    void equalRows();
    void differentRowsAreShown();
    void saysWhatTheEngineRefuses();
    void saysWhatHasNoExport();
    void destinationsAreRedirected();
};

void ProveTest::equalRows_data()
{
    QTest::addColumn<QString>("source");
    QTest::addColumn<QString>("shape");
    QTest::addColumn<QString>("destination");
    QTest::addColumn<QString>("rows");
    const QString objects = "type: ndjson, path: a.ndjson";
    const QString table = "type: csv, path: a.csv";
    QTest::newRow("csv to objects") << table << ""
                                    << "ndjson"
                                    << "3,000";
    QTest::newRow("csv to csv, columns unknown") << table << ""
                                                 << "csv"
                                                 << "3,000";
    QTest::newRow("csv to csv, columns chosen") << table << "SELECT name, id, note FROM input WHERE price >= 3.5"
                                                << "csv"
                                                << "1,713";
    QTest::newRow("csv by types to objects")
        << table + ", columns: { id: int64, price: double }, delimiter: ',', header: true"
        << ""
        << "ndjson"
        << "3,000";
    QTest::newRow("what is detected is written out") << "type: csv, path: b.csv"
                                                     << ""
                                                     << "ndjson"
                                                     << "3,000";
    QTest::newRow("objects to csv") << objects << ""
                                    << "csv, delimiter: ';', null: '-'"
                                    << "3,000";
    QTest::newRow("lines passed on") << objects << ""
                                     << "ndjson"
                                     << "3,000";
    QTest::newRow("filter and projection")
        << objects << "SELECT id, price AS cost, name FROM input WHERE price > 2 AND note = ''"
        << "ndjson"
        << "714";
    QTest::newRow("casts") << objects << "SELECT CAST(id AS VARCHAR) AS id, CAST(price AS DOUBLE) AS p FROM input"
                           << "ndjson"
                           << "3,000";
}

void ProveTest::equalRows()
{
    QFETCH(const QString, source);
    QFETCH(const QString, shape);
    QFETCH(const QString, destination);
    QFETCH(const QString, rows);
    const Workplace place;
    place.file("a.ndjson", manyObjects(3000));
    place.file("a.csv", manyLines(3000));
    place.file("b.csv", unheadedLines(3000));
    const Finished result = prove(
        place,
        QString("source: { %1 }\n%2batch: { rows: 1000, age: 300ms }\ndestination: { type: %3, path: out }\n")
            .arg(source, shape.isEmpty() ? QString() : QString("shape: { sql: \"%1\" }\n").arg(shape), destination));
    QVERIFY2(result.out.endsWith("equal: the rows are the same.\n"), qPrintable(result.out + result.err));
    const QStringList counts = result.out.split('\n').at(1).split(' ', Qt::SkipEmptyParts);
    QCOMPARE(counts, QStringList({"rows", rows, rows}));
    QCOMPARE(result.code, 0);
}

void ProveTest::differentRowsAreShown()
{
    const Workplace place;
    // Bloblang minds upper and lower case in column names, SQL does not: the report warns, the proof shows it.
    place.file("a.ndjson", "{\"ID\":1}\n{\"ID\":2}\n");
    const Finished result = prove(place, kFromObjects + "shape: { sql: SELECT id AS n FROM input }\n" + kToObjects);
    QVERIFY2(result.out.contains("  here:  n=1\n") && result.out.contains("  there: n=NULL\n") &&
                 result.out.endsWith("different: the rows are not the same.\n"),
             qPrintable(result.out + result.err));
    QCOMPARE(result.code, 1);
}

void ProveTest::saysWhatTheEngineRefuses()
{
    const Workplace place;
    place.file("a.ndjson", "{\"id\":1}\n");
    const Finished result = prove(place, kFromObjects + "shape: { sql: SELECT id::BIGINT AS id FROM input }\n" +
                                             "destination: { type: parquet, path: out }\n");
    QVERIFY2(result.err.contains("benthos' ended with code 1 on the exported file.") &&
                 result.err.contains("parquet_encode"),
             qPrintable(result.err));
    QCOMPARE(result.code, 1);
}

void ProveTest::saysWhatHasNoExport()
{
    const Workplace place;
    const Finished result = prove(place, "source: { type: generator, rows: 5 }\n" + kToObjects);
    QVERIFY2(result.err.startsWith("headrace: 'proof' cannot run on Redpanda Connect, so there is nothing to prove: "
                                   "source.type `generator`"),
             qPrintable(result.err));
    QCOMPARE(result.code, 1);
}

void ProveTest::destinationsAreRedirected()
{
    const Workplace place;
    place.file("a.ndjson", "{\"id\":1}\n");
    QCOMPARE(prove(place, kFromObjects + kToObjects).code, 0);
    QCOMPARE(QDir(place.path(".")).entryList(QDir::AllEntries | QDir::NoDotAndDotDot),
             QStringList({"a.ndjson", "proof.headrace.yaml"}));
}

QTEST_GUILESS_MAIN(ProveTest)
#include "tst_prove.moc"
