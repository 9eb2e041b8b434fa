// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/postgres/pg_type.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <string_view>

namespace headrace::postgres {

/// How to read what Arrow's types cannot hold exactly.
struct ReadOptions {
    enum class Numeric { Exact, Text, Double };
    enum class Special { Reject, Null, Extreme };

    Numeric numeric = Numeric::Exact;  ///< Exact: numeric(p,s) as decimals, numeric without a precision as text
    Special special = Special::Reject; ///< NaN in a decimal, infinite dates and times
    bool checkUtf8 = false;            ///< the server does not vouch for its texts
};

/// Fills one column from the wire. One thread at a time.
class CellDecoder {
public:
    virtual ~CellDecoder() = default;

    /// Room for so many cells.
    virtual Status reserve(std::int64_t rows) = 0;
    /// False when the value has no exact place in the column; a null stands for it then.
    [[nodiscard]] virtual bool append(std::string_view wire) = 0;
    virtual void appendNull() = 0;
    /// The cells as an array; the decoder is empty afterwards.
    [[nodiscard]] virtual Result<std::shared_ptr<arrow::Array>> finish() = 0;
};

/// How one column is selected and decoded.
struct ReadColumn {
    std::string expression; ///< in the SELECT list: "name", or a cast of it to text
    std::shared_ptr<arrow::Field> field;
    Type type;
};

[[nodiscard]] ReadColumn readColumn(const Column& column, const ReadOptions& options);
[[nodiscard]] std::unique_ptr<CellDecoder> makeDecoder(const ReadColumn& column, const ReadOptions& options);

} // namespace headrace::postgres
