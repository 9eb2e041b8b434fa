// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/source_reading.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace headrace::test {

/// What the conformance suite must know about one source as it is set up here.
struct SourceCase {
    std::string name; ///< opens the names of the test rows
    SourceType type;
    Options options;           ///< an input that ends, of 3 to some hundred rows
    std::int64_t rows = 0;     ///< how many that are
    std::int64_t rejected = 0; ///< and how many bad records

    Options missing;         ///< the same for a thing that does not exist …
    std::string missingName; ///< … which the NotFound error names; empty: the source reads nothing that can be missing

    Options bad;          ///< options of which one is refused …
    std::string badValue; ///< … with a Usage error that quotes this

    std::optional<Options> waiting; ///< an input on which a read has to wait for long; none: it never waits
    std::string folder;             ///< nothing in here may change by reading; empty: nothing is on disk
};

/// Fills the rows of a data function: every check of the contract (connectors/core/source.h) for every case.
///
///     void contract_data() { test::addSourceContract(cases()); }
///     void contract() { test::checkSourceContract(cases()); }
void addSourceContract(const std::vector<SourceCase>& cases);

/// Runs the check of the current row.
void checkSourceContract(const std::vector<SourceCase>& cases);

} // namespace headrace::test
