// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/canned_source.h"
#include "tests/support/rows.h"
#include "tests/widgets/small_registry.h"

#include "widgets/bridge/pipeline_document.h"
#include "widgets/pages/column_details.h"
#include "widgets/pages/preview_page.h"
#include "widgets/pages/profile_view.h"

#include <QLocale>
#include <QPushButton>
#include <QScrollBar>
#include <QTabWidget>
#include <QTableView>
#include <QTest>

using namespace headrace;

namespace {

const QString kLate = QStringLiteral("2026-11-26 15:47:29.655958+00");

QString cell(const QAbstractItemModel& model, int row, int column)
{
    return model.index(row, column).data().toString();
}

} // namespace

/// The profile of a source on the Preview page of a window of 1280x800.
class ProfileViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void theTableFitsThePage();
    void theChosenColumnIsShownInDetail();
    void whatIsReadAgainIsProfiledAgain();

private:
    [[nodiscard]] ProfileView& profile() const { return *m_page->findChild<ProfileView*>(); }

    test::CannedInput m_input;
    Registry m_registry;
    std::unique_ptr<PipelineDocument> m_document;
    std::unique_ptr<PreviewPage> m_page;
};

void ProfileViewTest::initTestCase()
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    m_registry = test::smallRegistry();
    SourceType canned;
    canned.type = "canned";
    canned.label = "Canned";
    canned.create = [this](const Options&) -> Result<std::unique_ptr<Source>> {
        return std::make_unique<test::CannedSource>(m_input);
    };
    m_registry.add(std::move(canned));
}

void ProfileViewTest::init()
{
    m_input = {};
    m_input.schema = test::schemaOf("id:int64, at:string, before:string, nothing:string, note:string");
    const std::string late = kLate.toStdString();
    const std::string early = "2025-11-26 15:47:29.655958+00";
    m_input.batches = {test::rowsOf(
        m_input.schema,
        {{"1", late, late, "∅", ""}, {"2", late, early, "∅", "two\nlines"}, {"3", early, early, "∅", ""}})};
    m_page.reset();
    m_document = std::make_unique<PipelineDocument>(m_registry);
    Pipeline pipeline = test::smallPipeline();
    pipeline.source = {"canned", {}};
    m_document->reset(pipeline);
    m_page = std::make_unique<PreviewPage>(*m_document);
    m_page->resize(1040, 600);
    m_page->show();
    m_page->findChild<QTabWidget*>()->setCurrentWidget(&profile());
    QTRY_COMPARE(profile().model().rowCount(), 5);
}

void ProfileViewTest::theTableFitsThePage()
{
    QTRY_VERIFY(profile().table().isVisible());
    QCOMPARE(profile().table().horizontalScrollBar()->maximum(), 0);
    QCOMPARE(cell(profile().model(), 1, 6), kLate);
    QCOMPARE(cell(profile().model(), 3, 5), QStringLiteral("–")); // always NULL
    QCOMPARE(cell(profile().model(), 4, 5), QStringLiteral("empty text"));
    QCOMPARE(cell(profile().model(), 4, 6), QStringLiteral("two↵ lines"));
}

void ProfileViewTest::theChosenColumnIsShownInDetail()
{
    const ColumnDetails& details = profile().details();
    QCOMPARE(details.title(), QStringLiteral("id · int64 · never NULL"));
    QCOMPARE(details.spread().rowCount(), 8); // the quantiles between the ends, and the mean
    QCOMPARE(cell(details.spread(), 6, 1), QStringLiteral("3"));
    profile().table().selectRow(3);
    QCOMPARE(details.title(), QStringLiteral("nothing · text · always NULL"));
    QCOMPARE(details.spread().rowCount(), 0);
    profile().table().selectRow(1);
    QCOMPARE(cell(details.frequent(), 0, 0), kLate);
    QCOMPARE(cell(details.frequent(), 0, 1), QStringLiteral("2"));
}

void ProfileViewTest::whatIsReadAgainIsProfiledAgain()
{
    profile().table().selectRow(1);
    m_input.batches.push_back(m_input.batches.front());
    m_page->findChild<QPushButton*>(QStringLiteral("reload"))->click();
    QTRY_VERIFY(profile().isVisible());
    QTRY_COMPARE(cell(profile().model(), 3, 2), QStringLiteral("6"));
}

QTEST_MAIN(ProfileViewTest)
#include "tst_profile_view.moc"
