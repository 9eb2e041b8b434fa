// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/pipeline_document.h"

#include "connectors/pipeline/pipeline_yaml.h"

#include <QFileInfo>
#include <QUndoCommand>

namespace headrace {
namespace {

constexpr int kTypingPause = 1000; // milliseconds

} // namespace

class EditPipelineCommand : public QUndoCommand {
public:
    EditPipelineCommand(PipelineDocument& document, const QString& what, Pipeline next, QString mergeKey)
        : QUndoCommand(what)
        , m_document(document)
        , m_before(document.pipeline())
        , m_after(std::move(next))
        , m_mergeKey(std::move(mergeKey))
    {
    }

    void undo() override { m_document.apply(m_before); }
    void redo() override { m_document.apply(m_after); }
    int id() const override { return m_mergeKey.isEmpty() ? -1 : 1; }

    bool mergeWith(const QUndoCommand* other) override
    {
        const auto* next = static_cast<const EditPipelineCommand*>(other);
        if (next->m_mergeKey != m_mergeKey)
            return false;
        m_after = next->m_after;
        setObsolete(m_after == m_before);
        return true;
    }

private:
    PipelineDocument& m_document;
    Pipeline m_before;
    Pipeline m_after;
    QString m_mergeKey;
};

PipelineDocument::PipelineDocument(const Registry& registry, QObject* parent)
    : QObject(parent)
    , m_registry(registry)
{
    connect(&m_undo, &QUndoStack::cleanChanged, this, [this] { Q_EMIT modifiedChanged(isModified()); });
}

void PipelineDocument::edit(const QString& what, Pipeline next, const QString& mergeKey)
{
    if (next == m_pipeline)
        return;
    m_undo.push(new EditPipelineCommand(*this, what, std::move(next), mergeKey));
}

QString PipelineDocument::typingKey(const QString& field)
{
    if (field != m_typedField || !m_sinceTyped.isValid() || m_sinceTyped.hasExpired(kTypingPause))
        ++m_typing;
    m_typedField = field;
    m_sinceTyped.start();
    return QStringLiteral("%1-%2").arg(field).arg(m_typing);
}

void PipelineDocument::reset(Pipeline pipeline, const QString& path)
{
    m_path = path;
    m_neverSaved = path.isEmpty() && !pipeline.source.type.empty();
    m_undo.clear();
    m_pipeline = std::move(pipeline);
    Q_EMIT fileChanged();
    Q_EMIT changed();
    Q_EMIT modifiedChanged(isModified());
}

Status PipelineDocument::open(const QString& path)
{
    HEADRACE_TRY(Pipeline pipeline, loadPipeline(path.toStdString(), m_registry));
    reset(std::move(pipeline), QFileInfo(path).absoluteFilePath());
    return {};
}

Status PipelineDocument::save(const QString& path)
{
    HEADRACE_CHECK(savePipeline(m_pipeline, path.toStdString()));
    m_path = QFileInfo(path).absoluteFilePath();
    m_neverSaved = false;
    m_undo.setClean();
    Q_EMIT fileChanged();
    Q_EMIT modifiedChanged(isModified());
    return {};
}

bool PipelineDocument::isModified() const
{
    return m_neverSaved || !m_undo.isClean();
}

QString PipelineDocument::displayName() const
{
    return m_pipeline.name.empty() ? tr("New pipeline") : QString::fromStdString(m_pipeline.name);
}

void PipelineDocument::apply(const Pipeline& pipeline)
{
    m_pipeline = pipeline;
    Q_EMIT changed();
}

} // namespace headrace
