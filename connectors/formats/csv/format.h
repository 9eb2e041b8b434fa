// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/source.h"
#include "connectors/formats/csv/column_type.h"
#include "connectors/formats/csv/dialect.h"
#include "connectors/formats/csv/encoding.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace headrace::csv {

struct Column {
    std::string name;
    ColumnType type;

    friend bool operator==(const Column&, const Column&) = default;
};

/// All that must be known to read a file from any record on.
struct Format {
    Encoding encoding = Encoding::Utf8;
    Dialect dialect;
    char decimalPoint = '.';
    bool header = false;
    std::int64_t skipLines = 0;  ///< physical lines before the header, or before the data without one
    std::int64_t dataOffset = 0; ///< of the first data record, in decompressed bytes of the file
    std::int64_t dataLine = 1;   ///< its 1-based line
    std::vector<Column> columns;
    std::vector<Decision> decisions;

    [[nodiscard]] std::shared_ptr<arrow::Schema> schema() const;

    /// The same for formats that read every record alike. 64 bits.
    [[nodiscard]] std::uint64_t fingerprint() const;
};

} // namespace headrace::csv
