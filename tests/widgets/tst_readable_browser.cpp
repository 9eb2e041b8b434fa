// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/rows.h"

#include "widgets/models/readable_tree.h"
#include "widgets/pages/readable_browser.h"

#include <QAbstractItemModelTester>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QTreeView>

#include <atomic>

using namespace headrace;

namespace {

Readable table(const std::string& name, const Options& asked = {})
{
    Options options = asked;
    options.erase("query");
    options.set("table", name);
    return {name, options, "table, 2 columns"};
}

/// Names indented by depth, with what stands beside them.
QString print(const QAbstractItemModel& model, const QModelIndex& parent = {}, int depth = 0)
{
    QString text;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        const QModelIndex index = model.index(row, 0, parent);
        const QString beside = index.siblingAtColumn(1).data().toString();
        text += QString(depth * 2, QLatin1Char(' ')) + index.data().toString() +
                (beside.isEmpty() ? QString() : QStringLiteral(" | ") + beside) + QLatin1Char('\n');
        text += print(model, index, depth + 1);
    }
    return text;
}

QModelIndex find(const QAbstractItemModel& model, const QString& name)
{
    const auto found = model.match(model.index(0, 0), Qt::DisplayRole, name, 1, Qt::MatchExactly | Qt::MatchRecursive);
    return found.isEmpty() ? QModelIndex() : found.front();
}

/// What the source "shop" answers.
struct Shop {
    std::atomic<int> described = 0;
    std::atomic<bool> isStuck = false;
    std::atomic<bool> wasStopped = false;
    int tables = 3;
};

Registry registryOf(Shop& shop)
{
    SourceType type;
    type.type = "shop";
    type.label = "Shop";
    type.group = "Databases";
    type.options = {connectionOption(),
                    {.key = "host", .label = "Host", .help = "Of the server."},
                    {.key = "table", .label = "Table", .help = "Which."},
                    {.key = "query", .label = "Query", .help = "Or this."},
                    {.key = "cursor", .label = "Cursor", .help = "What grows."}};
    type.describe = [&shop](const Options& options, const std::stop_token& stop) -> Result<std::vector<Readable>> {
        ++shop.described;
        while (shop.isStuck && !stop.stop_requested())
            std::this_thread::yield();
        shop.wasStopped = stop.stop_requested();
        if (options.text("host").empty())
            return fail(ErrorCode::Unavailable, "Nobody answers here.");
        if (options.text("host") == "down")
            return fail(ErrorCode::Unavailable, "Nobody answers at 'down'.");
        std::vector<Readable> readables;
        for (int number = 0; number < shop.tables; ++number)
            readables.push_back(table("public.t" + std::to_string(number), options));
        readables.push_back(table("sales.orders", options));
        return readables;
    };
    Registry registry;
    registry.add(std::move(type));
    return registry;
}

ConnectorSpec shopAt(const std::string& host)
{
    return {"shop", Options{{"host", host}, {"query", "SELECT 1"}}};
}

} // namespace

class ReadableBrowserTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void namesBecomeFolders();
    void onlyWhatChangesIsKept();
    void columnsComeWhenTheyAreLookedAt();
    void theFilterKeepsTheFoldersAround();
    void columnsOfAHiddenTableAreKept();
    void theModelHoldsWhileItChanges();
    void pickingFillsTheSource();
    void thePlaceIsAskedOnce();
    void aSearchCanBeStopped();
    void errorsAreSaid();
    void tenThousandTables();
    void descriptionsComeWhenAFolderIsUnfolded();
};

void ReadableBrowserTest::init()
{
    setConnectionTypes({{"shop",
                         {{.key = "host", .label = "Host", .help = "Of the server."}},
                         [](const Options& options, const std::stop_token&) -> Result<std::string> {
                             return "Shop at " + options.text("host") + ", not encrypted.";
                         },
                         [](const Options& options, const std::stop_token&) -> Result<std::vector<ReadableColumn>> {
                             if (options.text("table") == "sales.orders")
                                 return fail(ErrorCode::Permission, "You may not look at 'sales.orders'.");
                             return std::vector<ReadableColumn>{{"id", "bigint", "primary key", true},
                                                                {"of_" + options.text("table"), "text", "", false}};
                         }}});
}

void ReadableBrowserTest::namesBecomeFolders()
{
    ReadableTree tree;
    tree.setList(ReadableList::from({table("shop.public.b"), table("shop.public.a"), table("shop.sales.c")}, {}, true));
    QCOMPARE(print(tree), QStringLiteral("shop\n"
                                         "  public\n"
                                         "    b | table, 2 columns\n"
                                         "    a | table, 2 columns\n"
                                         "  sales\n"
                                         "    c | table, 2 columns\n"));
    tree.setList(ReadableList::from({table("orders.eu"), table("orders.us")}, {}, false));
    QCOMPARE(print(tree), QStringLiteral("orders.eu | table, 2 columns\norders.us | table, 2 columns\n"));
}

void ReadableBrowserTest::onlyWhatChangesIsKept()
{
    const Options asked{{"host", "db"}, {"password", "secret"}, {"query", "SELECT 1"}};
    const auto list = ReadableList::from({table("public.a", asked)}, asked, true);
    QVERIFY(list->items.front().set == (Options{{"table", "public.a"}}));
    QCOMPARE(list->items.front().erased, std::vector<std::string>{"query"});
}

void ReadableBrowserTest::columnsComeWhenTheyAreLookedAt()
{
    ReadableTree tree;
    tree.setList(ReadableList::from({table("public.a"), table("public.b")}, {}, true));
    QSignalSpy wanted(&tree, &ReadableTree::columnsWanted);
    const QModelIndex b = find(tree, QStringLiteral("b"));
    QVERIFY(tree.hasChildren(b));
    QVERIFY(tree.canFetchMore(b));
    tree.fetchMore(b);
    tree.fetchMore(b);
    QCOMPARE(wanted.count(), 1);
    QCOMPARE(wanted.at(0).at(0).toInt(), 1);
    QCOMPARE(print(tree, b), QStringLiteral("Reading the columns…\n"));
    tree.setColumns(1, std::vector<ReadableColumn>{{"id", "bigint", "primary key", true}, {"n", "text", "", false}});
    QCOMPARE(print(tree, b), QStringLiteral("id | bigint, primary key\nn | text\n"));
    QCOMPARE(tree.columnAt(tree.index(1, 0, b)), QStringLiteral("n"));
    QCOMPARE(tree.itemAt(tree.index(1, 0, b))->fullName, QStringLiteral("public.b"));
    QVERIFY(!tree.itemAt(tree.index(0, 0)));
    tree.fetchMore(find(tree, QStringLiteral("a")));
    tree.setColumns(0, fail(ErrorCode::Permission, "You may not."));
    QCOMPARE(print(tree, find(tree, QStringLiteral("a"))), QStringLiteral("You may not.\n"));
}

void ReadableBrowserTest::theFilterKeepsTheFoldersAround()
{
    ReadableTree tree;
    tree.setList(ReadableList::from({table("public.orders"), table("public.items"), table("Sales.Orders")}, {}, true));
    tree.setFilter(QStringLiteral("ORD"));
    QCOMPARE(print(tree), QStringLiteral("public\n  orders | table, 2 columns\nSales\n  Orders | table, 2 columns\n"));
    QCOMPARE(tree.shownItems(), 2);
    tree.setFilter(QStringLiteral("sales"));
    QCOMPARE(print(tree), QStringLiteral("Sales\n  Orders | table, 2 columns\n"));
    tree.setFilter(QStringLiteral("none"));
    QCOMPARE(print(tree), QString());
    tree.setFilter({});
    QCOMPARE(tree.shownItems(), 3);
}

void ReadableBrowserTest::columnsOfAHiddenTableAreKept()
{
    ReadableTree tree;
    QAbstractItemModelTester tester(&tree, QAbstractItemModelTester::FailureReportingMode::QtTest);
    tester.setUseFetchMore(false); // it would fetch in the middle of a reset
    tree.setList(ReadableList::from({table("public.a"), table("public.b")}, {}, true));
    tree.fetchMore(find(tree, QStringLiteral("a")));
    tree.setFilter(QStringLiteral("b"));
    tree.setColumns(0, std::vector<ReadableColumn>{{"id", "bigint", "", false}});
    tree.setFilter({});
    QCOMPARE(print(tree, find(tree, QStringLiteral("a"))), QStringLiteral("id | bigint\n"));
}

void ReadableBrowserTest::theModelHoldsWhileItChanges()
{
    ReadableTree tree;
    QAbstractItemModelTester tester(&tree, QAbstractItemModelTester::FailureReportingMode::QtTest);
    tester.setUseFetchMore(false); // it would fetch in the middle of a reset
    connect(
        &tree, &ReadableTree::columnsWanted, &tree,
        [&tree](int item) {
            tree.setColumns(item, std::vector<ReadableColumn>{{"id", "bigint", "", false}});
        },
        Qt::QueuedConnection);
    tree.setList(ReadableList::from({table("x.a"), table("x.b"), table("y.c"), table("d")}, {}, true));
    tree.fetchMore(find(tree, QStringLiteral("b")));
    QTRY_VERIFY(find(tree, QStringLiteral("id")).isValid());
    tree.setFilter(QStringLiteral("b"));
    tree.setFilter(QStringLiteral("zzz"));
    tree.setFilter({});
    tree.setList(ReadableList::from({}, {}, true));
    tree.setList(nullptr);
    QCOMPARE(tree.rowCount(), 0);
}

void ReadableBrowserTest::pickingFillsTheSource()
{
    Shop shop;
    const Registry registry = registryOf(shop);
    ReadableBrowser browser(registry);
    browser.show();
    QString picked;
    Options set;
    connect(&browser, &ReadableBrowser::picked, this, [&](const ReadableList::Item& item) {
        picked = item.fullName;
        set = item.set;
    });
    browser.setSource(shopAt("db"));
    QTRY_COMPARE(browser.tree().shownItems(), 4);
    const QModelIndex index = find(browser.tree(), QStringLiteral("t1"));
    Q_EMIT browser.view().activated(index);
    QCOMPARE(picked, QStringLiteral("public.t1"));
    QVERIFY(set == (Options{{"table", "public.t1"}}));
    browser.view().expand(index);
    QTRY_COMPARE(print(browser.tree(), index), QStringLiteral("id | bigint, primary key\nof_public.t1 | text\n"));
    const QModelIndex orders = find(browser.tree(), QStringLiteral("orders"));
    browser.view().expand(orders);
    QTRY_COMPARE(print(browser.tree(), orders), QStringLiteral("You may not look at 'sales.orders'.\n"));
}

void ReadableBrowserTest::thePlaceIsAskedOnce()
{
    Shop shop;
    const Registry registry = registryOf(shop);
    ReadableBrowser browser(registry);
    browser.show();
    ConnectorSpec source = shopAt("db");
    browser.setSource(source);
    QTRY_COMPARE(browser.tree().shownItems(), 4);
    source.options.set("table", "public.t1");
    source.options.erase("query");
    browser.setSource(source);
    QCOMPARE(browser.tree().shownItems(), 4);
    QCOMPARE(shop.described.load(), 1);
    // A name that is being typed is asked for when it stands.
    for (const char* host : {"d", "db", "db2"})
        browser.setSource(shopAt(host));
    QTRY_COMPARE(shop.described.load(), 2);
    browser.setSource({"none", {}});
    QVERIFY(!browser.isVisible());
}

void ReadableBrowserTest::aSearchCanBeStopped()
{
    Shop shop;
    shop.isStuck = true;
    const Registry registry = registryOf(shop);
    ReadableBrowser browser(registry);
    browser.show();
    browser.setSource(shopAt("db"));
    QTRY_COMPARE(shop.described.load(), 1);
    browser.cancel();
    QCOMPARE(browser.note(), QStringLiteral("Stopped."));
    QTRY_VERIFY(shop.wasStopped.load());
    QCOMPARE(browser.tree().rowCount(), 0);
    shop.isStuck = false;
    browser.reload();
    QTRY_COMPARE(browser.tree().shownItems(), 4);
}

void ReadableBrowserTest::errorsAreSaid()
{
    Shop shop;
    const Registry registry = registryOf(shop);
    ReadableBrowser browser(registry);
    browser.show();
    browser.setSource(shopAt("down"));
    QTRY_COMPARE(browser.note(), QStringLiteral("Nobody answers at 'down'."));
    browser.setSource({"shop", Options{{"host", "${env:HEADRACE_TEST_NONE}"}}});
    QTRY_VERIFY2(browser.note().contains(QStringLiteral("HEADRACE_TEST_NONE")), qPrintable(browser.note()));
    browser.setSource({"shop", {}}); // nothing is wrong yet
    QTRY_VERIFY2(browser.note().startsWith(QStringLiteral("Fill in at the left")), qPrintable(browser.note()));
    browser.setSource(shopAt("db"));
    QTRY_COMPARE(browser.tree().shownItems(), 4);
    QVERIFY(browser.note().isEmpty());
    QTest::keyClicks(&browser.filter(), QStringLiteral("zz"));
    QTRY_COMPARE(browser.note(), QStringLiteral("Nothing here has “zz” in its name."));
}

void ReadableBrowserTest::tenThousandTables()
{
    Shop shop;
    shop.tables = 10'000;
    const Registry registry = registryOf(shop);
    ReadableBrowser browser(registry);
    browser.resize(500, 700);
    browser.show();
    browser.setSource(shopAt("db"));
    QTRY_COMPARE(browser.tree().shownItems(), 10'001);
    QTest::keyClicks(&browser.filter(), QStringLiteral("t999"));
    QTRY_COMPARE(browser.tree().shownItems(), 11);
    QVERIFY(browser.view().isExpanded(browser.tree().index(0, 0))); // few are shown at once
}

void ReadableBrowserTest::descriptionsComeWhenAFolderIsUnfolded()
{
    Shop shop;
    shop.tables = 300; // too many to be unfolded by themselves
    const Registry registry = registryOf(shop);
    std::vector<ConnectionType> types = connectionTypes();
    std::atomic<int> asked = 0;
    types.front().descriptions = [&asked](const Options& options, const std::string& folder,
                                          const std::stop_token&) -> Result<std::map<std::string, std::string>> {
        ++asked;
        if (folder == "sales")
            return fail(ErrorCode::Permission, "You may not look into 'sales'.");
        return std::map<std::string, std::string>{{folder + ".t1", "table at " + options.text("host")}};
    };
    setConnectionTypes(std::move(types));
    ReadableBrowser browser(registry);
    browser.show();
    browser.setSource(shopAt("db"));
    QTRY_COMPARE(browser.tree().shownItems(), 301);
    QCOMPARE(asked.load(), 0);
    const auto describedAs = [&browser] { return find(browser.tree(), "t1").siblingAtColumn(1).data().toString(); };
    QCOMPARE(describedAs(), QString("table, 2 columns"));
    browser.view().expand(browser.tree().index(0, 0));
    browser.filter().setText("t1");
    QTest::keyClick(&browser.filter(), Qt::Key_2); // the tree is laid out anew meanwhile
    QTRY_COMPARE(browser.tree().shownItems(), 11);
    browser.filter().clear();
    QTRY_COMPARE(browser.tree().shownItems(), 301);
    QTRY_COMPARE(describedAs(), QString("table at db"));
    browser.view().expand(browser.tree().index(0, 0));
    QCOMPARE(asked.load(), 1); // once
    browser.view().expand(browser.tree().index(1, 0));
    QTRY_COMPARE(browser.note(), QString("You may not look into 'sales'."));
    browser.reload();
    QTRY_COMPARE(describedAs(), QString("table, 2 columns"));
}

QTEST_MAIN(ReadableBrowserTest)
#include "tst_readable_browser.moc"
