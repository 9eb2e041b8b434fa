// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/retries.h"

#include "connectors/core/shown_number.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <random>

namespace headrace {

namespace {

/// Whole seconds, or milliseconds where that is all there is.
std::chrono::nanoseconds readable(std::chrono::nanoseconds delay)
{
    using namespace std::chrono;
    return delay >= seconds{1} ? nanoseconds{ceil<seconds>(delay)} : nanoseconds{ceil<milliseconds>(delay)};
}

} // namespace

Retries::Jitter Retries::randomJitter()
{
    return [dice = std::make_shared<std::mt19937>(std::random_device{}())] {
        return std::uniform_real_distribution<double>(0, 1)(*dice);
    };
}

void Retries::noteProgress()
{
    if (m_failures == 0)
        return;
    m_failures = 0;
    endOutage();
}

void Retries::noteAttempt()
{
    if (m_outage && m_clock.now() - m_attempt >= kSettled)
        endOutage();
}

void Retries::endOutage()
{
    m_outage.reset();
    m_metrics.update([](MetricsSnapshot& snapshot) { snapshot.message.clear(); });
    m_metrics.noteOutage(Metrics::Noticed::ByRun, std::nullopt, m_clock.wall());
}

Status Retries::backOff(const Error& error)
{
    if (!isRetryable(error))
        return fail(error);
    const int attempts = m_policy.attempts.value_or(RetryPolicy::kAttempts);
    if (++m_failures > attempts)
        return fail(error.code,
                    fmt::format("{} It was tried {} times without progress; a higher 'attempts' of 'retry' would wait "
                                "longer.",
                                error.message, groupedNumber(m_failures)),
                    error.detail);
    auto delay = m_policy.initial;
    for (int failure = 1; failure < m_failures && delay < m_policy.maximum; ++failure)
        delay *= 2;
    delay = std::min(delay, m_policy.maximum);
    if (m_jitter)
        delay -= std::chrono::duration_cast<std::chrono::nanoseconds>(m_jitter() * (delay / 2));
    if (error.retryAfter)
        delay = std::max<std::chrono::nanoseconds>(delay, *error.retryAfter);
    const std::string message =
        fmt::format("{} Attempt {} of {} follows in {}.", error.message, groupedNumber(m_failures),
                    groupedNumber(attempts), shownDuration(readable(delay)));
    m_metrics.update([&message](MetricsSnapshot& snapshot) {
        ++snapshot.rewinds;
        snapshot.message = message;
    });
    // Attempts that fail of the same are one outage, which is told of once.
    if (!m_outage || m_cause != error.message)
        m_outage = {m_outage ? m_outage->since : m_clock.wall(), message, "The run goes on"};
    m_cause = error.message;
    m_metrics.noteOutage(Metrics::Noticed::ByRun, m_outage, m_clock.wall());
    m_control.pause(delay);
    m_attempt = m_clock.now();
    return {};
}

} // namespace headrace
