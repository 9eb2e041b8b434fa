// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/chunk.h"
#include "connectors/core/registry.h"
#include "connectors/pipeline/pipeline.h"

#include <arrow/type_fwd.h>

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace headrace {

struct PreviewLimits {
    std::int64_t rows = 100;
    std::chrono::milliseconds time{5000};
};

/// The first rows of a source as it stands. Nothing is moved: no position, acknowledgement or state.
struct PreviewResult {
    std::shared_ptr<arrow::Schema> schema;
    std::shared_ptr<arrow::RecordBatch> rows;
    std::vector<BadRecord> rejected;
    std::vector<Decision> decisions;
    bool complete = false;   ///< the source ended within the limits
    std::int64_t looked = 0; ///< rows of the source that were read for it: more than `rows` where a shape filters
};

/// Opens, reads and closes the source; with `shapeSql` the rows are shaped. Blocks; any thread.
[[nodiscard]] Result<PreviewResult> preview(const Registry& registry, const ConnectorSpec& source,
                                            const std::string& shapeSql, const PreviewLimits& limits,
                                            std::stop_token stop);

} // namespace headrace
