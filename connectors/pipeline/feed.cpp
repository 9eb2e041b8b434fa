// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>

#include "connectors/pipeline/feed.h"

#include "connectors/core/value_bytes.h"

namespace headrace {

Arrival Arrival::of(std::optional<Chunk> chunk, std::chrono::nanoseconds now)
{
    if (!chunk)
        return without(Kind::End);
    if (chunk->rows->num_rows() == 0 && chunk->rejected.empty() && !chunk->moved)
        return without(Kind::Nothing);
    const std::int64_t bytes = valueBytes(*chunk->rows);
    return {Kind::Chunk, *std::move(chunk), bytes, now};
}

} // namespace headrace
