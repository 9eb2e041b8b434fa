// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/rows.h"
#include "tests/support/sink_contract.h"

#include <fmt/format.h>

#include <QTemporaryDir>

#include <memory>
#include <string>
#include <vector>

namespace headrace::test {

using Lines = std::vector<std::string>;

inline const RunIdentity kMine{"orders", "00000000000000aa", "run-1"};
inline const RunIdentity kOther{"orders", "00000000000000bb", "run-2"};

inline std::shared_ptr<arrow::Schema> twoColumns()
{
    return schemaOf("id:int64, name:string");
}

inline std::shared_ptr<arrow::RecordBatch> someRows(int first, int count)
{
    std::vector<std::vector<std::string>> cells;
    for (int id = first; id < first + count; ++id)
        cells.push_back({std::to_string(id), fmt::format("n{}", id)});
    return rowsOf(twoColumns(), cells);
}

inline Lines linesOf(int first, int count)
{
    Lines lines;
    for (int id = first; id < first + count; ++id)
        lines.push_back(fmt::format("{0}|n{0}", id));
    return lines;
}

inline Position at(std::int64_t sequence)
{
    return {fmt::format("{{\"after\": \"batch {} 'quoted' ü\"}}", sequence)};
}

/// A destination in a folder of its own, and a sink that writes to it.
class Bench {
public:
    explicit Bench(const SinkCase& sinkCase)
        : m_case(sinkCase)
        , m_sink(made())
    {
    }

    Sink& operator*() { return *m_sink; }
    Sink* operator->() { return m_sink.get(); }

    Result<std::optional<CommittedPosition>> open(const RunIdentity& identity = kMine)
    {
        return m_sink->open(twoColumns(), identity, {});
    }

    /// Writes and closes one batch of rows.
    Status batch(std::int64_t sequence, const std::shared_ptr<arrow::RecordBatch>& rows)
    {
        HEADRACE_CHECK(m_sink->append(rows, {}));
        return end(sequence, rows->num_rows());
    }

    Status end(std::int64_t sequence, std::int64_t rows)
    {
        BatchSummary summary;
        summary.sequence = sequence;
        summary.rows = rows;
        return m_sink->commit(summary, at(sequence), {});
    }

    /// As a crash would: the object goes without close, a new one comes.
    void crash() { m_sink = made(); }

    bool keepsPosition() const { return m_case.keepsPosition; }
    Lines seen() const { return m_case.readBack(m_folder.path().toStdString(), {"id", "name"}); }
    std::string folder() const { return m_folder.path().toStdString(); }

private:
    std::unique_ptr<Sink> made() const
    {
        auto options = m_case.options(m_folder.path().toStdString()).check(m_case.type.options, m_case.name);
        return *m_case.type.create(*std::move(options));
    }

    const SinkCase& m_case;
    QTemporaryDir m_folder;
    std::unique_ptr<Sink> m_sink; ///< after the folder, which must outlive it
};

} // namespace headrace::test
