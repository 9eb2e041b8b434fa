// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/sink.h"
#include "tests/support/rows.h"

#include <string>
#include <vector>

namespace headrace::test {

using Lines = std::vector<std::string>;

/// Rows of id:int64, name:string.
[[nodiscard]] inline std::shared_ptr<arrow::RecordBatch> namedRows(const std::vector<std::vector<std::string>>& cells)
{
    return rowsOf(schemaOf("id:int64, name:string"), cells);
}

/// The rows as one durable batch of an open sink, which ends at the position "p" and its number.
inline Status writeOne(Sink& sink, std::int64_t sequence, const std::shared_ptr<arrow::RecordBatch>& rows)
{
    HEADRACE_CHECK(sink.append(rows, {}));
    BatchSummary batch;
    batch.sequence = sequence;
    HEADRACE_CHECK(sink.commit(batch, {"p" + std::to_string(sequence)}, {}));
    return sink.flush({});
}

/// Opens, writes the rows as one batch and closes.
inline Status writeAll(Sink& sink, const RunIdentity& identity, std::int64_t sequence,
                       const std::shared_ptr<arrow::RecordBatch>& rows)
{
    HEADRACE_CHECK(sink.open(rows->schema(), identity, {}));
    HEADRACE_CHECK(writeOne(sink, sequence, rows));
    sink.close();
    return {};
}

} // namespace headrace::test
