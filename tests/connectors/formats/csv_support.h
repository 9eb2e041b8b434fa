// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/csv/csv_reader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace headrace::test {

/// How a text is given to the reader.
struct CsvCase {
    std::string bytes;
    csv::Settings settings = {};
    std::size_t blockSize = 1024 * 1024;
    std::optional<csv::ReaderPosition> resumeFrom = {};
};

/// What the reader made of it.
struct CsvOutcome {
    std::vector<std::string> rows;              ///< cells joined by "|", "∅" for NULL, quotes around texts
    std::vector<std::string> rejected;          ///< "line 3, byte 14: reason"
    std::vector<std::string> raw;               ///< of the rejected
    std::vector<std::int64_t> rejectedBefore;   ///< index of the row that follows each of them
    std::vector<csv::ReaderPosition> positions; ///< after each row
    std::string schema;                         ///< "id:int64, name:string"
    std::vector<Decision> decisions;

    /// All of it, for comparing.
    [[nodiscard]] std::string text() const;
};

[[nodiscard]] Result<CsvOutcome> readCsv(const CsvCase& csv);

/// A decision's value; "" when the option was not decided.
[[nodiscard]] std::string decided(const CsvOutcome& outcome, const std::string& option);

} // namespace headrace::test
