// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/connection.h"
#include "widgets/bridge/services.h"
#include "widgets/shell/stage_facts.h"

#include <QWidget>

#include <array>

class QStackedWidget;
class QTabBar;

namespace headrace {

class BatchPage;
class ConnectPage;
class ExportPage;
class PipelineDocument;
class PreviewPage;
class RunController;
class RunPage;
class ShapePage;

/// The pages, in the order of their keys.
enum class Page { Connect, Preview, Shape, Batch, Destination, Run, Export };
inline constexpr int kPageCount = 7;

[[nodiscard]] QString pageName(Page page);
[[nodiscard]] Stage stageOf(Page page);

/// The page below the strip. Pages are made when they are first shown; a stage that has several shows them as tabs.
class PageArea : public QWidget {
    Q_OBJECT

public:
    PageArea(PipelineDocument& document, const RunController& run, Services services, QWidget* parent = nullptr);

    void showPage(Page page);
    /// The page of `stage` that was shown last.
    void showStage(Stage stage);
    [[nodiscard]] Page current() const { return m_current; }

    /// The page itself, made if needed.
    [[nodiscard]] QWidget* page(Page page);
    template <typename T>
    [[nodiscard]] T& pageAs(Page which)
    {
        return *static_cast<T*>(page(which));
    }

Q_SIGNALS:
    void shown(headrace::Page page);
    void filesDropped(const QStringList& paths);
    void sampleRequested();
    void connectionEditRequested(const QString& name);
    /// As ConnectPage has it; `page` is to use the connection once it is saved.
    void connectionSaveRequested(const headrace::SavedConnection& draft, headrace::ConnectPage* page);

private:
    QWidget* createPage(Page page);
    QWidget* createDestination();
    void connectConnections(ConnectPage* page);
    void showTabs(Stage stage);

    PipelineDocument& m_document;
    const RunController& m_run;
    Services m_services;
    QTabBar* m_tabs;
    QStackedWidget* m_stack;
    std::array<QWidget*, kPageCount> m_pages{};
    std::array<int, kPageCount> m_places{}; ///< in the stack
    std::array<Page, kStageCount> m_lastOfStage{Page::Connect, Page::Shape, Page::Batch, Page::Destination};
    Page m_current = Page::Connect;
};

} // namespace headrace
