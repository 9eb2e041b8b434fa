// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/prometheus_text.h"

#include "connectors/core/clock.h"

#include <fmt/format.h>

#include <cmath>

namespace headrace {

namespace {

std::string quoted(std::string_view value)
{
    std::string text = "\"";
    for (const char c : value) {
        if (c == '\\' || c == '"')
            text += '\\';
        text += c == '\n' ? "\\n" : std::string(1, c);
    }
    return text + '"';
}

class Page {
public:
    explicit Page(const std::string& pipeline)
        : m_label("pipeline=" + quoted(pipeline))
    {
    }

    /// Opens the family that sample() adds to. `type` is counter, gauge or histogram.
    Page& family(std::string_view name, std::string_view type, std::string_view help)
    {
        m_name = fmt::format("headrace_{}", name);
        m_text += fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", m_name, type, help);
        return *this;
    }

    template <typename Value>
    void sample(Value value, const std::string& labels = {}, std::string_view suffix = {})
    {
        m_text += fmt::format("{}{}{{{}{}{}}} {}\n", m_name, suffix, m_label, labels.empty() ? "" : ",", labels, value);
    }

    [[nodiscard]] std::string take() { return std::move(m_text); }

private:
    std::string m_label;
    std::string m_name;
    std::string m_text;
};

void addCounters(Page& page, const MetricsSnapshot& now, std::chrono::system_clock::time_point wall)
{
    page.family("rows_read_total", "counter", "Rows that left the source.").sample(now.rowsRead);
    page.family("bytes_read_total", "counter", "Value bytes of these rows.").sample(now.bytesRead);
    page.family("rows_committed_total", "counter", "Rows that are durable in the destination.")
        .sample(now.rowsCommitted);
    page.family("bytes_committed_total", "counter", "Value bytes of these rows.").sample(now.bytesCommitted);
    page.family("batches_total", "counter", "Batches that are durable, by the reason why they were closed.");
    for (int reason = 0; reason < kCloseReasonCount; ++reason)
        page.sample(now.reasons.at(static_cast<std::size_t>(reason)),
                    fmt::format("reason=\"{}\"", toString(static_cast<CloseReason>(reason))));
    page.family("quarantined_total", "counter", "Bad records that were set aside.").sample(now.quarantined);
    page.family("rewinds_total", "counter", "Times that the run began again behind its last durable batch.")
        .sample(now.rewinds);
    page.family("outages_total", "counter", "Times that a server stopped answering.").sample(now.outages);
    page.family("outage_seconds", "gauge", "How long a server has not answered; 0 while all do.")
        .sample(now.outage ? secondsSince1970(wall) - secondsSince1970(now.outage->since) : 0.0);
    page.family("queue_bytes", "gauge", "Value bytes between the source and the batches.").sample(now.queueBytes);
    page.family("state", "gauge", "1 for what the run is doing.");
    for (int state = 0; state <= static_cast<int>(RunState::Failed); ++state)
        page.sample(static_cast<int>(now.state == static_cast<RunState>(state)),
                    fmt::format("state=\"{}\"", toString(static_cast<RunState>(state))));
}

void addPartitions(Page& page, const std::vector<PartitionProgress>& partitions)
{
    const auto label = [](const PartitionProgress& partition) { return "partition=" + quoted(partition.name); };
    page.family("partition_rows_read_total", "counter", "Records read of a partition since it was opened.");
    for (const PartitionProgress& partition : partitions)
        page.sample(partition.rows, label(partition));
    page.family("partition_rows_durable_total", "counter",
                "Of these records: those that are durable, in the destination or in quarantine.");
    for (const PartitionProgress& partition : partitions)
        page.sample(partition.durable, label(partition));
    const auto gauge = [&](std::string_view name, std::string_view help, auto valueOf) {
        page.family(name, "gauge", help);
        for (const PartitionProgress& partition : partitions)
            if (const std::optional value = valueOf(partition))
                page.sample(*value, label(partition));
    };
    using Seconds = std::chrono::duration<double>;
    gauge("partition_lag", "Records of a partition that were not read yet.",
          [](const PartitionProgress& partition) { return partition.lag; });
    gauge("partition_behind_seconds", "Time by which the newest record of a partition is ahead of what was read.",
          [](const PartitionProgress& partition) {
              return partition.behind ? std::optional(Seconds(*partition.behind).count()) : std::nullopt;
          });
    gauge("partition_last_record_timestamp_seconds", "Own timestamp of the last record read of a partition.",
          [](const PartitionProgress& partition) {
              return partition.lastAt ? std::optional(secondsSince1970(*partition.lastAt)) : std::nullopt;
          });
}

void addLatencies(Page& page, const LatencyHistogram& latencies)
{
    page.family("latency_seconds", "histogram",
                "Time from a record's own timestamp until it was durable in the destination.");
    for (int power = 0; power <= LatencyHistogram::kPowers; ++power)
        page.sample(latencies.rowsWithin(power), fmt::format("le=\"{}\"", std::exp2(power) / 1000), "_bucket");
    page.sample(latencies.rows(), "le=\"+Inf\"", "_bucket");
    page.sample(latencies.sum().count(), {}, "_sum");
    page.sample(latencies.rows(), {}, "_count");
}

} // namespace

std::string prometheusText(const std::string& pipeline, const Metrics& metrics)
{
    const MetricsSnapshot now = metrics.snapshot();
    Page page(pipeline);
    addCounters(page, now, std::chrono::system_clock::now());
    if (now.source.partitions)
        addPartitions(page, *now.source.partitions);
    if (const LatencyHistogram latencies = metrics.latencies(); latencies.rows() > 0)
        addLatencies(page, latencies);
    return page.take();
}

} // namespace headrace
