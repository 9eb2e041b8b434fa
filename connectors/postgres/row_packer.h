// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/postgres/copy_input.h"

#include <arrow/buffer_builder.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headrace::postgres {

/// Names the binary COPY of columns of these types; "" where the bytes could mean something else to another database.
/// Two ends of the same name may pass rows on as they are.
[[nodiscard]] std::string packingOf(const std::vector<Type>& types);

/// Collects rows as they came, with the value bytes that they would have when decoded (core/packed_rows.h).
class RowPacker {
public:
    explicit RowPacker(const std::vector<ReadColumn>& columns);

    /// Whether every row that was split last would be delivered when decoded with ReadOptions::Special::Reject.
    [[nodiscard]] bool fits(const CopyInput& input) const;
    /// Adds the rows that were split last.
    Status add(const CopyInput& input);
    /// Empty afterwards.
    [[nodiscard]] Result<std::shared_ptr<arrow::RecordBatch>> finish();

private:
    /// Value bytes of a cell by the size it has on the wire, or for numeric as text, by its bytes.
    struct Width {
        std::int64_t fixed = 0;    ///< 0: the size on the wire …
        std::int32_t overhead = 0; ///< … without so many bytes
        bool isNumericText = false;
    };

    struct Suspect {
        std::size_t column = 0;
        unsigned oid = 0;
    };

    std::vector<Width> m_widths;
    std::vector<Suspect> m_suspects; ///< columns with values that Arrow's types do not hold
    std::string m_digits;
    std::vector<std::int64_t> m_sums; ///< value bytes of the rows at hand
    arrow::BufferBuilder m_rows;
    std::int64_t m_bytesBefore = 0; ///< of the batch before: the next one is likely to have as many
    arrow::TypedBufferBuilder<std::int32_t> m_offsets;
    arrow::TypedBufferBuilder<std::int64_t> m_valueBytes;
};

} // namespace headrace::postgres
