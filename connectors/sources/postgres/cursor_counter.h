// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/row_counter.h"
#include "connectors/postgres/pg_connection.h"
#include "connectors/sources/postgres/read_plan.h"

#include <memory>
#include <optional>

namespace headrace::postgres {

/// Counts the rows above the cursor of a position, over a connection of its own.
class CursorCounter final : public RowCounter {
public:
    explicit CursorCounter(ReadSettings settings)
        : m_settings(std::move(settings))
    {
    }

    Result<std::int64_t> countBehind(const std::optional<Position>& position, std::int64_t enough,
                                     std::stop_token stop) override;

private:
    Result<std::int64_t> count(const ReadPosition& position, std::int64_t enough, const std::stop_token& stop);

    ReadSettings m_settings;
    std::unique_ptr<Connection> m_connection; ///< null before the first call and after an error
    std::optional<ReadPlan> m_plan;
};

} // namespace headrace::postgres
