// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/plan_sentence.h"

#include "connectors/core/shown_number.h"
#include "connectors/pipeline/pull_kind.h"
#include "connectors/pipeline/time_zone.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <ctime>

namespace headrace {

namespace {

/// "26 Nov 02:00" on the zone's clock, as the schedule is written.
std::string moment(WallTime at, const std::string& zone)
{
    const auto found = TimeZone::find(zone);
    const std::time_t seconds =
        std::chrono::system_clock::to_time_t(at + (found ? (*found)->spanAt(at).offset : std::chrono::seconds{0}));
    std::tm there{};
    ::gmtime_r(&seconds, &there);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%-d %b %H:%M", &there)};
}

std::string capitalized(std::string text)
{
    text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
    return text;
}

/// "Every 15 min", "At 0 2 * * * (UTC), next on 26 Nov 02:00".
std::string whenText(const Trigger& trigger, bool endless, WallTime now)
{
    switch (trigger.kind) {
    case Trigger::Kind::Once:
        return endless ? "Until it is stopped" : "Once";
    case Trigger::Kind::Cron: {
        const auto start = trigger.nextStart(std::nullopt, now);
        return capitalized(trigger.describe()) + (start ? ", next on " + moment(*start, trigger.zone) : "");
    }
    default:
        return capitalized(trigger.describe());
    }
}

/// "2026-11-22 10:00:00+00" of "2026-11-22 10:00:00.123456+00"; other values as they are.
std::string shortMoment(std::string value)
{
    constexpr std::string_view kShape = "dddd-dd-dd?dd:dd:dd.";
    if (value.size() <= kShape.size())
        return value;
    for (std::size_t i = 0; i < kShape.size(); ++i)
        if (kShape[i] == 'd' ? value[i] < '0' || value[i] > '9' : kShape[i] != '?' && value[i] != kShape[i])
            return value;
    const std::size_t end = value.find_first_not_of("0123456789", kShape.size());
    value.erase(kShape.size() - 1, end == std::string::npos ? end : end - kShape.size() + 1);
    return value;
}

/// The first text of an option that is one or a list; "" for none.
std::string firstOf(const Options& options, const char* key)
{
    const OptionList list = options.list(key);
    return list.empty() ? std::string() : list.front();
}

/// ", about 1,200"; "" for an unknown number. Less than one row a pull is "about 0.3".
std::string about(std::optional<double> rows)
{
    if (!rows)
        return {};
    return *rows > 0 && *rows < 10 && *rows != std::floor(*rows)
               ? fmt::format(", about {:.1f}", *rows)
               : fmt::format(", about {}", groupedNumber(std::llround(*rows)));
}

std::string firstPull(const PlanFacts& facts)
{
    if (!facts.forecast.next)
        return {};
    return *facts.forecast.next == 0 ? ", none now" : about(static_cast<double>(*facts.forecast.next));
}

std::string streamText(const Pipeline& pipeline, const std::string& object, bool endless, const PlanFacts& facts)
{
    const std::string from = firstOf(pipeline.source.options, "from");
    if (endless && !facts.hasPosition)
        return from.empty() ? fmt::format("what is in {} and what arrives", object)
                            : fmt::format("what is in {} from {} on, and what arrives", object, from);
    if (endless)
        return fmt::format("what arrives in {} behind the last row delivered", object);
    const std::string until = firstOf(pipeline.source.options, "until");
    if (facts.hasPosition)
        return fmt::format("what is in {} behind the last row delivered, up to {}", object, until);
    return from.empty() ? fmt::format("what is in {}, up to {}", object, until)
                        : fmt::format("what is in {} from {} on, up to {}", object, from, until);
}

/// What every pull of it reads from its beginning.
bool readsWhole(const Pipeline& pipeline, const SourceType& source)
{
    return source.readsWhole && source.readsWhole(pipeline.source.options);
}

/// "rows of public.orders with updated_at after 2026-11-22 10:00:00"
std::string whatText(const Pipeline& pipeline, const SourceType& source, bool endless, const PlanFacts& facts)
{
    const Options& options = pipeline.source.options;
    const std::string named = objectOf(options);
    const bool isQuery = !firstOf(options, "query").empty();
    const std::string object = isQuery ? "the query" : named.empty() ? source.label : named;
    const std::string cursor = firstOf(options, "cursor"); // those behind it tell rows apart that are equal in it
    if (!cursor.empty()) {
        if (!facts.after.empty())
            return fmt::format("rows of {} with {} after {}", object, cursor, shortMoment(facts.after));
        return facts.hasPosition ? fmt::format("rows of {} with {} after the last one delivered", object, cursor)
                                 : fmt::format("all rows of {} at first{}, then those with a higher {}", object,
                                               firstPull(facts), cursor);
    }
    if (endless || source.unbounded)
        return streamText(pipeline, object, endless, facts);
    if (readsWhole(pipeline, source))
        return fmt::format("all rows of {}{}", object, firstPull(facts));
    if (facts.hasPosition)
        return fmt::format("what {} holds behind the last row delivered", object);
    return pipeline.trigger.kind == Trigger::Kind::Once
               ? fmt::format("all rows of {}{}", object, firstPull(facts))
               : fmt::format("all rows of {} at first{}, then what comes behind them", object, firstPull(facts));
}

/// ", about 1,200 a pull; 830 are new now", or why that is not known.
std::string numberText(const Pipeline& pipeline, const SourceType& source, const PlanFacts& facts)
{
    if (readsWhole(pipeline, source) && facts.forecast.next)
        return {}; // said already
    const bool isRepeated = pipeline.trigger.kind != Trigger::Kind::Once;
    if (facts.rowsAPull && isRepeated)
        return about(facts.rowsAPull) + " a pull";
    const PullForecast& forecast = facts.forecast;
    std::string text;
    if (forecast.usual && isRepeated)
        text = about(forecast.usual) + " a pull";
    if (facts.hasPosition && forecast.next) {
        const bool isMore = *forecast.next >= kMostForecast;
        const std::string number = *forecast.next == 0 ? "none" : groupedNumber(*forecast.next);
        text += fmt::format("{} {}{} {} new now", text.empty() ? "," : ";", isMore ? "more than " : "", number,
                            *forecast.next <= 1 ? "is" : "are");
    }
    if (!forecast.usual && isRepeated && !forecast.unknown.empty())
        text += fmt::format("; how many a pull brings is not known: {}", forecast.unknown);
    return text;
}

} // namespace

std::optional<Position> resumePosition(const Pipeline& pipeline, const Registry& registry,
                                       const std::optional<Checkpoint>& checkpoint)
{
    if (!checkpoint)
        return std::nullopt;
    const auto sink = registry.sink(pipeline.destination.type);
    const bool isElsewhere = !checkpoint->destination.empty() && checkpoint->destination != pipeline.destinationPlace();
    if (isElsewhere && sink && (*sink)->guaranteeWith(pipeline.destination.options) == Guarantee::ExactlyOnce)
        return std::nullopt;
    return checkpoint->committed.end;
}

PlanFacts factsAt(const Pipeline& pipeline, const Registry& registry, const Position& position)
{
    PlanFacts facts{.hasPosition = true};
    if (const auto source = registry.source(pipeline.source.type)) {
        facts.after = (*source)->cursorAt ? (*source)->cursorAt(position) : "";
        facts.lateRows = (*source)->lateRows ? (*source)->lateRows(position) : "";
    }
    return facts;
}

std::string objectOf(const Options& options)
{
    for (const char* key : {"table", "topic", "stream", "path", "url"})
        if (const std::string value = firstOf(options, key); !value.empty())
            return std::string_view(key) == "topic" ? value : value.substr(value.rfind('/') + 1);
    return {};
}

std::string planSentence(const Pipeline& pipeline, const Registry& registry, const PlanFacts& facts, WallTime now)
{
    const auto source = registry.source(pipeline.source.type);
    if (!source)
        return {};
    const bool endless = isEndless(pipeline.source, registry);
    const std::string plan =
        fmt::format("{}: {}{}", whenText(pipeline.trigger, endless, now), whatText(pipeline, **source, endless, facts),
                    numberText(pipeline, **source, facts));
    return facts.lateRows.empty() ? plan : plan + ". " + facts.lateRows;
}

} // namespace headrace
