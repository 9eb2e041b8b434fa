// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/console.h"
#include "app/command_line/progress.h"
#include "connectors/core/clock.h"
#include "connectors/core/json.h"

namespace headrace::cli {

namespace {

using Json = nlohmann::ordered_json;
using namespace std::chrono_literals;

std::string_view nameOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Usage:
        return "usage";
    case ErrorCode::NotFound:
        return "not_found";
    case ErrorCode::Permission:
        return "permission";
    case ErrorCode::Unavailable:
        return "unavailable";
    case ErrorCode::Full:
        return "full";
    case ErrorCode::Data:
        return "data";
    case ErrorCode::Conflict:
        return "conflict";
    case ErrorCode::Cancelled:
        return "cancelled";
    case ErrorCode::Failed:
        break;
    }
    return "failed";
}

Json optionalNumber(const std::optional<std::int64_t>& number)
{
    return number ? Json(*number) : Json(nullptr);
}

/// What every event but "started" carries: what is committed, and in how many batches for which reasons.
Json counters(std::string_view event, const MetricsSnapshot& metrics, std::chrono::nanoseconds elapsed)
{
    Json reasons = Json::object();
    for (int reason = 0; reason < kCloseReasonCount; ++reason)
        reasons[std::string(toString(static_cast<CloseReason>(reason)))] =
            metrics.reasons.at(static_cast<std::size_t>(reason));
    return {{"event", event},
            {"rows", metrics.rowsCommitted},
            {"bytes", metrics.bytesCommitted},
            {"batches", metrics.batches},
            {"seconds", std::chrono::duration<double>(elapsed).count()},
            {"reasons", std::move(reasons)},
            {"quarantined", metrics.quarantined}};
}

double milliseconds(std::chrono::nanoseconds time)
{
    return std::chrono::duration<double, std::milli>(time).count();
}

/// Of the last seconds; null where rows have no time of their own.
Json latencyOf(const LatencyFigures& latency)
{
    if (latency.rows == 0)
        return nullptr;
    return {{"p50", milliseconds(latency.p50)}, {"p95", milliseconds(latency.p95)}, {"p99", milliseconds(latency.p99)}};
}

/// Null where the source has no partitions.
Json partitionsOf(const SourceProgress& source)
{
    if (!source.partitions)
        return nullptr;
    Json partitions = Json::array();
    for (const PartitionProgress& partition : *source.partitions)
        partitions.push_back(
            {{"name", partition.name},
             {"rows_read", partition.rows},
             {"rows_durable", partition.durable},
             {"position", partition.position},
             {"lag", optionalNumber(partition.lag)},
             {"behind_ms", partition.behind ? Json(partition.behind->count()) : Json(nullptr)},
             {"last_record", partition.lastAt ? Json(secondsSince1970(*partition.lastAt)) : Json(nullptr)}});
    return partitions;
}

/// Null while every server answers.
Json outageOf(const MetricsSnapshot& metrics)
{
    if (!metrics.outage)
        return nullptr;
    return {{"since", secondsSince1970(metrics.outage->since)}, {"message", metrics.outage->sentence}};
}

class JsonProgress final : public Progress {
public:
    void started(const RunArguments&, const Pipeline& pipeline) override
    {
        write({{"event", "started"},
               {"pipeline", pipeline.name},
               {"source", pipeline.source.type},
               {"destination", pipeline.destination.type},
               {"delivery", pipeline.delivery == Delivery::ExactlyOnce ? "exactly_once" : "at_least_once"}});
    }

    void running(const MetricsSnapshot& metrics) override
    {
        if (metrics.at - std::max(m_last, metrics.started) < kInterval)
            return;
        m_last = metrics.at;
        Json event = counters("progress", metrics, metrics.at - metrics.started);
        event["state"] = toString(metrics.state);
        event["rows_read"] = metrics.rowsRead;
        event["bytes_read"] = metrics.bytesRead;
        event["rewinds"] = metrics.rewinds;
        event["source_bytes_read"] = metrics.source.bytesRead;
        event["source_bytes_total"] = optionalNumber(metrics.source.bytesTotal);
        event["source_rows_total"] = optionalNumber(metrics.source.rowsTotal);
        event["latency_ms"] = latencyOf(metrics.recentLatency);
        event["partitions"] = partitionsOf(metrics.source);
        if (metrics.newRows)
            event["new_rows"] = *metrics.newRows;
        event["message"] = metrics.message;
        event["outage"] = outageOf(metrics);
        write(event);
    }

    void stopping(bool aborting) override { write({{"event", "stopping"}, {"abort", aborting}}); }

    void ended(const RunReport& report, bool byUser) override
    {
        const bool failed = report.state == RunState::Failed;
        Json event = counters(failed ? "failed" : byUser ? "stopped" : "finished", report.totals, report.elapsed);
        if (report.error) {
            event["code"] = nameOf(report.error->code);
            event["message"] = report.error->message;
            event["detail"] = report.error->detail;
        }
        write(event);
    }

private:
    static constexpr auto kInterval = 250ms;

    /// A reader that went away does not end the run.
    static void write(const Json& event) { print(lossyJsonText(event) + "\n"); }

    std::chrono::nanoseconds m_last{};
};

} // namespace

std::unique_ptr<Progress> makeJsonProgress()
{
    return std::make_unique<JsonProgress>();
}

} // namespace headrace::cli
