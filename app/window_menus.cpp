// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window_menus.h"

#include "app/help_dialog.h"
#include "app/main_window.h"
#include "app/secret_dialog.h"
#include "app/settings.h"
#include "app/theme_switch.h"
#include "widgets/shell/run_bar.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QFileInfo>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>

namespace headrace {
namespace {

void createFileMenu(MainWindow& window, Settings& settings)
{
    QMenu* menu = window.menuBar()->addMenu(MainWindow::tr("&File"));
    menu->addAction(MainWindow::tr("&New pipeline"), QKeySequence::New, &window, &MainWindow::newPipeline);
    menu->addAction(MainWindow::tr("&Open…"), QKeySequence::Open, &window, &MainWindow::chooseFile);
    QMenu* recent = menu->addMenu(MainWindow::tr("Open &recent"));
    QObject::connect(recent, &QMenu::aboutToShow, recent, [recent, &window, &settings] {
        recent->clear();
        for (const QString& path : settings.recentFiles())
            recent->addAction(QFileInfo(path).fileName(), &window, [&window, path] { window.openFile(path); })
                ->setToolTip(path);
        if (recent->isEmpty())
            recent->addAction(MainWindow::tr("No pipeline was saved yet"))->setEnabled(false);
    });
    menu->addAction(MainWindow::tr("Open the sa&mple"), &window, &MainWindow::openSample);
    menu->addSeparator();
    menu->addAction(MainWindow::tr("&Save"), QKeySequence::Save, &window, &MainWindow::save);
    menu->addAction(MainWindow::tr("Save &as…"), QKeySequence::SaveAs, &window, &MainWindow::saveAs);
    menu->addSeparator();
    menu->addAction(MainWindow::tr("&Quit"), QKeySequence::Quit, &window, &MainWindow::close);
}

void createEditMenu(MainWindow& window)
{
    QMenu* menu = window.menuBar()->addMenu(MainWindow::tr("&Edit"));
    QAction* undo = window.document().undoStack().createUndoAction(&window);
    undo->setShortcut(QKeySequence::Undo);
    QAction* redo = window.document().undoStack().createRedoAction(&window);
    redo->setShortcut(QKeySequence::Redo);
    menu->addActions({undo, redo});
    menu->addSeparator();
    menu->addAction(MainWindow::tr("&Keep a secret…"), &window, [&window] { showSecretDialog(&window); });
}

void addPageAction(QMenu* menu, MainWindow& window, Page page)
{
    auto* action = menu->addAction(pageName(page), &window, [&window, page] { window.pages().showPage(page); });
    action->setShortcut(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + static_cast<int>(page))));
}

void createPipelineMenu(MainWindow& window)
{
    QMenu* menu = window.menuBar()->addMenu(MainWindow::tr("&Pipeline"));
    for (int page = 0; page < kPageCount; ++page)
        addPageAction(menu, window, static_cast<Page>(page));
}

void createRunMenu(MainWindow& window)
{
    QMenu* menu = window.menuBar()->addMenu(MainWindow::tr("&Run"));
    RunBar* bar = &window.runBar();
    QAction* run = menu->addAction(MainWindow::tr("&Run here"), QKeySequence(Qt::Key_F5), bar, [bar] {
        if (bar->canRun())
            Q_EMIT bar->runRequested();
    });
    QAction* drain = menu->addAction(MainWindow::tr("&Drain"), QKeySequence(Qt::SHIFT | Qt::Key_F5), &window.run(),
                                     &RunController::drain);
    QAction* abort = menu->addAction(MainWindow::tr("&Abort"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_F5),
                                     &window.run(), &RunController::abort);
    QObject::connect(menu, &QMenu::aboutToShow, menu, [run, drain, abort, bar, &window] {
        run->setEnabled(bar->canRun());
        drain->setEnabled(window.run().isRunning());
        abort->setEnabled(window.run().isRunning());
    });
    QObject::connect(menu, &QMenu::aboutToHide, menu, [run, drain, abort] {
        for (QAction* action : {run, drain, abort})
            action->setEnabled(true);
    });
    menu->addSeparator();
    menu->addAction(MainWindow::tr("&Export to production…"), QKeySequence(Qt::CTRL | Qt::Key_E), &window,
                    [&window] { window.pages().showPage(Page::Export); });
}

void createViewMenu(MainWindow& window, Settings& settings)
{
    QMenu* menu = window.menuBar()->addMenu(MainWindow::tr("&View"));
    auto* group = new QActionGroup(menu);
    auto* themes = new ThemeSwitch(settings, &window);
    const auto add = [&](const QString& text, ThemeChoice choice) {
        QAction* action = menu->addAction(text, themes, [themes, choice] { themes->choose(choice); });
        action->setCheckable(true);
        action->setChecked(settings.theme() == choice);
        group->addAction(action);
    };
    add(MainWindow::tr("&System theme"), ThemeChoice::System);
    add(MainWindow::tr("&Light theme"), ThemeChoice::Light);
    add(MainWindow::tr("&Dark theme"), ThemeChoice::Dark);
    add(MainWindow::tr("High &contrast theme"), ThemeChoice::HighContrast);
    menu->addSeparator();
    QAction* fullScreen = menu->addAction(MainWindow::tr("&Full screen"), QKeySequence::FullScreen, &window,
                                          [&window](bool on) { on ? window.showFullScreen() : window.showNormal(); });
    fullScreen->setCheckable(true);
}

void createHelpMenu(MainWindow& window)
{
    QMenu* menu = window.menuBar()->addMenu(MainWindow::tr("&Help"));
    menu->addAction(MainWindow::tr("&Help pages"), QKeySequence::HelpContents, &window,
                    [&window] { showHelp(&window, window.pages().current()); });
    menu->addAction(MainWindow::tr("&About Headrace"), &window, [&window] {
        QMessageBox::about(&window, MainWindow::tr("About Headrace"),
                           MainWindow::tr("Headrace %1\n\nConnect, preview, tune, run and export data pipelines.\n"
                                          "Free software under the GPL, version 3 or later.")
                               .arg(QApplication::applicationVersion()));
    });
}

} // namespace

void createWindowMenus(MainWindow& window, Settings& settings)
{
    createFileMenu(window, settings);
    createEditMenu(window);
    createPipelineMenu(window);
    createRunMenu(window);
    createViewMenu(window, settings);
    createHelpMenu(window);
}

} // namespace headrace
