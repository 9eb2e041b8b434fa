// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/new_pipeline.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QRegularExpression>
#include <QStringList>

namespace headrace {
namespace {

QString text(const char* source)
{
    return QCoreApplication::translate("NewPipeline", source);
}

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

Pipeline emptyPipeline()
{
    Pipeline pipeline;
    pipeline.batch.rows = 100'000;
    pipeline.batch.age = std::chrono::seconds{5};
    return pipeline;
}

Result<Pipeline> pipelineForFiles(const Registry& registry, const std::vector<std::string>& paths,
                                  const DefaultDestination& destination)
{
    const SourceType* source = nullptr;
    for (const std::string& path : paths) {
        const QString name = QFileInfo(QString::fromStdString(path)).fileName();
        const SourceType* reads = sourceForFile(registry, name);
        if (!reads)
            return fail(ErrorCode::Usage, text("'%1' has no ending that a source reads. Known endings are %2; "
                                               "choose the kind of source on the Connect page.")
                                              .arg(name, knownEndings(registry))
                                              .toStdString());
        if (source && reads != source)
            return fail(ErrorCode::Usage, text("'%1' and '%2' are of different kinds, which no one source reads. Drop "
                                               "files of one kind.")
                                              .arg(QFileInfo(QString::fromStdString(paths.front())).fileName(), name)
                                              .toStdString());
        source = reads;
    }
    Pipeline pipeline = emptyPipeline();
    pipeline.name = pipelineNameFor(paths.front());
    pipeline.source = {source->type, Options{{"path", paths.front()}}};
    if (paths.size() > 1)
        pipeline.source.options.set("path", OptionList(paths.begin(), paths.end()));
    pipeline.destination = destination(pipeline.name);
    return pipeline;
}

} // namespace headrace
