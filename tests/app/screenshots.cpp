// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a pipeline in the window and saves a picture of every page, light and dark.
// Usage: headrace_screenshots PIPELINE.headrace.yaml OUT_FOLDER [SECONDS]; the gates change in the middle of the run.
#include "app/main_window.h"
#include "app/settings.h"
#include "connectors/builtins.h"
#include "widgets/pages/batch_page.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QDir>
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

void saveAll(MainWindow& window, const QDir& folder, const QString& state)
{
    for (const bool dark : {false, true}) {
        applyTheme(*qApp, dark);
        for (int index = 0; index < kPageCount; ++index) {
            window.pages().showPage(static_cast<Page>(index));
            waitFor(400);
            const QString name = QStringLiteral("%1-%2-%3-%4x.png")
                                     .arg(state, pageName(static_cast<Page>(index)).toLower(),
                                          dark ? QStringLiteral("dark") : QStringLiteral("light"))
                                     .arg(window.devicePixelRatioF());
            if (!window.grab().save(folder.filePath(name)))
                std::fprintf(stderr, "The picture '%s' could not be written.\n", qPrintable(folder.filePath(name)));
        }
    }
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
                       .destination = [](const std::string&) {
                           return ConnectorSpec{"null", {}};
                       }});
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
    window.run().drain();
    while (window.run().isRunning())
        waitFor(50);
    saveAll(window, folder, QStringLiteral("stopped"));
    return 0;
}
