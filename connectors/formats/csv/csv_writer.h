// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/byte_output.h"
#include "connectors/formats/row_writer.h"

#include <string>

namespace headrace {

struct CsvStyle {
    enum class Quoting {
        Minimal, ///< only cells that would read back differently without quotes
        Text,    ///< every cell of a text column and of what is not a number or a boolean
        All,     ///< every cell but NULL
    };

    char delimiter = ',';
    char quote = '"';
    bool header = true;
    std::string nullText;       ///< how NULL is written, never quoted
    std::string lineEnd = "\n"; ///< RFC 4180 asks for "\r\n"; every reader takes "\n", which is a byte a row less
    Quoting quoting = Quoting::Minimal;
    bool formulaSafe = false; ///< a text cell that a spreadsheet would run (= + - @ tab CR first) gets a leading '
};

/// RFC 4180: NULL is the bare null text, so an unquoted empty cell by default, and empty text is `""`. Nested values
/// are written as JSON, binary as base64. `output` must outlive the writer. Fails for a column whose type has no text
/// form.
[[nodiscard]] Result<std::unique_ptr<RowWriter>> openCsvWriter(const std::shared_ptr<arrow::Schema>& schema,
                                                               ByteOutput& output, const CsvStyle& style);

} // namespace headrace
