// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/headrace_process.h"
#include "tests/support/postgres_server.h"
#include "tests/support/rows.h"

#include "app/connection_dialog.h"
#include "app/main_window.h"
#include "app/settings.h"
#include "connectors/builtins.h"
#include "connectors/pipeline/connection_file.h"
#include "widgets/forms/option_editor.h"
#include "widgets/forms/option_form.h"
#include "widgets/pages/connect_page.h"
#include "widgets/pages/preview_page.h"
#include "widgets/pages/readable_browser.h"
#include "widgets/shell/navigator.h"

#include <QAbstractButton>
#include <QApplication>
#include <QLineEdit>
#include <QMessageBox>
#include <QTimer>
#include <QTreeView>

using namespace headrace;

/// A connection to a real PostgreSQL: made and tested in the window, browsed, read from, and found by the commands.
class SavedConnectionsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void aConnectionIsMadeTestedAndUsed();
    void aFailedTestNamesItsCause_data();
    void aFailedTestNamesItsCause();
    void theTreeShowsTheDatabase();
    void commandsFindIt();
    void deletingAsksFirst();

private:
    [[nodiscard]] SavedConnection connection(const std::string& name) const;
    void type(ConnectionDialog& dialog, const char* key, const QString& text);

    std::unique_ptr<test::PostgresServer> m_server;
    Registry m_registry = builtinConnectors();
    std::unique_ptr<test::Workplace> m_place;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<MainWindow> m_window;
};

void SavedConnectionsTest::initTestCase()
{
    m_server = std::make_unique<test::PostgresServer>();
    qputenv("HEADRACE_TEST_PASSWORD", test::PostgresServer::kPassword);
    m_server->run("CREATE SCHEMA sales; CREATE TABLE customers(id bigint PRIMARY KEY, name text NOT NULL);"
                  "CREATE TABLE sales.orders(id bigint PRIMARY KEY, customer bigint REFERENCES customers, "
                  "total numeric(10,2), updated_at timestamptz NOT NULL DEFAULT now());"
                  "INSERT INTO customers VALUES (1, 'Ann'), (2, 'Bo');"
                  "INSERT INTO sales.orders SELECT i, 1 + i % 2, i * 1.5 FROM generate_series(1, 40) i; ANALYZE");
}

void SavedConnectionsTest::init()
{
    m_window.reset();
    m_place = std::make_unique<test::Workplace>();
    const QString file = m_place->path(QStringLiteral("config/connections.yaml"));
    setConnectionLookup(connectionsIn(file.toStdString()));
    m_settings = std::make_unique<Settings>(m_place->path(QStringLiteral("settings.ini")));
    m_window = std::make_unique<MainWindow>(MainWindow::Setup{.registry = &m_registry,
                                                              .settings = m_settings.get(),
                                                              .stateFolder = m_place->path(QStringLiteral("state")),
                                                              .connectionsFile = file,
                                                              .destination =
                                                                  [](const std::string&) {
                                                                      return ConnectorSpec{"null", {}};
                                                                  },
                                                              .services = {}});
    m_window->resize(1440, 900);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
}

SavedConnection SavedConnectionsTest::connection(const std::string& name) const
{
    return {name, "postgres", m_server->options({{"password", "${env:HEADRACE_TEST_PASSWORD}"}})};
}

void SavedConnectionsTest::type(ConnectionDialog& dialog, const char* key, const QString& text)
{
    auto* line = dialog.form().editorOf(QString::fromLatin1(key))->findChild<QLineEdit*>();
    line->selectAll();
    QTest::keyClicks(line, text);
}

void SavedConnectionsTest::aConnectionIsMadeTestedAndUsed()
{
    ConnectionDialog* dialog = m_window->openConnection({});
    dialog->name().setText(QStringLiteral("shop"));
    const Options options = m_server->options();
    for (const char* key : {"host", "port", "database", "user"})
        type(*dialog, key, QString::fromStdString(options.text(key)));
    type(*dialog, "password", QStringLiteral("${env:HEADRACE_TEST_PASSWORD}"));
    dialog->test();
    QTRY_VERIFY2(dialog->answer().contains(QStringLiteral("database 'test' as 'tester', not encrypted")),
                 qPrintable(dialog->answer()));
    dialog->save();
    QVERIFY(m_window->connections().find("shop"));
    QVERIFY(m_place->content(QStringLiteral("config/connections.yaml")).contains(QStringLiteral("${env:")));
    QVERIFY(!m_place->content(QStringLiteral("config/connections.yaml"))
                 .contains(QString::fromLatin1(test::PostgresServer::kPassword)));
    QTRY_VERIFY(m_window->connections().health("shop") == ConnectionBook::Health::Good);

    Q_EMIT m_window->navigator().sourceChosen(QStringLiteral("shop"));
    QVERIFY(m_window->document().pipeline().source == (ConnectorSpec{"postgres", Options{{"connection", "shop"}}}));
    QCOMPARE(m_window->pages().current(), Page::Connect);
}

void SavedConnectionsTest::aFailedTestNamesItsCause_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("cause");
    QTest::newRow("password") << "password"
                              << "${env:HEADRACE_TEST_WRONG}"
                              << "password";
    QTest::newRow("database") << "database"
                              << "nothing_here"
                              << "nothing_here";
    QTest::newRow("port") << "port"
                          << "1"
                          << "refused";
    QTest::newRow("name") << "host"
                          << "no-such-host.invalid"
                          << "no-such-host.invalid";
    QTest::newRow("variable") << "password"
                              << "${env:HEADRACE_TEST_NONE}"
                              << "HEADRACE_TEST_NONE";
}

void SavedConnectionsTest::aFailedTestNamesItsCause()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(QString, cause);
    qputenv("HEADRACE_TEST_WRONG", "wrong");
    SavedConnection broken = connection("broken");
    broken.options.set(key.toStdString(), value.toStdString());
    QVERIFY_RESULT(m_window->connections().save(broken));
    m_window->connections().test("broken");
    QTRY_VERIFY_WITH_TIMEOUT(m_window->connections().health("broken") == ConnectionBook::Health::Bad, 60'000);
    const QString answer = m_window->connections().answer("broken");
    QVERIFY2(answer.contains(cause), qPrintable(answer));
    QVERIFY(!answer.contains(QString::fromLatin1(test::PostgresServer::kPassword)));
}

void SavedConnectionsTest::theTreeShowsTheDatabase()
{
    QVERIFY_RESULT(m_window->connections().save(connection("shop")));
    Q_EMIT m_window->navigator().sourceChosen(QStringLiteral("shop"));
    ReadableBrowser& browser = *m_window->pages().pageAs<ConnectPage>(Page::Connect).browser();
    QTRY_COMPARE_WITH_TIMEOUT(browser.tree().shownItems(), 2, 30'000);
    const auto orders = browser.tree().match(browser.tree().index(0, 0), Qt::DisplayRole, QStringLiteral("orders"), 1,
                                             Qt::MatchExactly | Qt::MatchRecursive);
    QCOMPARE(orders.size(), 1);
    QCOMPARE(orders[0].parent().data().toString(), QStringLiteral("sales"));
    QVERIFY(
        orders[0].siblingAtColumn(1).data().toString().startsWith(QStringLiteral("table, 4 columns, about 40 rows")));
    browser.view().expand(orders[0]);
    const auto columns = [&browser, index = QPersistentModelIndex(orders[0])] {
        QStringList lines;
        for (int row = 0; row < browser.tree().rowCount(index); ++row)
            lines << browser.tree().index(row, 0, index).data().toString() + QStringLiteral(" ") +
                         browser.tree().index(row, 1, index).data().toString();
        return lines.join(QLatin1Char('\n'));
    };
    QTRY_COMPARE_WITH_TIMEOUT(columns(),
                              QStringLiteral("id bigint, primary key\n"
                                             "customer bigint, refers to customers\n"
                                             "total numeric(10,2)\n"
                                             "updated_at timestamp with time zone, not null"),
                              30'000);
    Q_EMIT browser.cursorPicked(*browser.tree().itemAt(orders[0]), QStringLiteral("updated_at"));
    QVERIFY(m_window->document().pipeline().source ==
            (ConnectorSpec{"postgres",
                           Options{{"connection", "shop"}, {"table", "sales.orders"}, {"cursor", "updated_at"}}}));
    m_window->pages().showPage(Page::Preview);
    const auto& preview = m_window->pages().pageAs<PreviewPage>(Page::Preview);
    QTRY_VERIFY_WITH_TIMEOUT(preview.loader().result().has_value(), 30'000);
    QVERIFY(preview.loader().result()->complete);
}

void SavedConnectionsTest::commandsFindIt()
{
    QVERIFY_RESULT(m_window->connections().save(connection("shop")));
    const QString file =
        m_place->pipeline(QStringLiteral("orders"), QStringLiteral("source: { type: postgres, connection: shop, table: "
                                                                   "customers }\n"
                                                                   "destination: { type: ndjson, path: out }\n"));
    const test::Finished rows = m_place->run({"preview", file, "--format", "csv"});
    QCOMPARE(rows.out, QStringLiteral("id,name\r\n1,Ann\r\n2,Bo\r\n"));
    QCOMPARE(rows.code, 0);
    QCOMPARE(m_place->run({"check", file}).code, 0);
    QCOMPARE(m_place->run({"run", file, "--progress", "none"}).code, 0);
    const test::Finished missing = m_place->run({"check", file, "--set", "source.connection=shpo"});
    QCOMPARE(missing.code, 2);
    QVERIFY2(missing.err.contains(QStringLiteral("did you mean 'shop'?")), qPrintable(missing.err));
}

void SavedConnectionsTest::deletingAsksFirst()
{
    QVERIFY_RESULT(m_window->connections().save(connection("shop")));
    for (const auto answer : {QMessageBox::Cancel, QMessageBox::Yes}) {
        QTimer::singleShot(0, this, [answer] {
            auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
            if (!box)
                qFatal("No question was asked.");
            box->button(answer)->click();
        });
        Q_EMIT m_window->navigator().connectionRemoved(QStringLiteral("shop"));
        QCOMPARE(m_window->connections().find("shop") != nullptr, answer == QMessageBox::Cancel);
    }
}

QTEST_MAIN(SavedConnectionsTest)
#include "tst_saved_connections.moc"
