// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "widgets/bridge/live_tail.h"

#include "connectors/core/arrow_result.h"
#include "connectors/pipeline/row_reader.h"

#include <deque>
#include <iterator>
#include <mutex>
#include <optional>

namespace headrace {
namespace {

constexpr std::chrono::milliseconds kPause{200}; ///< from one look to the next
constexpr std::int64_t kRowsAtOnce = 4096;
constexpr std::size_t kKeptRejected = 1'000;

using Clock = std::chrono::steady_clock;

/// The rows of chunks whose columns may differ, as far as they are kept. Worker only.
class LastRows {
public:
    void add(std::shared_ptr<arrow::RecordBatch> rows)
    {
        m_count += rows->num_rows();
        m_batches.push_back(std::move(rows));
        while (m_count - m_batches.front()->num_rows() >= LiveTail::kKeptRows) {
            m_count -= m_batches.front()->num_rows();
            m_batches.pop_front();
        }
    }

    [[nodiscard]] Result<std::shared_ptr<arrow::RecordBatch>> joined() const
    {
        static const std::string kWhat = "The rows that came could not be joined";
        std::vector<std::shared_ptr<arrow::Table>> tables;
        for (const auto& batch : m_batches) {
            HEADRACE_TRY(auto table, fromArrow(arrow::Table::FromRecordBatches({batch}), kWhat));
            tables.push_back(std::move(table));
        }
        arrow::ConcatenateTablesOptions options;
        options.unify_schemas = true;
        HEADRACE_TRY(auto table, fromArrow(arrow::ConcatenateTables(tables, options), kWhat));
        table = table->Slice(std::max<std::int64_t>(0, table->num_rows() - LiveTail::kKeptRows));
        return fromArrow(table->CombineChunksToBatch(), kWhat);
    }

private:
    std::deque<std::shared_ptr<arrow::RecordBatch>> m_batches;
    std::int64_t m_count = 0;
};

} // namespace

struct LiveTail::Shared {
    std::mutex mutex;
    std::optional<Look> news;

    Status follow(const Registry& registry, const ConnectorSpec& source, const std::string& filterSql,
                  const std::stop_token& stop);
};

Status LiveTail::Shared::follow(const Registry& registry, const ConnectorSpec& source, const std::string& filterSql,
                                const std::stop_token& stop)
{
    HEADRACE_TRY(RowReader reader, RowReader::open(registry, source, filterSql, stop));
    reader.followColumns();
    LastRows last;
    last.add(*arrow::RecordBatch::MakeEmpty(reader.schema()));
    Look look;
    Clock::time_point shownAt;
    bool isNew = true;
    while (!stop.stop_requested() && !reader.ended()) {
        HEADRACE_TRY(const auto chunk, reader.read(kRowsAtOnce, Clock::now() + kPause, stop));
        isNew |= look.looked != reader.rowsRead() || (chunk && !chunk->rejected.empty());
        look.looked = reader.rowsRead();
        if (chunk) {
            look.shown += chunk->rows->num_rows();
            last.add(chunk->rows);
            std::ranges::copy(chunk->rejected, std::back_inserter(look.rejected));
            if (look.rejected.size() > kKeptRejected)
                look.rejected.erase(look.rejected.begin(), look.rejected.end() - kKeptRejected);
        }
        if (!isNew || Clock::now() - shownAt < kPause)
            continue;
        HEADRACE_TRY(look.rows, last.joined());
        isNew = false;
        shownAt = Clock::now();
        const std::lock_guard lock(mutex);
        news = look;
    }
    return {};
}

LiveTail::LiveTail(const Registry& registry, QObject* parent)
    : QObject(parent)
    , m_registry(registry)
{
    m_timer.setInterval(kPause);
    connect(&m_timer, &QTimer::timeout, this, &LiveTail::takeNews);
}

void LiveTail::start(const ConnectorSpec& source, const std::string& filterSql)
{
    m_look = {};
    m_shared = std::make_shared<Shared>();
    m_timer.start();
    m_task.start([this, shared = m_shared, source, filterSql](
                     const std::stop_token& stop) { return shared->follow(m_registry, source, filterSql, stop); },
                 [this](const Status& done) {
                     takeNews();
                     m_timer.stop();
                     Q_EMIT ended(done ? QString() : QString::fromStdString(done.error().message),
                                  done ? QString() : QString::fromStdString(done.error().detail));
                 });
}

void LiveTail::stop()
{
    m_timer.stop();
    m_task.cancel();
}

void LiveTail::takeNews()
{
    std::optional<Look> news;
    {
        const std::lock_guard lock(m_shared->mutex);
        news.swap(m_shared->news);
    }
    if (!news)
        return;
    m_look = *std::move(news);
    Q_EMIT grew();
}

} // namespace headrace
