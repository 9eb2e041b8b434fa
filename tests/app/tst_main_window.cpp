// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/rows.h"

#include "app/main_window.h"
#include "app/settings.h"
#include "connectors/builtins.h"
#include "widgets/charts/live_charts.h"
#include "widgets/models/tables.h"
#include "widgets/pages/batch_details.h"
#include "widgets/pages/batch_page.h"
#include "widgets/pages/run_page.h"
#include "widgets/pages/shape_page.h"
#include "widgets/shell/run_bar.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QDir>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QSlider>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QUrl>

using namespace headrace;

/// The window around the pages: undo, drops, prompts, menus, keys, errors.
class MainWindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void init();
    void undoInAFieldIsTheDocuments();
    void severalFilesBecomeOneSource();
    void filesOfTwoKindsAreRefused();
    void aFileDroppedOnTheSqlIsOpened();
    void unsavedChangesAreAskedAbout();
    void savedPipelinesAreRecent();
    void pathsStartAtTheFile();
    void theSampleIsReadyToRun();
    void everyPageHasItsHelp();
    void everyControlIsReachedByKeyboard();
    void anErrorStaysWhileARunGoesOn();
    void batchesOfARunCanBeLookedAt();
    void aFailedRunSaysWhy();

private:
    QString write(const QString& name, const QByteArray& content);
    QAction* action(const QString& text);
    void answerNextQuestion(QMessageBox::StandardButton answer, QString* asked = nullptr);
    void runGenerator(const char* rows);

    std::unique_ptr<QTemporaryDir> m_folder;
    Registry m_registry = builtinConnectors();
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<MainWindow> m_window;
};

void MainWindowTest::init()
{
    m_window.reset();
    QDir::setCurrent(QDir::tempPath()); // a window enters the folder of its file
    m_folder = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<Settings>(m_folder->filePath(QStringLiteral("settings.ini")));
    m_settings->setTheme(ThemeChoice::Light);
    m_window =
        std::make_unique<MainWindow>(MainWindow::Setup{.registry = &m_registry,
                                                       .settings = m_settings.get(),
                                                       .stateFolder = m_folder->filePath(QStringLiteral("state")),
                                                       .destination =
                                                           [](const std::string&) {
                                                               return ConnectorSpec{"null", {}};
                                                           },
                                                       .services = {}});
    m_window->resize(1440, 900);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
}

QString MainWindowTest::write(const QString& name, const QByteArray& content)
{
    QFile file(m_folder->filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("'%s' could not be written.", qPrintable(file.fileName()));
    return file.fileName();
}

QAction* MainWindowTest::action(const QString& text)
{
    for (auto* action : m_window->findChildren<QAction*>()) {
        if (action->text() == text)
            return action;
    }
    return nullptr;
}

void MainWindowTest::answerNextQuestion(QMessageBox::StandardButton answer, QString* asked)
{
    QTimer::singleShot(0, this, [answer, asked] {
        auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
        if (!box)
            qFatal("No question was asked.");
        if (asked)
            *asked = box->text();
        box->button(answer)->click();
    });
}

void MainWindowTest::runGenerator(const char* rows)
{
    Pipeline pipeline = emptyPipeline();
    pipeline.name = "events";
    pipeline.source = {"generator", Options{{"rate", "2000"}, {"rows", rows}}};
    pipeline.destination = {"null", {}};
    pipeline.batch.rows = 100;
    m_window->document().reset(pipeline);
    QVERIFY2(m_window->runBar().canRun(), qPrintable(m_window->runBar().error()));
    Q_EMIT m_window->runBar().runRequested();
}

void MainWindowTest::undoInAFieldIsTheDocuments()
{
    m_window->openFile(write(QStringLiteral("a.csv"), "id,name\n1,x\n2,y\n"));
    m_window->pages().showPage(Page::Shape);
    auto& editor = m_window->pages().pageAs<ShapePage>(Page::Shape).editor();
    editor.setFocus();
    QTest::keyClicks(&editor, QStringLiteral("SELECT id FROM input"));
    QCOMPARE(m_window->document().pipeline().shapeSql, std::string("SELECT id FROM input"));
    QTest::keySequence(&editor, QKeySequence(QKeySequence::Undo));
    QCOMPARE(m_window->document().pipeline().shapeSql, std::string());
    QCOMPARE(editor.toPlainText(), QString());
    QTest::keySequence(&editor, QKeySequence(QKeySequence::Redo));
    QCOMPARE(editor.toPlainText(), QStringLiteral("SELECT id FROM input"));
}

void MainWindowTest::severalFilesBecomeOneSource()
{
    const QString a = write(QStringLiteral("a.csv"), "id\n1\n");
    const QString b = write(QStringLiteral("b.csv"), "id\n2\n");
    m_window->openFiles({a, b});
    QVERIFY(m_window->document().pipeline().source ==
            (ConnectorSpec{"csv", Options{{"path", OptionList{a.toStdString(), b.toStdString()}}}}));
    QCOMPARE(m_window->pages().current(), Page::Preview);
}

void MainWindowTest::filesOfTwoKindsAreRefused()
{
    m_window->openFiles({write(QStringLiteral("a.csv"), "id\n1\n"), write(QStringLiteral("b.ndjson"), "{}\n")});
    QVERIFY(m_window->document().isEmpty());
    QVERIFY2(m_window->runBar().error().contains(QStringLiteral("b.ndjson")), qPrintable(m_window->runBar().error()));
}

void MainWindowTest::aFileDroppedOnTheSqlIsOpened()
{
    m_window->pages().showPage(Page::Shape);
    auto& editor = m_window->pages().pageAs<ShapePage>(Page::Shape).editor();
    const QString path = write(QStringLiteral("a.csv"), "id\n1\n");
    QMimeData file;
    file.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent drag(QPoint(5, 5), Qt::CopyAction, &file, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(editor.viewport(), &drag);
    QVERIFY(drag.isAccepted());
    QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &file, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(editor.viewport(), &drop);
    QCOMPARE(editor.toPlainText(), QString());
    QVERIFY(m_window->document().pipeline().source == (ConnectorSpec{"csv", Options{{"path", path.toStdString()}}}));
}

void MainWindowTest::unsavedChangesAreAskedAbout()
{
    m_window->openFile(write(QStringLiteral("orders.csv"), "id\n1\n"));
    QVERIFY(m_window->isWindowModified());
    QString asked;
    answerNextQuestion(QMessageBox::Cancel, &asked);
    m_window->newPipeline();
    QVERIFY2(asked.contains(QStringLiteral("orders")), qPrintable(asked));
    QVERIFY(!m_window->document().isEmpty());
    answerNextQuestion(QMessageBox::Cancel);
    QVERIFY(!m_window->close());
    QVERIFY(m_window->isVisible());
    answerNextQuestion(QMessageBox::Discard);
    m_window->newPipeline();
    QVERIFY(m_window->document().isEmpty());
    QVERIFY(m_window->close());
}

void MainWindowTest::savedPipelinesAreRecent()
{
    m_window->openFile(write(QStringLiteral("orders.csv"), "id\n1\n"));
    const QString path = m_folder->filePath(QStringLiteral("orders.headrace.yaml"));
    QVERIFY_RESULT(m_window->document().save(path));
    m_window->newPipeline();
    auto* recent = action(QStringLiteral("Open &recent"))->menu();
    Q_EMIT recent->aboutToShow();
    QCOMPARE(recent->actions().size(), 1);
    QCOMPARE(recent->actions().front()->toolTip(), path);
    recent->actions().front()->trigger();
    QCOMPARE(m_window->document().filePath(), path);
    QCOMPARE(QString::fromStdString(m_window->document().pipeline().name), QStringLiteral("orders"));
}

void MainWindowTest::pathsStartAtTheFile()
{
    const QString before = QDir::currentPath();
    m_window->openFile(write(QStringLiteral("orders.csv"), "id\n1\n"));
    QCOMPARE(QDir::currentPath(), before);
    QVERIFY_RESULT(m_window->document().save(m_folder->filePath(QStringLiteral("orders.headrace.yaml"))));
    QCOMPARE(QDir::currentPath(), QDir(m_folder->path()).canonicalPath());
    m_window->newPipeline();
    QCOMPARE(QDir::currentPath(), before);
}

void MainWindowTest::theSampleIsReadyToRun()
{
    m_window->openSample();
    QCOMPARE(m_window->document().pipeline().source.type, std::string("generator"));
    QCOMPARE(m_window->document().pipeline().destination.type, std::string("null")); // the window's own
    QCOMPARE(m_window->pages().current(), Page::Batch);
    QVERIFY2(m_window->runBar().canRun(), qPrintable(m_window->runBar().error()));
}

void MainWindowTest::everyPageHasItsHelp()
{
    QStringList topics;
    for (int index = 0; index < kPageCount; ++index) {
        m_window->pages().showPage(static_cast<Page>(index));
        m_window->activateWindow();
        QTest::keyClick(m_window.get(), Qt::Key_F1);
        auto* dialog = m_window->findChild<QDialog*>(QStringLiteral("help"));
        QVERIFY2(dialog && dialog->isVisible(), qPrintable(pageName(static_cast<Page>(index))));
        const auto* list = dialog->findChild<QListWidget*>();
        QVERIFY(list->currentItem());
        topics << list->currentItem()->text();
    }
    QCOMPARE(topics.join(QStringLiteral(", ")),
             QStringLiteral("Connect, Preview, Shape, Batches and gates, Delivery, Run, Export"));
}

void MainWindowTest::everyControlIsReachedByKeyboard()
{
    m_window->openFile(write(QStringLiteral("a.csv"), "id,name\n1,x\n2,y\n"));
    QStringList wrong;
    for (int index = 0; index < kPageCount; ++index) {
        const auto page = static_cast<Page>(index);
        m_window->pages().showPage(page);
        QTest::qWait(0);
        // What Tab passes through, starting anywhere.
        QSet<const QWidget*> passed;
        QWidget* start = m_window.get();
        for (QWidget* at = start->nextInFocusChain(); at != start && !passed.contains(at); at = at->nextInFocusChain())
            passed.insert(at);
        for (const auto* widget : m_window->findChildren<QWidget*>()) {
            const bool isControl =
                qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QLineEdit*>(widget) ||
                qobject_cast<const QComboBox*>(widget) || qobject_cast<const QPlainTextEdit*>(widget) ||
                qobject_cast<const QAbstractItemView*>(widget) || qobject_cast<const QAbstractSlider*>(widget);
            const bool isPart = widget->objectName().startsWith(QLatin1String("qt_")) || widget->focusProxy() ||
                                widget->inherits("QScrollBar") || widget->inherits("QHeaderView") ||
                                widget->inherits("QTableCornerButton") || widget->inherits("QComboBoxListView") ||
                                widget->parentWidget()->inherits("QTabBar") ||
                                widget->parentWidget()->inherits("QMenuBar") ||
                                widget->parentWidget()->inherits("QTableView") ||
                                widget->inherits("QLineEditIconButton"); // has a key in its line
            if (!isControl || isPart || !widget->isVisible() || !widget->isEnabled())
                continue;
            const auto* button = qobject_cast<const QAbstractButton*>(widget);
            const QString name =
                !widget->accessibleName().isEmpty() ? widget->accessibleName() : (button ? button->text() : QString());
            if (!passed.contains(widget) || !(widget->focusPolicy() & Qt::TabFocus))
                wrong << QStringLiteral("%1: %2 '%3' is not reached by Tab")
                             .arg(pageName(page), QString::fromLatin1(widget->metaObject()->className()), name);
            const bool hasBuddy = std::ranges::any_of(
                m_window->findChildren<QLabel*>(), [widget](const QLabel* label) { return label->buddy() == widget; });
            if (name.isEmpty() && !hasBuddy)
                wrong << QStringLiteral("%1: a %2 has no name")
                             .arg(pageName(page), QString::fromLatin1(widget->metaObject()->className()));
        }
    }
    QCOMPARE(wrong.join(QLatin1Char('\n')), QString());
}

void MainWindowTest::anErrorStaysWhileARunGoesOn()
{
    runGenerator("1000000");
    m_window->openFile(QStringLiteral("/data/other.headrace.yaml"));
    QVERIFY2(m_window->runBar().error().contains(QStringLiteral("events")), qPrintable(m_window->runBar().error()));
    QTRY_VERIFY_WITH_TIMEOUT(m_window->run().latest().batches > 3, 30'000);
    QVERIFY(m_window->runBar().error().contains(QStringLiteral("events")));
    m_window->run().abort();
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->run().isRunning(), 30'000);
}

void MainWindowTest::batchesOfARunCanBeLookedAt()
{
    runGenerator("1000");
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->run().isRunning(), 60'000);
    auto& page = m_window->pages().pageAs<BatchPage>(Page::Batch);
    QVERIFY(!page.details().isVisible());
    Q_EMIT page.charts().stepped(-1);
    QVERIFY(page.details().isVisible());
    const std::int64_t last = page.details().record()->batch.sequence;
    QCOMPARE(page.details().record()->batch.rows, std::int64_t{100});
    QVERIFY(!page.details().record()->end.text.empty());
    Q_EMIT page.charts().stepped(-1);
    QCOMPARE(page.details().record()->batch.sequence, last - 1);
    Q_EMIT page.charts().picked(0);
    QCOMPARE(page.details().record()->batch.sequence, std::int64_t{1});

    m_window->pages().showPage(Page::Run);
    auto& run = m_window->pages().pageAs<RunPage>(Page::Run);
    run.findChild<QTabWidget*>()->setCurrentIndex(1);
    QTRY_COMPARE(run.batchView().model()->rowCount(), static_cast<int>(last));
    run.batchView().selectRow(0);
    QVERIFY(run.batchDetails().isVisible());
    QCOMPARE(run.batchDetails().record()->batch.sequence, last);
}

void MainWindowTest::aFailedRunSaysWhy()
{
    m_window->openFile(write(QStringLiteral("a.csv"), "id\n1\n"));
    Pipeline next = m_window->document().pipeline();
    next.destination = {"parquet", Options{{"path", "/proc/no-such-folder"}}};
    m_window->document().edit(QStringLiteral("Choose destination"), next);
    Q_EMIT m_window->runBar().runRequested();
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->run().isRunning(), 60'000);
    QVERIFY(m_window->run().latest().state == RunState::Failed);
    QVERIFY2(m_window->runBar().error().contains(QStringLiteral("/proc/no-such-folder")),
             qPrintable(m_window->runBar().error()));
    QVERIFY(m_window->runBar().canRun());
}

QTEST_MAIN(MainWindowTest)
#include "tst_main_window.moc"
