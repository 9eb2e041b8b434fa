// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/pipeline.h"

#include <QElapsedTimer>
#include <QObject>
#include <QUndoStack>

namespace headrace {

/// The pipeline that the window shows: its value, its file and the undo history of every edit. UI thread only.
class PipelineDocument : public QObject {
    Q_OBJECT

public:
    explicit PipelineDocument(const Registry& registry, QObject* parent = nullptr);

    [[nodiscard]] const Registry& registry() const { return m_registry; }
    [[nodiscard]] const Pipeline& pipeline() const { return m_pipeline; }
    [[nodiscard]] bool isEmpty() const { return m_pipeline.source.type.empty(); }
    [[nodiscard]] QUndoStack& undoStack() { return m_undo; }

    /// One undoable step. Steps that follow each other with the same non-empty `mergeKey` become one, so that a drag
    /// or a typed word is undone at once.
    void edit(const QString& what, Pipeline next, const QString& mergeKey = {});

    /// The merge key of text that is typed into `field`: the same while the typing goes on, another one after a pause
    /// or in another field.
    [[nodiscard]] QString typingKey(const QString& field);

    /// Replaces everything and forgets the history. `path` is empty for a pipeline that was never saved.
    void reset(Pipeline pipeline, const QString& path = {});

    Status open(const QString& path);
    Status save(const QString& path);

    /// Absolute; empty for a pipeline that was never saved.
    [[nodiscard]] const QString& filePath() const { return m_path; }
    [[nodiscard]] bool isModified() const;
    /// The pipeline's name, or "New pipeline".
    [[nodiscard]] QString displayName() const;

Q_SIGNALS:
    void changed();
    void fileChanged();
    void modifiedChanged(bool modified);

private:
    friend class EditPipelineCommand;
    void apply(const Pipeline& pipeline);

    const Registry& m_registry;
    Pipeline m_pipeline;
    QString m_path;
    bool m_neverSaved = false; // made from a dropped file: worth saving though nothing was edited
    QUndoStack m_undo;
    QElapsedTimer m_sinceTyped;
    QString m_typedField;
    int m_typing = 0;
};

} // namespace headrace
