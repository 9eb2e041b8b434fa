// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/csv/format.h"
#include "connectors/formats/csv/sample_records.h"
#include "connectors/formats/csv/settings.h"

#include <memory>
#include <string>
#include <vector>

namespace headrace::csv {

struct ColumnRequest {
    std::vector<std::string> names;
    std::size_t firstRow = 0;                ///< index of the first data record
    std::shared_ptr<arrow::Schema> expected; ///< see SnifferInput
    std::string expectedFrom;
    std::string fileName;
};

/// Chooses the decimal point and the columns of `format`, and reports both in its decisions.
[[nodiscard]] Status detectColumns(const SampleRecords& sample, const ColumnRequest& request, const Settings& settings,
                                   Format& format);

} // namespace headrace::csv
