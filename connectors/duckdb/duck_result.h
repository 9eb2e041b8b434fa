// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <string_view>

namespace headrace {

/// Rows of an executed statement, as Arrow. One thread at a time.
class DuckResult {
public:
    /// Takes over a `duckdb_result` (kept opaque here) or makes its error one.
    [[nodiscard]] static Result<DuckResult> take(void* duckdbResult, bool succeeded, std::string_view what);

    DuckResult(DuckResult&&) noexcept;
    DuckResult& operator=(DuckResult&&) noexcept;
    ~DuckResult();

    [[nodiscard]] const std::shared_ptr<arrow::Schema>& schema() const;

    /// The next rows, at most 2,048; null at the end.
    [[nodiscard]] Result<std::shared_ptr<arrow::RecordBatch>> next();

    /// All remaining rows as one batch.
    [[nodiscard]] Result<std::shared_ptr<arrow::RecordBatch>> readAll();

    /// Rows that an INSERT, UPDATE or DELETE changed.
    [[nodiscard]] std::int64_t rowsChanged() const;

private:
    struct State;
    explicit DuckResult(std::unique_ptr<State> state);

    std::unique_ptr<State> m_state;
};

} // namespace headrace
