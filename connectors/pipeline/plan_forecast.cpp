// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/plan_sentence.h"

#include "connectors/core/connection.h"
#include "connectors/core/shown_number.h"
#include "connectors/pipeline/pull_kind.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace headrace {

namespace {

constexpr std::chrono::seconds kLongest{5};

/// Fires its token when the caller's does, or after kLongest.
class TimeLimit {
public:
    explicit TimeLimit(const std::stop_token& outer)
        : m_forward(outer, [this] { m_source.request_stop(); })
        , m_thread([this](const std::stop_token& done) {
            std::unique_lock lock(m_mutex);
            if (!m_wake.wait_for(lock, done, kLongest, [&] { return done.stop_requested(); }))
                m_source.request_stop();
        })
    {
    }
    [[nodiscard]] std::stop_token token() const { return m_source.get_token(); }

private:
    std::stop_source m_source;
    std::stop_callback<std::function<void()>> m_forward;
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::jthread m_thread; ///< last: it ends first
};

/// From one pull to the next, at most; 0 where that depends on the rows alone.
std::chrono::nanoseconds between(const Trigger& trigger)
{
    if (trigger.kind == Trigger::Kind::Every)
        return trigger.every;
    if (trigger.kind == Trigger::Kind::NewRows)
        return trigger.atLeast.value_or(std::chrono::nanoseconds{});
    if (trigger.kind != Trigger::Kind::Cron)
        return {};
    const auto first = trigger.nextStart(std::nullopt, std::chrono::system_clock::now());
    const auto second = first ? trigger.nextStart(first, *first) : std::nullopt;
    return second ? *second - *first : std::chrono::nanoseconds{};
}

Result<PullForecast> ask(const Pipeline& pipeline, const SourceType& source, const std::optional<Position>& position,
                         const std::stop_token& stop)
{
    HEADRACE_TRY(const Options options, checkedOptions(source, pipeline.source.options, source.type + " source"));
    return source.forecast(options, position, between(pipeline.trigger), stop);
}

} // namespace

PullForecast forecastPulls(const Pipeline& pipeline, const Registry& registry, const std::optional<Position>& position,
                           const std::stop_token& stop)
{
    const auto source = registry.source(pipeline.source.type);
    if (!source || !(*source)->forecast)
        return {};
    const TimeLimit limit(stop);
    auto forecast = ask(pipeline, **source, position, limit.token());
    PullForecast found;
    if (forecast)
        found = *std::move(forecast);
    else if (limit.token().stop_requested())
        found.unknown = fmt::format("the source did not tell within {}", shownDuration(kLongest));
    else
        found.unknown = forecast.error().message.substr(0, forecast.error().message.find_last_not_of('.') + 1);
    if (pipeline.trigger.kind == Trigger::Kind::NewRows) {
        const auto wanted = static_cast<double>(pipeline.trigger.newRows);
        found.usual = std::min(found.usual.value_or(wanted), wanted); // less: at_least comes before so many are there
    }
    return found;
}

} // namespace headrace
