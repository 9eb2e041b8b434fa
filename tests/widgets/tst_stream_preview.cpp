// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "tests/support/kafka/kafka_broker.h"
#include "tests/support/rows.h"

#include "connectors/builtins.h"
#include "connectors/core/counted_positions.h"
#include "connectors/pipeline/checkpoint.h"
#include "connectors/pipeline/shape.h"
#include "widgets/bridge/pipeline_document.h"
#include "widgets/bridge/row_filter.h"
#include "widgets/forms/filter_bar.h"
#include "widgets/forms/rows_view.h"
#include "widgets/forms/seek_bar.h"
#include "widgets/models/rows_model.h"
#include "widgets/pages/preview_page.h"
#include "widgets/pages/stream_view.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>

using namespace headrace;
using test::KafkaMessage;
using Mode = SeekBar::Mode;

Q_DECLARE_METATYPE(headrace::RowFilter)

namespace {

constexpr std::int64_t kHour = 1'700'000'000'000; // 2023-11-14T22:13:20Z, in milliseconds
constexpr int kPatience = 20'000;

QString plain(QString text)
{
    return text.replace(QChar(QChar::Nbsp), QLatin1Char(' '));
}

} // namespace

/// The Preview page of a topic on a real broker: the places to look from, the filters, what comes, and the partitions.
class StreamPreviewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void filtersAreSql_data();
    void filtersAreSql();
    void messagesAreLookedAtFrom_data();
    void messagesAreLookedAtFrom();
    void messagesAreFiltered_data();
    void messagesAreFiltered();
    void whatComesIsFollowed();
    void theStreamIsDescribed_data();
    void theStreamIsDescribed();
    void filesHaveNoStream();

private:
    /// The ids that the page shows, in their order.
    [[nodiscard]] QString ids() const;
    [[nodiscard]] Pipeline pipelineOf(const std::string& topic, Options more = {}) const;

    test::KafkaBroker m_broker;
    Registry m_registry = builtinConnectors();
    std::unique_ptr<QTemporaryDir> m_state;
    std::unique_ptr<PipelineDocument> m_document;
    std::unique_ptr<PreviewPage> m_page;
};

void StreamPreviewTest::initTestCase()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    m_broker.start();
    m_broker.createTopic("orders", 2, {{"retention.ms", "604800000"}, {"retention.bytes", "1073741824"}});
    std::vector<KafkaMessage> messages;
    for (int i = 0; i < 10; ++i) { // even ids are in partition 0; one comes every second
        KafkaMessage message{
            fmt::format(R"({{"id":{},"user":{{"name":"{}"}},"tags":["t{}"]}})", i, i < 5 ? "Ada" : "Bob", i),
            fmt::format("Key-{}", i)};
        message.partition = i % 2;
        message.timestamp = kHour + i * 1000;
        messages.push_back(std::move(message));
    }
    m_broker.produce("orders", messages);
}

void StreamPreviewTest::init()
{
    m_page.reset();
    m_state = std::make_unique<QTemporaryDir>();
    m_document = std::make_unique<PipelineDocument>(m_registry);
    m_document->reset(pipelineOf("orders"));
    m_page = std::make_unique<PreviewPage>(*m_document, m_state->path());
    m_page->resize(1200, 700);
}

Pipeline StreamPreviewTest::pipelineOf(const std::string& topic, Options more) const
{
    Pipeline pipeline;
    pipeline.name = "orders";
    more.set("brokers", m_broker.address());
    more.set("topic", topic);
    pipeline.source = {"kafka", std::move(more)};
    pipeline.destination = {"null", {}};
    pipeline.batch.rows = 100;
    return pipeline;
}

QString StreamPreviewTest::ids() const
{
    const RowsModel& model = m_page->rows().model();
    QStringList ids;
    for (int column = 0; column < model.columnCount(); ++column) {
        if (!model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().startsWith(QStringLiteral("id\n")))
            continue;
        for (int row = 0; row < model.rowCount(); ++row)
            ids << model.index(row, column).data().toString();
    }
    ids.sort();
    return ids.join(QLatin1Char(' '));
}

void StreamPreviewTest::filtersAreSql_data()
{
    using Compare = RowFilter::Compare;
    QTest::addColumn<RowFilter>("filter");
    QTest::addColumn<QString>("ids");
    QTest::newRow("none") << RowFilter{"_key", {}, {}, Compare::Is, {}} << QString();
    QTest::newRow("a path without a value") << RowFilter{"_key", {}, "id", Compare::Is, {}} << QString();
    QTest::newRow("key, in any case") << RowFilter{"_key", "aB", {}, Compare::Is, {}} << QStringLiteral("1 3");
    QTest::newRow("a key with a quote") << RowFilter{"_key", "o'b", {}, Compare::Is, {}} << QStringLiteral("2");
    QTest::newRow("is") << RowFilter{"_key", {}, "user.name", Compare::Is, "Ada"} << QStringLiteral("1");
    QTest::newRow("has") << RowFilter{"_key", {}, "user.name", Compare::Contains, "B"} << QStringLiteral("2 3");
    QTest::newRow("is not, with NULL") << RowFilter{"_key", {}, "n", Compare::IsNot, "9"} << QStringLiteral("2 3");
    QTest::newRow("less, by size") << RowFilter{"_key", {}, "n", Compare::Less, "10"} << QStringLiteral("1");
    QTest::newRow("greater, by size") << RowFilter{"_key", {}, "n", Compare::Greater, "9"} << QStringLiteral("2");
    QTest::newRow("greater, as text") << RowFilter{"_key", {}, "user.name", Compare::Greater, "B"}
                                      << QStringLiteral("2 3");
    QTest::newRow("is NULL") << RowFilter{"_key", {}, "n", Compare::IsNull, {}} << QStringLiteral("3");
    QTest::newRow("within JSON text") << RowFilter{"_key", {}, "tags.0.k", Compare::Is, "x"} << QStringLiteral("2");
    QTest::newRow("key and value") << RowFilter{"_key", "ab", "n", Compare::Less, "10"} << QStringLiteral("1");
}

void StreamPreviewTest::filtersAreSql()
{
    QFETCH(RowFilter, filter);
    QFETCH(QString, ids);
    const auto rows = test::rowsOf(
        test::schemaOf("id:int64, _key:string, user.name:string, n:int64, tags:string"),
        {{"1", "cab", "Ada", "9", "[]"}, {"2", "o'b", "Bob", "10", R"([{"k":"x"}])"}, {"3", "ABC", "Cab", "∅", "[7]"}});
    QStringList columns;
    for (const auto& field : rows->schema()->fields())
        columns << QString::fromStdString(field->name());
    const std::string sql = filterSql(filter, columns);
    QCOMPARE(sql.empty(), ids.isEmpty());
    QCOMPARE(filter.isEmpty(), ids.isEmpty());
    if (sql.empty())
        return;
    const auto shape = Shape::compile(sql, rows->schema());
    QVERIFY_RESULT(shape);
    Chunk chunk;
    chunk.rows = rows;
    chunk.at = std::make_shared<CountedPositions>(0);
    const auto shaped = (*shape)->apply(chunk);
    QVERIFY_RESULT(shaped);
    QVERIFY(shaped->rejected.empty());
    QStringList found;
    for (std::int64_t row = 0; row < shaped->rows->num_rows(); ++row)
        found << QString::number(static_cast<const arrow::Int64Array&>(*shaped->rows->column(0)).Value(row));
    QCOMPARE(found.join(QLatin1Char(' ')), ids);
}

void StreamPreviewTest::messagesAreLookedAtFrom_data()
{
    QTest::addColumn<Mode>("mode");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("ids");
    QTest::newRow("as the pipeline") << Mode::Pipeline << QString() << QStringLiteral("8 9");
    QTest::newRow("earliest") << Mode::Earliest << QString() << QStringLiteral("0 1 2 3 4 5 6 7 8 9");
    QTest::newRow("last of each partition") << Mode::LastRows << QStringLiteral("2") << QStringLiteral("6 7 8 9");
    QTest::newRow("from offset") << Mode::Offset << QStringLiteral("3") << QStringLiteral("6 7 8 9");
    QTest::newRow("from time") << Mode::Time << QStringLiteral("2023-11-14T22:13:27Z") << QStringLiteral("7 8 9");
    QTest::newRow("up to time") << Mode::UntilTime << QStringLiteral("2023-11-14T22:13:23Z") << QStringLiteral("0 1 2");
}

void StreamPreviewTest::messagesAreLookedAtFrom()
{
    QFETCH(Mode, mode);
    QFETCH(QString, value);
    QFETCH(QString, ids);
    m_document->reset(pipelineOf("orders", Options{{"from", "-1"}, {"group", "nobody"}}));
    m_page->show();
    m_page->seek().choose(mode);
    if (!value.isEmpty()) {
        m_page->seek().value().setText(value);
        Q_EMIT m_page->seek().changed();
    }
    QTRY_COMPARE_WITH_TIMEOUT(this->ids(), ids, kPatience);
    QVERIFY(m_broker.groups().empty());
    QCOMPARE(m_document->pipeline().source.options.text("from"), std::string("-1"));
}

void StreamPreviewTest::messagesAreFiltered_data()
{
    QTest::addColumn<QString>("partitions");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("ids");
    QTest::addColumn<QString>("title");
    const QString none;
    QTest::newRow("partition") << "1" << none << none << none << "1 3 5 7 9"
                               << "All 5 rows of orders · 8 columns";
    QTest::newRow("key") << none << "key-7" << none << none << "7"
                         << "1 of 10 rows of orders that were looked at · 8 columns";
    QTest::newRow("value path") << none << none << "user.name"
                                << "bo"
                                << "5 6 7 8 9"
                                << "5 of 10 rows of orders that were looked at · 8 columns";
    QTest::newRow("within an array") << none << none << "tags.0"
                                     << "t3"
                                     << "3"
                                     << "1 of 10 rows of orders that were looked at · 8 columns";
    QTest::newRow("all three") << "0"
                               << "key"
                               << "user.name"
                               << "Ada"
                               << "0 2 4"
                               << "3 of 5 rows of orders that were looked at · 8 columns";
}

void StreamPreviewTest::messagesAreFiltered()
{
    QFETCH(QString, partitions);
    QFETCH(QString, key);
    QFETCH(QString, path);
    QFETCH(QString, value);
    QFETCH(QString, ids);
    QFETCH(QString, title);
    m_page->show();
    QTRY_COMPARE_WITH_TIMEOUT(this->ids(), QStringLiteral("0 1 2 3 4 5 6 7 8 9"), kPatience);
    FilterBar& filter = m_page->filter();
    QVERIFY(filter.isVisible());
    QVERIFY(filter.path().findText(QStringLiteral("user.name")) >= 0);
    filter.partitions().setText(partitions);
    filter.key().setText(key);
    filter.path().setEditText(path);
    filter.value().setText(value);
    Q_EMIT filter.changed();
    QTRY_COMPARE_WITH_TIMEOUT(this->ids(), ids, kPatience);
    QCOMPARE(plain(m_page->title()), title);
}

void StreamPreviewTest::whatComesIsFollowed()
{
    m_broker.createTopic("ticks", 1);
    m_broker.produce("ticks", {{R"({"id":1})"}});
    m_document->reset(pipelineOf("ticks"));
    m_page->show();
    m_page->seek().choose(Mode::Live);
    QTRY_VERIFY_WITH_TIMEOUT(m_page->tail().look().rows != nullptr, kPatience); // it stands at the end
    QVERIFY(m_page->tail().isRunning());
    m_broker.produce("ticks", {{R"({"id":2})"}, {"broken"}});
    QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringLiteral("2"), kPatience);
    m_broker.produce("ticks", {{R"({"id":3,"colour":"red"})"}}); // with a column that is new
    QTRY_COMPARE_WITH_TIMEOUT(ids(), QStringLiteral("2 3"), kPatience);
    QCOMPARE(plain(m_page->title()), QStringLiteral("Live: 2 rows of ticks"));
    QCOMPARE(m_page->tail().look().rejected.size(), std::size_t{1});
    auto* button = m_page->findChild<QPushButton*>(QStringLiteral("reload"));
    QCOMPARE(button->text(), QStringLiteral("Stop"));
    button->click();
    QVERIFY(!m_page->tail().isRunning());
    QCOMPARE(button->text(), QStringLiteral("Read again"));
    button->click();
    QVERIFY(m_page->tail().isRunning());
    m_page->hide();
    QVERIFY(!m_page->tail().isRunning());
    QVERIFY(m_broker.groups().empty());
}

void StreamPreviewTest::theStreamIsDescribed_data()
{
    QTest::addColumn<bool>("delivered");
    QTest::addColumn<QString>("lags");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("without a position") << false << "– –"
                                        << "2 partitions · about 10 records · about 490 B · 0 records/s in the last "
                                           "minute. Of 'orders', kept for 7 d, up to 1 GiB a partition.";
    QTest::newRow("behind the pipeline") << true << "2 5"
                                         << "2 partitions · about 10 records · about 490 B · 0 records/s in the last "
                                            "minute · this pipeline is 7 records behind. Of 'orders', kept for 7 d, up "
                                            "to 1 GiB a partition.";
}

void StreamPreviewTest::theStreamIsDescribed()
{
    QFETCH(bool, delivered);
    QFETCH(QString, lags);
    QFETCH(QString, sentence);
    if (delivered) {
        const auto store = openCheckpointFile(m_state->path().toStdString(), "orders");
        QVERIFY_RESULT(store);
        Checkpoint checkpoint;
        checkpoint.committed.end = Position{R"({"offsets":{"orders":"0:3"}})"};
        QVERIFY_RESULT((*store)->save(m_document->pipeline().sourceFingerprint(), checkpoint));
    }
    const QAbstractItemModelTester tester(&m_page->stream().model(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    m_page->show();
    auto* tabs = m_page->findChild<QTabWidget*>();
    tabs->setCurrentWidget(&m_page->stream());
    const PartitionFactsModel& model = m_page->stream().model();
    QTRY_COMPARE_WITH_TIMEOUT(model.rowCount(), 2, kPatience);
    const auto cell = [&model](int row, int column) { return plain(model.index(row, column).data().toString()); };
    QCOMPARE(cell(0, 0), QStringLiteral("orders/0"));
    QCOMPARE(cell(1, 1), QStringLiteral("5"));
    QCOMPARE(cell(0, 4) + QLatin1Char(' ') + cell(1, 4), lags);
    const auto at = [](std::int64_t milliseconds) {
        return QDateTime::fromMSecsSinceEpoch(milliseconds).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
    };
    QCOMPARE(cell(0, 5), at(kHour));
    QCOMPARE(cell(1, 6), at(kHour + 9000));
    QCOMPARE(cell(0, 7), QStringLiteral("0"));
    QCOMPARE(cell(0, 8), QStringLiteral("5"));
    QCOMPARE(plain(m_page->stream().sentence()), sentence);
    QVERIFY(m_broker.groups().empty());
}

void StreamPreviewTest::filesHaveNoStream()
{
    Pipeline pipeline = pipelineOf("orders");
    pipeline.source = {"csv", Options{{"path", "/nonexistent/a.csv"}}};
    m_document->reset(pipeline);
    m_page->show();
    QTRY_VERIFY_WITH_TIMEOUT(!m_page->rows().sentence().isEmpty(), kPatience);
    QVERIFY(!m_page->seek().isVisible());
    QVERIFY(!m_page->filter().isVisible());
    auto* tabs = m_page->findChild<QTabWidget*>();
    QVERIFY(!tabs->isTabVisible(tabs->indexOf(&m_page->stream())));
}

QTEST_MAIN(StreamPreviewTest)
#include "tst_stream_preview.moc"
