// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/source_contract.h"

namespace headrace::test {

/// The case's source; never null for options that are right.
std::unique_ptr<Source> made(const SourceCase& c);

// The checks of the contract that are about options, errors and side effects rather than rows.
void typeIsDescribed(const SourceCase& c);
void missingThingIsNamed(const SourceCase& c);
void badOptionIsQuoted(const SourceCase& c);
void strangePositionIsRefused(const SourceCase& c);
void decisionsCanBeOverridden(const SourceCase& c);
void probeAndDescribeLeaveNothing(const SourceCase& c);
void previewLeavesNothing(const SourceCase& c);

} // namespace headrace::test
