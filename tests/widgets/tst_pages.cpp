// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/rows.h"
#include "tests/widgets/small_registry.h"

#include "widgets/bridge/pipeline_document.h"
#include "widgets/bridge/plan_watch.h"
#include "widgets/bridge/raw_head.h"
#include "widgets/charts/history_series.h"
#include "widgets/charts/live_charts.h"
#include "widgets/charts/why_closed_ribbon.h"
#include "widgets/forms/elided_label.h"
#include "widgets/forms/option_editor.h"
#include "widgets/forms/option_form.h"
#include "widgets/forms/pipeline_settings.h"
#include "widgets/forms/rows_view.h"
#include "widgets/forms/type_gallery.h"
#include "widgets/models/tables.h"
#include "widgets/pages/batch_details.h"
#include "widgets/pages/connect_page.h"
#include "widgets/pages/preview_page.h"
#include "widgets/pages/shape_page.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QFile>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace headrace;
using namespace std::chrono_literals;

namespace {

BatchRecord recordOf(std::int64_t sequence, CloseReason reason = CloseReason::Rows)
{
    BatchRecord record;
    record.batch.sequence = sequence;
    record.batch.rows = 2'000;
    record.batch.bytes = 3 * 1024 * 1024;
    record.batch.reason = reason;
    record.batch.openedAt = 10s;
    record.batch.closedAt = 10s + 250ms;
    record.batch.openedWall = std::chrono::system_clock::time_point(1'700'000'000s);
    record.sinkTime = 4ms;
    record.committedAt = 10s + 260ms;
    record.waitP50 = 20ms;
    record.waitP95 = 40ms;
    record.waitP99 = 50ms;
    record.end = Position{"a.csv@4711"};
    return record;
}

QString plain(QString text)
{
    return text.replace(QChar(QChar::Nbsp), QLatin1Char(' '));
}

/// A destination with a password.
Registry registryWithSecret()
{
    Registry registry;
    SinkType shop;
    shop.type = "shop";
    shop.label = "Shop";
    shop.options = {{.key = "password", .label = "Password", .help = "Of the account.", .secret = true}};
    registry.add(std::move(shop));
    return registry;
}

} // namespace

class PagesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }
    void aBatchIsDescribed();
    void aClickOnTheBandPicksItsMoment();
    void newBatchesComeFirstAndAreBounded();
    void pipelineSettingsAreReadBack_data();
    void pipelineSettingsAreReadBack();
    void aBadNameIsAnsweredAndNotTaken();
    void onlyTheFieldsOfTheTriggerAreShown();
    void typedSecretsNeverReachThePipeline();
    void aSecretThatCannotBeKeptIsNotTaken();
    void rawBytesAreShownAsTheyLie_data();
    void rawBytesAreShownAsTheyLie();
    void rawHeadsTakeTheFirstFile();
    void aFailedSourceIsNamedOnPreview();
    void aFailedSourceIsNotTheFaultOfTheSql();
    void aNewPipelineOffersWhatCanBeRead();
    void settingsSayWhatTheyLeadTo();
    void aLongSentenceEndsInDots();
    void chartsFitTheRun_data();
    void chartsFitTheRun();
};

void PagesTest::aBatchIsDescribed()
{
    BatchDetails details;
    details.showBatch(recordOf(1234));
    const QString text = plain(details.text());
    for (const char* part : {"Batch 1,234, closed by rows", "Rows: 2,000", "Bytes: 3 MiB", "Open for: 250 ms",
                             "Write: 4 ms", "20 ms / 40 ms / 50 ms", "a.csv@4711"})
        QVERIFY2(text.contains(QString::fromUtf8(part)), qPrintable(text));
    const QDateTime closed = closedAt(recordOf(1));
    QCOMPARE(closed.toMSecsSinceEpoch(), qint64{1'700'000'000'250});
    QVERIFY(text.contains(QStringLiteral("Closed: ") + closed.time().toString(QStringLiteral("HH:mm:ss.zzz"))));
    QVERIFY(text.contains(QStringLiteral("Durable: ") +
                          closed.addMSecs(10).time().toString(QStringLiteral("HH:mm:ss.zzz"))));
    details.showSentence(QStringLiteral("None."));
    QCOMPARE(details.text(), QStringLiteral("None."));
    QVERIFY(!details.record());
}

void PagesTest::aClickOnTheBandPicksItsMoment()
{
    RunHistory history;
    MetricsSnapshot snapshot;
    for (int second = 0; second <= 200; ++second) {
        snapshot.at = second * 1s;
        BatchRecord record = recordOf(second + 1);
        record.committedAt = snapshot.at;
        history.add(snapshot, {record});
    }
    LiveCharts charts;
    charts.resize(1000, 600);
    charts.show();
    charts.setWindowSeconds(100);
    charts.showHistory(history);
    QSignalSpy picked(&charts, &LiveCharts::picked);
    QSignalSpy stepped(&charts, &LiveCharts::stepped);
    auto* ribbon = charts.findChild<WhyClosedRibbon*>();
    QTest::mouseClick(ribbon, Qt::LeftButton, {}, QPoint(ribbon->width() - 1, ribbon->height() / 2));
    QCOMPARE(picked.count(), 1);
    QCOMPARE(picked.at(0).at(0).toDouble(), 200.0);
    QTest::mouseClick(ribbon, Qt::LeftButton, {}, QPoint(0, ribbon->height() / 2));
    QCOMPARE(picked.at(1).at(0).toDouble(), 100.0);
    const auto batch = history.batchAt(100.0);
    QVERIFY(batch.has_value());
    QCOMPARE(history.batches()[*batch].batch.sequence, std::int64_t{101});
    QTest::keyClick(ribbon, Qt::Key_Left);
    QCOMPARE(stepped.count(), 1);
    QCOMPARE(stepped.at(0).at(0).toInt(), -1);
}

void PagesTest::newBatchesComeFirstAndAreBounded()
{
    const std::unique_ptr<BatchModel> model(createBatchModel(nullptr));
    const QAbstractItemModelTester tester(model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    model->prepend({recordOf(2), recordOf(1)}, 3);
    model->prepend({recordOf(4), recordOf(3)}, 3);
    QCOMPARE(model->rowCount(), 3);
    QCOMPARE(model->index(0, 0).data().toString(), QStringLiteral("4"));
    QCOMPARE(model->index(2, 0).data().toString(), QStringLiteral("2"));
    model->prepend({recordOf(9), recordOf(8), recordOf(7), recordOf(6)}, 3);
    QCOMPARE(model->rowCount(), 3);
    QCOMPARE(model->index(0, 0).data().toString(), QStringLiteral("9"));
}

void PagesTest::pipelineSettingsAreReadBack_data()
{
    QTest::addColumn<Pipeline>("pipeline");
    Pipeline pipeline;
    pipeline.name = "plain";
    QTest::newRow("defaults") << pipeline;
    pipeline.trigger.kind = Trigger::Kind::Every;
    pipeline.trigger.every = 90min;
    pipeline.delivery = Delivery::AtLeastOnce;
    QTest::newRow("every") << pipeline;
    pipeline.trigger = {};
    pipeline.trigger.kind = Trigger::Kind::Cron;
    pipeline.trigger.cron = "5 4 * * 1";
    pipeline.trigger.zone = "Europe/Berlin";
    pipeline.badRecords = {BadRecordPolicy::Action::Fail, 7};
    pipeline.retry = {3, 250ms, 5s};
    QTest::newRow("cron, bad records and retries") << pipeline;
}

void PagesTest::pipelineSettingsAreReadBack()
{
    QFETCH(Pipeline, pipeline);
    Pipeline other;
    other.name = "other";
    QVERIFY(PipelineSettings::applied(other, PipelineSettings::optionsOf(pipeline)) == pipeline);
}

void PagesTest::aBadNameIsAnsweredAndNotTaken()
{
    const Registry registry = test::smallRegistry();
    PipelineDocument document(registry);
    document.reset(test::smallPipeline());
    PipelineSettings settings(document);
    auto* name = settings.form().editorOf(QStringLiteral("name"))->findChild<QLineEdit*>();
    name->setFocus();
    name->selectAll();
    QTest::keyClicks(name, QStringLiteral("a/b"));
    QCOMPARE(document.pipeline().name, std::string("a"));
    QVERIFY2(settings.form().errorOf(QStringLiteral("name")).contains(QStringLiteral("a/b")),
             qPrintable(settings.form().errorOf(QStringLiteral("name"))));
    name->selectAll();
    QTest::keyClicks(name, QStringLiteral("shop"));
    QCOMPARE(document.pipeline().name, std::string("shop"));
    document.undoStack().undo();
    QCOMPARE(document.pipeline().name, test::smallPipeline().name);
}

void PagesTest::onlyTheFieldsOfTheTriggerAreShown()
{
    const Registry registry = test::smallRegistry();
    PipelineDocument document(registry);
    document.reset(test::smallPipeline());
    PipelineSettings settings(document);
    settings.show();
    const auto isShown = [&settings](const char* key) {
        return settings.form().editorOf(QString::fromLatin1(key))->isVisible();
    };
    QVERIFY(!isShown("every") && !isShown("cron") && !isShown("zone"));
    auto* trigger = settings.form().editorOf(QStringLiteral("trigger"))->findChild<QComboBox*>();
    trigger->setCurrentIndex(trigger->findData(QStringLiteral("cron")));
    Q_EMIT trigger->activated(trigger->currentIndex());
    QVERIFY(document.pipeline().trigger.kind == Trigger::Kind::Cron);
    QVERIFY_RESULT(document.pipeline().trigger.check());
    QVERIFY(!isShown("every") && isShown("cron") && isShown("zone"));
}

void PagesTest::typedSecretsNeverReachThePipeline()
{
    const Registry registry = registryWithSecret();
    PipelineDocument document(registry);
    Pipeline pipeline;
    pipeline.name = "orders";
    pipeline.destination = {"shop", {}};
    document.reset(pipeline);
    QString keptName;
    QString keptSecret;
    const SecretKeeper keeper = [&](const QString& name, const QString& secret,
                                    const std::function<void(const Result<QString>&)>& done) {
        keptName = name;
        keptSecret = secret;
        done(QStringLiteral("Kept."));
    };
    ConnectPage page(ConnectPage::Role::Destination, document, {.keepSecret = keeper});
    page.show();
    auto* line = page.form()->editorOf(QStringLiteral("password"))->findChild<QLineEdit*>();
    QTest::keyClicks(line, QStringLiteral("hunter2"));
    QCOMPARE(line->echoMode(), QLineEdit::Password);
    QVERIFY(document.pipeline() == pipeline);
    QTest::keyClick(line, Qt::Key_Return);
    QCOMPARE(keptName, QStringLiteral("orders/shop-password"));
    QCOMPARE(keptSecret, QStringLiteral("hunter2"));
    QVERIFY(document.pipeline().destination.options == (Options{{"password", "${secret:orders/shop-password}"}}));
    QCOMPARE(line->text(), QStringLiteral("${secret:orders/shop-password}"));
    QCOMPARE(line->echoMode(), QLineEdit::Normal);
}

void PagesTest::aSecretThatCannotBeKeptIsNotTaken()
{
    const Registry registry = registryWithSecret();
    PipelineDocument document(registry);
    Pipeline pipeline;
    pipeline.name = "orders";
    pipeline.destination = {"shop", Options{{"password", "${env:OLD}"}}};
    document.reset(pipeline);
    const SecretKeeper keeper = [](const QString&, const QString&,
                                   const std::function<void(const Result<QString>&)>& done) {
        done(fail(ErrorCode::Permission, "The keyring refused."));
    };
    ConnectPage page(ConnectPage::Role::Destination, document, {.keepSecret = keeper});
    page.show();
    auto* line = page.form()->editorOf(QStringLiteral("password"))->findChild<QLineEdit*>();
    line->selectAll();
    QTest::keyClicks(line, QStringLiteral("hunter2"));
    QTest::keyClick(line, Qt::Key_Return);
    QCOMPARE(page.form()->errorOf(QStringLiteral("password")), QStringLiteral("The keyring refused."));
    QVERIFY(document.pipeline() == pipeline);
    QCOMPARE(line->text(), QStringLiteral("${env:OLD}"));
}

void PagesTest::rawBytesAreShownAsTheyLie_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("text");
    QTest::newRow("UTF-8") << QByteArray("id;näme\r\n1;x\n") << QStringLiteral("id;näme\r\n1;x\n");
    QTest::newRow("Latin-1") << QByteArray("caf\xe9;\xe4;\xf6\n") << QStringLiteral("café;ä;ö\n");
    QTest::newRow("UTF-16") << QByteArray("\xff\xfe"
                                          "a\0;\0",
                                          6)
                            << QStringLiteral("a;");
    QTest::newRow("binary") << QByteArray("PAR1\x15\0\x04", 7)
                            << QStringLiteral("00000000  50 41 52 31 15 00 04                              PAR1...\n");
}

void PagesTest::rawBytesAreShownAsTheyLie()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, text);
    QCOMPARE(rawText(bytes), text);
}

void PagesTest::rawHeadsTakeTheFirstFile()
{
    const QTemporaryDir folder;
    for (const char* name : {"b.csv", "a.csv"}) {
        QFile file(folder.filePath(QString::fromLatin1(name)));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(name);
        file.write(QByteArray(kRawHeadBytes, 'x'));
    }
    for (const QString& path : {folder.path(), folder.filePath(QStringLiteral("*.csv"))}) {
        const auto head = readRawHead({"csv", Options{{"path", path.toStdString()}}});
        QVERIFY_RESULT(head);
        QVERIFY(head->path.endsWith(QStringLiteral("a.csv")));
        QVERIFY(head->bytes.startsWith("a.csv"));
        QCOMPARE(head->bytes.size(), kRawHeadBytes);
        QCOMPARE(head->size, kRawHeadBytes + 5);
    }
    QVERIFY(readRawHead({"csv", Options{{"path", "/nonexistent/a.csv"}}}).error().code == ErrorCode::NotFound);
    QVERIFY(readRawHead({"generator", {}}).error().code == ErrorCode::NotFound);
}

void PagesTest::aFailedSourceIsNamedOnPreview()
{
    const Registry registry = test::smallRegistry();
    PipelineDocument document(registry);
    document.reset(test::smallPipeline());
    PreviewPage page(document);
    const auto* rows = page.findChild<RowsView*>();
    page.show();
    QTRY_COMPARE(rows->sentence(), QStringLiteral("The source of this test reads nothing."));
    page.hide();
    page.show();
    QCOMPARE(rows->sentence(), QStringLiteral("The source of this test reads nothing."));
    document.reset({});
    QVERIFY2(rows->sentence().startsWith(QStringLiteral("There is no source yet.")), qPrintable(rows->sentence()));
    document.reset(test::smallPipeline());
    QTRY_COMPARE(rows->sentence(), QStringLiteral("The source of this test reads nothing."));
}

void PagesTest::aFailedSourceIsNotTheFaultOfTheSql()
{
    const Registry registry = test::smallRegistry();
    PipelineDocument document(registry);
    Pipeline pipeline = test::smallPipeline();
    pipeline.shapeSql = "SELECT * FROM input";
    document.reset(pipeline);
    ShapePage page(document);
    page.show();
    QTRY_COMPARE(page.findChild<RowsView*>()->sentence(), QStringLiteral("The source of this test reads nothing."));
    QCOMPARE(page.error(), QString());
}

void PagesTest::aNewPipelineOffersWhatCanBeRead()
{
    const Registry registry = test::smallRegistry();
    PipelineDocument document(registry);
    document.reset({});
    ConnectPage page(ConnectPage::Role::Source, document);
    page.show();
    auto* gallery = page.findChild<TypeGallery*>();
    QVERIFY(gallery->isVisible());
    QSignalSpy samples(&page, &ConnectPage::sampleRequested);
    for (auto* button : gallery->findChildren<QPushButton*>())
        button->click(); // the sample, then the only source
    QCOMPARE(samples.count(), 1);
    QCOMPARE(document.pipeline().source.type, std::string("lines"));
    QVERIFY(!gallery->isVisible());
    document.undoStack().undo();
    QVERIFY(gallery->isVisible());
}

void PagesTest::settingsSayWhatTheyLeadTo()
{
    const QTemporaryDir state;
    const Registry registry = test::smallRegistry();
    PipelineDocument document(registry);
    document.reset(test::smallPipeline());
    const RunController run(registry, state.path());
    const PlanWatch plan(document, run);
    PipelineSettings settings(document, &plan);
    QCOMPARE(settings.planSentence(), QStringLiteral("Once: all rows of a.lines"));
    Pipeline next = document.pipeline();
    next.trigger.kind = Trigger::Kind::Every;
    next.trigger.every = 15min;
    document.edit(QStringLiteral("Change trigger"), next);
    QCOMPARE(plain(settings.planSentence()),
             QStringLiteral("Every 15 min: all rows of a.lines at first, then what comes behind them"));
}

void PagesTest::aLongSentenceEndsInDots()
{
    ElidedLabel label("muted");
    label.setText(QStringLiteral("Every 15 min: rows of public.orders with updated_at after 2026-11-22 10:00:00"));
    label.resize(2'000, 20);
    QCOMPARE(label.shownText(), label.text());
    label.resize(120, 20);
    QVERIFY2(label.shownText().endsWith(QChar(0x2026)), qPrintable(label.shownText()));
    QCOMPARE(label.minimumSizeHint().width(), 0);
}

void PagesTest::chartsFitTheRun_data()
{
    QTest::addColumn<double>("run");
    QTest::addColumn<double>("shown");
    QTest::newRow("not begun") << 0.0 << 10.0;
    QTest::newRow("a moment") << 0.3 << 1.0;
    QTest::newRow("a few seconds") << 1.1 << 3.0;
    QTest::newRow("seconds") << 10.0 << 10.0;
    QTest::newRow("half a minute") << 10.1 << 30.0;
    QTest::newRow("minutes") << 31.0 << 120.0;
    QTest::newRow("hours") << 7'200.0 << 120.0;
}

void PagesTest::chartsFitTheRun()
{
    QFETCH(double, run);
    QFETCH(double, shown);
    QCOMPARE(fittingSeconds(run), shown);
}

QTEST_MAIN(PagesTest)
#include "tst_pages.moc"
