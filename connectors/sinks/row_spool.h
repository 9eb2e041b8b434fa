// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <arrow/io/type_fwd.h>
#include <arrow/ipc/type_fwd.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace headrace {

/// Rows that wait in any number and little memory: the first few MiB here, the others in a file without a name, of
/// which nothing is left however the program ends. Use: add all, then take all, then clear. One thread at a time.
class RowSpool {
public:
    using Rows = std::shared_ptr<arrow::RecordBatch>;

    /// The folder is made when a file is needed.
    explicit RowSpool(std::string folder)
        : m_folder(std::move(folder))
    {
    }
    ~RowSpool();
    RowSpool(const RowSpool&) = delete;
    RowSpool& operator=(const RowSpool&) = delete;

    /// The error names the folder; Full when the disk is.
    Status add(const Rows& rows);
    [[nodiscard]] std::int64_t fileBytes() const { return m_fileBytes; }
    [[nodiscard]] std::int64_t heldBytes() const { return m_heldBytes; } ///< in memory

    /// The next rows in the order they were added; null behind the last ones.
    [[nodiscard]] Result<Rows> take();
    void clear() noexcept;

private:
    Status openFile(const Rows& rows);
    Status beginReading();
    [[nodiscard]] Status fromFile(const arrow::Status& status, std::string_view action) const;

    std::string m_folder;
    std::vector<Rows> m_held;
    std::size_t m_taken = 0; ///< of m_held
    std::int64_t m_heldBytes = 0;
    std::int64_t m_fileBytes = 0;
    int m_file = -1;
    std::shared_ptr<arrow::io::OutputStream> m_output;
    std::shared_ptr<arrow::ipc::RecordBatchWriter> m_writer;
    std::shared_ptr<arrow::RecordBatchReader> m_reader; ///< once taking has begun
};

} // namespace headrace
