// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "tests/support/rows.h"
#include "tests/support/source_reading.h"

namespace headrace::test {

std::vector<std::shared_ptr<arrow::RecordBatch>> ReadAll::batches() const
{
    std::vector<std::shared_ptr<arrow::RecordBatch>> result;
    for (const Chunk& chunk : chunks)
        result.push_back(chunk.rows);
    return result;
}

std::vector<BadRecord> ReadAll::rejected() const
{
    std::vector<BadRecord> result;
    for (const Chunk& chunk : chunks)
        result.insert(result.end(), chunk.rejected.begin(), chunk.rejected.end());
    return result;
}

std::string ReadAll::text() const
{
    if (chunks.empty())
        return print(*arrow::RecordBatch::MakeEmpty(schema).ValueOrDie());
    return print(*concatenate(batches()));
}

Result<std::unique_ptr<Source>> createSource(const SourceType& type, const Options& options)
{
    HEADRACE_TRY(const Options checked, options.check(type.options, type.type + " source"));
    return type.create(checked);
}

Result<ReadAll> readAll(Source& source, const ReadHint& hint, const std::optional<Position>& resumeFrom)
{
    ReadAll all;
    HEADRACE_TRY(all.schema, source.open(resumeFrom, {}));
    all.decisions = source.decisions();
    while (true) {
        HEADRACE_TRY(auto chunk, source.read(hint, {}));
        if (!chunk)
            break;
        all.chunks.push_back(*std::move(chunk));
    }
    source.close();
    return all;
}

Result<ReadAll> readAll(const SourceType& type, const Options& options, const ReadHint& hint,
                        const std::optional<Position>& resumeFrom)
{
    HEADRACE_TRY(const auto source, createSource(type, options));
    return readAll(*source, hint, resumeFrom);
}

} // namespace headrace::test
