// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/duck_number.h"
#include "tests/support/rows.h"

#include "app/main_window.h"
#include "app/settings.h"
#include "connectors/builtins.h"
#include "widgets/charts/live_charts.h"
#include "widgets/forms/decision_bar.h"
#include "widgets/forms/gate_editor.h"
#include "widgets/forms/rows_view.h"
#include "widgets/models/rows_model.h"
#include "widgets/pages/batch_details.h"
#include "widgets/pages/batch_page.h"
#include "widgets/pages/export_page.h"
#include "widgets/pages/gates_panel.h"
#include "widgets/pages/preview_page.h"
#include "widgets/pages/profile_view.h"
#include "widgets/pages/shape_page.h"
#include "widgets/shell/run_bar.h"

#include <QApplication>
#include <QDir>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFile>
#include <QFileInfo>
#include <QLineEdit>
#include <QLocale>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

#include <algorithm>
#include <array>
#include <cstdio>

using namespace headrace;

namespace {

/// Bytes that this process has asked the system for.
qint64 bytesRead()
{
    QFile file(QStringLiteral("/proc/self/io"));
    if (!file.open(QIODevice::ReadOnly))
        return -1;
    return file.readLine().mid(7).trimmed().toLongLong();
}

} // namespace

/// The whole journey of a user, in one window: drop a CSV, look, shape, run, turn the gates, stop, run again, save,
/// export.
class JourneyTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void dropsACsvAndSeesRows();
    void shapesThem();
    void turnsTheGatesDuringARun();
    void stopsAndStartsAgainWithNothingDoubled();
    void savesAndReopensIt();
    void undoReachesBackToTheDrop();
    void exportsIt();

private:
    void press(const QString& button);
    void typeRows(const QString& rows);
    void savePicture(const QString& name);
    std::int64_t number(const std::string& sql);

    static constexpr int kRows = 2'000'000;
    QTemporaryDir m_folder;
    QString m_database;
    Registry m_registry = builtinConnectors();
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<MainWindow> m_window;
};

void JourneyTest::initTestCase()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    QFile csv(m_folder.filePath(QStringLiteral("readings.csv")));
    QVERIFY(csv.open(QIODevice::WriteOnly));
    csv.write("id;station;at;celsius\n");
    std::array<char, 80> line{};
    for (int id = 1; id <= kRows; ++id) {
        const int length = std::snprintf(line.data(), line.size(), "%d;S%d;2026-03-%02d 12:00:00;%d.%02d\n", id,
                                         id % 40, 1 + id % 28, id % 40, id % 100);
        csv.write(line.data(), length);
    }
    csv.close();
    m_database = m_folder.filePath(QStringLiteral("readings.duckdb"));
    m_settings = std::make_unique<Settings>(m_folder.filePath(QStringLiteral("settings.ini")));
    m_settings->setTheme(ThemeChoice::Light);
    m_window = std::make_unique<MainWindow>(MainWindow::Setup{
        .registry = &m_registry,
        .settings = m_settings.get(),
        .stateFolder = m_folder.filePath(QStringLiteral("state")),
        .destination = [this](const std::string& name) {
            return ConnectorSpec{"duckdb", Options{{"path", m_database.toStdString()}, {"table", name}}};
        }});
    m_window->resize(1440, 900);
    m_window->show();
    savePicture(QStringLiteral("journey-1-empty"));
}

void JourneyTest::dropsACsvAndSeesRows()
{
    const qint64 readBefore = bytesRead();
    QMimeData mime;
    mime.setUrls({QUrl::fromLocalFile(m_folder.filePath(QStringLiteral("readings.csv")))});
    QDragEnterEvent enter(QPoint(700, 500), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_window.get(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(700, 500), Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_window.get(), &drop);
    QCOMPARE(m_window->pages().current(), Page::Preview);
    const auto& preview = m_window->pages().pageAs<PreviewPage>(Page::Preview);
    QTRY_VERIFY_WITH_TIMEOUT(preview.loader().result(), 10'000);
    QCOMPARE(preview.rows().model().rowCount(), 100);
    // At once: the file was not read through for its first rows.
    const qint64 size = QFileInfo(m_folder.filePath(QStringLiteral("readings.csv"))).size();
    QVERIFY2(bytesRead() - readBefore < size / 4,
             qPrintable(QStringLiteral("%1 of %2 bytes were read").arg(bytesRead() - readBefore).arg(size)));
    QCOMPARE(preview.rows().model().columnCount(), 4);
    QCOMPARE(preview.rows().model().index(0, 1).data().toString(), QStringLiteral("S1"));
    QVERIFY(preview.decisions().count() > 0);
    savePicture(QStringLiteral("journey-2-preview"));
    auto* profile = preview.findChild<ProfileView*>();
    preview.findChild<QTabWidget*>()->setCurrentWidget(profile);
    QTRY_COMPARE_WITH_TIMEOUT(profile->model().rowCount(), 4, 30'000);
    savePicture(QStringLiteral("journey-2-profile"));
}

void JourneyTest::shapesThem()
{
    m_window->pages().showPage(Page::Shape);
    auto& shape = m_window->pages().pageAs<ShapePage>(Page::Shape);
    shape.editor().setPlainText(QStringLiteral("SELECT id, station, celsius FROM input WHERE nonsense > 0"));
    QTRY_VERIFY_WITH_TIMEOUT(shape.error().contains(QStringLiteral("nonsense")), 10'000);
    shape.editor().setPlainText(QStringLiteral("SELECT id, station, celsius * 1.8 + 32 AS fahrenheit\nFROM input"));
    QTRY_COMPARE_WITH_TIMEOUT(shape.rows().model().columnCount(), 3, 10'000);
    QCOMPARE(shape.error(), QString());
    savePicture(QStringLiteral("journey-3-shape"));
}

void JourneyTest::turnsTheGatesDuringARun()
{
    typeRows(QStringLiteral("2")); // so small that the input lasts until the stop
    QVERIFY2(m_window->runBar().canRun(), qPrintable(m_window->runBar().error()));
    press(QStringLiteral("Run here"));
    QCOMPARE(m_window->pages().current(), Page::Batch);
    const RunHistory& history = m_window->run().history();
    QTRY_VERIFY_WITH_TIMEOUT(m_window->run().latest().batches > 20, 30'000);
    typeRows(QStringLiteral("5"));
    const double asked = history.now();
    const auto firstLarger = [&history] {
        return std::ranges::find_if(history.batches(), [](const BatchRecord& r) { return r.batch.rows == 5; });
    };
    QTRY_VERIFY_WITH_TIMEOUT(firstLarger() != history.batches().end(), 30'000);
    QVERIFY(m_window->run().isRunning());
    QCOMPARE(history.marks().size(), std::size_t{1});
    QVERIFY2(history.marks().front().text.contains(QStringLiteral("2 → 5")), qPrintable(history.marks().front().text));
    // Batches close by it within a second of the change; they are drawn when they are durable.
    const std::chrono::duration<double> answeredAt = firstLarger()->batch.closedAt - m_window->run().latest().started;
    const double answered = answeredAt.count();
    QVERIFY2(answered - asked < 1.0, qPrintable(QStringLiteral("%1 s after the change").arg(answered - asked)));
    const auto isDrawn = [&] { // when the slot it ended in is over
        const auto dots = batchDots(history, {asked, history.now()}, 100, CloseReason::Rows);
        return std::ranges::any_of(dots, [](const QPointF& dot) { return dot.y() == 5; });
    };
    QTRY_VERIFY(isDrawn());
    // One of its batches, looked at while it runs: a late one, because only the last ones are kept.
    auto& page = m_window->pages().pageAs<BatchPage>(Page::Batch);
    Q_EMIT page.charts().picked(history.committedAt(history.batches().back()));
    QVERIFY(page.details().isVisible());
    QVERIFY(page.details().record());
    QCOMPARE(page.details().record()->batch.rows, std::int64_t{5});
}

void JourneyTest::stopsAndStartsAgainWithNothingDoubled()
{
    press(QStringLiteral("Abort"));
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->run().isRunning(), 30'000);
    QVERIFY2(m_window->run().latest().state == RunState::Stopped, qPrintable(m_window->runBar().error()));
    savePicture(QStringLiteral("journey-4-batch"));
    const std::int64_t first = number("SELECT count(*) FROM readings");
    // What the database had taken when the abort came counts, though the run did not hear of it any more.
    QVERIFY(first >= m_window->run().latest().rowsCommitted && first < kRows);

    typeRows(QStringLiteral("3"));
    press(QStringLiteral("Run here"));
    QTRY_VERIFY_WITH_TIMEOUT(m_window->run().latest().rowsRead > 0, 60'000);
    press(QStringLiteral("Drain"));
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->run().isRunning(), 60'000);
    QVERIFY(m_window->run().latest().state == RunState::Stopped);
    const std::int64_t second = m_window->run().latest().rowsCommitted;
    QCOMPARE(number("SELECT count(*) FROM readings"), first + second);

    typeRows(QStringLiteral("50,000"));
    press(QStringLiteral("Run here"));
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->run().isRunning(), 60'000);
    QVERIFY2(m_window->run().latest().state == RunState::Finished, qPrintable(m_window->runBar().error()));
    QCOMPARE(m_window->run().latest().rowsCommitted, kRows - first - second);
    QCOMPARE(number("SELECT count(*) FROM readings"), std::int64_t{kRows});
    QCOMPARE(number("SELECT count(DISTINCT id) FROM readings"), std::int64_t{kRows});
    m_window->pages().showPage(Page::Run);
    savePicture(QStringLiteral("journey-5-run"));
}

void JourneyTest::exportsIt()
{
    // The engine that it is exported to has no DuckDB.
    Pipeline next = m_window->document().pipeline();
    next.shapeSql.clear();
    next.destination = {"ndjson", Options{{"path", m_folder.filePath(QStringLiteral("out")).toStdString()}}};
    m_window->document().edit(QStringLiteral("Choose destination"), next);
    m_window->pages().showPage(Page::Export);
    auto& page = m_window->pages().pageAs<ExportPage>(Page::Export);
    QVERIFY2(page.notes().rowCount() > 0, qPrintable(page.message()));
    const QString folder = m_folder.filePath(QStringLiteral("export"));
    page.saveTo(folder);
    QVERIFY2(QFile::exists(folder + QStringLiteral("/REPORT.md")), qPrintable(page.message()));
    QVERIFY(QDir(folder).entryList(QDir::Files).size() > 1);
    savePicture(QStringLiteral("journey-6-export"));
    m_window->document().undoStack().undo();
}

void JourneyTest::savesAndReopensIt()
{
    const QString path = m_folder.filePath(QStringLiteral("readings.headrace.yaml"));
    const Pipeline saved = m_window->document().pipeline();
    QVERIFY_RESULT(m_window->document().save(path));
    QVERIFY(!m_window->isWindowModified());
    m_window->newPipeline();
    QVERIFY(m_window->document().isEmpty());
    m_window->openFile(path);
    QVERIFY2(m_window->document().pipeline() == saved, qPrintable(m_window->runBar().error()));
    QCOMPARE(m_settings->recentFiles(), QStringList{path});
    typeRows(QStringLiteral("1,234"));
    QVERIFY(m_window->isWindowModified());
    QVERIFY(m_window->save());
    QVERIFY(!m_window->isWindowModified());
    PipelineDocument other(m_registry);
    QVERIFY_RESULT(other.open(path));
    QCOMPARE(other.pipeline().batch.rows.value_or(0), std::int64_t{1234});
}

void JourneyTest::undoReachesBackToTheDrop()
{
    Pipeline next = m_window->document().pipeline();
    next.shapeSql.clear();
    m_window->document().edit(QStringLiteral("Change SQL"), next);
    QVERIFY(m_window->isWindowModified());
    m_window->document().undoStack().undo();
    QVERIFY(!m_window->isWindowModified());
    QVERIFY(!m_window->document().pipeline().shapeSql.empty());
}

void JourneyTest::press(const QString& button)
{
    for (auto* each : m_window->runBar().findChildren<QPushButton*>()) {
        if (each->text() == button)
            return QTest::mouseClick(each, Qt::LeftButton);
    }
    qFatal("There is no button '%s'.", qPrintable(button));
}

void JourneyTest::typeRows(const QString& rows)
{
    m_window->pages().showPage(Page::Batch);
    auto* field = m_window->pages().pageAs<BatchPage>(Page::Batch).gates().gate(Gate::Rows).findChild<QLineEdit*>();
    field->selectAll();
    QTest::keyClicks(field, rows);
    QTest::keyClick(field, Qt::Key_Return);
}

void JourneyTest::savePicture(const QString& name)
{
    const QDir folder(QStringLiteral(HEADRACE_SCREENSHOTS));
    folder.mkpath(QStringLiteral("."));
    for (const bool dark : {false, true}) {
        applyTheme(*qApp, dark ? Theme::Dark : Theme::Light);
        for (const int ratio : {1, 2}) {
            QPixmap picture(m_window->size() * ratio);
            picture.setDevicePixelRatio(ratio);
            m_window->render(&picture);
            const QString file = QStringLiteral("%1-%2-%3x.png")
                                     .arg(name, dark ? QStringLiteral("dark") : QStringLiteral("light"))
                                     .arg(ratio);
            QVERIFY2(picture.save(folder.filePath(file)), qPrintable(folder.filePath(file)));
        }
    }
    applyTheme(*qApp, Theme::Light);
}

std::int64_t JourneyTest::number(const std::string& sql)
{
    return test::duckNumber(m_database, sql);
}

QTEST_MAIN(JourneyTest)
#include "tst_journey.moc"
