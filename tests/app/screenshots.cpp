// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Saves pictures of the window with a pipeline: every page with every tab, light and dark.
// Usage: headrace_screenshots PIPELINE.headrace.yaml OUT_FOLDER [SECONDS] [STATE,…] [WIDTHxHEIGHT]
//   SECONDS  how long it runs (20); the gates change in the middle of the run
//   STATE    of empty, ready, seek, tree, dialogs, running, stopped, proof, failed (all)
#include "tests/app/picture_folder.h"

#include "app/connection_dialog.h"
#include "app/help_dialog.h"
#include "app/main_window.h"
#include "app/redpanda_link.h"
#include "app/secret_dialog.h"
#include "app/settings.h"
#include "connectors/builtins.h"
#include "widgets/charts/live_charts.h"
#include "widgets/forms/seek_bar.h"
#include "widgets/pages/batch_page.h"
#include "widgets/pages/connect_page.h"
#include "widgets/pages/export_page.h"
#include "widgets/pages/preview_page.h"
#include "widgets/pages/proof_view.h"
#include "widgets/pages/readable_browser.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTreeView>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

using namespace headrace;
using namespace headrace::test;

namespace {

/// One walk through the states of a window.
class Photographer {
public:
    Photographer(MainWindow& window, const QString& folder, QStringList states)
        : m_window(window)
        , m_folder(folder)
        , m_states(std::move(states))
    {
    }

    [[nodiscard]] bool wants(const char* state) const
    {
        return m_states.isEmpty() || m_states.contains(QLatin1String(state));
    }

    /// Every page with every tab that it has, in both themes.
    void savePages(const char* state) const
    {
        if (!wants(state))
            return;
        for (const bool dark : {false, true}) {
            applyTheme(*qApp, dark ? Theme::Dark : Theme::Light);
            for (int page = 0; page < kPageCount; ++page)
                savePage(static_cast<Page>(page),
                         QLatin1String(state) + (dark ? QStringLiteral("-dark") : QStringLiteral("-light")));
        }
        applyTheme(*qApp, Theme::Light);
    }

    void savePlaces() const;
    void saveTree() const;
    void saveDialogs() const;
    [[nodiscard]] const PictureFolder& folder() const { return m_folder; }

private:
    void savePage(Page page, const QString& state) const
    {
        m_window.pages().showPage(page);
        waitFor(kSettle);
        const QString name = QStringLiteral("%1-%2").arg(state, pageName(page).toLower());
        m_folder.save(m_window, name);
        auto* tabs = m_window.pages().page(page)->findChild<QTabWidget*>();
        for (int tab = 1; tabs && tab < tabs->count(); ++tab) {
            if (!tabs->isTabVisible(tab))
                continue;
            tabs->setCurrentIndex(tab);
            waitFor(2 * kSettle);
            m_folder.save(m_window,
                          QStringLiteral("%1-%2").arg(name, tabs->tabText(tab).section(QLatin1Char(' '), 0, 0)));
        }
        if (tabs)
            tabs->setCurrentIndex(0);
    }

    MainWindow& m_window;
    PictureFolder m_folder;
    QStringList m_states;
};

/// The places to look from that a stream has.
void Photographer::savePlaces() const
{
    m_window.pages().showPage(Page::Preview);
    SeekBar& seek = m_window.pages().pageAs<PreviewPage>(Page::Preview).seek();
    waitFor(kSettle);
    for (int mode = 1; seek.isVisible() && mode < seek.modes().count(); ++mode) {
        seek.choose(static_cast<SeekBar::Mode>(seek.modes().itemData(mode).toInt()));
        waitFor(5 * kSettle);
        m_folder.save(m_window, QStringLiteral("seek-%1").arg(mode));
    }
    seek.choose(SeekBar::Mode::Pipeline);
}

/// The first things that can be read, unfolded down to their columns.
void Photographer::saveTree() const
{
    m_window.pages().showPage(Page::Connect);
    waitFor(5 * kSettle);
    auto* view = m_window.pages().pageAs<ConnectPage>(Page::Connect).browser()->findChild<QTreeView*>();
    for (QModelIndex at = view->model()->index(0, 0); at.isValid(); at = view->model()->index(0, 0, at)) {
        view->expand(at);
        waitFor(3 * kSettle);
    }
    m_folder.saveBoth(m_window, QStringLiteral("tree"));
}

void Photographer::saveDialogs() const
{
    ConnectionDialog* connection = m_window.openConnection({});
    const auto boxes = connection->findChildren<QComboBox*>();
    auto* types = *std::ranges::find_if(boxes, [](auto* box) { return box->findData(QStringLiteral("kafka")) >= 0; });
    for (int type = 0; type < types->count(); ++type) {
        types->setCurrentIndex(type);
        Q_EMIT types->activated(type);
        m_folder.saveBoth(*connection, QStringLiteral("dialog-connection-%1").arg(types->currentData().toString()));
    }
    connection->test();
    waitFor(kSettle);
    m_folder.saveBoth(*connection, QStringLiteral("dialog-connection-failed"));
    connection->reject();
    for (const auto& show : {+[](MainWindow& window) { showHelp(&window, Page::Connect); },
                             +[](MainWindow& window) { showSecretDialog(&window); }}) {
        show(m_window);
        auto* dialog = m_window.findChildren<QDialog*>(Qt::FindDirectChildrenOnly).back();
        m_folder.saveBoth(*dialog, QStringLiteral("dialog-%1").arg(dialog->windowTitle().toLower().replace(' ', '-')));
        dialog->close();
        waitFor(kSettle);
    }
}

void run(MainWindow& window, const Photographer& photographer, int seconds)
{
    window.pages().showPage(Page::Batch);
    window.run().start(window.document().pipeline());
    waitFor(seconds * 500);
    Pipeline next = window.document().pipeline();
    next.batch.rows = next.batch.rows.value_or(50'000) / 5;
    window.document().edit(QStringLiteral("Change gates"), next);
    waitFor(seconds * 500);
    photographer.savePages("running");
    window.pages().showPage(Page::Batch);
    waitFor(kSettle);
    Q_EMIT window.pages().pageAs<BatchPage>(Page::Batch).charts().stepped(-1);
    if (photographer.wants("running"))
        photographer.folder().saveBoth(window, QStringLiteral("running-batch-details"));
    window.run().drain();
    while (window.run().isRunning())
        waitFor(50);
    photographer.savePages("stopped");
}

void prove(MainWindow& window, const Photographer& photographer)
{
    window.pages().showPage(Page::Export);
    auto& exported = window.pages().pageAs<ExportPage>(Page::Export);
    exported.prove();
    while (exported.proof().isRunning())
        waitFor(50);
    photographer.folder().saveBoth(window, QStringLiteral("proof"));
}

void fail(MainWindow& window, const Photographer& photographer)
{
    Pipeline next = window.document().pipeline();
    next.destination = {"parquet", Options{{"path", "/proc/no-such-folder"}}};
    window.document().edit(QStringLiteral("Choose destination"), next);
    window.run().start(next);
    while (window.run().isRunning())
        waitFor(50);
    photographer.savePages("failed");
}

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    if (argc < 3) {
        std::fprintf(stderr, "Usage: headrace_screenshots PIPELINE.headrace.yaml OUT_FOLDER [SECONDS] [STATE,…] "
                             "[WIDTHxHEIGHT]\n");
        return 2;
    }
    const QStringList words = QApplication::arguments();
    QTemporaryDir temporary;
    Settings settings(temporary.filePath(QStringLiteral("settings.ini")));
    settings.setTheme(ThemeChoice::Light);
    const Registry registry = builtinConnectors();
    MainWindow window({.registry = &registry,
                       .settings = &settings,
                       .stateFolder = temporary.filePath(QStringLiteral("state")),
                       .connectionsFile = temporary.filePath(QStringLiteral("connections.yaml")),
                       .destination =
                           [](const std::string&) {
                               return ConnectorSpec{"null", {}};
                           },
                       .services = {.engine = redpandaLink(registry), .keepSecret = {}}});
    const QString size = words.value(5, QStringLiteral("1440x900"));
    window.resize(size.section(QLatin1Char('x'), 0, 0).toInt(), size.section(QLatin1Char('x'), 1).toInt());
    window.show();
    const Photographer photographer(window, words[2], words.value(4).split(QLatin1Char(','), Qt::SkipEmptyParts));
    photographer.savePages("empty");
    window.openFile(words[1]);
    if (window.document().isEmpty()) {
        std::fprintf(stderr, "The file '%s' could not be opened.\n", argv[1]);
        return 1;
    }
    photographer.savePages("ready");
    if (photographer.wants("seek"))
        photographer.savePlaces();
    if (photographer.wants("tree"))
        photographer.saveTree();
    if (photographer.wants("dialogs"))
        photographer.saveDialogs();
    if (photographer.wants("running") || photographer.wants("stopped"))
        run(window, photographer, words.value(3, QStringLiteral("20")).toInt());
    if (photographer.wants("proof"))
        prove(window, photographer);
    if (photographer.wants("failed"))
        fail(window, photographer);
    return 0;
}
