// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/batch_policy.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>

namespace headrace {

/// What other threads ask of a run. All methods are thread-safe.
class RunControl {
public:
    virtual ~RunControl() = default;

    void requestStop() { m_stop.request_stop(); }
    void abort();

    [[nodiscard]] bool stopping() const { return m_stop.stop_requested(); }
    [[nodiscard]] bool aborted() const { return m_abort.stop_requested(); }
    /// Fires at requestStop() and at abort().
    [[nodiscard]] std::stop_token stopToken() const { return m_stop.get_token(); }
    [[nodiscard]] std::stop_token abortToken() const { return m_abort.get_token(); }

    void setPolicy(const BatchPolicy& policy);
    /// The policy set since the last call.
    [[nodiscard]] std::optional<BatchPolicy> takePolicy();

    /// Returns after `time`, or at once when the run is to stop.
    virtual void pause(std::chrono::nanoseconds time);

private:
    std::stop_source m_stop;
    std::stop_source m_abort;
    std::mutex m_mutex;
    std::condition_variable_any m_stopped;
    std::optional<BatchPolicy> m_policy;
};

} // namespace headrace
