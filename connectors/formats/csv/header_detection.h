// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/csv/sample_records.h"
#include "connectors/formats/csv/settings.h"

#include <optional>
#include <string>

namespace headrace::csv {

/// Where a table begins in a sample.
struct TableStart {
    std::optional<std::size_t> header; ///< index of the record that names the columns
    std::size_t firstRow = 0;          ///< index of the first data record; may be the number of records
    std::string headerReason;          ///< sentences
    std::string skipReason;
};

/// Tells titles, header and data apart: figures (numbers, dates) stand in columns of figures, words do not.
[[nodiscard]] TableStart findTable(const SampleRecords& sample, const Settings& settings);

/// Texts that stand for a missing value, such as NA, \N, - or ***.
[[nodiscard]] bool isNullMarker(std::string_view text);

} // namespace headrace::csv
