// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sources/sources.h"

#include "connectors/sources/chunk_slicer.h"
#include "connectors/sources/kinesis/kinesis_description.h"
#include "connectors/sources/kinesis/page_messages.h"
#include "connectors/sources/kinesis/shard_poller.h"
#include "connectors/sources/messages/message_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <mutex>

namespace headrace {

namespace {

using namespace kinesis;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kSampleTime{3};
constexpr std::size_t kSampleShards = 4;
/// So far the position of shards without records stands behind the time up to which they were read. AWS keeps records
/// for a day at least.
constexpr std::chrono::milliseconds kMoveAfter{std::chrono::hours{1}};

Error stopped()
{
    return {ErrorCode::Cancelled, "Reading from Kinesis was stopped.", {}, std::nullopt};
}

class KinesisSource final : public Source {
public:
    KinesisSource(SourceSettings settings, MetadataCells metadata)
        : m_settings(std::move(settings))
        , m_metadata(std::move(metadata))
    {
    }

    ~KinesisSource() override { close(); }

    Result<std::shared_ptr<arrow::Schema>> open(const std::optional<Position>& resumeFrom,
                                                std::stop_token stop) override
    {
        close();
        std::optional<StreamPosition> position;
        if (resumeFrom) {
            HEADRACE_TRY(position, StreamPosition::parse(*resumeFrom));
        }
        HEADRACE_TRY(m_decoder,
                     makeValueDecoder(m_settings, position ? position->columns : decltype(position->columns){}));
        m_poller = std::make_unique<ShardPoller>(m_settings);
        HEADRACE_CHECK(m_poller->open(position, stop));
        m_at = std::make_shared<StreamPosition>(m_poller->start());
        m_durable = std::make_shared<DurableRows>();
        m_poller->run();
        if (!position)
            HEADRACE_CHECK(sample(stop));
        HEADRACE_CHECK(adoptSchema());
        if (stop.stop_requested())
            return fail(stopped());
        return m_schema;
    }

    Result<std::optional<Chunk>> read(const ReadHint& hint, std::stop_token stop) override
    {
        const auto deadline = steady_clock::now() + hint.maxWait;
        while (m_slicer.isEmpty()) {
            if (stop.stop_requested())
                return fail(stopped());
            if (m_isOpenPage) {
                HEADRACE_TRY(Chunk chunk, decodeRest(stop));
                m_slicer.set(std::move(chunk));
                break;
            }
            HEADRACE_TRY(const bool isThere, nextPage(deadline, stop));
            if (isThere)
                continue;
            const bool isEnd = m_poller->ended();
            const bool isMoved = (isEnd || steady_clock::now() >= deadline) && noteIdle(false);
            if (isEnd && !isMoved)
                return std::nullopt;
            if (isMoved || steady_clock::now() >= deadline)
                return Chunk{*arrow::RecordBatch::MakeEmpty(m_schema), positionsOf(nothingAt()), {}, {}, isMoved};
        }
        return m_slicer.next(hint);
    }

    Status acknowledge(const Position& position) override
    {
        m_durable->settle(position);
        return StreamPosition::parse(position).map([](const StreamPosition&) {});
    }

    void close() noexcept override
    {
        m_poller.reset();
        m_slicer.clear();
        m_pending.clear();
        m_messages.clear();
        m_isOpenPage = false;
        m_at.reset();
        m_schema.reset();
        m_bytes = 0;
        const std::lock_guard lock(m_progressMutex);
        m_progress.clear();
        m_indexes.clear();
        m_count.clear();
    }

    [[nodiscard]] SourceProgress progress() const override
    {
        const auto outage = m_poller == nullptr ? std::nullopt : m_poller->outage();
        auto behind = m_poller == nullptr ? decltype(m_poller->behind()){} : m_poller->behind();
        const std::lock_guard lock(m_progressMutex);
        auto shards = m_progress;
        for (const auto& [shard, time] : behind)
            shards[shard].behind = time;
        const DurableRows::Counts durable = m_durable == nullptr ? DurableRows::Counts{} : m_durable->counts();
        for (const auto& [shard, index] : m_indexes)
            if (const auto place = shards.find(shard); place != shards.end() && index < durable.size())
                place->second.durable = durable[index];
        auto partitions = std::make_shared<std::vector<PartitionProgress>>();
        for (auto& [shard, progress] : shards) {
            progress.name = shard;
            partitions->push_back(std::move(progress));
        }
        return {m_bytes, std::nullopt, std::nullopt, std::move(partitions), outage};
    }
    [[nodiscard]] std::vector<Decision> decisions() const override { return m_decisions; }

private:
    /// Finds the columns of the values from the pages that come first, which are read out later.
    Status sample(const std::stop_token& stop)
    {
        m_decisions.clear();
        if (!m_settings.learns())
            return {};
        std::vector<ShardPage> looked;
        if (m_settings.from.kind == aws::IteratorStart::Kind::Latest) {
            HEADRACE_TRY(looked, oldestPages(stop));
        } else {
            HEADRACE_CHECK(awaitPages(stop));
        }
        std::vector<std::string_view> values;
        const auto look = [&](const ShardPage& page) {
            for (const Message& message : messagesOf(page, {}))
                if (std::ssize(values) < m_settings.sampleRows)
                    values.push_back(message.value);
        };
        std::ranges::for_each(looked, look);
        std::ranges::for_each(m_pending, look);
        HEADRACE_CHECK(m_decoder->learn(values, stop));
        m_decisions = decisionsOf(*m_decoder, values.size());
        return {};
    }

    /// Until there are enough records, or there is nothing more for now.
    Status awaitPages(const std::stop_token& stop)
    {
        const auto deadline = steady_clock::now() + kSampleTime;
        for (std::int64_t records = 0; records < m_settings.sampleRows && steady_clock::now() < deadline;) {
            const bool isLast = m_poller->caughtUp();
            const auto wait = isLast ? std::chrono::milliseconds{0} : std::chrono::milliseconds{20};
            HEADRACE_TRY(auto page, m_poller->next(steady_clock::now() + wait, stop));
            if (stop.stop_requested())
                return fail(stopped());
            if (page) {
                records += std::ssize(page->records);
                m_pending.push_back(*std::move(page));
            } else if (isLast) {
                break;
            }
        }
        return {};
    }

    /// One page each of a few shards, from their begin: what stands in the stream shows the columns.
    Result<std::vector<ShardPage>> oldestPages(const std::stop_token& stop)
    {
        aws::Kinesis stream(m_settings.connection, m_settings.stream);
        std::vector<ShardPage> pages;
        for (const auto& [shard, place] : m_at->shards) {
            if (place.isEnd || pages.size() == kSampleShards)
                continue;
            HEADRACE_TRY(const auto iterator, withoutType(stream.iterator(shard, {}, stop)));
            HEADRACE_TRY(auto page, withoutType(stream.records(iterator, m_settings.sampleRows, stop)));
            pages.push_back({shard, std::move(page.records), page.bytes, {}});
        }
        return pages;
    }

    /// The value's columns behind those of the metadata; positions carry them.
    Status adoptSchema()
    {
        if (m_schema != nullptr && m_valueSchema == m_decoder->schema())
            return {};
        m_valueSchema = m_decoder->schema();
        HEADRACE_TRY(m_schema, schemaOfMessages(m_metadata.fields(), *m_valueSchema));
        auto at = std::make_shared<StreamPosition>(*m_at);
        at->columns = m_decoder->columns();
        m_at = std::move(at);
        return {};
    }

    Result<bool> nextPage(steady_clock::time_point deadline, const std::stop_token& stop)
    {
        if (!m_pending.empty()) {
            m_page = std::move(m_pending.front());
            m_pending.pop_front();
        } else {
            HEADRACE_TRY(auto page, m_poller->next(deadline, stop));
            if (!page)
                return false;
            m_page = *std::move(page);
        }
        m_bytes += m_page.bytes;
        noteIdle(true);
        const auto from = m_at->shards.find(m_page.shard);
        m_messages = messagesOf(m_page, from == m_at->shards.end() ? ShardPlace{} : from->second);
        m_taken = 0;
        m_isOpenPage = true;
        noteProgress();
        return true;
    }

    /// Shards from which nothing comes were read up to now: a later run must know, or it would take what it does not
    /// find for lost. Goes into a position that others move, or when it is time. True when the position has moved.
    bool noteIdle(bool isDue)
    {
        auto at = std::make_shared<StreamPosition>(*m_at);
        const bool isFresh = std::ranges::none_of(
            at->shards, [](const auto& shard) { return shard.second.isEnd || shard.second.readUpTo > 0; });
        bool isMoved = false;
        for (const auto& [shard, place] : m_poller->places()) {
            const auto known = at->shards.find(shard);
            if (known == at->shards.end() || !known->second.isAt(place))
                continue;
            isMoved = isMoved || (!isFresh && place.readUpTo - known->second.readUpTo > kMoveAfter.count());
            known->second.readUpTo = std::max(known->second.readUpTo, place.readUpTo);
        }
        if (isDue || isMoved)
            m_at = std::move(at);
        return isMoved;
    }

    /// The number by which a shard is counted.
    std::size_t indexOf(const std::string& shard)
    {
        const std::lock_guard lock(m_progressMutex);
        const std::size_t index = m_indexes.try_emplace(shard, m_indexes.size()).first->second;
        m_count.resize(m_indexes.size());
        return index;
    }

    [[nodiscard]] ChunkRecords nothingAt() const
    {
        ChunkRecords at;
        at.before = m_at;
        at.taken = m_count;
        at.durable = m_durable;
        return at;
    }

    void noteProgress()
    {
        const std::lock_guard lock(m_progressMutex);
        PartitionProgress& shard = m_progress[m_page.shard];
        shard.rows += std::ssize(m_messages);
        shard.position = m_page.end.toText();
        if (!m_page.records.empty())
            shard.lastAt =
                std::chrono::system_clock::time_point{std::chrono::milliseconds{m_page.records.back().arrival}};
    }

    /// The messages of the page that are not taken yet, as far as they have the same columns.
    Result<Chunk> decodeRest(const std::stop_token& stop)
    {
        std::vector<std::string_view> values;
        values.reserve(m_messages.size() - m_taken);
        for (std::size_t i = m_taken; i < m_messages.size(); ++i)
            values.push_back(m_messages[i].value);
        HEADRACE_TRY(MessageRows rows, decodeMessages(*m_decoder, values, stop));
        HEADRACE_CHECK(adoptSchema());
        const std::size_t index = indexOf(m_page.shard);
        ChunkRecords at = nothingAt();
        at.shard = m_page.shard;
        at.index = index;
        at.messages = static_cast<std::int64_t>(rows.taken);
        at.behindRow.reserve(rows.messageOfRow.size());
        std::vector<MadeAt> made;
        for (const std::uint32_t row : rows.messageOfRow) {
            const Message& message = m_messages[m_taken + row];
            appendMetadata(message);
            at.behindRow.push_back(message.placeBehind());
            at.takenAtRow.push_back(row + 1);
            addMade(message.record->arrival, made);
        }
        for (std::size_t i = 0; i < rows.rejected.size(); ++i) {
            const Message& message = m_messages[m_taken + rows.messageOfBad[i]];
            BadRecord& bad = rows.rejected[i];
            bad.origin = fmt::format("{}/{}", m_settings.stream, m_page.shard);
            bad.place = {
                {"stream", m_settings.stream}, {"shard", m_page.shard}, {"sequence_number", message.record->sequence}};
            if (message.subSequence >= 0)
                bad.place.push_back({"sub_sequence", message.subSequence});
        }
        m_taken += rows.taken;
        m_count[at.index] += at.messages;
        m_isOpenPage = m_taken < m_messages.size();
        at.end = m_isOpenPage ? m_messages[m_taken - 1].placeBehind() : m_page.end;
        moveTo(at.end);
        arrow::ArrayVector columns = m_metadata.finish();
        std::ranges::copy(rows.values->columns(), std::back_inserter(columns));
        return Chunk{arrow::RecordBatch::Make(m_schema, rows.values->num_rows(), std::move(columns)),
                     positionsOf(std::move(at)), std::move(rows.rejected), std::move(made)};
    }

    void appendMetadata(const Message& message)
    {
        const auto cells = [this](Metadata column) { return m_metadata.cells(static_cast<std::size_t>(column)); };
        if (auto* const key = cells(Metadata::PartitionKey))
            key->append(message.partitionKey);
        if (auto* const sequence = cells(Metadata::SequenceNumber))
            sequence->append(std::string_view(message.record->sequence));
        if (auto* const sub = cells(Metadata::SubSequence))
            message.subSequence < 0 ? sub->appendNull() : sub->append(message.subSequence);
        if (auto* const shard = cells(Metadata::Shard))
            shard->append(std::string_view(m_page.shard));
        if (auto* const time = cells(Metadata::ArrivalTime))
            time->append(message.record->arrival);
    }

    void moveTo(const ShardPlace& place)
    {
        auto at = std::make_shared<StreamPosition>(*m_at);
        at->shards[m_page.shard] = place;
        m_at = std::move(at);
    }

    SourceSettings m_settings;
    MetadataCells m_metadata;
    std::unique_ptr<ValueDecoder> m_decoder;
    std::unique_ptr<ShardPoller> m_poller;
    std::shared_ptr<arrow::Schema> m_valueSchema;
    std::shared_ptr<arrow::Schema> m_schema;
    std::shared_ptr<const StreamPosition> m_at; ///< behind the last chunk
    DurableRows::Counts m_count;                ///< messages in chunks, by shard
    std::shared_ptr<DurableRows> m_durable;
    std::deque<ShardPage> m_pending; ///< pages of the sample
    ShardPage m_page;
    std::vector<Message> m_messages; ///< of m_page
    std::size_t m_taken = 0;         ///< messages of the page that are in chunks
    bool m_isOpenPage = false;
    ChunkSlicer m_slicer;
    std::vector<Decision> m_decisions;
    std::atomic<std::int64_t> m_bytes{0};
    mutable std::mutex m_progressMutex;
    std::map<std::string, PartitionProgress> m_progress; ///< by shard that records came from
    std::map<std::string, std::size_t> m_indexes;        ///< by shard, in m_count; read by progress() too
};

} // namespace

SourceType kinesisSource()
{
    SourceType source;
    source.type = "kinesis";
    source.label = "Kinesis stream";
    source.group = "Streams";
    source.help = "Records of an Amazon Kinesis data stream, of all shards through splits and merges. Records that do "
                  "not fit go to quarantine with their shard and sequence number.";
    source.unbounded = true;
    source.options = sourceOptions();
    source.create = [](const Options& options) -> Result<std::unique_ptr<Source>> {
        HEADRACE_TRY(SourceSettings settings, sourceSettings(options));
        HEADRACE_TRY(MetadataCells metadata, MetadataCells::create(metadataColumns(), options, "kinesis source"));
        return std::make_unique<KinesisSource>(std::move(settings), std::move(metadata));
    };
    source.forPreview = [](Options options) {
        if (options.text("from") != "latest" && options.text("until") != "now")
            options.set("until", "now"); // so that a preview of few records does not wait for more
        return options;
    };
    source.probe = probeStream;
    source.describe = describeStreams;
    return source;
}

} // namespace headrace
