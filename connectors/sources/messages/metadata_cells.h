// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/formats/cell_buffer.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

/// A column that stands beside a message's value.
struct MetadataColumn {
    std::string_view name;
    std::shared_ptr<arrow::DataType> type; ///< of those that CellBuffer takes
};

/// The options 'metadata' and 'metadata_prefix'. `names` ends their help: "topic, level and timestamp".
[[nodiscard]] std::vector<OptionSpec> metadataOptions(std::string_view names);

/// The columns beside the values, those of them that are wanted. One thread at a time.
class MetadataCells {
public:
    /// `all` stands in the order of the columns; `options` are checked against specs that hold metadataOptions(). The
    /// error names a column that there is not; `owner` opens it: "kinesis source".
    [[nodiscard]] static Result<MetadataCells> create(const std::vector<MetadataColumn>& all, const Options& options,
                                                      std::string_view owner);

    [[nodiscard]] const arrow::FieldVector& fields() const { return m_fields; }

    /// Where the next cell of `all[index]` goes; null when that column is not wanted.
    [[nodiscard]] CellBuffer* cells(std::size_t index)
    {
        return m_places[index] < 0 ? nullptr : &m_cells[static_cast<std::size_t>(m_places[index])];
    }

    /// The columns of what was appended; empty afterwards.
    [[nodiscard]] arrow::ArrayVector finish();

private:
    std::vector<int> m_places; ///< by column of `all`: index into m_cells, or −1
    arrow::FieldVector m_fields;
    std::vector<CellBuffer> m_cells;
};

} // namespace headrace
