// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "tests/support/sink_contract.h"

#include "tests/support/compare_lines.h"
#include "tests/support/rows.h"
#include "tests/support/sink_bench.h"

#include <fmt/format.h>

#include <QTest>

namespace headrace::test {

namespace {

void flushAndCompare(Bench& bench, const Lines& expected)
{
    QVERIFY_RESULT(bench->flush({}));
    compareLines(bench.seen(), expected);
}

/// The sink must find batch `sequence` as the last one, if it can.
void reopenBehind(Bench& bench, std::int64_t sequence)
{
    const auto opened = bench.open();
    QVERIFY_RESULT(opened);
    if (bench.keepsPosition())
        QVERIFY(*opened == CommittedPosition({at(sequence), sequence}));
    else
        QVERIFY(!opened->has_value());
}

void openCreatesAndHasNoPosition(const SinkCase& c)
{
    Bench bench(c);
    const auto opened = bench.open();
    QVERIFY_RESULT(opened);
    QVERIFY(!opened->has_value());
    const auto durable = bench->durable();
    QVERIFY_RESULT(durable);
    QVERIFY(!durable->has_value());
    compareLines(bench.seen(), {});
}

void nothingIsVisibleBeforeCommit(const SinkCase& c)
{
    Bench bench(c);
    QVERIFY_RESULT(bench.open());
    QVERIFY_RESULT(bench->append(someRows(0, 500), {}));
    QVERIFY_RESULT(bench->append(someRows(500, 500), {}));
    compareLines(bench.seen(), {});
    QVERIFY_RESULT(bench.end(1, 1000));
    flushAndCompare(bench, linesOf(0, 1000));
}

void flushMakesDurable(const SinkCase& c)
{
    Bench bench(c);
    QVERIFY_RESULT(bench.open());
    for (int sequence = 1; sequence <= 3; ++sequence)
        QVERIFY_RESULT(bench.batch(sequence, someRows(sequence * 10, 10)));
    QVERIFY_RESULT(bench->flush({}));
    QVERIFY(*bench->durable() == CommittedPosition({at(3), 3}));
    compareLines(bench.seen(), linesOf(10, 30));
}

void durableNeverGoesBack(const SinkCase& c)
{
    Bench bench(c);
    QVERIFY_RESULT(bench.open());
    std::int64_t last = 0;
    for (int sequence = 1; sequence <= 50; ++sequence) {
        QVERIFY_RESULT(bench.batch(sequence, someRows(sequence * 3, 3)));
        const auto durable = bench->durable();
        QVERIFY_RESULT(durable);
        const std::int64_t now = *durable ? (*durable)->sequence : 0;
        QVERIFY(now >= last && now <= sequence);
        last = now;
    }
    QVERIFY_RESULT(bench->flush({}));
    QCOMPARE((*bench->durable())->sequence, 50);
    compareLines(bench.seen(), linesOf(3, 150));
}

void rollbackDropsTheOpenBatch(const SinkCase& c)
{
    Bench bench(c);
    QVERIFY_RESULT(bench.open());
    QVERIFY_RESULT(bench.batch(1, someRows(0, 5)));
    QVERIFY_RESULT(bench->append(someRows(5, 5), {}));
    bench->rollback();
    QVERIFY_RESULT(bench.batch(2, someRows(10, 5)));
    QVERIFY_RESULT(bench->flush({}));
    Lines expected = linesOf(0, 5);
    const Lines second = linesOf(10, 5);
    expected.insert(expected.end(), second.begin(), second.end());
    compareLines(bench.seen(), expected);
}

void rollbackWithoutBatchDoesNothing(const SinkCase& c)
{
    Bench bench(c);
    QVERIFY_RESULT(bench.open());
    bench->rollback();
    QVERIFY_RESULT(bench.batch(1, someRows(0, 5)));
    bench->rollback();
    flushAndCompare(bench, linesOf(0, 5));
}

void emptyBatchKeepsItsPosition(const SinkCase& c)
{
    Bench bench(c);
    QVERIFY_RESULT(bench.open());
    QVERIFY_RESULT(bench.end(1, 0));
    QVERIFY_RESULT(bench->append(someRows(0, 0), {}));
    QVERIFY_RESULT(bench.end(2, 0));
    QVERIFY_RESULT(bench->flush({}));
    bench->close();
    reopenBehind(bench, 2);
    compareLines(bench.seen(), {});
}

void positionSurvivesClose(const SinkCase& c)
{
    Bench bench(c);
    QVERIFY_RESULT(bench.open());
    QVERIFY_RESULT(bench.batch(1, someRows(0, 5)));
    QVERIFY_RESULT(bench.batch(2, someRows(5, 5)));
    bench->close();
    reopenBehind(bench, 2);
    QVERIFY_RESULT(bench.batch(3, someRows(10, 5)));
    flushAndCompare(bench, linesOf(0, 15));
}

void crashLosesTheOpenBatchOnly(const SinkCase& c)
{
    Bench bench(c);
    QVERIFY_RESULT(bench.open());
    QVERIFY_RESULT(bench.batch(1, someRows(0, 5)));
    QVERIFY_RESULT(bench->flush({}));
    QVERIFY_RESULT(bench->append(someRows(5, 50'000), {}));
    bench.crash();
    compareLines(bench.seen(), linesOf(0, 5));
    reopenBehind(bench, 1);
    QVERIFY_RESULT(bench.batch(2, someRows(5, 5)));
    flushAndCompare(bench, linesOf(0, 10));
}

void rowsAndPositionAgreeAfterACrash(const SinkCase& c)
{
    Bench bench(c);
    QVERIFY_RESULT(bench.open());
    for (int sequence = 1; sequence <= 5; ++sequence)
        QVERIFY_RESULT(bench.batch(sequence, someRows((sequence - 1) * 4, 4)));
    bench.crash();
    const auto opened = bench.open();
    QVERIFY_RESULT(opened);
    if (!bench.keepsPosition())
        return;
    const int reached = *opened ? static_cast<int>((*opened)->sequence) : 0;
    compareLines(bench.seen(), linesOf(0, reached * 4));
}

void anotherSourceHasItsOwnPosition(const SinkCase& c)
{
    Bench bench(c);
    QVERIFY_RESULT(bench.open(kMine));
    QVERIFY_RESULT(bench.batch(7, someRows(0, 5)));
    bench->close();
    const auto other = bench.open(kOther);
    QVERIFY_RESULT(other);
    QVERIFY(!other->has_value());
    QVERIFY_RESULT(bench.batch(1, someRows(5, 5)));
    bench->close();
    reopenBehind(bench, 7);
    compareLines(bench.seen(), linesOf(0, 10));
}

void canBeOpenedAgainAfterRollback(const SinkCase& c)
{
    Bench bench(c);
    QVERIFY_RESULT(bench.open());
    QVERIFY_RESULT(bench.batch(1, someRows(0, 5)));
    QVERIFY_RESULT(bench->append(someRows(900, 5), {}));
    bench->rollback();
    reopenBehind(bench, 1);
    QVERIFY_RESULT(bench.batch(2, someRows(5, 5)));
    flushAndCompare(bench, linesOf(0, 10));
}

void closeDropsTheOpenBatchAndRepeats(const SinkCase& c)
{
    Bench bench(c);
    bench->close();
    QVERIFY_RESULT(bench.open());
    QVERIFY_RESULT(bench->append(someRows(0, 5), {}));
    bench->close();
    bench->close();
    compareLines(bench.seen(), {});
}

void stopLeavesNothingBehind(const SinkCase& c)
{
    Bench bench(c);
    QVERIFY_RESULT(bench.open());
    std::stop_source stop;
    stop.request_stop();
    const Status appended = bench->append(someRows(0, 5), stop.get_token());
    if (!appended)
        QCOMPARE(appended.error().code, ErrorCode::Cancelled);
    bench->rollback();
    bench->close();
    compareLines(bench.seen(), {});
}

void slicesAreWrittenAsTheyStand(const SinkCase& c)
{
    Bench bench(c);
    QVERIFY_RESULT(bench.open());
    const auto rows = someRows(0, 100);
    QVERIFY_RESULT(bench->append(rows->Slice(0, 33), {}));
    QVERIFY_RESULT(bench.batch(1, rows->Slice(33, 1)));
    QVERIFY_RESULT(bench.batch(2, rows->Slice(34)));
    flushAndCompare(bench, linesOf(0, 100));
}

void largeBatchesArriveWhole(const SinkCase& c)
{
    Bench bench(c);
    QVERIFY_RESULT(bench.open());
    constexpr int kRows = 8'000;
    for (int part = 0; part < 10; ++part)
        QVERIFY_RESULT(bench->append(someRows(part * kRows, kRows), {}));
    QVERIFY_RESULT(bench.end(1, 10 * kRows));
    flushAndCompare(bench, linesOf(0, 10 * kRows));
}

/// Writes `rows` as one batch to a new destination. The lines seen, or the error.
Result<Lines> written(const SinkCase& c, const std::shared_ptr<arrow::RecordBatch>& rows)
{
    Bench bench(c);
    HEADRACE_CHECK(bench->open(rows->schema(), kMine, {}));
    HEADRACE_CHECK(bench.batch(1, rows));
    HEADRACE_CHECK(bench->flush({}));
    return c.readBack(bench.folder(), rows->schema()->field_names());
}

void nullIsNotEmptyText(const SinkCase& c)
{
    const auto rows = rowsOf(schemaOf("id:int64, name:string"), {{"1", "∅"}, {"2", ""}, {"∅", "NULL"}});
    const auto lines = written(c, rows);
    QVERIFY_RESULT(lines);
    compareLines(*lines, {"1|∅", "2|", "∅|NULL"});
}

void strangeNamesAreQuoted(const SinkCase& c)
{
    const auto schema = arrow::schema({arrow::field("select", arrow::int64()), arrow::field("a \"b\" c", arrow::utf8()),
                                       arrow::field("x,y;z", arrow::utf8()), arrow::field("größe", arrow::utf8()),
                                       arrow::field("it's", arrow::utf8()), arrow::field("a.b", arrow::utf8())});
    const auto lines = written(c, rowsOf(schema, {{"1", "b", "c", "d", "e", "f"}}));
    QVERIFY_RESULT(lines);
    compareLines(*lines, {"1|b|c|d|e|f"});
}

void namesThatDifferInCaseAreNotMixedUp(const SinkCase& c)
{
    const auto schema = arrow::schema({arrow::field("Name", arrow::utf8()), arrow::field("name", arrow::utf8())});
    const auto lines = written(c, rowsOf(schema, {{"upper", "lower"}}));
    if (c.distinguishesCase) {
        QVERIFY_RESULT(lines);
        compareLines(*lines, {"upper|lower"});
    } else {
        QVERIFY(!lines);
        QVERIFY2(lines.error().message.find("'name'") != std::string::npos, lines.error().message.c_str());
    }
}

void wideTablesFit(const SinkCase& c)
{
    arrow::FieldVector fields;
    std::vector<std::string> cells;
    std::string expected;
    for (int column = 0; column < c.wideColumns; ++column) {
        fields.push_back(arrow::field(fmt::format("column_{}", column), arrow::int64()));
        cells.push_back(std::to_string(column));
        expected += (column == 0 ? "" : "|") + cells.back();
    }
    const auto lines = written(c, rowsOf(arrow::schema(fields), {cells}));
    QVERIFY_RESULT(lines);
    compareLines(*lines, {expected});
}

void valuesAreExactOrRefused(const SinkCase& c)
{
    const auto batches = typesOf();
    QCOMPARE(c.types.size(), batches.size());
    for (std::size_t index = 0; index < batches.size(); ++index) {
        const auto lines = written(c, batches[index]);
        if (!c.types[index].empty()) {
            QVERIFY_RESULT(lines);
            compareLines(*lines, {c.types[index]});
            continue;
        }
        QVERIFY2(!lines, print(*batches[index]).c_str());
        QVERIFY2(lines.error().message.find(c.refusals.at(index)) != std::string::npos, lines.error().message.c_str());
    }
}

void optionsAreDescribed(const SinkCase& c)
{
    QVERIFY(!c.type.label.empty() && !c.type.help.empty() && !c.type.group.empty());
    for (const OptionSpec& option : c.type.options)
        QVERIFY2(!option.label.empty() && option.help.ends_with('.'), option.key.c_str());
    Bench bench(c);
    QVERIFY_RESULT(c.type.probe(c.options(bench.folder()), {}));
    compareLines(bench.seen(), {});
}

struct Check {
    const char* name;
    void (*run)(const SinkCase&);
};

constexpr Check kChecks[] = {
    {"open creates and has no position", openCreatesAndHasNoPosition},
    {"nothing is visible before commit", nothingIsVisibleBeforeCommit},
    {"flush makes durable", flushMakesDurable},
    {"durable never goes back", durableNeverGoesBack},
    {"rollback drops the open batch", rollbackDropsTheOpenBatch},
    {"rollback without a batch does nothing", rollbackWithoutBatchDoesNothing},
    {"an empty batch keeps its position", emptyBatchKeepsItsPosition},
    {"the position survives close", positionSurvivesClose},
    {"a crash loses the open batch only", crashLosesTheOpenBatchOnly},
    {"rows and position agree after a crash", rowsAndPositionAgreeAfterACrash},
    {"another source has its own position", anotherSourceHasItsOwnPosition},
    {"can be opened again after rollback", canBeOpenedAgainAfterRollback},
    {"close drops the open batch and repeats", closeDropsTheOpenBatchAndRepeats},
    {"stop leaves nothing behind", stopLeavesNothingBehind},
    {"slices are written as they stand", slicesAreWrittenAsTheyStand},
    {"large batches arrive whole", largeBatchesArriveWhole},
    {"NULL is not empty text", nullIsNotEmptyText},
    {"strange names are quoted", strangeNamesAreQuoted},
    {"names that differ in case are not mixed up", namesThatDifferInCaseAreNotMixedUp},
    {"wide tables fit", wideTablesFit},
    {"values are exact or refused", valuesAreExactOrRefused},
    {"options are described", optionsAreDescribed},
};

} // namespace

void addSinkContract(const std::vector<SinkCase>& cases)
{
    QTest::addColumn<int>("caseIndex");
    QTest::addColumn<int>("checkIndex");
    for (int caseIndex = 0; caseIndex < static_cast<int>(cases.size()); ++caseIndex)
        for (int check = 0; check < static_cast<int>(std::size(kChecks)); ++check)
            QTest::newRow(fmt::format("{}: {}", cases[caseIndex].name, kChecks[check].name).c_str())
                << caseIndex << check;
}

void checkSinkContract(const std::vector<SinkCase>& cases)
{
    QFETCH(int, caseIndex);
    QFETCH(int, checkIndex);
    kChecks[checkIndex].run(cases[static_cast<std::size_t>(caseIndex)]);
}

} // namespace headrace::test
