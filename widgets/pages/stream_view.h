// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/connection.h"
#include "connectors/pipeline/pipeline.h"
#include "widgets/bridge/async_task.h"
#include "widgets/models/tables.h"

#include <QWidget>

class QLabel;
class QTableView;

namespace headrace {

/// How a stream lies in its partitions: what they hold, how fast they grow, how far behind the pipeline is, and how
/// long it is kept. Asked for when it is first seen. UI thread only.
class StreamView : public QWidget {
    Q_OBJECT

public:
    /// `stateFolder` holds the position up to which pipelines have delivered; "" for none.
    StreamView(const Registry& registry, QString stateFolder, QWidget* parent = nullptr);

    /// Whether sources of this type have something to show here.
    [[nodiscard]] static bool knows(const std::string& type);

    void setPipeline(const Pipeline& pipeline);
    void reload();
    [[nodiscard]] QString sentence() const;
    [[nodiscard]] PartitionFactsModel& model() { return *m_model; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    void load();
    void showFacts(const Result<StreamFacts>& found);

    const Registry& m_registry;
    QString m_stateFolder;
    QLabel* m_sentence;
    QTableView* m_table;
    PartitionFactsModel* m_model;
    std::optional<Pipeline> m_pipeline;
    std::optional<std::pair<std::string, ConnectorSpec>> m_shown; ///< of the pipeline's name and source
    AsyncTask<Result<StreamFacts>> m_task;
};

} // namespace headrace
