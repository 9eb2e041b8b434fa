// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/rows.h"

#include "connectors/pipeline/connection_file.h"
#include "widgets/bridge/connection_answer.h"
#include "widgets/bridge/connection_book.h"
#include "widgets/bridge/pipeline_document.h"
#include "widgets/bridge/run_controller.h"
#include "widgets/forms/connection_bar.h"
#include "widgets/forms/option_editor.h"
#include "widgets/forms/option_form.h"
#include "widgets/pages/connect_page.h"
#include "widgets/shell/navigator.h"

#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace headrace;

namespace {

std::vector<OptionSpec> shopOptions()
{
    return {{.key = "host", .label = "Host", .help = "Of the server."},
            {.key = "user", .label = "User", .help = "Who."},
            {.key = "password", .label = "Password", .help = "Of the user.", .secret = true}};
}

/// "shop" reads and writes with the options of a connection and a table; "lines" has no connections.
Registry registry()
{
    const auto fill = [](auto type) {
        type.type = "shop";
        type.label = "Shop";
        type.options = shopOptions();
        type.options.insert(type.options.begin(), connectionOption());
        type.options.push_back({.key = "table", .label = "Table", .help = "Which."});
        return type;
    };
    Registry registry;
    SourceType source = fill(SourceType());
    source.probe = [](const Options& options, const std::stop_token&) -> Result<std::string> {
        if (options.text("table").empty())
            return fail(ErrorCode::Usage, "The shop source needs the option 'table'.");
        return "The table '" + options.text("table") + "' has 3 columns.";
    };
    registry.add(std::move(source));
    registry.add(fill(SinkType()));
    SourceType lines;
    lines.type = "lines";
    lines.options = {{.key = "table", .label = "Table", .help = "Which."}};
    registry.add(std::move(lines));
    return registry;
}

} // namespace

/// Saved connections: kept in their file, shown at the left, used by the pages.
class ConnectionsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void theBookKeepsItsFile();
    void namesAreTakenOnce();
    void whatAnotherProgramSavedStays();
    void aTestColoursItsLine();
    void aConnectionTakesThePlaceOfItsOptions();
    void withoutAConnectionItsOptionsComeBack();
    void anotherTypeDropsTheConnection();
    void aMissingConnectionIsSaid();
    void anEndAnswers_data();
    void anEndAnswers();
    void theNavigatorListsThem();
    void theMenuOffersWhatCanBeDone();

private:
    std::string m_path;
    std::unique_ptr<QTemporaryDir> m_folder;
    Registry m_registry = registry();
    std::string m_reached; ///< host of the last test; "down" fails
};

void ConnectionsTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->filePath(QStringLiteral("connections.yaml")).toStdString();
    setConnectionTypes(
        {{"shop", shopOptions(), [](const Options& options, const std::stop_token&) -> Result<std::string> {
              if (options.text("host") == "down")
                  return fail(ErrorCode::Unavailable, "Nobody answers at 'down'.");
              return "Shop at " + options.text("host") + ".";
          }}});
    setConnectionLookup(connectionsIn(m_path));
}

void ConnectionsTest::theBookKeepsItsFile()
{
    ConnectionBook book(m_registry, QString::fromStdString(m_path));
    QSignalSpy changed(&book, &ConnectionBook::changed);
    QVERIFY_RESULT(book.save({"b", "shop", Options{{"host", "db"}}}));
    QVERIFY_RESULT(book.save({"a", "shop", Options{{"host", "db2"}, {"password", "${env:P}"}}}));
    QCOMPARE(changed.count(), 2);
    QCOMPARE(book.connections().front().name, std::string("a"));
    ConnectionBook other(m_registry, QString::fromStdString(m_path));
    QVERIFY(other.connections() == book.connections());
    QVERIFY_RESULT(other.save({"c", "shop", Options{{"host", "db3"}}}, "a"));
    QVERIFY(!other.find("a"));
    QVERIFY_RESULT(other.remove("b"));
    QCOMPARE(other.connections().size(), std::size_t{1});
    QCOMPARE(loadConnections(m_path)->front().name, std::string("c"));
}

void ConnectionsTest::namesAreTakenOnce()
{
    ConnectionBook book(m_registry, QString::fromStdString(m_path));
    QVERIFY_RESULT(book.save({"a", "shop", Options{{"host", "db"}}}));
    const Status again = book.save({"a", "shop", Options{{"host", "other"}}});
    QVERIFY(!again && again.error().message.find("'a'") != std::string::npos);
    QCOMPARE(book.find("a")->options.text("host"), std::string("db"));
    QVERIFY(!book.save({"a b", "shop", {}}));
    const Status open = book.save({"c", "shop", Options{{"password", "hunter2"}}});
    QVERIFY(!open && open.error().message.find("hunter2") == std::string::npos);
    QVERIFY_RESULT(book.save({"a", "shop", Options{{"host", "other"}}}, "a"));
}

void ConnectionsTest::whatAnotherProgramSavedStays()
{
    ConnectionBook book(m_registry, QString::fromStdString(m_path));
    QVERIFY_RESULT(saveConnections({{"theirs", "shop", Options{{"host", "x"}}}}, m_path));
    QVERIFY_RESULT(book.save({"mine", "shop", Options{{"host", "y"}}}));
    QVERIFY(book.find("theirs"));
    QVERIFY_RESULT(saveConnections({}, m_path));
    book.reload();
    QVERIFY(book.connections().empty());
}

void ConnectionsTest::aTestColoursItsLine()
{
    ConnectionBook book(m_registry, QString::fromStdString(m_path));
    QVERIFY_RESULT(book.save({"good", "shop", Options{{"host", "up"}}}));
    QVERIFY_RESULT(book.save({"bad", "shop", Options{{"host", "down"}}}));
    QVERIFY(book.health("good") == ConnectionBook::Health::Unknown);
    book.test("good");
    book.test("bad");
    QTRY_VERIFY(book.health("good") == ConnectionBook::Health::Good);
    QTRY_VERIFY(book.health("bad") == ConnectionBook::Health::Bad);
    QCOMPARE(book.answer("good"), QStringLiteral("Shop at up."));
    QCOMPARE(book.answer("bad"), QStringLiteral("Nobody answers at 'down'."));
    QVERIFY_RESULT(book.save({"bad", "shop", Options{{"host", "up"}}}, "bad")); // what was said is about the old one
    QVERIFY(book.health("bad") == ConnectionBook::Health::Unknown);
}

void ConnectionsTest::aConnectionTakesThePlaceOfItsOptions()
{
    ConnectionBook book(m_registry, QString::fromStdString(m_path));
    QVERIFY_RESULT(book.save({"main", "shop", Options{{"host", "db"}, {"password", "${env:P}"}}}));
    PipelineDocument document(m_registry);
    Pipeline pipeline;
    pipeline.name = "orders";
    pipeline.source = {"shop", Options{{"host", "old"}, {"user", "me"}, {"table", "orders"}}};
    document.reset(pipeline);
    ConnectPage page(ConnectPage::Role::Source, document, {.connections = &book});
    page.show();
    QVERIFY(page.form()->editorOf(QStringLiteral("host"))->isVisible());
    page.useConnection(QStringLiteral("main"));
    QVERIFY(document.pipeline().source ==
            (ConnectorSpec{"shop", Options{{"connection", "main"}, {"table", "orders"}}}));
    QVERIFY(!page.form()->editorOf(QStringLiteral("host"))->isVisible());
    QVERIFY(page.form()->editorOf(QStringLiteral("table"))->isVisible());
    auto* bar = page.findChild<ConnectionBar*>();
    QCOMPARE(bar->choice().currentText(), QStringLiteral("main"));
    QCOMPARE(bar->summary(), QStringLiteral("db"));
    // The form still edits what is the pipeline's own.
    auto* table = page.form()->editorOf(QStringLiteral("table"))->findChild<QLineEdit*>();
    QTest::keyClicks(table, QStringLiteral("2"));
    QVERIFY(document.pipeline().source ==
            (ConnectorSpec{"shop", Options{{"connection", "main"}, {"table", "orders2"}}}));
}

void ConnectionsTest::withoutAConnectionItsOptionsComeBack()
{
    ConnectionBook book(m_registry, QString::fromStdString(m_path));
    QVERIFY_RESULT(book.save({"main", "shop", Options{{"host", "db"}, {"password", "${env:P}"}}}));
    PipelineDocument document(m_registry);
    Pipeline pipeline;
    pipeline.name = "orders";
    pipeline.destination = {"shop", Options{{"connection", "main"}, {"host", "mine"}, {"table", "t"}}};
    document.reset(pipeline);
    ConnectPage page(ConnectPage::Role::Destination, document, {.connections = &book});
    page.show();
    QVERIFY(page.form()->editorOf(QStringLiteral("host"))->isVisible()); // it is overridden here
    page.useConnection({});
    QVERIFY(document.pipeline().destination ==
            (ConnectorSpec{"shop", Options{{"host", "mine"}, {"password", "${env:P}"}, {"table", "t"}}}));
    QSignalSpy save(&page, &ConnectPage::connectionSaveRequested);
    Q_EMIT page.findChild<ConnectionBar*>()->saveRequested();
    const auto draft = save.at(0).at(0).value<SavedConnection>();
    QVERIFY(draft == (SavedConnection{{}, "shop", Options{{"host", "mine"}, {"password", "${env:P}"}}}));
    document.undoStack().undo();
    QVERIFY(document.pipeline() == pipeline);
}

void ConnectionsTest::anotherTypeDropsTheConnection()
{
    ConnectionBook book(m_registry, QString::fromStdString(m_path));
    PipelineDocument document(m_registry);
    Pipeline pipeline;
    pipeline.name = "orders";
    pipeline.source = {"shop", Options{{"connection", "main"}, {"host", "db"}, {"table", "t"}}};
    document.reset(pipeline);
    ConnectPage page(ConnectPage::Role::Source, document, {.connections = &book});
    page.show();
    auto* types = page.findChild<QComboBox*>();
    types->setCurrentIndex(types->findData(QStringLiteral("lines")));
    Q_EMIT types->activated(types->currentIndex());
    QVERIFY(document.pipeline().source == (ConnectorSpec{"lines", Options{{"table", "t"}}}));
    QVERIFY(!page.findChild<ConnectionBar*>()->isVisible());
}

void ConnectionsTest::aMissingConnectionIsSaid()
{
    ConnectionBook book(m_registry, QString::fromStdString(m_path));
    PipelineDocument document(m_registry);
    Pipeline pipeline;
    pipeline.name = "orders";
    pipeline.source = {"shop", Options{{"connection", "gone"}, {"table", "t"}}};
    document.reset(pipeline);
    ConnectPage page(ConnectPage::Role::Source, document, {.connections = &book});
    page.show();
    auto* bar = page.findChild<ConnectionBar*>();
    QCOMPARE(bar->choice().currentText(), QStringLiteral("gone (missing)"));
    QVERIFY(bar->summary().contains(QStringLiteral("No connection of that name")));
    QVERIFY_RESULT(book.save({"gone", "shop", Options{{"host", "db"}}}));
    QCOMPARE(bar->choice().currentText(), QStringLiteral("gone"));
    QVERIFY(document.pipeline() == pipeline);
}

void ConnectionsTest::anEndAnswers_data()
{
    QTest::addColumn<Options>("options");
    QTest::addColumn<bool>("saysPlace");
    QTest::addColumn<QString>("answer");
    QTest::addColumn<bool>("isWhole");
    const Options whole{{"host", "up"}, {"table", "t"}};
    QTest::newRow("what is read") << whole << false << QStringLiteral("The table 't' has 3 columns.") << true;
    QTest::newRow("and who answers") << whole << true << QStringLiteral("The table 't' has 3 columns.\nShop at up.")
                                     << true;
    QTest::newRow("no table yet") << Options{{"host", "up"}} << false
                                  << QStringLiteral("Shop at up. The shop source needs the option 'table'.") << false;
    QTest::newRow("no table and nobody there")
        << Options{{"host", "down"}} << false << QStringLiteral("Nobody answers at 'down'.") << false;
    QTest::newRow("a saved connection, no table yet")
        << Options{{"connection", "main"}} << false
        << QStringLiteral("Shop at up. The shop source needs the option 'table'.") << false;
}

void ConnectionsTest::anEndAnswers()
{
    QFETCH(Options, options);
    QFETCH(bool, saysPlace);
    QFETCH(QString, answer);
    QFETCH(bool, isWhole);
    QVERIFY_RESULT(saveConnections({{"main", "shop", Options{{"host", "up"}}}}, m_path));
    const auto found = askConnection(m_registry, **m_registry.source("shop"), {"shop", options}, saysPlace, {});
    QCOMPARE(QString::fromStdString(found ? found->text : found.error().message), answer);
    QCOMPARE(found && found->isWhole, isWhole);
}

void ConnectionsTest::theNavigatorListsThem()
{
    ConnectionBook book(m_registry, QString::fromStdString(m_path));
    QVERIFY_RESULT(book.save({"main", "shop", Options{{"host", "down"}}}));
    PipelineDocument document(m_registry);
    RunController run(m_registry, m_folder->path());
    Navigator navigator(document, run, book);
    const auto print = [&navigator] {
        QStringList lines;
        for (const NavigatorEntry& entry : navigator.model().entries())
            lines << entry.name + (entry.note.isEmpty() ? QString() : QStringLiteral(" | ") + entry.note);
        return lines.join(QLatin1Char('\n'));
    };
    QCOMPARE(print(), QStringLiteral("Pipelines\nNew pipeline\nConnections\nmain | Shop\nThis computer | Files\n"
                                     "New connection…"));
    QVERIFY(navigator.model().entries()[3].state == NavigatorEntry::State::Idle);
    book.test("main");
    QTRY_VERIFY(navigator.model().entries()[3].state == NavigatorEntry::State::Failed);
    QCOMPARE(navigator.model().index(3).data(Qt::ToolTipRole).toString(), QStringLiteral("Nobody answers at 'down'."));
}

void ConnectionsTest::theMenuOffersWhatCanBeDone()
{
    ConnectionBook book(m_registry, QString::fromStdString(m_path));
    QVERIFY_RESULT(book.save({"main", "shop", Options{{"host", "db"}}}));
    PipelineDocument document(m_registry);
    RunController run(m_registry, m_folder->path());
    Navigator navigator(document, run, book);
    QSignalSpy source(&navigator, &Navigator::sourceChosen);
    QVERIFY(!navigator.createMenu(navigator.model().index(0)));
    const std::unique_ptr<QMenu> menu(navigator.createMenu(navigator.model().index(3)));
    QStringList texts;
    for (const QAction* action : menu->actions())
        texts << action->text();
    QCOMPARE(texts.join(QStringLiteral(", ")), QStringLiteral("Read from it, Write to it, , Test, Edit…, Delete…"));
    menu->actions().front()->trigger();
    QCOMPARE(source.at(0).at(0).toString(), QStringLiteral("main"));
}

QTEST_MAIN(ConnectionsTest)
#include "tst_connections.moc"
