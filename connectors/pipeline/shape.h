// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/chunk.h"
#include "connectors/core/result.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <string>

namespace headrace {

/// Row-wise SQL over each chunk, executed by DuckDB: projection, filter, expressions. Rows keep their order and their
/// positions: after the i-th shaped row stands the position after the source row it came from, and dropped rows move
/// with the row before them. One thread at a time.
class Shape {
public:
    /// Compiles `sql`, a single SELECT from `input`. Usage errors, each a sentence that names the clause: not one
    /// SELECT, aggregates, DISTINCT, ORDER BY, LIMIT, window functions, several rows out of one.
    [[nodiscard]] static Result<std::unique_ptr<Shape>> compile(const std::string& sql,
                                                                const std::shared_ptr<arrow::Schema>& input);
    virtual ~Shape() = default;

    [[nodiscard]] virtual std::shared_ptr<arrow::Schema> schema() const = 0;

    /// The shaped chunk; zero rows when all were dropped. `rejected` is carried over with its places. A row on which an
    /// expression fails (a cast, a division) becomes a BadRecord whose reason is DuckDB's message.
    [[nodiscard]] virtual Result<Chunk> apply(const Chunk& chunk) = 0;
};

} // namespace headrace
