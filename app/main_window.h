// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/connection_book.h"
#include "widgets/bridge/new_pipeline.h"
#include "widgets/bridge/pipeline_document.h"
#include "widgets/bridge/run_controller.h"
#include "widgets/bridge/services.h"
#include "widgets/pages/page_area.h"

#include <QMainWindow>

namespace headrace {

class ConnectionDialog;
class Navigator;
class PipelineStrip;
class RunBar;
class Settings;

/// The workbench: menu, run bar, navigator, strip and the page of the selected stage. It holds the document and the
/// run, and wires what the pages ask for; what the pages do is their own business.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    struct Setup {
        const Registry* registry = nullptr; ///< outlives the window
        Settings* settings = nullptr;       ///< outlives the window
        QString stateFolder;                ///< checkpoints and quarantine
        QString connectionsFile = {};       ///< of saved connections; empty: none are kept
        DefaultDestination destination;
        Services services = {}; ///< what is empty in it the pages do without
    };

    explicit MainWindow(Setup setup, QWidget* parent = nullptr);
    ~MainWindow() override;

    [[nodiscard]] PipelineDocument& document() { return m_document; }
    [[nodiscard]] RunController& run() { return m_run; }
    [[nodiscard]] ConnectionBook& connections() { return m_connections; }
    [[nodiscard]] Navigator& navigator() { return *m_navigator; }
    [[nodiscard]] PageArea& pages() { return *m_pages; }
    [[nodiscard]] RunBar& runBar() { return *m_runBar; }
    [[nodiscard]] PipelineStrip& strip() { return *m_strip; }

    /// A pipeline file is opened; other files become a new pipeline with its preview. Errors appear in the run bar.
    void openFiles(const QStringList& paths);
    void openFile(const QString& path) { openFiles({path}); }
    void newPipeline();
    /// A pipeline that needs nothing from outside, to begin with.
    void openSample();
    /// Saves to the document's file, or asks for one. False when it was not saved.
    bool save();
    bool saveAs();
    void chooseFile();
    /// Shows the dialog of the saved connection of that name; "" for a new one.
    ConnectionDialog* openConnection(const QString& name);

protected:
    void closeEvent(QCloseEvent* event) override;
    /// Lets undo and redo reach the menu from any field, and files be dropped on any part of the window.
    bool eventFilter(QObject* object, QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void createLayout();
    void connectDocument();
    /// Relative paths of a pipeline start at the folder of its file. While a run goes on they stay where they are.
    void enterFolder();
    void connectRun();
    void connectNavigation();
    void connectConnections();
    ConnectionDialog* showConnection(const SavedConnection& draft, const std::string& edited);
    void removeConnection(const QString& name);
    void useConnection(Page page, const QString& name);
    void showTitle();
    void showOpened(const Status& opened, Page page);
    bool mayDiscard();
    bool mayClose();

    Setup m_setup;
    PipelineDocument m_document;
    RunController m_run;
    ConnectionBook m_connections;
    RunBar* m_runBar = nullptr;
    Navigator* m_navigator = nullptr;
    PipelineStrip* m_strip = nullptr;
    PageArea* m_pages = nullptr;
    QString m_firstFolder; ///< working directory of pipelines that were never saved
    bool m_closesAfterRun = false;
};

} // namespace headrace
