// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/postgres/pg_type.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace headrace::postgres {

/// How to read what Arrow's types cannot hold exactly.
struct ReadOptions {
    enum class Numeric { Exact, Text, Double };
    enum class Special { Reject, Null, Extreme };

    Numeric numeric = Numeric::Exact;  ///< Exact: numeric(p,s) as decimals, numeric without a precision as text
    Special special = Special::Reject; ///< NaN in a decimal, infinite dates and times
};

/// A value as it came, in memory that belongs to someone else.
struct WireCell {
    const char* bytes = nullptr;
    std::int32_t size = -1; ///< −1: NULL

    [[nodiscard]] bool isNull() const { return size < 0; }
    [[nodiscard]] std::string_view view() const { return {bytes, static_cast<std::size_t>(size)}; }
};

/// Fills one column from the wire, many cells at a time. One thread at a time.
class CellDecoder {
public:
    virtual ~CellDecoder() = default;

    /// Appends the cells of consecutive rows. Where a value has no exact place in the column a null stands for it, and
    /// its number among `cells` goes to `refused`.
    virtual Status append(std::span<const WireCell> cells, std::vector<std::size_t>& refused) = 0;
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
