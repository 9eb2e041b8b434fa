// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/arrival_times.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace headrace {

namespace {

constexpr std::int64_t kBlockEvents = 1024;
constexpr std::size_t kInverseSteps = 4096;

/// Share of a period's events that have come after `phase` of it, for the rate 1 + amplitude · sin.
double sineShare(double phase, double amplitude)
{
    return phase + amplitude / (2 * std::numbers::pi) * (1 - std::cos(2 * std::numbers::pi * phase));
}

std::vector<double> invertSine(double amplitude)
{
    std::vector<double> phases(kInverseSteps + 1);
    for (std::size_t i = 0; i <= kInverseSteps; ++i) {
        const double share = static_cast<double>(i) / kInverseSteps;
        double low = 0;
        double high = 1;
        for (int step = 0; step < 50; ++step) {
            const double middle = (low + high) / 2;
            (sineShare(middle, amplitude) < share ? low : high) = middle;
        }
        phases[i] = high;
    }
    return phases;
}

} // namespace

ArrivalTimes::ArrivalTimes(const Model& model)
    : m_model(model)
    , m_periodSeconds(std::chrono::duration<double>(model.period).count())
{
    if (model.shape == BurstShape::Sine)
        m_inverse = invertSine(std::clamp(model.factor - 1, 0.0, 1.0));
}

std::chrono::nanoseconds ArrivalTimes::at(std::int64_t n)
{
    const double seconds =
        m_model.shape == BurstShape::Poisson ? poissonSeconds(n) : warpedSeconds(static_cast<double>(n) / m_model.rate);
    return std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
}

/// Given how many come in a stretch of time, Poisson arrivals lie in it uniformly and independently; so every stretch
/// of kBlockEvents mean gaps gets that many, and none depends on what came before.
double ArrivalTimes::poissonSeconds(std::int64_t n)
{
    const std::int64_t block = n / kBlockEvents;
    if (block != m_block)
        drawBlock(block);
    return static_cast<double>(block * kBlockEvents) / m_model.rate + m_arrivals[n % kBlockEvents];
}

void ArrivalTimes::drawBlock(std::int64_t block)
{
    m_block = block;
    m_arrivals.resize(kBlockEvents);
    double sum = 0;
    const auto gap = [&](std::int64_t i) {
        const auto index = static_cast<std::uint64_t>(block * (kBlockEvents + 1) + i);
        return -std::log1p(-unitInterval(mixed(~m_model.seed, index)));
    };
    for (std::int64_t i = 0; i < kBlockEvents; ++i)
        m_arrivals[i] = sum += gap(i);
    sum += gap(kBlockEvents);
    for (double& arrival : m_arrivals)
        arrival *= kBlockEvents / m_model.rate / sum;
}

double ArrivalTimes::warpedSeconds(double steadySeconds) const
{
    if (m_model.shape == BurstShape::Steady)
        return steadySeconds;
    const double period = std::floor(steadySeconds / m_periodSeconds);
    const double share = std::clamp(steadySeconds / m_periodSeconds - period, 0.0, 1.0);
    const double phase = m_model.shape == BurstShape::Bursts ? share / m_model.factor : sinePhase(share);
    return (period + phase) * m_periodSeconds;
}

double ArrivalTimes::sinePhase(double share) const
{
    const double place = share * kInverseSteps;
    const auto step = std::min(static_cast<std::size_t>(place), kInverseSteps - 1);
    return std::lerp(m_inverse[step], m_inverse[step + 1], place - static_cast<double>(step));
}

} // namespace headrace
