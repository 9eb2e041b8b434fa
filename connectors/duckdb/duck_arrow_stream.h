// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <arrow/type_fwd.h>

#include <functional>
#include <memory>
#include <string>

namespace headrace {

class DuckConnection;

/// A view over rows that are still coming: one statement reads it to its end while the program supplies
/// batches one by one, so that its memory does not depend on their number. For statements that read all columns and
/// rows (INSERT … SELECT); filters are not applied. One thread at a time.
class DuckArrowStream {
public:
    /// The next rows, null at the end. Called on DuckDB's threads, one at a time; may block. An error ends the
    /// statement with an error of its own that quotes the message.
    using Next = std::function<Result<std::shared_ptr<arrow::RecordBatch>>()>;

    /// Statements on the view run on this connection only, which outlives the object.
    [[nodiscard]] static Result<DuckArrowStream> create(DuckConnection& connection,
                                                        const std::shared_ptr<arrow::Schema>& schema);

    DuckArrowStream(DuckArrowStream&&) noexcept;
    DuckArrowStream& operator=(DuckArrowStream&&) noexcept;
    ~DuckArrowStream(); ///< drops the view

    /// The view's full name, quoted. It lives in a database in memory that is attached for it.
    [[nodiscard]] const std::string& view() const;

    /// What the next statement reads. A statement consumes it: set it again before each.
    void setNext(Next next);

private:
    struct State;
    explicit DuckArrowStream(std::unique_ptr<State> state);

    std::unique_ptr<State> m_state;
};

} // namespace headrace
