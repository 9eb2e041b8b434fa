// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/odbc/odbc_column.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <string_view>

namespace headrace::odbc {

/// Fills one column from cells as they lie in the buffers of its Wire. One thread at a time.
class CellDecoder {
public:
    virtual ~CellDecoder() = default;

    /// Room for so many cells.
    virtual Status reserve(std::int64_t rows) = 0;
    /// False when the value has no exact place in the column; a null stands for it then.
    [[nodiscard]] virtual bool append(std::string_view cell) = 0;
    virtual void appendNull() = 0;
    /// The cells as an array; the decoder is empty afterwards.
    [[nodiscard]] virtual Result<std::shared_ptr<arrow::Array>> finish() = 0;
};

[[nodiscard]] std::unique_ptr<CellDecoder> makeDecoder(const ReadColumn& column);

/// A cell for the eyes of a user, cut after some hundred bytes: of a row that was refused.
[[nodiscard]] std::string shownCell(const ReadColumn& column, std::string_view cell);

} // namespace headrace::odbc
