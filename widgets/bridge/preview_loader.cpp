// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/preview_loader.h"

namespace headrace {

PreviewLoader::PreviewLoader(const Registry& registry, QObject* parent)
    : QObject(parent)
    , m_registry(registry)
{
    m_delay.setSingleShot(true);
    connect(&m_delay, &QTimer::timeout, this, &PreviewLoader::load);
}

void PreviewLoader::request(const ConnectorSpec& source, const std::string& shapeSql)
{
    Request next{source, shapeSql};
    if (m_request == next)
        return;
    // The first rows are shown at once; later changes are typed, and typing settles first.
    const auto delay = m_request ? std::chrono::milliseconds{250} : std::chrono::milliseconds{0};
    m_request = std::move(next);
    m_task.cancel();
    m_delay.start(delay);
    Q_EMIT loading();
}

void PreviewLoader::reload()
{
    if (!m_request)
        return;
    Q_EMIT loading();
    load();
}

void PreviewLoader::clear()
{
    m_delay.stop();
    m_task.cancel();
    m_request.reset();
    m_result.reset();
}

void PreviewLoader::load()
{
    m_delay.stop();
    m_task.start(
        [this, request = *m_request, limits = m_limits](std::stop_token stop) {
            return preview(m_registry, request.source, request.shapeSql, limits, stop);
        },
        [this](Result<PreviewResult> result) {
            if (result) {
                m_result = *std::move(result);
                Q_EMIT loaded();
            } else if (result.error().code != ErrorCode::Cancelled) {
                m_result.reset();
                Q_EMIT failed(QString::fromStdString(result.error().message),
                              QString::fromStdString(result.error().detail));
            }
        });
}

} // namespace headrace
