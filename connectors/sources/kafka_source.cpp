// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sources/sources.h"

#include "connectors/core/shown_number.h"
#include "connectors/sources/chunk_slicer.h"
#include "connectors/sources/kafka/kafka_description.h"
#include "connectors/sources/kafka/kafka_position.h"
#include "connectors/sources/kafka/message_keys.h"
#include "connectors/sources/kafka/metadata_columns.h"
#include "connectors/sources/kafka/partition_reader.h"
#include "connectors/sources/kafka/progress_board.h"
#include "connectors/sources/messages/message_rows.h"
#include "connectors/sources/messages/time_option.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

namespace headrace {

namespace {

using namespace kafka;

constexpr std::chrono::milliseconds kSlice{100}; ///< between two looks at a stop request
constexpr std::chrono::milliseconds kProgressInterval{250};
constexpr std::chrono::seconds kSampleTime{3};
constexpr std::int64_t kSampleBytes = 4 << 20;

std::string_view valueOf(const rd_kafka_message_t& message)
{
    return {static_cast<const char*>(message.payload), message.len};
}

Error stopped()
{
    return {ErrorCode::Cancelled, "Reading from Kafka was stopped.", {}, std::nullopt};
}

/// A time behind which nothing will come.
bool hasPassed(const std::string& until)
{
    using std::chrono::milliseconds;
    const auto time = millisecondsOf(until);
    return time && std::chrono::system_clock::time_point(milliseconds{*time}) <= std::chrono::system_clock::now();
}

/// All of one topic leave its name out. Keys that are columns of their own are none of these.
Result<MetadataCells> wantedMetadata(SourceSettings& settings, Options options)
{
    const auto all = metadataColumns(settings.keyAsBytes);
    OptionList names = options.list("metadata");
    if (names == OptionList{"all"} && (settings.key || !settings.severalTopics())) {
        names.clear();
        for (const MetadataColumn& column : all)
            if (column.name != "topic" || settings.severalTopics())
                names.emplace_back(column.name);
    }
    if (settings.key && std::erase(names, "key") == 0)
        settings.key.reset(); // not wanted
    if (names.empty())
        names = {"none"};
    options.set("metadata", std::move(names));
    return MetadataCells::create(all, options, "kafka source");
}

class KafkaSource final : public Source {
public:
    KafkaSource(SourceSettings settings, MetadataCells metadata)
        : m_settings(std::move(settings))
        , m_metadata(std::move(metadata))
    {
    }

    ~KafkaSource() override { close(); }

    Result<std::shared_ptr<arrow::Schema>> open(const std::optional<Position>& resumeFrom,
                                                std::stop_token stop) override
    {
        close();
        std::optional<ReadPosition> position;
        if (resumeFrom) {
            HEADRACE_TRY(position, ReadPosition::parse(*resumeFrom));
        }
        HEADRACE_TRY(m_decoder,
                     makeValueDecoder(m_settings, position ? position->columns : decltype(position->columns){}));
        if (m_settings.key) {
            HEADRACE_TRY(m_keys, MessageKeys::create(*m_settings.key, m_settings.keyName,
                                                     position ? position->keyColumns : decltype(position->columns){}));
        }
        m_reader = std::make_unique<PartitionReader>(m_settings);
        HEADRACE_CHECK(m_reader->open(position ? std::optional(position->next) : std::nullopt, stop));
        m_board = std::make_unique<ProgressBoard>(*m_reader->client());
        m_durable = std::make_shared<DurableRows>();
        if (!position)
            HEADRACE_CHECK(sample(stop));
        HEADRACE_CHECK(adoptSchema());
        m_next = nextOffsets();
        if (stop.stop_requested())
            return fail(stopped());
        return m_schema;
    }

    Result<std::optional<Chunk>> read(const ReadHint& hint, std::stop_token stop) override
    {
        const auto deadline = std::chrono::steady_clock::now() + hint.maxWait;
        while (m_slicer.isEmpty()) {
            if (stop.stop_requested())
                return fail(stopped());
            if (m_taken < m_batch.messages.size()) {
                HEADRACE_TRY(Chunk chunk, decodeRest(stop));
                m_slicer.set(std::move(chunk));
                break;
            }
            if (m_reader->ended())
                return std::nullopt;
            const auto now = std::chrono::steady_clock::now();
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - now);
            m_batch.clear();
            m_taken = 0;
            HEADRACE_CHECK(m_reader->read(m_batch, std::clamp(left, std::chrono::milliseconds{0}, kSlice)));
            noteProgress();
            if (m_batch.messages.empty() && now >= deadline && !m_reader->ended())
                return nothingYet();
        }
        return m_slicer.next(hint);
    }

    Status acknowledge(const Position& position) override
    {
        HEADRACE_TRY(const auto parsed, ReadPosition::parse(position));
        m_durable->settle(position);
        const bool isAll = m_durable->counts() == m_count;
        noteProgress(isAll); // nothing may follow
        return m_reader->acknowledge(parsed.next);
    }

    void close() noexcept override
    {
        m_slicer.clear();
        m_batch.clear();
        m_taken = 0;
        m_board.reset();
        m_reader.reset();
        m_frame.reset();
        m_count.clear();
        m_bytes = 0;
        m_progressAt = {};
    }

    [[nodiscard]] SourceProgress progress() const override
    {
        if (m_board == nullptr)
            return {m_bytes, std::nullopt, std::nullopt};
        return {m_bytes, std::nullopt, std::nullopt, m_board->latest(), m_reader->client()->outage()};
    }
    [[nodiscard]] std::vector<Decision> decisions() const override { return m_decisions; }

private:
    /// Finds the columns of the values from what stands in the topic.
    Status sample(const std::stop_token& stop)
    {
        m_decisions.clear();
        const bool learnsKeys = m_keys != nullptr && m_settings.key->learns();
        if (!m_settings.learns() && !learnsKeys)
            return {};
        HEADRACE_TRY(const auto ranges, m_reader->sampleRanges(m_settings.sampleRows));
        std::vector<std::string> values;
        std::vector<std::string> keys;
        std::int64_t bytes = 0;
        const auto begun = std::chrono::steady_clock::now();
        const auto note = [&](const rd_kafka_message_t& message) {
            values.emplace_back(valueOf(message));
            if (learnsKeys)
                keys.emplace_back(static_cast<const char*>(message.key), message.key_len);
            bytes += static_cast<std::int64_t>(message.len);
            return std::ssize(values) < m_settings.sampleRows && bytes < kSampleBytes &&
                   std::chrono::steady_clock::now() < begun + kSampleTime;
        };
        const auto patience = std::max<std::chrono::milliseconds>(kSampleTime, m_settings.client.timeout());
        HEADRACE_TRY(const bool isWhole, readRanges(m_settings.client, ranges, note, begun + patience, stop));
        if (!isWhole && values.empty()) // else the rows would begin without their columns
            return fail(ErrorCode::Unavailable,
                        fmt::format("No message of '{}' came within {}, so that its columns are not known; a slow "
                                    "cluster needs a longer 'timeout'.",
                                    m_settings.topics.front(), exactDuration(patience)));
        HEADRACE_CHECK(m_decoder->learn(std::vector<std::string_view>(values.begin(), values.end()), stop));
        if (learnsKeys)
            HEADRACE_CHECK(m_keys->learn(std::vector<std::string_view>(keys.begin(), keys.end()), stop));
        m_decisions = decisionsOf(*m_decoder, values.size());
        return {};
    }

    void noteProgress(bool isDue = false)
    {
        const auto now = std::chrono::steady_clock::now();
        if (now - m_progressAt < kProgressInterval && !isDue && !m_reader->ended())
            return;
        m_progressAt = now;
        m_board->publish(m_reader->progress(m_durable->counts()));
    }

    /// The value's columns behind those of the metadata.
    Status adoptSchema()
    {
        const auto keySchema = m_keys == nullptr ? nullptr : m_keys->schema();
        if (m_valueSchema == m_decoder->schema() && m_keySchema == keySchema && m_schema != nullptr)
            return {};
        m_valueSchema = m_decoder->schema();
        m_keySchema = keySchema;
        arrow::FieldVector fields = m_metadata.fields();
        if (m_keys != nullptr)
            std::ranges::copy(m_keys->fields(), std::back_inserter(fields));
        HEADRACE_TRY(m_schema, schemaOfMessages(fields, *m_valueSchema));
        m_frame.reset();
        return {};
    }

    [[nodiscard]] std::vector<std::int64_t> nextOffsets() const
    {
        std::vector<std::int64_t> next;
        for (const Progress& partition : m_reader->partitions())
            next.push_back(partition.next);
        return next;
    }

    /// Changes only when partitions or columns come.
    const std::shared_ptr<const PositionFrame>& frame()
    {
        if (m_frame == nullptr || m_frame->partitions.size() != m_reader->partitions().size()) {
            auto frame = std::make_shared<PositionFrame>();
            for (const Progress& partition : m_reader->partitions())
                frame->partitions.push_back(partition.id);
            frame->columns = m_decoder->columns();
            if (m_keys != nullptr)
                frame->keyColumns = m_keys->columns();
            m_frame = std::move(frame);
        }
        return m_frame;
    }

    /// The messages of the batch that are not taken yet, as far as they have the same columns.
    Result<Chunk> decodeRest(const std::stop_token& stop)
    {
        std::span<rd_kafka_message_t* const> messages = std::span(m_batch.messages).subspan(m_taken);
        const bool mustBeText = !m_settings.keyAsBytes && m_metadata.cells(static_cast<std::size_t>(Metadata::Key));
        std::vector<std::string_view> values;
        std::vector<ndjson::MessageParser::Bad> badKeys;
        std::optional<MessageRows> keys;
        if (m_keys != nullptr) {
            HEADRACE_TRY(keys, m_keys->decode(messages, stop));
            messages = messages.first(keys->taken);
            for (std::size_t i = 0; i < keys->rejected.size(); ++i)
                badKeys.push_back({keys->messageOfBad[i], keys->rejected[i].reason});
        }
        values.reserve(messages.size());
        for (std::size_t i = 0; i < messages.size(); ++i) {
            if (mustBeText && !hasTextKey(*messages[i]))
                badKeys.push_back({i, "The message's key is not valid UTF-8; set 'key' to bytes to read it."});
            values.push_back(valueOf(*messages[i]));
        }
        HEADRACE_TRY(MessageRows rows, decodeMessages(*m_decoder, values, stop, std::move(badKeys)));
        HEADRACE_CHECK(adoptSchema());
        Chunk chunk;
        bool isDated = true;
        for (const std::uint32_t index : rows.messageOfRow) {
            appendMetadata(*messages[index], m_metadata);
            const auto time = timestampOf(*messages[index]);
            isDated &= time.has_value();
            addMade(time.value_or(0), chunk.made);
        }
        if (!isDated)
            chunk.made.clear();
        for (std::size_t i = 0; i < rows.rejected.size(); ++i) {
            const rd_kafka_message_t& message = *messages[rows.messageOfBad[i]];
            const TopicPartition id{rd_kafka_topic_name(message.rkt), message.partition};
            rows.rejected[i].origin = toText(id);
            rows.rejected[i].place = {
                {"topic", id.topic}, {"partition", std::int64_t{id.partition}}, {"offset", message.offset}};
        }
        chunk.rejected = std::move(rows.rejected);
        arrow::ArrayVector columns = m_metadata.finish();
        if (keys)
            std::ranges::copy(MessageKeys::columnsFor(*keys, rows.messageOfRow), std::back_inserter(columns));
        std::ranges::copy(rows.values->columns(), std::back_inserter(columns));
        chunk.rows = arrow::RecordBatch::Make(m_schema, rows.values->num_rows(), std::move(columns));
        chunk.at = take(rows.taken, std::move(rows.messageOfRow));
        return chunk;
    }

    /// Moves behind the next `count` messages of the batch.
    std::shared_ptr<const RowPositions> take(std::size_t count, std::vector<std::uint32_t> messageOfRow)
    {
        ChunkMessages at;
        at.messageOfRow = std::move(messageOfRow);
        at.start = m_next;
        at.start.resize(m_reader->partitions().size(), -1);
        at.partition.reserve(count);
        at.offset.reserve(count);
        countFrom(at);
        m_next = at.start;
        std::int64_t bytes = 0;
        for (const std::size_t end = m_taken + count; m_taken < end; ++m_taken) {
            const rd_kafka_message_t& message = *m_batch.messages[m_taken];
            at.partition.push_back(m_batch.partitions[m_taken]);
            at.offset.push_back(message.offset);
            m_next[at.partition.back()] = message.offset + 1;
            ++m_count[at.partition.back()];
            bytes += static_cast<std::int64_t>(message.len + message.key_len);
        }
        m_bytes += bytes;
        if (m_taken == m_batch.messages.size())
            m_next = nextOffsets(); // also past what has no message: aborted transactions, deleted keys
        at.frame = frame();
        at.end = m_next;
        return positionsOf(std::move(at));
    }

    void countFrom(ChunkMessages& at)
    {
        m_count.resize(m_reader->partitions().size());
        at.taken = m_count;
        at.durable = m_durable;
    }

    Result<std::optional<Chunk>> nothingYet()
    {
        ChunkMessages at;
        at.frame = frame();
        countFrom(at);
        at.start = at.end = nextOffsets();
        return Chunk{*arrow::RecordBatch::MakeEmpty(m_schema), positionsOf(std::move(at)), {}};
    }

    SourceSettings m_settings;
    MetadataCells m_metadata;
    std::unique_ptr<ValueDecoder> m_decoder;
    std::unique_ptr<MessageKeys> m_keys; ///< null: the key is metadata, or not wanted
    std::unique_ptr<PartitionReader> m_reader;
    std::shared_ptr<arrow::Schema> m_valueSchema;
    std::shared_ptr<arrow::Schema> m_keySchema;
    std::shared_ptr<arrow::Schema> m_schema;
    std::shared_ptr<const PositionFrame> m_frame;
    MessageBatch m_batch;
    std::size_t m_taken = 0;          ///< messages of the batch that are in chunks
    std::vector<std::int64_t> m_next; ///< behind the last chunk, by partition
    DurableRows::Counts m_count;      ///< messages in chunks, by partition
    std::shared_ptr<DurableRows> m_durable;
    ChunkSlicer m_slicer;
    std::vector<Decision> m_decisions;
    std::atomic<std::int64_t> m_bytes{0};
    std::chrono::steady_clock::time_point m_progressAt;
    std::unique_ptr<ProgressBoard> m_board;
};

} // namespace

SourceType kafkaSource()
{
    SourceType source;
    source.type = "kafka";
    source.label = "Kafka topic";
    source.group = "Streams";
    source.help =
        "Messages of Kafka topics, of all partitions or as a member of a consumer group. Messages that do not "
        "fit go to quarantine with their topic, partition and offset.";
    source.unbounded = true;
    source.options = sourceOptions();
    source.create = [](const Options& options) -> Result<std::unique_ptr<Source>> {
        HEADRACE_TRY(SourceSettings settings, sourceSettings(options));
        HEADRACE_TRY(MetadataCells metadata, wantedMetadata(settings, options));
        return std::make_unique<KafkaSource>(std::move(settings), std::move(metadata));
    };
    source.forPreview = [](Options options) {
        options.erase("group");
        options.erase("rebalance_wait");
        if (options.text("from") != "latest" && !hasPassed(options.text("until")))
            options.set("until", "now"); // so that a preview of few messages does not wait for more
        return options;
    };
    source.probe = probeTopics;
    source.describe = describeTopics;
    return source;
}

} // namespace headrace
