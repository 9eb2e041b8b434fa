// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sources/tables/table_counter.h"

namespace headrace {

namespace {

class TableCounter final : public RowCounter {
public:
    explicit TableCounter(OpenTable open)
        : m_open(std::move(open))
    {
    }

    Result<std::int64_t> countBehind(const std::optional<Position>& position, std::int64_t enough,
                                     std::stop_token stop) override
    {
        auto rows = count(position, enough, stop);
        if (!rows)
            m_reader.reset();
        return rows;
    }

private:
    Result<std::int64_t> count(const std::optional<Position>& position, std::int64_t enough, std::stop_token stop)
    {
        if (!m_reader) {
            HEADRACE_TRY(m_reader, m_open(stop));
        }
        TablePosition from;
        if (position) {
            HEADRACE_TRY(from, TablePosition::parse(*position, m_reader->plan().cursor.size()));
        }
        return m_reader->countBehind(from, enough, stop);
    }

    OpenTable m_open;
    std::unique_ptr<TableReader> m_reader; ///< null before the first call and after an error
};

} // namespace

Result<std::unique_ptr<RowCounter>> makeTableCounter(const TableSelection& selection, OpenTable open,
                                                     std::string_view owner)
{
    HEADRACE_CHECK(checkCountsByCursor(selection.cursor, owner));
    return std::make_unique<TableCounter>(std::move(open));
}

} // namespace headrace
