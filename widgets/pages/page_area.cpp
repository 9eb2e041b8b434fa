// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/page_area.h"

#include "widgets/bridge/plan_watch.h"
#include "widgets/bridge/run_controller.h"
#include "widgets/forms/page_scroller.h"
#include "widgets/pages/batch_page.h"
#include "widgets/pages/connect_page.h"
#include "widgets/pages/export_page.h"
#include "widgets/pages/preview_page.h"
#include "widgets/pages/run_page.h"
#include "widgets/pages/shape_page.h"

#include <QSignalBlocker>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace headrace {

QString pageName(Page page)
{
    switch (page) {
    case Page::Connect:
        return PageArea::tr("Connect");
    case Page::Preview:
        return PageArea::tr("Preview");
    case Page::Shape:
        return PageArea::tr("Shape");
    case Page::Batch:
        return PageArea::tr("Batch");
    case Page::Destination:
        return PageArea::tr("Destination");
    case Page::Run:
        return PageArea::tr("Run");
    case Page::Export:
        return PageArea::tr("Export");
    }
    return {};
}

Stage stageOf(Page page)
{
    switch (page) {
    case Page::Connect:
    case Page::Preview:
        return Stage::Source;
    case Page::Shape:
        return Stage::Shape;
    case Page::Batch:
        return Stage::Batch;
    case Page::Destination:
    case Page::Run:
    case Page::Export:
        break;
    }
    return Stage::Destination;
}

PageArea::PageArea(PipelineDocument& document, const RunController& run, Services services, QWidget* parent)
    : QWidget(parent)
    , m_document(document)
    , m_run(run)
    , m_services(std::move(services))
    , m_tabs(new QTabBar(this))
    , m_stack(new QStackedWidget(this))
{
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_tabs->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(6);
    layout->addWidget(m_tabs);
    layout->addWidget(m_stack, 1);
    connect(m_tabs, &QTabBar::currentChanged, this,
            [this](int tab) { showPage(static_cast<Page>(m_tabs->tabData(tab).toInt())); });
    // The Run page keeps the log, so it is there before the first line of a run.
    connect(&run, &RunController::started, this, [this] { (void)page(Page::Run); });
}

QWidget* PageArea::page(Page which)
{
    QWidget*& made = m_pages.at(static_cast<std::size_t>(which));
    if (!made) {
        made = createPage(which);
        m_places.at(static_cast<std::size_t>(which)) = m_stack->addWidget(new PageScroller(made, m_stack));
    }
    return made;
}

QWidget* PageArea::createPage(Page which)
{
    switch (which) {
    case Page::Connect: {
        auto* connectPage = new ConnectPage(ConnectPage::Role::Source, m_document, m_services, m_stack);
        connectConnections(connectPage);
        connect(connectPage, &ConnectPage::filesDropped, this, &PageArea::filesDropped);
        connect(connectPage, &ConnectPage::sampleRequested, this, &PageArea::sampleRequested);
        return connectPage;
    }
    case Page::Preview: {
        auto* preview = new PreviewPage(m_document, m_run.stateFolder(), m_stack);
        if (m_services.plan != nullptr) // the user has connected to the source
            connect(&preview->loader(), &PreviewLoader::loaded, m_services.plan, &PlanWatch::lookAhead);
        connect(preview, &PreviewPage::optionRequested, this, [this](const QString& key) {
            showPage(Page::Connect);
            pageAs<ConnectPage>(Page::Connect).focusOption(key);
        });
        return preview;
    }
    case Page::Shape:
        return new ShapePage(m_document, m_stack);
    case Page::Batch:
        return new BatchPage(m_document, m_run, m_stack);
    case Page::Destination:
        return createDestination();
    case Page::Run:
        return new RunPage(m_document, m_run, m_stack);
    case Page::Export:
        break;
    }
    return new ExportPage(m_document, m_services.engine, m_stack);
}

QWidget* PageArea::createDestination()
{
    auto* destination = new ConnectPage(ConnectPage::Role::Destination, m_document, m_services, m_stack);
    connectConnections(destination);
    return destination;
}

void PageArea::connectConnections(ConnectPage* page)
{
    connect(page, &ConnectPage::connectionEditRequested, this, &PageArea::connectionEditRequested);
    connect(page, &ConnectPage::connectionSaveRequested, this,
            [this, page](const SavedConnection& draft) { Q_EMIT connectionSaveRequested(draft, page); });
}

void PageArea::showPage(Page which)
{
    m_current = which;
    m_lastOfStage.at(static_cast<std::size_t>(stageOf(which))) = which;
    showTabs(stageOf(which));
    (void)page(which);
    m_stack->setCurrentIndex(m_places.at(static_cast<std::size_t>(which)));
    Q_EMIT shown(which);
}

void PageArea::showStage(Stage stage)
{
    showPage(m_lastOfStage.at(static_cast<std::size_t>(stage)));
}

void PageArea::showTabs(Stage stage)
{
    const QSignalBlocker blocker(m_tabs);
    while (m_tabs->count() > 0)
        m_tabs->removeTab(0);
    for (int index = 0; index < kPageCount; ++index) {
        const auto which = static_cast<Page>(index);
        if (stageOf(which) != stage)
            continue;
        const int tab = m_tabs->addTab(pageName(which));
        m_tabs->setTabData(tab, index);
        if (which == m_current)
            m_tabs->setCurrentIndex(tab);
    }
    m_tabs->setVisible(m_tabs->count() > 1);
}

} // namespace headrace
