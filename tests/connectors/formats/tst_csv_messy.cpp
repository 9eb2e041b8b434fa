// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/durable_file.h"
#include "tests/connectors/formats/csv_support.h"
#include "tests/support/rows.h"

#include <QTest>

#include <fmt/format.h>

using namespace headrace;
using namespace headrace::test;

class TestCsvMessy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void reads_data();
    void reads();
};

/// Real files, read by eye: what the dialect, the columns and the rows are.
void TestCsvMessy::reads_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("dialect");
    QTest::addColumn<QByteArray>("schema");
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("rejected");
    QTest::addColumn<QByteArray>("firstRow");
    const auto add = [](const char* file, const char* dialect, const char* schema, int rows, int rejected,
                        const char* firstRow) {
        QTest::newRow(file) << QByteArray(file) << QByteArray(dialect) << QByteArray(schema) << rows << rejected
                            << QByteArray(firstRow);
    };
    add("messy/csvkit_Datagov_FY10_EDU_recp_by_State.csv", "utf-8 ',' skip 2 header true decimal . null ",
        "State Name:string, State Abbreviate:string, Post-9/11GI Bill Program:int64, Montgomery GI Bill - Active "
        "Duty:int64, Montgomery GI Bill - Selective Reserve:int64, Dependents' Educational Assistance:int64, Reserve "
        "Educational Assistance Program:int64, Post-Vietnam Era Veteran's Educational Assistance Program:int64, "
        "TOTAL:string",
        55, 0, "\"ALABAMA\"|\"AL\"|7738|5779|2075|3102|883|5|\"19,582\"");
    add("messy/csvkit_ks_1033_data.csv", "utf-8 ',' skip 0 header true decimal . null ",
        "state:string, county:string, fips:int64, nsn:string, item_name:string, quantity:int64, ui:string, "
        "acquisition_cost:double, total_cost:double, ship_date:timestamp[us], federal_supply_category:int64, "
        "federal_supply_category_name:string, federal_supply_class:int64, federal_supply_class_name:string",
        1575, 0,
        "\"KS\"|\"ALLEN\"|20001|\"1005-00-073-9421\"|\"RIFLE,5.56 MILLIMETER\"|1|\"Each\"|499|499|2006-05-19 "
        "00:00:00.000000|10|\"WEAPONS\"|1005|\"Guns, through 30 mm\"");
    add("messy/messytables_begrotingsanalyse-2011.csv", "utf-8 ',' skip 6 header true decimal . null ",
        "NR.:int64, Cluster:string, column3:string, column4:string, column5:string, column6:string, column7:string, "
        "column8:string, column9:string, column10:string, column11:string, column12:string, column13:string, "
        "column14:string, column15:string, column16:string, column17:string, column18:string, column19:string, "
        "column20:string",
        36, 0, "0|\"Inkomstenclusters:\"|∅|∅|∅|∅|∅|∅|∅|∅|∅|∅|∅|∅|∅|∅|∅|∅|∅|∅");
    add("messy/messytables_excel_pasting.csv", "utf-8 ',' skip 3 header true decimal . null ",
        "Year:string, 2000:string, 2001:string, 2002:string, 2003:string, 2004:string, 2005:string, 2006:string, "
        "2007:string",
        17, 0, "\"Timber\"|\"2,666\"|\"2,274\"|\"1,877\"|\"1,999\"|\"2,055\"|\"1,632\"|\"1,687\"|\"1,751\"");
    add("messy/messytables_mixedGLB.csv", "utf-8 ',' skip 3 header true decimal . null ****, *****",
        "Year:int64, Jan:int64, Feb:int64, Mar:int64, Apr:int64, May:int64, Jun:int64, Jul:int64, Aug:int64, "
        "Sep:int64, Oct:int64, Nov:int64, Dec:int64, J-D:int64, D-N:int64, DJF:int64, MAM:int64, JJA:int64, SON:int64",
        133, 0, "1880|-43|-27|-26|-36|-31|-39|-24|-14|-29|-23|-20|-23|-28|∅|∅|-31|-25|-24");
    add("messy/messytables_null.csv", "utf-8 ',' skip 0 header false decimal . null null",
        "column1:int64, column2:int64, column3:int64, column4:int64", 10, 0, "1|∅|0|0");
    add("messy/messytables_skip_initials.csv", "utf-8 ',' skip 0 header true decimal . null ",
        "field1:string, field2:string", 2, 0, "\"hello\"|\"    goodbye\"");
    add("messy/messytables_spanish_chars.csv", "windows-1252 ',' skip 0 header true decimal . null ",
        "GF_ID:string, FN_ID:int64, SF_ID:int64, GF:string, F:string, SF:string, Gasto total 2011:string, "
        "Descripción:string",
        116, 0,
        "\"1\"|∅|∅|\"Gobierno\"|∅|∅|\"229,932.50\"|\" Comprende las acciones propias de la gestión  gubernamental, "
        "tales como la administración de asuntos de carácter legislativo,  procuración e impartición de justicia, "
        "asuntos militares y seguridad nacional, asuntos con el exterior, asuntos hacendarios, política interior, "
        "organización de los procesos electorales, regulación y normatividad aplicable a los particulares y al propio "
        "sector público, protección  y conservación del medio ambiente y recursos naturales y la administración "
        "interna del sector público.\"");
    add("messy/messytables_sparse_with_column_errors.csv", "windows-1252 ',' skip 0 header true decimal . null ",
        "LP:string, Bezeichnung:string, Kapitel/Titel:string, column4:string", 2237, 0,
        "\"A\"|\"Trägerorganisationen; Umstrukturierung der Forschung im Beitrittsgebiet; Hochschulbau und überwiegend "
        "hochschulbezogene Sonderprogramme\"|∅|∅");
    add("messy/messytables_utf-16le_encoded.csv", "utf-16le ',' skip 0 header true decimal . null ",
        "Organisation_code:string, Organisation_name:string, Organisation_classification:string, "
        "Reporting_period:string, Part_II_patients:string, Court_and_prison_disposal_patients:int64, "
        "Previous_legislation_and_other_acts:int64, "
        "Total_formal_admissions_excluding_place_of_safety_detentions:string, Total_informal_admissions:string, "
        "Place_of_safety_patients:string, All_admissions_including_place_of_safety_detentions:string, "
        "Total_changes_in_legal_status:string, Detained_under_MHA_31st_March:int64, "
        "Informal_patients_male_31st_March:int64, Total_patients_31st_march:string, Total_number_of_SCTs:int64, "
        "SCT_recalls_to_hospital:int64, Revocations_of_SCT:int64, Discharges_from_SCT:int64",
        327, 0,
        "\"5C1\"|\"Enfield PCT\"|\"NHS Facilities                                    "
        "\"|\"2010-11\"|\"2\"|1|0|\"3\"|\"2\"|\"0\"|\"5\"|\"7\"|7|3|\"10\"|1|0|0|1");
    add("messy/messytables_utf8bom.csv", "utf-8 ',' skip 0 header true decimal . null ", "kitten:string, win:string", 0,
        0, "");
    add("messy/messytables_weird_head_padding.csv", "utf-8 ';' skip 11 header true decimal . null ",
        "column1:string, 1985:string, 1993:string, 2000:string, 2005:string, 2006:string, 2007:string, 2008:string, "
        "2009:string, 2010:string, column11:string",
        60, 16,
        "\"   Chirurgie (ohne Orthopädie) "
        "...\"|\"      \"|\"      \"|\"      \"|\"      \"|\"      \"|\"      \"|\"      \"|\"      \"|\"      \"|∅");
    add("csv/birdstrikes_first1k.csv", "utf-8 ',' skip 0 header true decimal . null ",
        "Airport Name:string, Aircraft Make Model:string, Effect Amount of damage:string, Flight Date:date32[day], "
        "Aircraft Airline Operator:string, Origin State:string, Phase of flight:string, Wildlife Size:string, Wildlife "
        "Species:string, Time of day:string, Cost Other:int64, Cost Repair:int64, Cost Total $:int64, Speed IAS in "
        "knots:int64",
        1000, 0,
        "\"BARKSDALE AIR FORCE BASE "
        "ARPT\"|\"T-38A\"|\"None\"|1990-01-08|\"MILITARY\"|\"Louisiana\"|\"Climb\"|\"Large\"|\"Turkey "
        "vulture\"|\"Day\"|0|0|0|300");
    add("csv/unemployment.tsv", "utf-8 '\\t' skip 0 header true decimal . null ", "id:int64, rate:double", 3218, 0,
        "1001|0.097");
    add("csv/seattle-weather.csv", "utf-8 ',' skip 0 header true decimal . null ",
        "date:date32[day], precipitation:double, temp_max:double, temp_min:double, wind:double, weather:string", 1461,
        0, "2012-01-01|0|12.8|5|4.7|\"drizzle\"");
    add("csv/flights_first2k.csv", "utf-8 ',' skip 0 header true decimal . null NA",
        "year:int64, month:int64, day:int64, dep_time:int64, sched_dep_time:int64, dep_delay:int64, arr_time:int64, "
        "sched_arr_time:int64, arr_delay:int64, carrier:string, flight:int64, tailnum:string, origin:string, "
        "dest:string, air_time:int64, distance:int64, hour:int64, minute:int64, time_hour:timestamp[us, tz=UTC]",
        2000, 0,
        "2013|1|1|517|515|2|830|819|11|\"UA\"|1545|\"N14228\"|\"EWR\"|\"IAH\"|227|1400|5|15|2013-01-01 "
        "10:00:00.000000Z");
}

void TestCsvMessy::reads()
{
    QFETCH(const QByteArray, file);
    QFETCH(const QByteArray, dialect);
    QFETCH(const QByteArray, schema);
    QFETCH(const int, rows);
    QFETCH(const int, rejected);
    QFETCH(const QByteArray, firstRow);
    const auto bytes = readFile(std::string(HEADRACE_TEST_DATA "/") + file.toStdString());
    QVERIFY_RESULT(bytes);
    const auto outcome = readCsv({*bytes});
    QVERIFY_RESULT(outcome);
    const std::string found =
        fmt::format("{} '{}' skip {} header {} decimal {} null {}", decided(*outcome, "encoding"),
                    decided(*outcome, "delimiter"), decided(*outcome, "skip_lines"), decided(*outcome, "header"),
                    decided(*outcome, "decimal"), decided(*outcome, "null"));
    QCOMPARE(QByteArray::fromStdString(found), dialect);
    QCOMPARE(QByteArray::fromStdString(outcome->schema), schema);
    QCOMPARE(static_cast<int>(outcome->rows.size()), rows);
    QCOMPARE(static_cast<int>(outcome->rejected.size()), rejected);
    QCOMPARE(QByteArray::fromStdString(outcome->rows.empty() ? "" : outcome->rows.front()), firstRow);
}

QTEST_GUILESS_MAIN(TestCsvMessy)
#include "tst_csv_messy.moc"
