// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/tables/cursor_audit.h"

#include "connectors/core/shown_number.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <numeric>

namespace headrace {

namespace {

using namespace std::chrono_literals;

constexpr std::array<std::chrono::milliseconds, 40> kAges{100ms, 200ms, 500ms, 1s,   2s,   3s,   4s,   5s,   6s,   8s,
                                                          10s,   12s,   15s,   20s,  25s,  30s,  40s,  50s,  60s,  80s,
                                                          100s,  120s,  150s,  180s, 240s, 300s, 400s, 500s, 600s, 900s,
                                                          20min, 30min, 45min, 1h,   2h,   4h,   8h,   12h,  24h,  48h};

constexpr int kLagsLookedBack = 4;
constexpr std::int64_t kLooksForAdvice = 10;
constexpr std::chrono::milliseconds kLeastAdvice = 1s;
constexpr double kMost = 0.999;

std::int64_t sum(const CursorAudit::Counts& counts, std::size_t from = 0)
{
    return from >= counts.size()
               ? 0
               : std::accumulate(counts.begin() + static_cast<std::ptrdiff_t>(from), counts.end(), std::int64_t{0});
}

/// The upper limit of a group, and a quarter more, as a round number.
std::chrono::milliseconds enoughFor(std::chrono::milliseconds latest)
{
    const auto wanted = std::max(kLeastAdvice, latest + latest / 4);
    const auto* const age = std::ranges::lower_bound(kAges, wanted);
    return age == kAges.end() ? wanted : *age;
}

} // namespace

CursorAudit::Ages CursorAudit::agesFor(std::chrono::milliseconds lag)
{
    const auto* const last = std::ranges::lower_bound(kAges, lag * kLagsLookedBack);
    return {kAges.begin(), last == kAges.end() ? kAges.end() : last + 1};
}

CursorAudit::Ages CursorAudit::ages() const
{
    return {kAges.begin(), kAges.begin() + static_cast<std::ptrdiff_t>(std::min(m_rows.size(), kAges.size()))};
}

void CursorAudit::look(std::string at, std::chrono::milliseconds lag, Counts rows)
{
    m_at = std::move(at);
    m_lag = lag;
    m_rows = std::move(rows);
}

void CursorAudit::settle(const Counts& rows)
{
    const std::size_t groups = std::min(rows.size(), m_rows.size());
    m_seen.resize(std::max(m_seen.size(), groups));
    m_all.resize(m_seen.size());
    for (std::size_t i = 0; i < groups; ++i) {
        m_seen[i] += std::min(rows[i], m_rows[i]);
        m_all[i] += rows[i];
    }
    ++m_looks;
    m_at.clear();
    m_rows.clear();
}

/// From which group on this share of the rows was there at once, and in all groups behind it.
std::size_t CursorAudit::firstGroupWithin(double share) const
{
    std::size_t group = m_all.size();
    while (group > 0 &&
           static_cast<double>(sum(m_seen, group - 1)) >= share * static_cast<double>(sum(m_all, group - 1)))
        --group;
    return group;
}

std::string CursorAudit::sentence() const
{
    if (m_looks == 0)
        return {};
    const std::string start =
        fmt::format("Lag {}; in {} at {} ", exactDuration(m_lag), counted(m_looks, "look"), counted(sum(m_all), "row"));
    const std::size_t groups = firstGroupWithin(1.0); // in the last of these a row was late
    std::string text = start + "none was late";
    std::chrono::milliseconds latest{};
    if (groups > 0) {
        latest = kAges[groups - 1];
        text = start + fmt::format("the latest row was up to {} late", exactDuration(latest));
        if (const std::size_t most = firstGroupWithin(kMost); most < groups)
            text += most == 0 ? fmt::format(", {} % were there at once", kMost * 100)
                              : fmt::format(", {} % within {}", kMost * 100, exactDuration(kAges[most - 1]));
    }
    const auto enough = enoughFor(latest);
    // The group's lower limit: a row in it was late by more than this.
    if (groups > 1 && kAges[groups - 2] >= m_lag)
        return text + fmt::format("; rows later than the lag are missed: set it to {}.", exactDuration(enough));
    if (enough > m_lag)
        return text + (groups > 0 ? fmt::format("; set it to {} to be on the safe side.", exactDuration(enough)) : ".");
    if (m_looks < kLooksForAdvice)
        return text + "; too few looks to say what would do.";
    return text + (enough < m_lag ? fmt::format("; {} would do.", exactDuration(enough)) : ".");
}

nlohmann::ordered_json CursorAudit::toJson() const
{
    return {{"at", m_at},       {"lag_ms", m_lag.count()}, {"rows", m_rows},
            {"looks", m_looks}, {"seen", m_seen},          {"all", m_all}};
}

CursorAudit CursorAudit::fromJson(const nlohmann::json& json)
{
    CursorAudit audit;
    audit.m_at = json.at("at").get<std::string>();
    audit.m_lag = std::chrono::milliseconds{json.at("lag_ms").get<std::int64_t>()};
    audit.m_rows = json.at("rows").get<Counts>();
    audit.m_looks = json.at("looks").get<std::int64_t>();
    audit.m_seen = json.at("seen").get<Counts>();
    audit.m_all = json.at("all").get<Counts>();
    for (Counts* const counts : {&audit.m_rows, &audit.m_seen, &audit.m_all})
        counts->resize(std::min(counts->size(), kAges.size()));
    audit.m_all.resize(audit.m_seen.size());
    return audit;
}

} // namespace headrace
