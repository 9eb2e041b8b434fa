// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "tests/support/source_contract.h"

#include "connectors/core/value_bytes.h"
#include "tests/support/compare_lines.h"
#include "tests/support/rows.h"
#include "tests/support/source_checks.h"

#include <fmt/format.h>

#include <QTest>

#include <algorithm>
#include <future>
#include <thread>

namespace headrace::test {

namespace {

constexpr ReadHint kOneRow{1, 8 << 20, std::chrono::milliseconds{100}};
constexpr ReadHint kSevenRows{7, 8 << 20, std::chrono::milliseconds{100}};

/// The remaining rows as text, one a line, without the header.
std::vector<std::string> lines(const ReadAll& all)
{
    std::vector<std::string> rows;
    for (const auto& batch : all.batches()) {
        const std::string text = print(*batch);
        std::size_t at = text.find('\n');
        for (std::int64_t row = 0; row < batch->num_rows(); ++row) {
            const std::size_t end = row + 1 == batch->num_rows() ? text.size() : text.find('\n', at + 1);
            rows.push_back(text.substr(at + 1, end - at - 1));
            at = end;
        }
    }
    return rows;
}

std::vector<std::string> reasons(const std::vector<BadRecord>& records)
{
    std::vector<std::string> texts;
    for (const BadRecord& r : records)
        texts.push_back(
            fmt::format("{}:{}:{}:{}: {} <{}>", r.origin, r.line, r.byteOffset, toText(r.place), r.reason, r.raw));
    return texts;
}

void readsEverything(const SourceCase& c)
{
    const auto first = readAll(*made(c));
    QVERIFY_RESULT(first);
    QCOMPARE(static_cast<std::int64_t>(lines(*first).size()), c.rows);
    QCOMPARE(static_cast<std::int64_t>(first->rejected().size()), c.rejected);
    const auto second = readAll(*made(c));
    QVERIFY_RESULT(second);
    QCOMPARE(digest(second->batches()), digest(first->batches()));
}

void endStaysTheEnd(const SourceCase& c)
{
    const auto source = made(c);
    QVERIFY_RESULT(source->open({}, {}));
    for (auto chunk = source->read({}, {}); chunk && *chunk; chunk = source->read({}, {})) {
    }
    for (int again = 0; again < 3; ++again) {
        const auto chunk = source->read({}, {});
        QVERIFY_RESULT(chunk);
        QVERIFY(!chunk->has_value());
    }
}

/// From every position of every chunk the rest must come: no row lost, none doubled, no bad record lost or doubled.
void resumesAfterEveryRow(const SourceCase& c, const ReadHint& hint)
{
    const auto whole = readAll(*made(c), hint);
    QVERIFY_RESULT(whole);
    const auto allRows = lines(*whole);
    const auto allRejected = reasons(whole->rejected());
    std::size_t rowsBefore = 0;
    std::size_t rejectedBefore = 0;
    for (const Chunk& chunk : whole->chunks) {
        const std::int64_t count = chunk.rows->num_rows();
        for (std::int64_t row = 0; row <= count; ++row) {
            if (row == 0 && count == 0)
                continue; // an empty chunk's start and end are one position
            const auto rest = readAll(*made(c), {}, chunk.at->after(row));
            QVERIFY_RESULT(rest);
            QVERIFY(rest->schema->Equals(*whole->schema));
            const auto passed = row == count ? std::ssize(chunk.rejected)
                                             : std::ranges::count_if(chunk.rejected, [row](const BadRecord& record) {
                                                   return record.beforeRow < row;
                                               });
            compareLines(lines(*rest),
                         {allRows.begin() + static_cast<std::ptrdiff_t>(rowsBefore) + row, allRows.end()});
            compareLines(
                reasons(rest->rejected()),
                {allRejected.begin() + static_cast<std::ptrdiff_t>(rejectedBefore) + passed, allRejected.end()});
            if (QTest::currentTestFailed())
                return;
        }
        rowsBefore += static_cast<std::size_t>(count);
        rejectedBefore += chunk.rejected.size();
    }
}

void resumesAfterEveryRowOfLargeReads(const SourceCase& c)
{
    resumesAfterEveryRow(c, {});
}

void resumesAfterEveryRowOfSmallReads(const SourceCase& c)
{
    resumesAfterEveryRow(c, kSevenRows);
}

void rowsDoNotDependOnHints(const SourceCase& c)
{
    const auto whole = readAll(*made(c));
    QVERIFY_RESULT(whole);
    for (const ReadHint& hint : {kOneRow, kSevenRows, ReadHint{1000, 1, {}}, ReadHint{1000, 200, {}}}) {
        const auto cut = readAll(*made(c), hint);
        QVERIFY_RESULT(cut);
        compareLines(lines(*cut), lines(*whole));
        compareLines(reasons(cut->rejected()), reasons(whole->rejected()));
    }
}

void rejectedStandBetweenTheSameRows(const SourceCase& c)
{
    const auto places = [&](const ReadHint& hint) {
        std::vector<std::string> result;
        std::int64_t before = 0;
        const auto all = readAll(*made(c), hint);
        for (const Chunk& chunk : all ? all->chunks : std::vector<Chunk>{}) {
            for (const BadRecord& record : chunk.rejected) {
                result.push_back(std::to_string(before + record.beforeRow));
                if (record.beforeRow < 0 || record.beforeRow > chunk.rows->num_rows())
                    result.push_back("outside its chunk");
            }
            before += chunk.rows->num_rows();
        }
        return result;
    };
    const auto expected = places({});
    QCOMPARE(static_cast<std::int64_t>(expected.size()), c.rejected);
    compareLines(places(kSevenRows), expected);
    compareLines(places(kOneRow), expected);
}

void chunkStartsWhereTheLastEnded(const SourceCase& c)
{
    const auto whole = readAll(*made(c), kSevenRows);
    QVERIFY_RESULT(whole);
    std::int64_t rows = 0;
    for (const Chunk& chunk : whole->chunks) {
        const auto rest = readAll(*made(c), {}, chunk.at->after(0));
        QVERIFY_RESULT(rest);
        if (chunk.rows->num_rows() > 0)
            QCOMPARE(static_cast<std::int64_t>(lines(*rest).size()), c.rows - rows);
        rows += chunk.rows->num_rows();
    }
    QCOMPARE(rows, c.rows);
}

void maxRowsHolds(const SourceCase& c)
{
    const auto all = readAll(*made(c), ReadHint{2, 8 << 20, {}});
    QVERIFY_RESULT(all);
    for (const Chunk& chunk : all->chunks)
        QVERIFY(chunk.rows->num_rows() <= 2);
}

void maxBytesHolds(const SourceCase& c)
{
    for (const std::int64_t limit : {1, 150, 1000}) {
        const auto all = readAll(*made(c), ReadHint{1000, limit, {}});
        QVERIFY_RESULT(all);
        for (const Chunk& chunk : all->chunks)
            QVERIFY(chunk.rows->num_rows() <= 1 || valueBytes(*chunk.rows) <= limit);
    }
}

void schemaStaysTheSame(const SourceCase& c)
{
    const auto all = readAll(*made(c), kSevenRows);
    QVERIFY_RESULT(all);
    QVERIFY(all->schema->num_fields() > 0);
    for (const Chunk& chunk : all->chunks) {
        QVERIFY(chunk.rows->schema()->Equals(*all->schema));
        QVERIFY(chunk.at != nullptr);
        QVERIFY(chunk.rows->ValidateFull().ok());
    }
}

void reopensAfterClose(const SourceCase& c)
{
    const auto source = made(c);
    source->close();
    QVERIFY_RESULT(source->open({}, {}));
    const auto one = source->read(kOneRow, {});
    QVERIFY_RESULT(one);
    QVERIFY(one->has_value());
    const Position after = (*one)->at->after((*one)->rows->num_rows());
    source->close();
    source->close();
    const auto again = readAll(*source);
    QVERIFY_RESULT(again);
    QCOMPARE(static_cast<std::int64_t>(lines(*again).size()), c.rows);
    const auto rest = readAll(*source, {}, after);
    QVERIFY_RESULT(rest);
    QCOMPARE(static_cast<std::int64_t>(lines(*rest).size()), c.rows - (*one)->rows->num_rows());
}

void acknowledgeChangesNothing(const SourceCase& c)
{
    const auto source = made(c);
    QVERIFY_RESULT(source->open({}, {}));
    std::int64_t rows = 0;
    for (auto chunk = source->read(kSevenRows, {}); chunk && *chunk; chunk = source->read(kSevenRows, {})) {
        rows += (*chunk)->rows->num_rows();
        QVERIFY_RESULT(source->acknowledge((*chunk)->at->after((*chunk)->rows->num_rows())));
    }
    QCOMPARE(rows, c.rows);
}

void stopIsAnsweredWithCancelled(const SourceCase& c)
{
    std::stop_source stopped;
    stopped.request_stop();
    const auto source = made(c);
    const auto opened = source->open({}, stopped.get_token());
    QVERIFY(opened.has_value() || opened.error().code == ErrorCode::Cancelled);
    source->close();
    QVERIFY_RESULT(source->open({}, {}));
    const auto chunk = source->read(kOneRow, stopped.get_token());
    QVERIFY(!chunk.has_value());
    QVERIFY(chunk.error().code == ErrorCode::Cancelled);
    source->close();
    QVERIFY_RESULT(readAll(*source));
}

void waitingEndsInTime(const SourceCase& c)
{
    const auto source = createSource(c.type, *c.waiting);
    QVERIFY_RESULT(source);
    QVERIFY_RESULT((*source)->open({}, {}));
    for (int i = 0; i < 3; ++i) {
        const auto chunk = (*source)->read({10, 8 << 20, std::chrono::milliseconds{1}}, {});
        QVERIFY_RESULT(chunk);
        QVERIFY(chunk->has_value()); // an empty chunk, not the end
    }
}

void stopWakesAWaitingRead(const SourceCase& c)
{
    const auto source = createSource(c.type, *c.waiting);
    QVERIFY_RESULT(source);
    QVERIFY_RESULT((*source)->open({}, {}));
    std::stop_source stop;
    auto answer = std::async(std::launch::async, [&] {
        auto chunk = (*source)->read({10, 8 << 20, std::chrono::minutes{10}}, stop.get_token());
        while (chunk && *chunk)
            chunk = (*source)->read({10, 8 << 20, std::chrono::minutes{10}}, stop.get_token());
        return !chunk && chunk.error().code == ErrorCode::Cancelled;
    });
    stop.request_stop();
    QVERIFY(answer.wait_for(std::chrono::seconds{60}) == std::future_status::ready);
    QVERIFY(answer.get());
}

void progressOnlyGrows(const SourceCase& c)
{
    const auto source = made(c);
    QVERIFY_RESULT(source->open({}, {}));
    SourceProgress last = source->progress();
    for (auto chunk = source->read(kSevenRows, {}); chunk && *chunk; chunk = source->read(kSevenRows, {})) {
        const SourceProgress now = source->progress();
        QVERIFY(now.bytesRead >= last.bytesRead);
        if (now.bytesTotal)
            QVERIFY(now.bytesRead <= *now.bytesTotal);
        last = now;
    }
    if (last.bytesTotal)
        QCOMPARE(source->progress().bytesRead, *last.bytesTotal);
    if (last.rowsTotal)
        QCOMPARE(*last.rowsTotal, c.rows);
}

bool hasPartitions(const SourceCase& c)
{
    const auto source = made(c);
    return source->open({}, {}) && source->progress().partitions;
}

std::int64_t countAll(const Source& source, std::int64_t PartitionProgress::*counter)
{
    std::int64_t count = 0;
    const auto partitions = source.progress().partitions;
    for (const PartitionProgress& partition : *partitions)
        count += partition.*counter;
    return count;
}

/// Those before the position that was acknowledged last, also where it lies inside a chunk; bad records too.
void acknowledgedRecordsAreDurable(const SourceCase& c)
{
    if (!hasPartitions(c))
        return;
    const auto source = made(c);
    QVERIFY_RESULT(source->open({}, {}));
    std::optional<Position> first;
    std::optional<Position> last;
    std::int64_t beforeFirst = 1;
    for (auto chunk = source->read(kSevenRows, {}); chunk && *chunk; chunk = source->read(kSevenRows, {})) {
        const Chunk& now = **chunk;
        if (!first && now.rows->num_rows() > 1) {
            first = now.at->after(1);
            beforeFirst += std::ranges::count(now.rejected, 0, &BadRecord::beforeRow);
        }
        if (now.rows->num_rows() > 0 || !now.rejected.empty())
            last = now.at->after(now.rows->num_rows());
        if (!first)
            beforeFirst += now.rows->num_rows() + std::ssize(now.rejected);
    }
    QCOMPARE(countAll(*source, &PartitionProgress::durable), 0);
    QVERIFY(first && last);
    QVERIFY_RESULT(source->acknowledge(*first));
    QCOMPARE(countAll(*source, &PartitionProgress::durable), beforeFirst);
    QVERIFY_RESULT(source->acknowledge(*last));
    QCOMPARE(countAll(*source, &PartitionProgress::durable), countAll(*source, &PartitionProgress::rows));
    QCOMPARE(countAll(*source, &PartitionProgress::durable), c.rows + c.rejected);
}

void destroyedWhileReading(const SourceCase& c)
{
    auto source = made(c);
    QVERIFY_RESULT(source->open({}, {}));
    auto chunk = source->read(kOneRow, {});
    while (chunk && *chunk && (*chunk)->rows->num_rows() == 0) // a busy machine may need longer than one wait
        chunk = source->read(kOneRow, {});
    QVERIFY_RESULT(chunk);
    source.reset(); // positions and rows outlive it
    const auto rest = readAll(*made(c), {}, (*chunk)->at->after(1));
    QVERIFY_RESULT(rest);
    QCOMPARE(static_cast<std::int64_t>(lines(*rest).size()), c.rows - 1);
    QVERIFY((*chunk)->rows->ValidateFull().ok());
}

struct Check {
    const char* name;
    void (*run)(const SourceCase&);
    bool (*applies)(const SourceCase&) = [](const SourceCase&) { return true; };
};

bool waits(const SourceCase& c)
{
    return c.waiting.has_value();
}

constexpr Check kChecks[] = {
    {"the type describes itself", typeIsDescribed},
    {"reads everything, twice the same", readsEverything},
    {"the end stays the end", endStaysTheEnd},
    {"resumes after every row of large reads", resumesAfterEveryRowOfLargeReads},
    {"resumes after every row of small reads", resumesAfterEveryRowOfSmallReads},
    {"rows do not depend on the hints", rowsDoNotDependOnHints},
    {"bad records stand between the same rows", rejectedStandBetweenTheSameRows},
    {"a chunk starts where the last ended", chunkStartsWhereTheLastEnded},
    {"maxRows holds", maxRowsHolds},
    {"maxBytes holds", maxBytesHolds},
    {"the schema stays the same", schemaStaysTheSame},
    {"opens again after close", reopensAfterClose},
    {"acknowledging changes nothing", acknowledgeChangesNothing},
    {"a stop is answered with Cancelled", stopIsAnsweredWithCancelled},
    {"waiting ends in time", waitingEndsInTime, waits},
    {"a stop wakes a waiting read", stopWakesAWaitingRead, waits},
    {"a missing thing is named", missingThingIsNamed, [](const SourceCase& c) { return !c.missingName.empty(); }},
    {"a bad option is quoted", badOptionIsQuoted},
    {"a strange position is refused", strangePositionIsRefused},
    {"progress only grows", progressOnlyGrows},
    {"acknowledged records count as durable", acknowledgedRecordsAreDurable},
    {"decisions can be overridden", decisionsCanBeOverridden},
    {"probe and describe leave nothing", probeAndDescribeLeaveNothing},
    {"a preview leaves nothing", previewLeavesNothing},
    {"can be destroyed while reading", destroyedWhileReading},
};

} // namespace

void addSourceContract(const std::vector<SourceCase>& cases)
{
    QTest::addColumn<int>("caseIndex");
    QTest::addColumn<int>("checkIndex");
    for (int i = 0; i < static_cast<int>(cases.size()); ++i)
        for (int j = 0; j < static_cast<int>(std::size(kChecks)); ++j)
            if (kChecks[j].applies(cases[i]))
                QTest::newRow(fmt::format("{}: {}", cases[i].name, kChecks[j].name).c_str()) << i << j;
}

void checkSourceContract(const std::vector<SourceCase>& cases)
{
    QFETCH(int, caseIndex);
    QFETCH(int, checkIndex);
    kChecks[checkIndex].run(cases.at(static_cast<std::size_t>(caseIndex)));
}

} // namespace headrace::test
