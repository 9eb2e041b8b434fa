// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/preview.h"

#include "connectors/core/arrow_result.h"
#include "connectors/pipeline/row_reader.h"

#include <arrow/api.h>

#include <algorithm>
#include <iterator>
#include <optional>

namespace headrace {

namespace {

/// A source of nothing but bad records is shown by that many of them.
constexpr std::size_t kMaxRejected = 1000;

} // namespace

Result<PreviewResult> preview(const Registry& registry, const ConnectorSpec& source, const std::string& shapeSql,
                              const PreviewLimits& limits, std::stop_token stop)
{
    HEADRACE_TRY(RowReader reader, RowReader::open(registry, source, shapeSql, stop));
    PreviewResult result;
    result.schema = reader.schema();
    result.decisions = reader.decisions();
    arrow::RecordBatchVector batches;
    const auto deadline = std::chrono::steady_clock::now() + limits.time;
    for (std::int64_t remaining = limits.rows; remaining > 0 && result.rejected.size() < kMaxRejected;) {
        HEADRACE_TRY(std::optional<Chunk> chunk, reader.read(remaining, deadline, stop));
        if (!chunk) {
            result.complete = reader.ended();
            break;
        }
        auto rows = chunk->rows->Slice(0, remaining);
        std::ranges::copy_if(chunk->rejected, std::back_inserter(result.rejected),
                             [&](const BadRecord& record) { return record.beforeRow <= rows->num_rows(); });
        remaining -= rows->num_rows();
        batches.push_back(std::move(rows));
    }
    result.looked = reader.rowsRead();
    HEADRACE_TRY(const auto table, fromArrow(arrow::Table::FromRecordBatches(result.schema, batches),
                                             "The previewed rows could not be joined"));
    HEADRACE_TRY(result.rows, fromArrow(table->CombineChunksToBatch(), "The previewed rows could not be joined"));
    return result;
}

} // namespace headrace
