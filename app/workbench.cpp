// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench.h"

#include "app/main_window.h"
#include "app/redpanda_link.h"
#include "app/secret_store.h"
#include "app/settings.h"
#include "connectors/builtins.h"
#include "connectors/pipeline/checkpoint.h"
#include "connectors/pipeline/connection_file.h"

#include <QApplication>
#include <QDir>
#include <QIcon>
#include <QStandardPaths>

namespace headrace {
namespace {

constexpr QSize kFirstSize{1440, 900};

/// The embedded default: a DuckDB database of the pipeline's name among the user's documents.
ConnectorSpec embeddedDestination(const std::string& pipelineName)
{
    const QDir documents(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    const QString path =
        documents.filePath(QStringLiteral("headrace/%1.duckdb").arg(QString::fromStdString(pipelineName)));
    return {"duckdb", Options{{"path", path.toStdString()}}};
}

void keepSecret(const QString& name, const QString& secret, std::function<void(const Result<QString>&)> done)
{
    secret_store::save(name, secret, [name, done = std::move(done)](const Result<secret_store::Kept>& kept) {
        done(kept.map([&name](secret_store::Kept where) { return secret_store::keptText(where, name); }));
    });
}

} // namespace

int openWorkbench(int& argc, char** argv, const std::string& file)
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("headrace"));
    QApplication::setApplicationDisplayName(QStringLiteral("Headrace"));
    QApplication::setDesktopFileName(QStringLiteral("org.headrace.Headrace"));
    QApplication::setApplicationVersion(QStringLiteral(HEADRACE_VERSION));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/headrace.svg")));

    const Registry registry = builtinConnectors();
    setSecretLookup(secret_store::lookup());
    const std::string connections = defaultConnectionsFile();
    setConnectionLookup(connectionsIn(connections));
    QObject::connect(&application, &QApplication::aboutToQuit, &application, secret_store::release);
    Settings settings;
    MainWindow window({.registry = &registry,
                       .settings = &settings,
                       .stateFolder = QString::fromStdString(defaultStateFolder()),
                       .connectionsFile = QString::fromStdString(connections),
                       .destination = embeddedDestination,
                       .services = {.engine = redpandaLink(registry), .keepSecret = keepSecret}});
    if (!window.restoreGeometry(settings.windowGeometry()))
        window.resize(kFirstSize);
    window.show();
    if (!file.empty())
        window.openFile(QString::fromStdString(file));
    return QApplication::exec();
}

} // namespace headrace
