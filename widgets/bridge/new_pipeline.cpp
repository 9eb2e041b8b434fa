// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/new_pipeline.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStringList>

namespace headrace {
namespace {

const SourceType* sourceForFile(const Registry& registry, const QString& name)
{
    const SourceType* best = nullptr;
    qsizetype longest = 0;
    for (const SourceType& source : registry.sources()) {
        for (const std::string& text : source.fileEndings) {
            const QString ending = QString::fromStdString(text);
            if (name.endsWith(ending, Qt::CaseInsensitive) && ending.size() > longest) {
                best = &source;
                longest = ending.size();
            }
        }
    }
    return best;
}

QString knownEndings(const Registry& registry)
{
    QStringList endings;
    for (const SourceType& source : registry.sources()) {
        for (const std::string& ending : source.fileEndings)
            endings << QString::fromStdString(ending);
    }
    endings.removeDuplicates();
    return endings.join(QStringLiteral(", "));
}

} // namespace

std::string pipelineNameFor(const std::string& path)
{
    static const QRegularExpression kOther(QStringLiteral("[^a-z0-9_]+"));
    QString name = QFileInfo(QString::fromStdString(path)).fileName().section(QLatin1Char('.'), 0, 0).toLower();
    name.replace(kOther, QStringLiteral("-"));
    while (name.startsWith(QLatin1Char('-')))
        name.remove(0, 1);
    while (name.endsWith(QLatin1Char('-')))
        name.chop(1);
    return name.isEmpty() ? "pipeline" : name.toStdString();
}

Result<Pipeline> pipelineForFile(const Registry& registry, const std::string& path,
                                 const DefaultDestination& destination)
{
    const QString name = QFileInfo(QString::fromStdString(path)).fileName();
    const SourceType* source = sourceForFile(registry, name);
    if (!source)
        return fail(ErrorCode::Usage,
                    QCoreApplication::translate("NewPipeline",
                                                "'%1' has no ending that a source reads. Known endings are %2; "
                                                "choose the kind of source on the Connect page.")
                        .arg(name, knownEndings(registry))
                        .toStdString());
    Pipeline pipeline;
    pipeline.name = pipelineNameFor(path);
    pipeline.source = {source->type, Options{{"path", path}}};
    pipeline.destination = destination(pipeline.name);
    pipeline.batch.rows = 100'000;
    pipeline.batch.age = std::chrono::seconds{5};
    return pipeline;
}

} // namespace headrace
