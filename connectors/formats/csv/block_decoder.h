// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/csv/block.h"
#include "connectors/formats/csv/column_decoder.h"
#include "connectors/formats/csv/format.h"

#include <memory>
#include <vector>

namespace headrace::csv {

/// Decodes blocks of one format into record batches. Immutable: any number of threads may use one.
class BlockDecoder {
public:
    [[nodiscard]] static Result<BlockDecoder> create(const Format& format);

    /// Every record becomes a row or a rejected record; the only errors are of memory.
    [[nodiscard]] Result<DecodedBlock> decode(const Block& block) const;

private:
    BlockDecoder() = default;

    Dialect m_dialect;
    Encoding m_encoding = Encoding::Utf8;
    std::vector<Column> m_columns;
    std::shared_ptr<arrow::Schema> m_schema;
    std::vector<std::unique_ptr<ColumnDecoder>> m_decoders;
};

} // namespace headrace::csv
