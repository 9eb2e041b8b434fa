// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/faults/crash_lane.h"

namespace headrace::test {

/// HEADRACE_KILLS: random kills per lane; else `usual`.
[[nodiscard]] int killsWanted(int usual);

/// Fails the running test when the run has not ended well, a row is lost, doubled or altered, or something is left
/// behind.
void checkResult(const CrashJob& job, const CrashJob::Outcome& outcome);

/// Kills the job at random times, from HEADRACE_SEED when it is set, until that many kills are made, and lets it end
/// each time. Fails the running test when a row is lost, doubled or altered.
void checkRandomKills(const CrashJob& job, int kills);

/// The same for a kill at one passing of one point ("before-commit:2") and one run after it.
void checkNamedPoint(const CrashJob& job, const QString& point);

} // namespace headrace::test
