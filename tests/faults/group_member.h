// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/sources/sources.h"
#include "tests/support/source_reading.h"

#include <arrow/api.h>

#include <QtGlobal>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace headrace::test {

/// A reader of a group with a destination of its own: rows are in flight until settle() makes them durable.
class Member {
public:
    explicit Member(Options options)
        : m_options(std::move(options))
    {
        reopen();
    }

    /// Reads once. An error that the Runner would retry rewinds to what is durable, as the Runner does.
    void read()
    {
        const auto chunk = m_source->read(kHint, {});
        if (!chunk) {
            if (!isRetryable(chunk.error()))
                qFatal("%s", chunk.error().message.c_str());
            ++rewinds;
            m_inFlight.clear();
            m_source->close();
            reopen();
            return;
        }
        const Chunk& rows = **chunk;
        if (rows.rows->num_rows() == 0)
            return;
        const auto values = std::static_pointer_cast<arrow::StringArray>(rows.rows->GetColumnByName("value"));
        for (std::int64_t row = 0; row < rows.rows->num_rows(); ++row)
            m_inFlight.emplace_back(values->GetString(row));
        m_end = rows.at->after(rows.rows->num_rows());
    }

    /// Makes everything read so far durable and says so.
    void settle()
    {
        if (m_inFlight.empty())
            return;
        durable.insert(durable.end(), m_inFlight.begin(), m_inFlight.end());
        m_inFlight.clear();
        m_durable = m_end;
        if (const Status acknowledged = m_source->acknowledge(*m_durable); !acknowledged)
            qFatal("%s", acknowledged.error().message.c_str());
    }

    /// Leaves in the middle of a batch: what is in flight is dropped.
    void leave()
    {
        m_inFlight.clear();
        m_source->close();
    }

    [[nodiscard]] std::size_t inFlight() const { return m_inFlight.size(); }

    std::vector<std::string> durable;
    int rewinds = 0;

private:
    static constexpr ReadHint kHint{500, 8 << 20, std::chrono::milliseconds{50}};

    void reopen()
    {
        m_source = *createSource(kafkaSource(), m_options);
        if (const auto opened = m_source->open(m_durable, {}); !opened)
            qFatal("%s", opened.error().message.c_str());
    }

    Options m_options;
    std::unique_ptr<Source> m_source;
    std::vector<std::string> m_inFlight;
    std::optional<Position> m_end;
    std::optional<Position> m_durable;
};

} // namespace headrace::test
