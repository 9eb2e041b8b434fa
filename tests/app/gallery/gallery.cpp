// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Saves pictures of the window with real servers behind it: forms, failures, previews, runs.
// Usage: headrace_gallery OUT_FOLDER [WORD [WIDTHxHEIGHT [light|dark|contrast [POINTS]]]]; only the scenes whose name
// contains WORD, in a font of so many points. Two pixels a point with QT_SCALE_FACTOR=2.
#include "tests/app/gallery/real_servers.h"
#include "tests/app/gallery/scenes.h"
#include "tests/app/picture_folder.h"

#include "app/main_window.h"
#include "app/settings.h"
#include "connectors/builtins.h"
#include "widgets/theme.h"

#include <QApplication>
#include <QTabWidget>
#include <QTemporaryDir>

#include <cstdio>

using namespace headrace;
using namespace headrace::test;

namespace headrace::test {

Pipeline pipelineFrom(const std::string& type, Options options)
{
    Pipeline pipeline;
    pipeline.name = "gallery-" + type;
    pipeline.source = {type, std::move(options)};
    pipeline.destination = {"null", {}};
    pipeline.delivery = Delivery::AtLeastOnce;
    return pipeline;
}

} // namespace headrace::test

namespace {

std::vector<Scene> allScenes()
{
    std::vector<Scene> scenes = connectScenes();
    for (auto more : {previewScenes(), runScenes()})
        scenes.insert(scenes.end(), more.begin(), more.end());
    return scenes;
}

ThemeChoice themeOf(const QString& word)
{
    if (word == QLatin1String("contrast"))
        return ThemeChoice::HighContrast;
    return word == QLatin1String("dark") ? ThemeChoice::Dark : ThemeChoice::Light;
}

void show(const Scene& scene, RealServers& servers, const QSize& size, ThemeChoice theme, const PictureFolder& folder)
{
    const QTemporaryDir temporary;
    Settings settings(temporary.filePath(QStringLiteral("settings.ini")));
    settings.setTheme(theme);
    const Registry registry = builtinConnectors();
    MainWindow window({.registry = &registry,
                       .settings = &settings,
                       .stateFolder = temporary.filePath(QStringLiteral("state")),
                       .connectionsFile = temporary.filePath(QStringLiteral("connections.yaml")),
                       .destination = [](const std::string&) {
                           return ConnectorSpec{"null", {}};
                       }});
    window.resize(size);
    window.show();
    window.document().reset(scene.pipeline(servers));
    window.pages().showPage(scene.page);
    waitFor(kSettle);
    if (scene.act)
        scene.act(window, servers);
    folder.save(window, QString::fromStdString(scene.name));
    window.run().abort();
    while (window.run().isRunning())
        waitFor(50);
}

} // namespace

int main(int argc, char** argv)
{
    qputenv("HEADRACE_RIGHT", PostgresServer::kPassword); // MariaServer has the same
    qputenv("HEADRACE_WRONG", "not-the-password");
    QApplication application(argc, argv);
    const QStringList words = QApplication::arguments();
    if (words.size() < 2) {
        std::fprintf(stderr,
                     "Usage: headrace_gallery OUT_FOLDER [WORD [WIDTHxHEIGHT [light|dark|contrast [POINTS]]]]\n");
        return 2;
    }
    const QString size = words.value(3, QStringLiteral("1280x800"));
    if (const double points = words.value(5).toDouble(); points > 0) {
        QFont font = QApplication::font();
        font.setPointSizeF(points);
        QApplication::setFont(font);
    }
    const PictureFolder folder(words[1]);
    RealServers servers;
    for (const Scene& scene : allScenes()) {
        if (QString::fromStdString(scene.name).contains(words.value(2)))
            show(scene, servers,
                 {size.section(QLatin1Char('x'), 0, 0).toInt(), size.section(QLatin1Char('x'), 1).toInt()},
                 themeOf(words.value(4)), folder);
    }
    return 0;
}
