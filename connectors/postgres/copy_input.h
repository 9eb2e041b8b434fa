// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/postgres/cell_decoder.h"

#include <chrono>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace headrace::postgres {

/// Splits the cells of a row, behind their number, into `cells`, so many apart; returns the end of the row, null when
/// it lies behind `end`.
[[nodiscard]] const char* splitCells(const char* at, const char* end, std::size_t count, WireCell* cells,
                                     std::size_t apart);

/// The rows of one COPY (SELECT …) TO STDOUT (FORMAT binary), split into cells some hundred at a time. Cells lie in its
/// buffer until the next call of split() or fill(). One thread at a time.
class CopyInput {
public:
    /// The connection outlives the object. `what` opens the sentence of an error.
    CopyInput(Connection& connection, std::size_t columns, std::string what);

    Status begin(const std::string& select);

    /// Splits whole rows that are here, up to so many rows or a little over so many bytes; returns how many.
    [[nodiscard]] Result<std::size_t> split(std::int64_t maxRows, std::int64_t maxBytes);
    [[nodiscard]] std::span<const WireCell> column(std::size_t column) const;
    [[nodiscard]] const WireCell& cell(std::size_t row, std::size_t column) const;
    [[nodiscard]] std::string_view bytes() const { return {m_buffer.get() + m_first, m_last - m_first}; }
    [[nodiscard]] std::span<const std::size_t> rowSizes() const { return {m_rowSizes.data(), m_rows}; }

    /// Waits for more from the server; false when nothing came in time. At the end of the COPY ended() is true.
    [[nodiscard]] Result<bool> fill(std::chrono::milliseconds wait, std::stop_token stop);
    [[nodiscard]] bool ended() const { return m_ended; }

private:
    [[nodiscard]] bool skipHeader();
    [[nodiscard]] bool splitRow();
    [[nodiscard]] tl::unexpected<Error> malformed() const;

    Connection& m_connection;
    std::size_t m_columns;
    std::string m_what;
    std::size_t m_mostRows; ///< in one split

    std::unique_ptr<char[]> m_buffer;
    std::size_t m_capacity = 0;
    std::size_t m_first = 0; ///< where the rows split last begin …
    std::size_t m_last = 0;  ///< … and end
    std::size_t m_begin = 0; ///< not split yet from here …
    std::size_t m_end = 0;   ///< … to here

    std::vector<WireCell> m_cells; ///< column by column, m_mostRows each
    std::vector<std::size_t> m_rowSizes;
    std::size_t m_rows = 0; ///< split last
    bool m_headerSeen = false;
    bool m_trailerSeen = false;
    bool m_ended = false;
    bool m_isBroken = false; ///< the bytes are no COPY
};

} // namespace headrace::postgres
