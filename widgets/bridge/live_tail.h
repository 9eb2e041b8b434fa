// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/chunk.h"
#include "connectors/pipeline/pipeline.h"
#include "widgets/bridge/async_task.h"

#include <arrow/type_fwd.h>

#include <QObject>
#include <QTimer>

#include <memory>
#include <string>
#include <vector>

namespace headrace {

/// Follows a stream as it comes and keeps its last rows. It looks only, as a preview does: nothing is moved. UI thread
/// only; the rows are made ready beside it.
class LiveTail : public QObject {
    Q_OBJECT

public:
    static constexpr std::int64_t kKeptRows = 1'000;

    struct Look {
        std::shared_ptr<arrow::RecordBatch> rows; ///< the last ones; null before the first
        std::vector<BadRecord> rejected;          ///< the last ones
        std::int64_t shown = 0;                   ///< rows that passed the filter since the start
        std::int64_t looked = 0;                  ///< rows that came
    };

    explicit LiveTail(const Registry& registry, QObject* parent = nullptr);

    /// `filterSql` as a shape; "" for all rows. What was followed before is left.
    void start(const ConnectorSpec& source, const std::string& filterSql);
    void stop();
    [[nodiscard]] bool isRunning() const { return m_task.isRunning(); }
    [[nodiscard]] const Look& look() const { return m_look; }

Q_SIGNALS:
    void grew();                                                ///< look() has changed
    void ended(const QString& sentence, const QString& detail); ///< without a sentence: the stream has an end

private:
    struct Shared;

    void takeNews();

    const Registry& m_registry;
    std::shared_ptr<Shared> m_shared;
    Look m_look;
    QTimer m_timer;
    AsyncTask<Status> m_task;
};

} // namespace headrace
