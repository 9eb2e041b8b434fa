// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a pipeline in the window and saves a picture of every page, light and dark.
// Usage: headrace_screenshots PIPELINE.headrace.yaml OUT_FOLDER [SECONDS]; the gates change in the middle of the run.
#include "app/main_window.h"
#include "app/redpanda_link.h"
#include "app/settings.h"
#include "connectors/builtins.h"
#include "widgets/charts/live_charts.h"
#include "widgets/pages/batch_page.h"
#include "widgets/pages/export_page.h"
#include "widgets/pages/proof_view.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QDir>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTimer>

#include <cstdio>
#include <cstdlib>

using namespace headrace;

namespace {

void waitFor(int milliseconds)
{
    QEventLoop loop;
    QTimer::singleShot(milliseconds, &loop, &QEventLoop::quit);
    loop.exec();
}

void save(MainWindow& window, const QDir& folder, const QString& name)
{
    const QString file = QStringLiteral("%1-%2x.png").arg(name).arg(window.devicePixelRatioF());
    if (!window.grab().save(folder.filePath(file)))
        std::fprintf(stderr, "The picture '%s' could not be written.\n", qPrintable(folder.filePath(file)));
}

/// Every page with every tab that it has.
void savePages(MainWindow& window, const QDir& folder, const QString& state)
{
    for (int index = 0; index < kPageCount; ++index) {
        const auto page = static_cast<Page>(index);
        window.pages().showPage(page);
        waitFor(400);
        const QString name = QStringLiteral("%1-%2").arg(state, pageName(page).toLower());
        save(window, folder, name);
        auto* tabs = window.pages().page(page)->findChild<QTabWidget*>();
        for (int tab = 1; tabs && tab < tabs->count(); ++tab) {
            if (!tabs->isTabVisible(tab))
                continue;
            tabs->setCurrentIndex(tab);
            waitFor(800);
            save(window, folder, QStringLiteral("%1-%2").arg(name, tabs->tabText(tab).section(QLatin1Char(' '), 0, 0)));
        }
        if (tabs)
            tabs->setCurrentIndex(0);
    }
}

void saveAll(MainWindow& window, const QDir& folder, const QString& state)
{
    for (const bool dark : {false, true}) {
        applyTheme(*qApp, dark);
        savePages(window, folder, state + (dark ? QStringLiteral("-dark") : QStringLiteral("-light")));
    }
    applyTheme(*qApp, false);
}

/// Both themes of what is shown now.
void saveBoth(MainWindow& window, const QDir& folder, const QString& name)
{
    for (const bool dark : {false, true}) {
        applyTheme(*qApp, dark);
        waitFor(400);
        save(window, folder, name + (dark ? QStringLiteral("-dark") : QStringLiteral("-light")));
    }
    applyTheme(*qApp, false);
}

} // namespace

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    if (argc < 3) {
        std::fprintf(stderr, "Usage: headrace_screenshots PIPELINE.headrace.yaml OUT_FOLDER [SECONDS]\n");
        return 2;
    }
    const QDir folder(QString::fromLocal8Bit(argv[2]));
    folder.mkpath(QStringLiteral("."));
    QTemporaryDir temporary;
    Settings settings(temporary.filePath(QStringLiteral("settings.ini")));
    settings.setTheme(ThemeChoice::Light);
    const Registry registry = builtinConnectors();
    MainWindow window({.registry = &registry,
                       .settings = &settings,
                       .stateFolder = temporary.filePath(QStringLiteral("state")),
                       .destination =
                           [](const std::string&) {
                               return ConnectorSpec{"null", {}};
                           },
                       .services = {.engine = redpandaLink(registry), .keepSecret = {}}});
    window.resize(1440, 900);
    window.show();
    saveAll(window, folder, QStringLiteral("empty"));
    window.openFile(QString::fromLocal8Bit(argv[1]));
    if (window.document().isEmpty()) {
        std::fprintf(stderr, "The file '%s' could not be opened.\n", argv[1]);
        return 1;
    }
    saveAll(window, folder, QStringLiteral("ready"));
    window.pages().showPage(Page::Batch);
    window.run().start(window.document().pipeline());
    const int seconds = argc > 3 ? std::atoi(argv[3]) : 20;
    waitFor(seconds * 500);
    Pipeline next = window.document().pipeline();
    next.batch.rows = next.batch.rows.value_or(50'000) / 5;
    window.document().edit(QStringLiteral("Change gates"), next);
    waitFor(seconds * 500);
    saveAll(window, folder, QStringLiteral("running"));
    window.pages().showPage(Page::Batch);
    auto& batch = window.pages().pageAs<BatchPage>(Page::Batch);
    waitFor(400);
    Q_EMIT batch.charts().stepped(-1);
    saveBoth(window, folder, QStringLiteral("running-batch-details"));
    window.run().drain();
    while (window.run().isRunning())
        waitFor(50);
    saveAll(window, folder, QStringLiteral("stopped"));
    window.pages().showPage(Page::Export);
    auto& exported = window.pages().pageAs<ExportPage>(Page::Export);
    exported.prove();
    while (exported.proof().isRunning())
        waitFor(50);
    saveBoth(window, folder, QStringLiteral("proof"));
    next.destination = {"parquet", Options{{"path", "/proc/no-such-folder"}}};
    window.document().edit(QStringLiteral("Choose destination"), next);
    window.run().start(next);
    while (window.run().isRunning())
        waitFor(50);
    saveAll(window, folder, QStringLiteral("failed"));
    return 0;
}
