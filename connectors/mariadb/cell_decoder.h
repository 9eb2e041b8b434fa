// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/mariadb/maria_column.h"

#include <arrow/type_fwd.h>

#include <memory>

namespace headrace::mariadb {

/// Fills one column from rows of the binary protocol. One thread at a time.
class CellDecoder {
public:
    virtual ~CellDecoder() = default;

    /// Room for so many cells.
    virtual Status reserve(std::int64_t rows) = 0;
    /// Takes the value at `at`, which then stands behind it. False when the value has no exact place in the column; a
    /// null stands for it then.
    [[nodiscard]] virtual bool append(const unsigned char*& at) = 0;
    virtual void appendNull() = 0;
    /// The cells as an array; the decoder is empty afterwards.
    [[nodiscard]] virtual Result<std::shared_ptr<arrow::Array>> finish() = 0;
};

[[nodiscard]] std::unique_ptr<CellDecoder> makeDecoder(const ReadColumn& column, const ReadOptions& options);

/// The value at `at` for the eyes of a user, cut after some hundred bytes: of a row that was refused.
[[nodiscard]] std::string wireText(const ReadColumn& column, const unsigned char* at);

} // namespace headrace::mariadb
