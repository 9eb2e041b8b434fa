// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/row_block.h"
#include "connectors/qtsql/qt_connection.h"

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace headrace::qtsql {

/// Reads the rows of one SELECT into columns, one row at a time, as Qt gives them. One thread at a time.
class RowStream {
public:
    /// The connection outlives the stream. `title` names what is read: "table 'shop.orders'".
    RowStream(Connection& connection, std::vector<ReadColumn> columns, std::string title);
    ~RowStream();
    RowStream(const RowStream&) = delete;
    RowStream& operator=(const RowStream&) = delete;

    /// Runs the SELECT, which gives exactly the columns.
    Status begin(const std::string& select, const std::stop_token& stop);

    /// Fills a block up to either limit; gives one without rows when none came within `wait`.
    [[nodiscard]] Result<RowBlock> read(std::int64_t maxRows, std::int64_t maxBytes, std::chrono::milliseconds wait,
                                        const std::stop_token& stop);

private:
    struct Reading;

    Connection& m_connection;
    std::shared_ptr<Reading> m_reading;    ///< of the connection's thread while it is asked for something
    std::future<Result<RowBlock>> m_block; ///< that did not come in time
};

} // namespace headrace::qtsql
