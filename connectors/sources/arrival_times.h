// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace headrace {

enum class BurstShape {
    Steady,  ///< equal gaps
    Poisson, ///< independent arrivals
    Bursts,  ///< all rows of a period come in its first 1/factor
    Sine,    ///< the rate swings around its mean once a period
};

/// When the n-th event of a made-up stream arrives. The same for the same numbers, in any order of asking, and never
/// decreasing in n. Not thread-safe.
class ArrivalTimes {
public:
    struct Model {
        BurstShape shape = BurstShape::Steady;
        double rate = 1000; ///< mean events per second, > 0
        std::chrono::nanoseconds period = std::chrono::seconds{10};
        double factor = 2; ///< peak rate ÷ mean rate, ≥ 1; a sine reaches at most 2
        std::uint64_t seed = 0;
    };

    explicit ArrivalTimes(const Model& model);

    /// Since the start of the stream; n ≥ 0.
    [[nodiscard]] std::chrono::nanoseconds at(std::int64_t n);

private:
    [[nodiscard]] double poissonSeconds(std::int64_t n);
    [[nodiscard]] double warpedSeconds(double steadySeconds) const;
    [[nodiscard]] double sinePhase(double share) const;
    void drawBlock(std::int64_t block);

    Model m_model;
    double m_periodSeconds;
    std::vector<double> m_inverse;  ///< sine: phase reached after i/size of a period's events
    std::vector<double> m_arrivals; ///< Poisson: the events of m_block, in seconds from its start
    std::int64_t m_block = -1;
};

/// A well-mixed 64-bit number of (seed, index): random access instead of a running generator.
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t seed, std::uint64_t index)
{
    std::uint64_t value = seed + (index + 1) * 0x9e3779b97f4a7c15ULL; // splitmix64
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

/// Uniform in [0, 1).
[[nodiscard]] constexpr double unitInterval(std::uint64_t bits)
{
    return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

} // namespace headrace
