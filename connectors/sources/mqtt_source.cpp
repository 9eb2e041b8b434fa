// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sources/sources.h"

#include "connectors/sources/chunk_slicer.h"
#include "connectors/sources/messages/message_rows.h"
#include "connectors/sources/mqtt/message_feed.h"
#include "connectors/sources/mqtt/mqtt_description.h"
#include "connectors/sources/mqtt/spool_position.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>

namespace headrace {

namespace {

using namespace mqtt;
using std::chrono::steady_clock;

constexpr std::size_t kMostMessages = 20'000; ///< of a chunk
constexpr std::chrono::milliseconds kSlice{100};
constexpr std::chrono::milliseconds kSampleTime{500}; ///< for what the broker has kept

Error stopped()
{
    return {ErrorCode::Cancelled, "Reading from MQTT was stopped.", {}, std::nullopt};
}

class MqttSource final : public Source {
public:
    MqttSource(SourceSettings settings, MetadataCells metadata)
        : m_settings(std::move(settings))
        , m_metadata(std::move(metadata))
    {
        m_fields = m_metadata.fields();
        for (const std::string& level : m_settings.levels) {
            m_levels.emplace_back(arrow::utf8());
            if (isColumn(level))
                m_fields.push_back(arrow::field(level, arrow::utf8()));
        }
    }

    ~MqttSource() override { close(); }

    Result<std::shared_ptr<arrow::Schema>> open(const std::optional<Position>& resumeFrom,
                                                std::stop_token stop) override
    {
        close();
        std::optional<SpoolPosition> position;
        if (resumeFrom) {
            HEADRACE_TRY(position, SpoolPosition::parse(*resumeFrom));
        }
        HEADRACE_TRY(m_decoder,
                     makeValueDecoder(m_settings, position ? position->columns : decltype(position->columns){}));
        m_feed = std::make_unique<MessageFeed>(m_settings);
        HEADRACE_CHECK(m_feed->open(stop));
        HEADRACE_CHECK(place(position));
        m_begin = m_at.next;
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
            HEADRACE_TRY(const auto messages, m_feed->next(m_at.next, kMostMessages,
                                                           std::min(deadline, steady_clock::now() + kSlice), stop));
            if (!messages.empty()) {
                HEADRACE_TRY(Chunk chunk, decode(messages, stop));
                m_slicer.set(std::move(chunk));
                break;
            }
            if (m_feed->ended(m_at.next))
                return std::nullopt;
            if (steady_clock::now() >= deadline)
                return Chunk{*arrow::RecordBatch::MakeEmpty(m_schema), positionsOf(m_at, {}, 0), {}};
        }
        return m_slicer.next(hint);
    }

    Status acknowledge(const Position& position) override
    {
        HEADRACE_TRY(const SpoolPosition durable, SpoolPosition::parse(position));
        {
            const std::lock_guard lock(m_progressMutex);
            m_progress.durable = durable.next - m_begin;
        }
        return m_feed->release(durable.next);
    }

    void close() noexcept override
    {
        m_feed.reset();
        m_slicer.clear();
        m_schema.reset();
        m_bytes = 0;
        const std::lock_guard lock(m_progressMutex);
        m_progress = {.name = fmt::format("{}", fmt::join(m_settings.topics, ", "))};
    }

    /// One entry for the whole subscription: topics come and go, and a broker does not say what is still to come.
    [[nodiscard]] SourceProgress progress() const override
    {
        const std::lock_guard lock(m_progressMutex);
        return {m_bytes, std::nullopt, std::nullopt,
                std::make_shared<const std::vector<PartitionProgress>>(1, m_progress)};
    }
    [[nodiscard]] std::vector<Decision> decisions() const override { return m_decisions; }

private:
    static bool isColumn(const std::string& level) { return !level.empty() && level != "_"; }

    /// Where to go on in the spool.
    Status place(const std::optional<SpoolPosition>& position)
    {
        const MessageSpool& spool = m_feed->spool();
        m_at = {spool.id(), spool.first(), {}};
        if (!position)
            return {};
        if (position->spool != m_at.spool || position->next < m_at.next || position->next > spool.end())
            return fail(
                ErrorCode::Conflict,
                fmt::format("The messages from number {} on are not in the spool any more, which was made anew "
                            "or belongs to another session. Reset the pipeline's state to go on with what comes.",
                            position->next));
        m_at.next = position->next;
        return {};
    }

    /// Finds the columns of the values from what is there or comes at once: retained messages and those that were kept.
    Status sample(const std::stop_token& stop)
    {
        m_decisions.clear();
        if (!m_settings.learns())
            return {};
        const auto most = static_cast<std::size_t>(m_settings.sampleRows);
        HEADRACE_TRY(const auto messages, m_feed->next(m_at.next, most, steady_clock::now() + kSampleTime, stop));
        std::vector<std::string_view> values;
        for (const Message& message : messages)
            values.push_back(message.payload);
        HEADRACE_CHECK(m_decoder->learn(values, stop));
        m_decisions = decisionsOf(*m_decoder, values.size());
        return {};
    }

    /// The value's columns behind the others; positions carry them.
    Status adoptSchema()
    {
        if (m_schema != nullptr && m_valueSchema == m_decoder->schema())
            return {};
        m_valueSchema = m_decoder->schema();
        HEADRACE_TRY(m_schema, schemaOfMessages(m_fields, *m_valueSchema));
        m_at.columns = m_decoder->columns();
        return {};
    }

    /// The first messages as far as they have the same columns.
    Result<Chunk> decode(const std::vector<Message>& messages, const std::stop_token& stop)
    {
        std::vector<std::string_view> values;
        values.reserve(messages.size());
        for (const Message& message : messages)
            values.emplace_back(message.payload.data(), message.payload.size());
        HEADRACE_TRY(MessageRows rows, decodeMessages(*m_decoder, values, stop));
        HEADRACE_CHECK(adoptSchema());
        std::vector<MadeAt> made;
        for (const std::uint32_t index : rows.messageOfRow) {
            appendMetadata(messages[index]);
            addMade(messages[index].arrival, made);
        }
        for (std::size_t i = 0; i < rows.rejected.size(); ++i) {
            const std::uint32_t index = rows.messageOfBad[i];
            rows.rejected[i].origin = messages[index].topic;
            rows.rejected[i].place = {
                {"topic", messages[index].topic}, {"spool", m_at.spool}, {"number", m_at.next + index}};
        }
        noteProgress(messages, rows.taken);
        for (std::size_t i = 0; i < rows.taken; ++i)
            m_bytes += static_cast<std::int64_t>(messages[i].topic.size() + messages[i].payload.size());
        arrow::ArrayVector columns = m_metadata.finish();
        for (std::size_t i = 0; i < m_levels.size(); ++i)
            if (auto column = m_levels[i].finish(); isColumn(m_settings.levels[i]))
                columns.push_back(std::move(column));
        std::ranges::copy(rows.values->columns(), std::back_inserter(columns));
        auto at = positionsOf(m_at, std::move(rows.messageOfRow), rows.taken);
        m_at.next += static_cast<std::int64_t>(rows.taken);
        return Chunk{arrow::RecordBatch::Make(m_schema, rows.values->num_rows(), std::move(columns)), std::move(at),
                     std::move(rows.rejected), std::move(made)};
    }

    void noteProgress(const std::vector<Message>& messages, std::size_t taken)
    {
        const std::lock_guard lock(m_progressMutex);
        m_progress.rows += static_cast<std::int64_t>(taken);
        m_progress.position = std::to_string(m_at.next + static_cast<std::int64_t>(taken));
        if (taken > 0)
            m_progress.lastAt =
                std::chrono::system_clock::time_point{std::chrono::milliseconds{messages[taken - 1].arrival}};
    }

    void appendMetadata(const Message& message)
    {
        const auto cells = [this](Metadata column) { return m_metadata.cells(static_cast<std::size_t>(column)); };
        if (auto* const topic = cells(Metadata::Topic))
            topic->append(std::string_view(message.topic));
        if (auto* const qos = cells(Metadata::Qos))
            qos->append(std::int64_t{message.qos});
        if (auto* const retained = cells(Metadata::Retained))
            retained->append(std::int64_t{message.isRetained});
        if (auto* const time = cells(Metadata::ArrivalTime))
            time->append(message.arrival);
        std::string_view rest = message.topic;
        bool isOver = false;
        for (CellBuffer& level : m_levels) {
            const std::size_t slash = rest.find('/');
            if (isOver)
                level.appendNull();
            else
                level.append(rest.substr(0, slash));
            isOver = isOver || slash == std::string_view::npos;
            rest.remove_prefix(isOver ? rest.size() : slash + 1);
        }
    }

    SourceSettings m_settings;
    MetadataCells m_metadata;
    std::vector<CellBuffer> m_levels; ///< by level, also those that are left out
    arrow::FieldVector m_fields;      ///< of both
    std::unique_ptr<ValueDecoder> m_decoder;
    std::unique_ptr<MessageFeed> m_feed;
    std::shared_ptr<arrow::Schema> m_valueSchema;
    std::shared_ptr<arrow::Schema> m_schema;
    SpoolPosition m_at;       ///< behind the last chunk
    std::int64_t m_begin = 0; ///< number of the first message since open()
    ChunkSlicer m_slicer;
    std::vector<Decision> m_decisions;
    std::atomic<std::int64_t> m_bytes{0};
    mutable std::mutex m_progressMutex;
    PartitionProgress m_progress;
};

} // namespace

SourceType mqttSource()
{
    SourceType source;
    source.type = "mqtt";
    source.label = "MQTT topics";
    source.group = "Streams";
    source.help = "Messages of an MQTT broker. What the quality of service can promise is said by the check; messages "
                  "wait in a spool on this machine until their rows are durable.";
    source.unbounded = true;
    source.rewindable = false;
    source.options = sourceOptions();
    source.create = [](const Options& options) -> Result<std::unique_ptr<Source>> {
        HEADRACE_TRY(SourceSettings settings, sourceSettings(options));
        HEADRACE_TRY(MetadataCells metadata, MetadataCells::create(metadataColumns(), options, "mqtt source"));
        return std::make_unique<MqttSource>(std::move(settings), std::move(metadata));
    };
    source.forPreview = [](Options options) {
        // A session of its own, which takes nothing away from the one that runs.
        options.erase("client_id");
        options.set("session", "clean");
        options.set("spool", "none");
        return options;
    };
    source.probe = probeBroker;
    source.describe = describeTopics;
    return source;
}

} // namespace headrace
