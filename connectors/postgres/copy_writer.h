// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/postgres/cell_encoder.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <string>
#include <vector>

namespace headrace::postgres {

/// Writes rows as one COPY … FROM STDIN (FORMAT binary). One thread at a time.
class CopyWriter {
public:
    /// `encoders` has one for each column, `names` for messages. The connection outlives the writer.
    CopyWriter(Connection& connection, std::vector<std::unique_ptr<CellEncoder>> encoders,
               std::vector<std::string> names, std::string title);

    /// `target`: the quoted table with its columns in brackets.
    Status begin(const std::string& target);
    /// Sends pieces of about 1 MiB. A value that does not fit is an error that names the column and the row of the run,
    /// which had `earlierRows` before these. Packed rows (core/packed_rows.h) are sent as they are.
    Status write(const arrow::RecordBatch& rows, std::int64_t earlierRows);
    Status end();
    void abort();

private:
    Status writePacked(const arrow::RecordBatch& rows);
    Status flush();

    Connection* m_connection;
    std::vector<std::unique_ptr<CellEncoder>> m_encoders;
    std::vector<std::string> m_names;
    std::string m_title;
    std::string m_what;
    WireBuffer m_buffer;
};

} // namespace headrace::postgres
