// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/builder.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <arrow/util/value_parsing.h>

#include "connectors/sources/sources.h"

#include "connectors/core/arrow_result.h"
#include "connectors/core/counted_positions.h"
#include "connectors/core/quantity.h"
#include "connectors/core/shown_number.h"
#include "connectors/sources/arrival_times.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <limits>
#include <mutex>

namespace headrace {

namespace {

/// Event times of a stream without a rate pass as if it had this one.
constexpr double kNominalRate = 1000;
constexpr std::int64_t kFixedBytes = 24; // sequence, at, temperature

struct Settings {
    ArrivalTimes::Model arrivals;
    bool paced = false; ///< rows come at their time, not as fast as possible
    std::int64_t rows = std::numeric_limits<std::int64_t>::max();
    std::int64_t rowBytes = 0;
    std::uint64_t keys = 1;
    std::int64_t startUs = 0; ///< event time of the first row, µs since 1970
};

Result<std::int64_t> parseStart(const std::string& text)
{
    std::int64_t value = 0;
    const bool zulu = text.ends_with('Z');
    const std::size_t length = text.size() - (zulu ? 1 : 0);
    if (!arrow::internal::ParseTimestampISO8601(text.data(), length, arrow::TimeUnit::MICRO, &value))
        return fail(ErrorCode::Usage, fmt::format("The option 'start' of the generator source: '{}' is not a time like "
                                                  "2026-01-01T00:00:00Z.",
                                                  text));
    return value;
}

Result<Settings> settingsOf(const Options& options)
{
    static const std::map<std::string, BurstShape> kShapes{{"steady", BurstShape::Steady},
                                                           {"poisson", BurstShape::Poisson},
                                                           {"bursts", BurstShape::Bursts},
                                                           {"sine", BurstShape::Sine}};
    Settings settings;
    settings.arrivals.shape = kShapes.at(options.text("burst"));
    settings.paced = options.decimal("rate") > 0;
    settings.arrivals.rate = settings.paced ? options.decimal("rate") : kNominalRate;
    settings.arrivals.period = options.duration("period");
    settings.arrivals.factor = options.decimal("factor");
    settings.arrivals.seed = static_cast<std::uint64_t>(options.integer("seed"));
    if (options.integer("rows") > 0)
        settings.rows = options.integer("rows");
    settings.rowBytes = options.bytes("row_size");
    settings.keys = static_cast<std::uint64_t>(options.integer("keys"));
    HEADRACE_TRY(settings.startUs, parseStart(options.text("start")));
    return settings;
}

std::shared_ptr<arrow::Schema> eventSchema()
{
    return arrow::schema({arrow::field("sequence", arrow::int64(), false), arrow::field("device", arrow::utf8(), false),
                          arrow::field("at", arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), false),
                          arrow::field("temperature", arrow::float64(), false),
                          arrow::field("status", arrow::utf8(), false), arrow::field("payload", arrow::utf8(), false)});
}

/// Makes the rows of one chunk. Every value is a function of the settings and the row's sequence number.
class EventBuilder {
public:
    EventBuilder(const Settings& settings, ArrivalTimes& arrivals, std::int64_t rows)
        : m_settings(settings)
        , m_arrivals(arrivals)
        , m_at(arrow::timestamp(arrow::TimeUnit::MICRO, "UTC"), arrow::default_memory_pool())
        , m_reserved(reserve(rows))
    {
    }

    arrow::Result<std::shared_ptr<arrow::RecordBatch>> build(std::int64_t first, std::int64_t rows)
    {
        ARROW_RETURN_NOT_OK(m_reserved);
        for (std::int64_t index = first; index < first + rows; ++index)
            ARROW_RETURN_NOT_OK(append(index));
        arrow::ArrayVector columns(6);
        ARROW_RETURN_NOT_OK(m_sequence.Finish(&columns[0]));
        ARROW_RETURN_NOT_OK(m_device.Finish(&columns[1]));
        ARROW_RETURN_NOT_OK(m_at.Finish(&columns[2]));
        ARROW_RETURN_NOT_OK(m_temperature.Finish(&columns[3]));
        ARROW_RETURN_NOT_OK(m_status.Finish(&columns[4]));
        ARROW_RETURN_NOT_OK(m_payload.Finish(&columns[5]));
        return arrow::RecordBatch::Make(eventSchema(), rows, std::move(columns));
    }

private:
    arrow::Status reserve(std::int64_t rows)
    {
        ARROW_RETURN_NOT_OK(m_sequence.Reserve(rows));
        ARROW_RETURN_NOT_OK(m_at.Reserve(rows));
        ARROW_RETURN_NOT_OK(m_temperature.Reserve(rows));
        return m_payload.ReserveData(rows * std::max<std::int64_t>(0, m_settings.rowBytes - kFixedBytes));
    }

    arrow::Status append(std::int64_t index)
    {
        const std::uint64_t bits = mixed(m_settings.arrivals.seed, static_cast<std::uint64_t>(index));
        const std::uint64_t key = (bits >> 32) % m_settings.keys;
        const std::string_view status = statusOf(bits & 0x3ff);
        const auto deviceEnd = fmt::format_to(m_deviceName, "device-{:05}", key);
        const std::string_view device(m_deviceName, static_cast<std::size_t>(deviceEnd - m_deviceName));

        m_sequence.UnsafeAppend(index + 1);
        m_at.UnsafeAppend(m_settings.startUs + m_arrivals.at(index).count() / 1000);
        m_temperature.UnsafeAppend(temperatureOf(key, bits));
        ARROW_RETURN_NOT_OK(m_device.Append(device));
        ARROW_RETURN_NOT_OK(m_status.Append(status));
        const auto used = kFixedBytes + static_cast<std::int64_t>(device.size() + status.size());
        fillPayload(bits, static_cast<std::size_t>(std::max<std::int64_t>(0, m_settings.rowBytes - used)));
        return m_payload.Append(m_text);
    }

    static std::string_view statusOf(std::uint64_t dice)
    {
        return dice < 960 ? "ok" : dice < 1010 ? "warning" : "error";
    }

    /// Around a mean that belongs to the device, in hundredths of a degree.
    static double temperatureOf(std::uint64_t key, std::uint64_t bits)
    {
        const double mean = 15 + 10 * unitInterval(mixed(key, 0));
        return std::round((mean + 4 * (unitInterval(mixed(bits, 1)) - 0.5)) * 100) / 100;
    }

    void fillPayload(std::uint64_t bits, std::size_t size)
    {
        constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        constexpr std::size_t kPerWord = 10; // six bits a letter
        m_text.resize(size);
        for (std::size_t at = 0; at < size; at += kPerWord) {
            std::uint64_t word = mixed(bits, 2 + at);
            for (std::size_t i = at; i < std::min(size, at + kPerWord); ++i, word >>= 6)
                m_text[i] = kLetters[word & 63];
        }
    }

    const Settings& m_settings;
    ArrivalTimes& m_arrivals;
    arrow::Int64Builder m_sequence;
    arrow::StringBuilder m_device;
    arrow::TimestampBuilder m_at;
    arrow::DoubleBuilder m_temperature;
    arrow::StringBuilder m_status;
    arrow::StringBuilder m_payload;
    arrow::Status m_reserved;
    char m_deviceName[32] = {};
    std::string m_text;
};

class GeneratorSource final : public Source {
public:
    GeneratorSource(const Settings& settings, const Clock& clock)
        : m_settings(settings)
        , m_clock(clock)
        , m_arrivals(settings.arrivals)
    {
    }

    Result<std::shared_ptr<arrow::Schema>> open(const std::optional<Position>& resumeFrom,
                                                std::stop_token stop) override
    {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "The generator was stopped.");
        m_next = 0;
        if (resumeFrom) {
            const auto made = parseInteger(resumeFrom->text);
            if (!made || *made < 0)
                return fail(ErrorCode::Conflict,
                            fmt::format("'{}' is not a position of the generator; reset the pipeline's state to start "
                                        "again.",
                                        resumeFrom->text));
            m_next = *made;
        }
        m_firstArrival = m_arrivals.at(m_next);
        m_opened = m_clock.now();
        m_bytes = 0;
        return eventSchema();
    }

    Result<std::optional<Chunk>> read(const ReadHint& hint, std::stop_token stop) override
    {
        if (m_next >= m_settings.rows)
            return std::nullopt;
        const std::int64_t first = m_next;
        const std::int64_t rows = waitForRows(chunkRows(hint), hint.maxWait, stop);
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "The generator was stopped.");
        EventBuilder builder(m_settings, m_arrivals, rows);
        HEADRACE_TRY(auto made, fromArrow(builder.build(first, rows), "The generator cannot make rows"));
        m_next += rows;
        m_bytes += rows * m_settings.rowBytes;
        return Chunk{std::move(made), std::make_shared<CountedPositions>(first), {}};
    }

    Status acknowledge(const Position&) override { return {}; }
    void close() noexcept override {}

    [[nodiscard]] SourceProgress progress() const override
    {
        const bool endless = m_settings.rows == std::numeric_limits<std::int64_t>::max();
        return {m_bytes, std::nullopt, endless ? std::nullopt : std::optional(m_settings.rows)};
    }

private:
    [[nodiscard]] std::int64_t chunkRows(const ReadHint& hint) const
    {
        const std::int64_t perRow = std::max(m_settings.rowBytes, kLargestSmallRow);
        const std::int64_t fitting = std::max<std::int64_t>(1, hint.maxBytes / perRow);
        return std::min({std::max<std::int64_t>(1, hint.maxRows), fitting, m_settings.rows - m_next});
    }

    /// How many of the next `most` rows have come; waits for the first of them.
    std::int64_t waitForRows(std::int64_t most, std::chrono::milliseconds limit, const std::stop_token& stop)
    {
        if (!m_settings.paced)
            return most;
        const auto due = m_opened + m_arrivals.at(m_next) - m_firstArrival;
        if (const auto wait = std::min<std::chrono::nanoseconds>(due - m_clock.now(), limit); wait.count() > 0) {
            std::unique_lock lock(m_mutex);
            m_never.wait_for(lock, stop, wait, [] { return false; });
        }
        const auto elapsed = m_clock.now() - m_opened + m_firstArrival;
        std::int64_t come = 0;
        std::int64_t notYet = most + 1;
        while (come + 1 < notYet) { // arrivals never decrease
            const std::int64_t middle = come + (notYet - come) / 2;
            (m_arrivals.at(m_next + middle - 1) <= elapsed ? come : notYet) = middle;
        }
        return come;
    }

    /// Rows are never smaller than their fixed columns, the device and the status.
    static constexpr std::int64_t kLargestSmallRow = kFixedBytes + 27 + 7;

    Settings m_settings;
    const Clock& m_clock;
    ArrivalTimes m_arrivals;
    std::int64_t m_next = 0; ///< rows made so far
    std::chrono::nanoseconds m_firstArrival{};
    std::chrono::nanoseconds m_opened{};
    std::atomic<std::int64_t> m_bytes{0};
    std::mutex m_mutex;
    std::condition_variable_any m_never; ///< only the stop token or the time ends a wait
};

std::vector<OptionSpec> generatorOptions()
{
    return {
        {.key = "rate",
         .type = OptionType::Decimal,
         .label = "Rate",
         .help = "Rows per second on average; 0 makes them as fast as they are taken.",
         .defaultText = "0",
         .minimum = 0,
         .maximum = 1e9},
        {.key = "rows",
         .type = OptionType::Integer,
         .label = "Rows",
         .help = "How many rows are made; 0 never ends.",
         .defaultText = "0",
         .minimum = 0},
        {.key = "burst",
         .type = OptionType::Choice,
         .label = "Burst shape",
         .help = "How the rows are spread over time: steady gaps, independent arrivals (poisson), all at the start of "
                 "each period (bursts), or a rate that swings (sine).",
         .defaultText = "steady",
         .choices = {"steady", "poisson", "bursts", "sine"}},
        {.key = "period",
         .type = OptionType::Duration,
         .label = "Period",
         .help = "Length of one burst and its pause, or of one swing.",
         .defaultText = "10s",
         .advanced = true,
         .minimum = 0.001},
        {.key = "factor",
         .type = OptionType::Decimal,
         .label = "Peak factor",
         .help = "Peak rate divided by the average rate, for bursts and sine; a sine reaches at most 2.",
         .defaultText = "2",
         .advanced = true,
         .minimum = 1,
         .maximum = 1e6},
        {.key = "row_size",
         .type = OptionType::Bytes,
         .label = "Row size",
         .help = "Value bytes of a row; the payload fills it up.",
         .defaultText = "100B",
         .minimum = 0,
         .maximum = 64.0 * 1024 * 1024},
        {.key = "keys",
         .type = OptionType::Integer,
         .label = "Devices",
         .help = "How many devices the events come from.",
         .defaultText = "100",
         .minimum = 1,
         .maximum = 4e9},
        {.key = "seed",
         .type = OptionType::Integer,
         .label = "Seed",
         .help = "Another number makes other values; the same one the same rows.",
         .defaultText = "1",
         .advanced = true},
        {.key = "start",
         .type = OptionType::Text,
         .label = "First event",
         .help = "Event time of the first row in UTC, as in 2026-01-01T00:00:00Z.",
         .defaultText = "2026-01-01T00:00:00Z",
         .advanced = true},
    };
}

Result<std::string> probeGenerator(const Options& options, std::stop_token)
{
    HEADRACE_TRY(const Options checked, options.check(generatorOptions(), "generator source"));
    HEADRACE_TRY(const Settings settings, settingsOf(checked));
    return settings.paced ? fmt::format("Ready to make {} rows/s.", shownNumber(settings.arrivals.rate))
                          : "Ready to make rows as fast as they are taken.";
}

} // namespace

SourceType generatorSource(const Clock& clock)
{
    SourceType source;
    source.type = "generator";
    source.label = "Device events";
    source.group = "Test data";
    source.help = "Made-up events of devices at a chosen rate, burst shape and row size; the same seed gives the same "
                  "rows.";
    source.options = generatorOptions();
    source.probe = probeGenerator;
    source.unbounded = true;
    source.create = [&clock](const Options& options) -> Result<std::unique_ptr<Source>> {
        HEADRACE_TRY(const Settings settings, settingsOf(options));
        return std::make_unique<GeneratorSource>(settings, clock);
    };
    return source;
}

} // namespace headrace
