// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"

#include <functional>
#include <string>
#include <vector>

namespace headrace::test {

/// What the conformance suite must know about one sink as it is set up here.
struct SinkCase {
    std::string name; ///< opens the names of the test rows
    SinkType type;

    /// Options that write below `folder`, which is empty at first.
    std::function<Options(const std::string& folder)> options;

    /// Everything readers of the destination see, by other means than the sink: a row a line as print() writes it,
    /// "|" between cells and "∅" for NULL, in the order written. Columns by these names. Empty where nothing is.
    std::function<std::vector<std::string>(const std::string& folder, const std::vector<std::string>& columns)>
        readBack;

    /// How readBack shows the rows of typesOf(); a row without lines: the sink refuses it …
    std::vector<std::string> types;
    /// … and the refusal contains this.
    std::vector<std::string> refusals;

    int wideColumns = 1'600; ///< int64 columns that a row may have

    bool keepsPosition = true;     ///< in the destination itself
    bool distinguishesCase = true; ///< columns "Name" and "name" are two; otherwise refused or renamed
};

/// Rows of extreme values, each a batch of its own. The columns are named after their types.
[[nodiscard]] std::vector<std::shared_ptr<arrow::RecordBatch>> typesOf();

/// Fills the rows of a data function: every check of the contract (connectors/core/sink.h) for every case.
///
///     void contract_data() { test::addSinkContract(cases()); }
///     void contract() { test::checkSinkContract(cases()); }
void addSinkContract(const std::vector<SinkCase>& cases);

/// Runs the check of the current row.
void checkSinkContract(const std::vector<SinkCase>& cases);

/// print() without its header, a line each.
[[nodiscard]] std::vector<std::string> printedLines(const arrow::RecordBatch& rows);

} // namespace headrace::test
