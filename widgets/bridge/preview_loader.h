// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/preview.h"
#include "widgets/bridge/async_task.h"

#include <QObject>
#include <QTimer>

#include <optional>

namespace headrace {

/// Loads the first rows of a source beside the UI; requests that follow each other quickly become one. UI thread only.
class PreviewLoader : public QObject {
    Q_OBJECT

public:
    explicit PreviewLoader(const Registry& registry, QObject* parent = nullptr);

    /// Asks for rows of `source`, shaped by `shapeSql` when it is not empty. The same request as the last one is
    /// answered from what is already there.
    void request(const ConnectorSpec& source, const std::string& shapeSql);
    /// Reads again although nothing changed.
    void reload();
    /// Forgets the request and its rows.
    void clear();

    [[nodiscard]] bool isLoading() const { return m_delay.isActive() || m_task.isRunning(); }
    [[nodiscard]] const std::optional<PreviewResult>& result() const { return m_result; }

    void setLimits(const PreviewLimits& limits) { m_limits = limits; }
    [[nodiscard]] const PreviewLimits& limits() const { return m_limits; }

Q_SIGNALS:
    void loading();
    void loaded(); ///< result() is there
    void failed(const QString& sentence, const QString& detail);

private:
    void load();

    struct Request {
        ConnectorSpec source;
        std::string shapeSql;
        friend bool operator==(const Request&, const Request&) = default;
    };

    const Registry& m_registry;
    PreviewLimits m_limits;
    std::optional<Request> m_request;
    std::optional<PreviewResult> m_result;
    QTimer m_delay;
    AsyncTask<Result<PreviewResult>> m_task;
};

} // namespace headrace
