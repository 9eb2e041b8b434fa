// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/duck_number.h"
#include "tests/support/postgres_server.h"
#include "tests/support/rows.h"

#include "app/main_window.h"
#include "app/settings.h"
#include "connectors/builtins.h"
#include "widgets/forms/rows_view.h"
#include "widgets/models/rows_model.h"
#include "widgets/pages/connect_page.h"
#include "widgets/pages/preview_page.h"
#include "widgets/pages/readable_browser.h"
#include "widgets/shell/run_bar.h"

#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

using namespace headrace;

/// The case of the help page "PostgreSQL into DuckDB, every 15 minutes", step by step, with what the page names only.
class CasePostgresTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void theSourceIsChosen();
    void whatIsNewIsChosen();
    void thePreviewShowsIt();
    void theDestinationIsChosen();
    void itSaysWhatWillHappen();
    void itRunsAndWaits();
    void aLaterRunTakesWhatIsNew();

private:
    void choose(Page page, const QString& label, const QString& text);
    void fill(Page page, const QString& label, const QString& text);
    QPushButton* button(const QString& text);
    [[nodiscard]] std::int64_t copied(const std::string& sql) const;

    QTemporaryDir m_folder;
    std::unique_ptr<test::PostgresServer> m_server;
    Registry m_registry = builtinConnectors();
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<MainWindow> m_window;
};

void CasePostgresTest::initTestCase()
{
    m_server = std::make_unique<test::PostgresServer>();
    qputenv("HEADRACE_TEST_PASSWORD", test::PostgresServer::kPassword);
    m_server->run("CREATE TABLE orders(id bigint PRIMARY KEY, total numeric(8,2), updated_at timestamptz NOT NULL);"
                  "CREATE INDEX ON orders(updated_at);"
                  "INSERT INTO orders SELECT n, n, now() - interval '1 hour' FROM generate_series(1, 500) n; ANALYZE");
    m_settings = std::make_unique<Settings>(m_folder.filePath(QStringLiteral("settings.ini")));
    m_window = std::make_unique<MainWindow>(
        MainWindow::Setup{.registry = &m_registry,
                          .settings = m_settings.get(),
                          .stateFolder = m_folder.filePath(QStringLiteral("state")),
                          .connectionsFile = m_folder.filePath(QStringLiteral("connections.yaml")),
                          .destination = [](const std::string&) {
                              return ConnectorSpec{"null", {}};
                          }});
    m_window->resize(1280, 800);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
}

/// Takes an entry of the box of that name.
void CasePostgresTest::choose(Page page, const QString& label, const QString& text)
{
    for (auto* box : m_window->pages().page(page)->findChildren<QComboBox*>()) {
        if (box->accessibleName() != label)
            continue;
        for (int entry = 0; entry < box->count(); ++entry) {
            if (!box->itemText(entry).startsWith(text))
                continue;
            box->setCurrentIndex(entry);
            Q_EMIT box->activated(entry);
            QCoreApplication::processEvents(); // new fields are shown
            return;
        }
    }
    QFAIL(qPrintable(QStringLiteral("'%1' has no '%2'.").arg(label, text)));
}

void CasePostgresTest::fill(Page page, const QString& label, const QString& text)
{
    for (auto* line : m_window->pages().page(page)->findChildren<QLineEdit*>()) {
        if (line->accessibleName() != label || !line->isVisibleTo(m_window.get()))
            continue;
        line->selectAll();
        QTest::keyClicks(line, text);
        QTest::keyClick(line, Qt::Key_Tab);
        return;
    }
    QFAIL(qPrintable(QStringLiteral("There is no field '%1'.").arg(label)));
}

QPushButton* CasePostgresTest::button(const QString& text)
{
    for (auto* found : m_window->findChildren<QPushButton*>()) {
        if (found->text() == text && found->isVisible())
            return found;
    }
    return nullptr;
}

std::int64_t CasePostgresTest::copied(const std::string& sql) const
{
    return test::duckNumber(m_folder.filePath(QStringLiteral("orders.duckdb")), sql);
}

void CasePostgresTest::theSourceIsChosen()
{
    choose(Page::Connect, QStringLiteral("Kind of source"), QStringLiteral("PostgreSQL"));
    const Options options = m_server->options();
    for (const auto& [label, key] : {std::pair{"Host", "host"}, std::pair{"Port", "port"},
                                     std::pair{"Database", "database"}, std::pair{"User", "user"}})
        fill(Page::Connect, QString::fromLatin1(label), QString::fromStdString(options.text(key)));
    fill(Page::Connect, QStringLiteral("Password"), QStringLiteral("${env:HEADRACE_TEST_PASSWORD}"));
    ReadableBrowser& browser = *m_window->pages().pageAs<ConnectPage>(Page::Connect).browser();
    QTRY_COMPARE(browser.tree().shownItems(), 1);
    const QModelIndex table = browser.tree().index(0, 0, browser.tree().index(0, 0));
    QCOMPARE(table.data().toString(), QStringLiteral("orders"));
    QTest::mouseClick(browser.view().viewport(), Qt::LeftButton, {}, browser.view().visualRect(table).center());
    QCOMPARE(m_window->document().pipeline().source.options.text("table"), std::string("public.orders"));
}

void CasePostgresTest::whatIsNewIsChosen()
{
    ReadableBrowser& browser = *m_window->pages().pageAs<ConnectPage>(Page::Connect).browser();
    const QModelIndex table = browser.tree().index(0, 0, browser.tree().index(0, 0));
    browser.view().expand(table);
    QTRY_COMPARE(browser.tree().rowCount(table), 3);
    const QModelIndex column = browser.tree().index(2, 0, table);
    QCOMPARE(column.data().toString(), QStringLiteral("updated_at"));
    Q_EMIT browser.view().customContextMenuRequested(browser.view().visualRect(column).center());
    auto* menu = browser.findChild<QMenu*>();
    QVERIFY(menu);
    QCOMPARE(menu->actions().back()->text(), QStringLiteral("Read what is new by updated_at"));
    menu->actions().back()->trigger();
    menu->close();
    QCOMPARE(m_window->document().pipeline().source.options.text("cursor"), std::string("updated_at"));
}

void CasePostgresTest::thePreviewShowsIt()
{
    m_window->pages().showPage(Page::Preview);
    QTRY_COMPARE(m_window->pages().pageAs<PreviewPage>(Page::Preview).rows().model().rowCount(), 100);
}

void CasePostgresTest::theDestinationIsChosen()
{
    m_window->pages().showPage(Page::Destination);
    choose(Page::Destination, QStringLiteral("Kind of destination"), QStringLiteral("DuckDB table"));
    fill(Page::Destination, QStringLiteral("Database file"), m_folder.filePath(QStringLiteral("orders.duckdb")));
    fill(Page::Destination, QStringLiteral("Table"), QStringLiteral("orders"));
    choose(Page::Destination, QStringLiteral("Mode"), QStringLiteral("upsert"));
    fill(Page::Destination, QStringLiteral("Key"), QStringLiteral("id"));
}

void CasePostgresTest::itSaysWhatWillHappen()
{
    choose(Page::Destination, QStringLiteral("Starts"), QStringLiteral("every"));
    fill(Page::Destination, QStringLiteral("Every"), QStringLiteral("15m"));
    QVERIFY2(m_window->runBar().error().isEmpty(), qPrintable(m_window->runBar().error()));
    const QString plan = m_window->runBar().status().replace(QChar(QChar::Nbsp), QLatin1Char(' '));
    // An estimate of their number may stand between.
    QVERIFY2(plan.startsWith(QStringLiteral("Every 15 min: all rows of public.orders at first")), qPrintable(plan));
    QVERIFY2(plan.contains(QStringLiteral("then those with a higher updated_at")), qPrintable(plan));
    QVERIFY2(plan.endsWith(QStringLiteral("exactly once")), qPrintable(plan));
}

void CasePostgresTest::itRunsAndWaits()
{
    QTest::mouseClick(button(QStringLiteral("Run here")), Qt::LeftButton);
    QTRY_COMPARE(m_window->run().latest().rowsCommitted, 500);
    QTRY_VERIFY(m_window->run().latest().state == RunState::Waiting);
    QTRY_VERIFY2(m_window->runBar().status().contains(QStringLiteral("with updated_at after")),
                 qPrintable(m_window->runBar().status()));
    QTest::mouseClick(button(QStringLiteral("Drain")), Qt::LeftButton);
    QTRY_VERIFY(!m_window->run().isRunning());
    QCOMPARE(copied("SELECT count(*) FROM orders"), 500);
}

void CasePostgresTest::aLaterRunTakesWhatIsNew()
{
    m_server->run("UPDATE orders SET total = -1, updated_at = now() - interval '1 minute' WHERE id <= 3;"
                  "INSERT INTO orders VALUES (501, 1, now() - interval '1 minute')");
    QTest::mouseClick(button(QStringLiteral("Run here")), Qt::LeftButton);
    QTRY_COMPARE(m_window->run().latest().rowsCommitted, 4);
    QTest::mouseClick(button(QStringLiteral("Drain")), Qt::LeftButton);
    QTRY_VERIFY(!m_window->run().isRunning());
    QCOMPARE(copied("SELECT count(*) FROM orders"), 501);
    QCOMPARE(copied("SELECT count(*) FROM orders WHERE total = -1"), 3);
}

QTEST_MAIN(CasePostgresTest)
#include "tst_case_postgres.moc"
