// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sources/sources.h"

#include "connectors/sources/chunk_slicer.h"
#include "connectors/sources/kafka/kafka_description.h"
#include "connectors/sources/kafka/kafka_position.h"
#include "connectors/sources/kafka/metadata_columns.h"
#include "connectors/sources/kafka/partition_reader.h"
#include "connectors/sources/messages/value_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>

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

class KafkaSource final : public Source {
public:
    explicit KafkaSource(SourceSettings settings)
        : m_settings(std::move(settings))
        , m_metadata(m_settings.metadata, m_settings.metadataPrefix, m_settings.keyAsBytes)
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
        m_reader = std::make_unique<PartitionReader>(m_settings);
        HEADRACE_CHECK(m_reader->open(position ? std::optional(position->next) : std::nullopt, stop));
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
                HEADRACE_TRY(Chunk chunk, decodeRest());
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
        return m_reader->acknowledge(parsed.next);
    }

    void close() noexcept override
    {
        m_slicer.clear();
        m_batch.clear();
        m_taken = 0;
        m_reader.reset();
        m_frame.reset();
        m_bytes = 0;
        m_progressAt = {};
    }

    [[nodiscard]] SourceProgress progress() const override
    {
        const std::lock_guard lock(m_progressMutex);
        return {m_bytes, std::nullopt, std::nullopt, m_progress};
    }
    [[nodiscard]] std::vector<Decision> decisions() const override { return m_decisions; }

private:
    /// Finds the columns of the values from what stands in the topic.
    Status sample(const std::stop_token& stop)
    {
        m_decisions.clear();
        if (m_settings.value != ValueFormat::Json || m_settings.sampleRows == 0)
            return {};
        HEADRACE_TRY(const auto ranges, m_reader->sampleRanges(m_settings.sampleRows));
        std::vector<std::string> values;
        std::int64_t bytes = 0;
        HEADRACE_CHECK(readRanges(
            m_settings.client, ranges,
            [&](const rd_kafka_message_t& message) {
                values.emplace_back(valueOf(message));
                bytes += static_cast<std::int64_t>(message.len);
                return std::ssize(values) < m_settings.sampleRows && bytes < kSampleBytes;
            },
            std::chrono::steady_clock::now() + kSampleTime, stop));
        HEADRACE_CHECK(m_decoder->learn(std::vector<std::string_view>(values.begin(), values.end())));
        std::string found;
        for (const ndjson::Column& column : m_decoder->columns())
            found += fmt::format("{}{}: {}", found.empty() ? "" : ", ", column.name(), typeNotation(column));
        m_decisions = {{"columns", found, fmt::format("{} messages of the topic hold such values.", values.size())}};
        return {};
    }

    void noteProgress()
    {
        const auto now = std::chrono::steady_clock::now();
        if (now - m_progressAt < kProgressInterval && !m_reader->ended())
            return;
        m_progressAt = now;
        auto progress = std::make_shared<const std::vector<PartitionProgress>>(m_reader->progress());
        const std::lock_guard lock(m_progressMutex);
        m_progress = std::move(progress);
    }

    /// The value's columns behind those of the metadata.
    Status adoptSchema()
    {
        if (m_valueSchema == m_decoder->schema() && m_schema != nullptr)
            return {};
        m_valueSchema = m_decoder->schema();
        arrow::FieldVector fields = m_metadata.fields();
        for (const auto& field : m_valueSchema->fields()) {
            if (std::ranges::any_of(m_metadata.fields(), [&](const auto& own) { return own->name() == field->name(); }))
                return fail(
                    ErrorCode::Data,
                    fmt::format("The values have the key '{}', which is also the name of a metadata column; set "
                                "another 'metadata_prefix'.",
                                field->name()));
            fields.push_back(field);
        }
        m_schema = arrow::schema(std::move(fields));
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
            m_frame = std::move(frame);
        }
        return m_frame;
    }

    /// The messages of the batch that are not taken yet, as far as they have the same columns.
    Result<Chunk> decodeRest()
    {
        const std::size_t first = m_taken;
        std::vector<std::string_view> values;
        std::vector<std::size_t> messages; ///< of `values`, by index in the batch
        std::vector<std::size_t> badKeys;
        values.reserve(m_batch.messages.size() - first);
        messages.reserve(m_batch.messages.size() - first);
        for (std::size_t i = first; i < m_batch.messages.size(); ++i) {
            if (!m_metadata.fits(*m_batch.messages[i])) {
                badKeys.push_back(i);
                continue;
            }
            values.push_back(valueOf(*m_batch.messages[i]));
            messages.push_back(i);
        }
        ValueDecoder::Decoded decoded;
        if (!values.empty()) {
            HEADRACE_TRY(decoded, m_decoder->decode(values));
        } else {
            decoded.rows = *arrow::RecordBatch::MakeEmpty(m_decoder->schema());
        }
        HEADRACE_CHECK(adoptSchema());
        m_taken = decoded.taken == values.size() ? m_batch.messages.size() : messages[decoded.taken];
        return assemble(first, std::move(decoded), messages, badKeys);
    }

    Result<Chunk> assemble(std::size_t first, ValueDecoder::Decoded decoded, const std::vector<std::size_t>& messages,
                           const std::vector<std::size_t>& badKeys)
    {
        ChunkMessages at;
        Chunk chunk;
        at.start = m_next;
        at.start.resize(m_reader->partitions().size(), -1);
        const std::size_t count = m_taken - first;
        at.partition.reserve(count);
        at.offset.reserve(count);
        at.messageOfRow.reserve(count);
        auto bad = decoded.bad.begin();
        auto badKey = badKeys.begin();
        std::int64_t bytes = 0;
        bool isDated = true;
        for (std::size_t i = first; i < m_taken; ++i) {
            const rd_kafka_message_t& message = *m_batch.messages[i];
            at.partition.push_back(m_batch.partitions[i]);
            at.offset.push_back(message.offset);
            bytes += static_cast<std::int64_t>(message.len + message.key_len);
            const auto row = static_cast<std::int64_t>(at.messageOfRow.size());
            if (badKey != badKeys.end() && *badKey == i) {
                chunk.rejected.push_back(
                    rejected(message, row, "The message's key is not valid UTF-8; set 'key' to bytes to read it."));
                ++badKey;
            } else if (bad != decoded.bad.end() && messages[bad->message] == i) {
                chunk.rejected.push_back(rejected(message, row, std::move(bad->reason)));
                ++bad;
            } else {
                m_metadata.append(message);
                isDated &= noteMade(message, chunk.made);
                at.messageOfRow.push_back(static_cast<std::uint32_t>(i - first));
            }
        }
        m_bytes += bytes;
        if (!isDated)
            chunk.made.clear();
        arrow::ArrayVector columns = m_metadata.finish();
        std::ranges::copy(decoded.rows->columns(), std::back_inserter(columns));
        chunk.rows = arrow::RecordBatch::Make(m_schema, decoded.rows->num_rows(), std::move(columns));
        at.frame = frame();
        m_next = at.start;
        for (std::size_t i = 0; i < at.offset.size(); ++i)
            m_next[at.partition[i]] = at.offset[i] + 1;
        if (m_taken == m_batch.messages.size())
            m_next = nextOffsets(); // also past what has no message: aborted transactions, deleted keys
        at.end = m_next;
        chunk.at = positionsOf(std::move(at));
        return chunk;
    }

    /// False for a message that does not know.
    static bool noteMade(const rd_kafka_message_t& message, std::vector<MadeAt>& made)
    {
        const auto time = timestampOf(message);
        const std::chrono::system_clock::time_point at{std::chrono::milliseconds{time.value_or(0)}};
        if (made.empty() || made.back().at != at)
            made.push_back({0, at});
        ++made.back().rows;
        return time.has_value();
    }

    [[nodiscard]] static BadRecord rejected(const rd_kafka_message_t& message, std::int64_t row, std::string reason)
    {
        BadRecord record;
        record.beforeRow = row;
        record.origin = toText({rd_kafka_topic_name(message.rkt), message.partition});
        record.byteOffset = message.offset;
        record.reason = std::move(reason);
        record.raw = valueOf(message).substr(0, BadRecord::kMaxRawBytes);
        return record;
    }

    Result<std::optional<Chunk>> nothingYet()
    {
        ChunkMessages at;
        at.frame = frame();
        at.start = at.end = nextOffsets();
        return Chunk{*arrow::RecordBatch::MakeEmpty(m_schema), positionsOf(std::move(at)), {}};
    }

    SourceSettings m_settings;
    MetadataColumns m_metadata;
    std::unique_ptr<ValueDecoder> m_decoder;
    std::unique_ptr<PartitionReader> m_reader;
    std::shared_ptr<arrow::Schema> m_valueSchema;
    std::shared_ptr<arrow::Schema> m_schema;
    std::shared_ptr<const PositionFrame> m_frame;
    MessageBatch m_batch;
    std::size_t m_taken = 0;          ///< messages of the batch that are in chunks
    std::vector<std::int64_t> m_next; ///< behind the last chunk, by partition
    ChunkSlicer m_slicer;
    std::vector<Decision> m_decisions;
    std::atomic<std::int64_t> m_bytes{0};
    std::chrono::steady_clock::time_point m_progressAt;
    mutable std::mutex m_progressMutex;
    std::shared_ptr<const std::vector<PartitionProgress>> m_progress;
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
        return std::make_unique<KafkaSource>(std::move(settings));
    };
    source.forPreview = [](Options options) {
        options.erase("group");
        options.erase("rebalance_wait");
        if (options.text("from") != "latest" && options.text("until") != "now")
            options.set("until", "now"); // so that a preview of few messages does not wait for more
        return options;
    };
    source.probe = probeTopics;
    source.describe = describeTopics;
    return source;
}

} // namespace headrace
