// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "tests/support/table_contract.h"

#include "tests/support/compare_lines.h"
#include "tests/support/sink_contract.h"
#include "tests/support/source_reading.h"

#include <fmt/format.h>

#include <QTest>

namespace headrace::test {

namespace {

const RunIdentity kRun{"orders", "aa", "run-1"};
const RunIdentity kSecond{"orders", "aa", "run-2"};

template <typename R>
void failsWith(const R& result, ErrorCode code, const std::string& words)
{
    QVERIFY(!result);
    const std::string said = result.error().message + " | " + result.error().detail;
    QVERIFY2(result.error().code == code && result.error().message.find(words) != std::string::npos, said.c_str());
}

Lines all(const TableCase& c)
{
    return c.run("SELECT id, name FROM orders ORDER BY id");
}

std::string sqlFor(const std::string& sql, const char* table)
{
    return fmt::format(fmt::runtime(sql), table);
}

void laterRowsOfAKeyWin(const TableCase& c, std::size_t)
{
    const auto upsert = [&](const char* table) {
        return c.sink({{"mode", "upsert"}, {"key", "id"}, {"table", table}});
    };
    c.run("CREATE TABLE orders(id bigint PRIMARY KEY, name text, kept int DEFAULT 5)");
    QVERIFY_RESULT(writeAll(*upsert("orders"), kRun, 1, namedRows({{"1", "a"}, {"2", "b"}, {"1", "c"}})));
    QVERIFY_RESULT(writeAll(*upsert("orders"), kRun, 2, namedRows({{"2", "d"}, {"3", "∅"}, {"2", "e"}})));
    compareLines(c.run("SELECT * FROM orders ORDER BY id"), {"1|c|5", "2|e|5", "3|∅|5"});
    if (!c.countIndexes.empty())
        compareLines(c.run(c.countIndexes), {"1"});
    const RunIdentity fresh{"fresh", "aa", "r"};
    QVERIFY_RESULT(writeAll(*upsert("fresh"), fresh, 1, namedRows({{"1", "a"}, {"1", "b"}})));
    QVERIFY_RESULT(writeAll(*upsert("fresh"), fresh, 2, namedRows({{"2", "d"}, {"1", "c"}})));
    compareLines(c.run("SELECT * FROM fresh ORDER BY id"), {"1|c", "2|d"});
}

void anotherUniqueIndexIsRefused(const TableCase& c, std::size_t)
{
    c.run("CREATE TABLE orders(id bigint PRIMARY KEY, name varchar(9) UNIQUE)");
    failsWith(c.sink({{"mode", "upsert"}, {"key", "id"}})->open(namedRows({})->schema(), kRun, {}), ErrorCode::Usage,
              "unique index 'name' over name");
}

void replaceExchangesOnceAndThenAppends(const TableCase& c, std::size_t)
{
    c.run("CREATE TABLE orders_new(mine int)");
    QVERIFY_RESULT(writeAll(*c.sink(), {"old", "aa", "r"}, 1, namedRows({{"1", "old"}})));
    const auto wider = [](const char* id) { return rowsOf(schemaOf("id:int64, price:double"), {{id, "0.5"}}); };
    const auto schema = wider("0")->schema();
    const auto replacing = c.sink({{"mode", "replace"}});
    QVERIFY_RESULT(replacing->open(schema, kRun, {}));
    QVERIFY_RESULT(replacing->append(wider("2"), {}));
    compareLines(all(c), {"1|old"});
    replacing->rollback();
    compareLines(all(c), {"1|old"});
    QVERIFY_RESULT(writeOne(*replacing, 1, wider("2")));
    const std::string columns = c.replaceExchanges ? "*" : "id, price";
    const auto seen = [&] { return c.run(fmt::format("SELECT {} FROM orders ORDER BY id", columns)); };
    compareLines(seen(), {"2|0.5"});
    QVERIFY_RESULT(writeOne(*replacing, 2, wider("3")));
    replacing->close();
    compareLines(seen(), {"2|0.5", "3|0.5"});
    const auto resumed = replacing->open(schema, kRun, {});
    QVERIFY_RESULT(resumed);
    QVERIFY(*resumed == CommittedPosition({{"p2"}, 2}));
    QVERIFY_RESULT(writeOne(*replacing, 3, wider("4")));
    compareLines(seen(), {"2|0.5", "3|0.5", "4|0.5"});
    compareLines(c.run(c.tables), {c.commits, "orders", "orders_new"});
    if (c.longestName > 0)
        QVERIFY(!c.sink({{"table", std::string(c.longestName + 1, 'x')}, {"mode", "replace"}})->open(schema, kRun, {}));
}

void aPullOfEverythingReplacesAgain(const TableCase& c, std::size_t)
{
    const auto replacing = c.sink({{"mode", "replace"}});
    QVERIFY_RESULT(writeAll(*replacing, kRun, 1, namedRows({{"1", "a"}, {"2", "b"}})));
    RunIdentity next = kRun;
    next.earlierBatches = 1;
    QVERIFY_RESULT(writeAll(*replacing, next, 2, namedRows({{"3", "c"}})));
    compareLines(all(c), {"3|c"});
    QVERIFY_RESULT(writeAll(*replacing, next, 3, namedRows({{"4", "d"}})));
    compareLines(all(c), {"3|c", "4|d"});
    next.earlierBatches = 3;
    QVERIFY_RESULT(replacing->open(namedRows({})->schema(), next, {})); // a source without rows
    QVERIFY_RESULT(writeOne(*replacing, 4, namedRows({})));
    replacing->close();
    compareLines(all(c), {});
}

/// Every size of a statement's rows, and values that do not fit into one statement together.
void manyRowsArriveUnchanged(const TableCase& c, std::size_t)
{
    std::vector<std::vector<std::string>> cells;
    std::int64_t length = 0;
    for (int i = 0; i < 1000; ++i) {
        const bool isLong = i % 50 == 7;
        const std::string text = isLong ? std::string(900'000, 'x') + "ü😀" : "row \\' " + std::to_string(i);
        const bool isNull = i % 10 == 3;
        length += isNull ? 0 : isLong ? 900'002 : static_cast<std::int64_t>(text.size());
        cells.push_back({std::to_string(i), isNull ? "∅" : text});
    }
    const auto writer = c.sink();
    const auto rows = namedRows(cells);
    QVERIFY_RESULT(writer->open(rows->schema(), kRun, {}));
    QVERIFY_RESULT(writer->append(rows->Slice(0, 3), {}));
    QVERIFY_RESULT(writer->append(rows->Slice(3, 290), {}));
    QVERIFY_RESULT(writeOne(*writer, 1, rows->Slice(293)));
    compareLines(c.run(fmt::format("SELECT count(*), count(name), sum(id), sum({}(name)) FROM orders", c.textLength)),
                 {fmt::format("1000|900|499500|{}", length)});
}

void theTableFollowsTheRows(const TableCase& c, std::size_t)
{
    const auto one = [](const char* columns, const std::vector<std::string>& cells) {
        return rowsOf(schemaOf(columns), {cells});
    };
    QVERIFY_RESULT(writeAll(*c.sink(), kRun, 1, one("a:int32, b:decimal(6;2)", {"1", "2.50"})));
    QVERIFY_RESULT(
        writeAll(*c.sink(), kRun, 2, one("b:decimal(10;4), c:string, a:int64", {"3.1234", "x", "5000000000"})));
    compareLines(c.run("SELECT a, b, c FROM orders ORDER BY a"), {"1|2.5000|∅", "5000000000|3.1234|x"});
    compareLines(c.run(sqlFor(c.types, "orders")), c.evolved);
    failsWith(c.sink({{"evolve", "false"}})->open(schemaOf("a:int64, d:date32"), kRun, {}), ErrorCode::Data,
              c.change + " would be needed");
}

void unfitColumnIsRefused(const TableCase& c, std::size_t item)
{
    const auto& unfit = c.unfit.at(item);
    c.run(fmt::format("CREATE TABLE orders(value {} NULL)", unfit.existing));
    failsWith(c.sink({{"evolve", "false"}})->open(schemaOf("value:" + unfit.incoming), kRun, {}), ErrorCode::Data,
              unfit.words.empty() ? "The column 'value' of the table 'orders' is " + unfit.existing : unfit.words);
}

void misfitIsNamed(const TableCase& c, std::size_t item)
{
    const auto& misfit = c.misfits.at(item);
    c.run(fmt::format("CREATE TABLE orders(c {} NULL)", misfit.type));
    const auto schema = schemaOf("c:" + misfit.incoming);
    const auto writer = c.sink();
    QVERIFY_RESULT(writeAll(*writer, kRun, 1, rowsOf(schema, {{misfit.good}})));
    failsWith(writeAll(*writer, kRun, 2, rowsOf(schema, {{misfit.good}, {misfit.bad}})), ErrorCode::Data, misfit.words);
    writer->rollback();
    writer->close();
    compareLines(c.run("SELECT count(*) FROM orders"), {"1"});
}

/// Compared by the server.
void everyTypeComesBack(const TableCase& c, std::size_t)
{
    c.run(c.everyType.create);
    const auto read = readAll(c.everyType.source, c.everyType.options);
    QVERIFY_RESULT(read);
    QCOMPARE(read->rejected().size(), 0U);
    QVERIFY_RESULT(writeAll(*c.sink({{"table", "back"}}), kRun, 1, read->batches().front()));
    compareLines(c.run(sqlFor(c.types, "back")), c.run(sqlFor(c.types, "types")));
    QVERIFY_RESULT(c.sink({{"table", "back"}, {"evolve", "false"}})->open(read->schema, kSecond, {}));
    compareLines(c.run(sqlFor(c.everyType.rows, "back")), c.run(sqlFor(c.everyType.rows, "types")));
}

void anOlderRunIsFencedOff(const TableCase& c, std::size_t)
{
    const auto first = c.sink();
    QVERIFY_RESULT(first->open(namedRows({})->schema(), kRun, {}));
    QVERIFY_RESULT(writeOne(*first, 1, namedRows({{"1", "first"}})));
    if (!c.oneWriter)
        QVERIFY_RESULT(first->append(namedRows({{"2", "first"}}), {}));
    const auto second = c.sink();
    const auto opened = second->open(namedRows({})->schema(), kSecond, {});
    QVERIFY_RESULT(opened);
    QVERIFY(*opened == CommittedPosition({{"p1"}, 1}));
    failsWith(writeOne(*first, 2, namedRows({{"3", "first"}})), ErrorCode::Conflict, "'orders' has taken over");
    first->rollback();
    first->close();
    QVERIFY_RESULT(writeOne(*second, 2, namedRows({{"2", "second"}})));
    compareLines(all(c), {"1|first", "2|second"});
}

/// The case in which the rows did arrive is made by committing them under the same token.
void lostCommit(const TableCase& c, bool arrived)
{
    const auto writer = c.sink();
    QVERIFY_RESULT(writer->open(namedRows({})->schema(), kRun, {}));
    c.run(c.cut);
    failsWith(writeOne(*writer, 1, namedRows({{"1", "a"}})), ErrorCode::Unavailable, "");
    writer->rollback();
    writer->close();
    c.run(c.mend);
    if (arrived)
        c.run(fmt::format("INSERT INTO orders VALUES (1, 'a'); UPDATE {} SET position = 'p1', {} = 1", c.commits,
                          c.sequenceColumn));
    const auto again = writer->open(namedRows({})->schema(), kRun, {});
    QVERIFY_RESULT(again);
    QCOMPARE(again->has_value(), arrived);
    if (!arrived)
        QVERIFY_RESULT(writeOne(*writer, 1, namedRows({{"1", "a"}})));
    compareLines(all(c), {"1|a"});
}

void aLostCommitIsLookedUp(const TableCase& c, std::size_t item)
{
    lostCommit(c, item == 0);
}

void aServerRestartIsSurvived(const TableCase& c, std::size_t)
{
    const auto writer = c.sink();
    QVERIFY_RESULT(writer->open(namedRows({})->schema(), kRun, {}));
    QVERIFY_RESULT(writeOne(*writer, 1, namedRows({{"1", "a"}})));
    QVERIFY_RESULT(writer->append(namedRows({{"2", "b"}}), {}));
    c.stop();
    failsWith(writeOne(*writer, 2, namedRows({{"3", "c"}})), ErrorCode::Unavailable, "");
    writer->rollback();
    writer->close();
    failsWith(writer->open(namedRows({})->schema(), kRun, {}), ErrorCode::Unavailable, "");
    c.start();
    const auto opened = writer->open(namedRows({})->schema(), kRun, {});
    QVERIFY_RESULT(opened);
    QVERIFY2(*opened == CommittedPosition({{"p1"}, 1}), *opened ? (*opened)->end.text.c_str() : "no position");
    QVERIFY_RESULT(writeOne(*writer, 2, namedRows({{"2", "b"}, {"3", "c"}})));
    compareLines(all(c), {"1|a", "2|b", "3|c"});
}

Lines once(bool applies)
{
    return applies ? Lines{""} : Lines{};
}

struct Check {
    const char* name;
    void (*run)(const TableCase&, std::size_t item);
    /// What is told of each test row of the check.
    Lines (*items)(const TableCase&);
};

const Check kChecks[] = {
    {"later rows of a key win", laterRowsOfAKeyWin, [](const TableCase&) { return once(true); }},
    {"another unique index is refused", anotherUniqueIndexIsRefused,
     [](const TableCase& c) { return once(c.refusesOtherIndexes); }},
    {"replace exchanges once and then appends", replaceExchangesOnceAndThenAppends,
     [](const TableCase&) { return once(true); }},
    {"a pull of everything replaces again", aPullOfEverythingReplacesAgain,
     [](const TableCase&) { return once(true); }},
    {"many rows arrive unchanged", manyRowsArriveUnchanged, [](const TableCase&) { return once(true); }},
    {"the table follows the rows", theTableFollowsTheRows, [](const TableCase& c) { return once(!c.evolved.empty()); }},
    {"an unfit column is refused: ", unfitColumnIsRefused,
     [](const TableCase& c) {
         Lines items;
         for (const auto& unfit : c.unfit)
             items.push_back(fmt::format("{} <- {}", unfit.existing, unfit.incoming));
         return items;
     }},
    {"a value that does not fit is named: ", misfitIsNamed,
     [](const TableCase& c) {
         Lines items;
         for (const auto& misfit : c.misfits)
             items.push_back(misfit.type);
         return items;
     }},
    {"every type comes back", everyTypeComesBack, [](const TableCase& c) { return once(!c.everyType.create.empty()); }},
    {"an older run is fenced off", anOlderRunIsFencedOff, [](const TableCase&) { return once(true); }},
    {"a lost commit is looked up: the server ", aLostCommitIsLookedUp,
     [](const TableCase& c) {
         return c.cut.empty() ? Lines() : Lines{"committed", "did not"};
     }},
    {"a server restart is survived", aServerRestartIsSurvived,
     [](const TableCase& c) { return once(static_cast<bool>(c.stop)); }},
};

} // namespace

std::unique_ptr<Sink> TableCase::sink(Options more) const
{
    for (const auto& [key, value] : options.values())
        if (!more.has(key))
            more.set(key, value);
    if (!more.has("table"))
        more.set("table", "orders");
    return *type.create(*more.check(type.options, name));
}

void addTableContract(const std::vector<TableCase>& cases)
{
    QTest::addColumn<std::size_t>("caseIndex");
    QTest::addColumn<std::size_t>("checkIndex");
    QTest::addColumn<std::size_t>("item");
    for (std::size_t index = 0; index < cases.size(); ++index)
        for (std::size_t check = 0; check < std::size(kChecks); ++check) {
            const Lines items = kChecks[check].items(cases[index]);
            for (std::size_t item = 0; item < items.size(); ++item)
                QTest::newRow(fmt::format("{}: {}{}", cases[index].name, kChecks[check].name, items[item]).c_str())
                    << index << check << item;
        }
}

void checkTableContract(const std::vector<TableCase>& cases)
{
    QFETCH(std::size_t, caseIndex);
    QFETCH(std::size_t, checkIndex);
    QFETCH(std::size_t, item);
    const TableCase& c = cases.at(caseIndex);
    c.run(c.reset);
    kChecks[checkIndex].run(c, item);
}

Lines readTable(const SourceType& type, Options options, const std::string& table, const Lines& columns, char quote)
{
    std::string list;
    for (const std::string& column : columns) {
        std::string name;
        for (const char character : column)
            name.append(character == quote ? 2 : 1, character);
        list += (list.empty() ? "" : ", ") + std::string(1, quote) + name + quote;
    }
    options.set("query", fmt::format("SELECT {} FROM {}", list, table));
    const auto all = readAll(type, options);
    Lines lines;
    for (const auto& batch : all ? all->batches() : std::vector<std::shared_ptr<arrow::RecordBatch>>())
        for (const std::string& line : printedLines(*batch))
            lines.push_back(line);
    return lines;
}

} // namespace headrace::test
