// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "connectors/core/type_name.h"
#include "connectors/formats/column_kind.h"

#include <QTest>

using namespace headrace;

/// What the window and the tables of the command line call a type is what the option `columns` takes.
class TestTypeName : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void namesAreTheNotationOfTheOption_data()
    {
        QTest::addColumn<QString>("notation");
        for (const char* notation :
             {"text", "blob", "bool", "int64", "double", "decimal(10,2)", "date", "time", "timestamp", "timestamptz"})
            QTest::newRow(notation) << notation;
    }
    void namesAreTheNotationOfTheOption()
    {
        QFETCH(QString, notation);
        const auto type = parsePlainType(notation.toStdString());
        QVERIFY(type.has_value());
        QCOMPARE(QString::fromStdString(typeName(*arrowType(*type))), notation);
    }

    void otherTypesHaveArrowsWords()
    {
        QCOMPARE(typeName(*arrow::uint16()), std::string("uint16"));
        QCOMPARE(typeName(*arrow::decimal256(60, 3)), std::string("decimal(60,3)"));
        QCOMPARE(typeName(*arrow::list(arrow::large_utf8())), std::string("list of text"));
        QCOMPARE(typeName(*arrow::dictionary(arrow::int8(), arrow::utf8())), std::string("text"));
    }
};

QTEST_APPLESS_MAIN(TestTypeName)
#include "tst_type_name.moc"
