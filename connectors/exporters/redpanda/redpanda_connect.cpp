// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/exporters/redpanda/redpanda_connect.h"

#include "connectors/core/quantity.h"
#include "connectors/exporters/redpanda/draft.h"

#include <fmt/format.h>

namespace headrace {

namespace {

using namespace redpanda;

void noteTrigger(const Trigger& trigger, Notes& notes)
{
    const std::string once = "The program runs until its input ends, once. ";
    const std::string restart = once + "Start it again with cron or a systemd timer.";
    switch (trigger.kind) {
    case Trigger::Kind::Once:
        return notes.exact("trigger", "once", "the program ends with its input");
    case Trigger::Kind::Every:
        return notes.impossible("trigger", "every: " + formatDuration(trigger.every), restart);
    case Trigger::Kind::Cron:
        return notes.impossible("trigger", fmt::format("cron: {} ({})", trigger.cron, trigger.zone), restart);
    case Trigger::Kind::Continuous:
        return notes.impossible("trigger", "continuous", once + "Files that appear later are not read.");
    case Trigger::Kind::NewRows:
        return notes.impossible("trigger", fmt::format("new_rows: {}", trigger.newRows), restart);
    }
}

void noteDelivery(Delivery delivery, Notes& notes)
{
    const std::string reread = "Nothing is remembered between runs: an interrupted run starts over, and its rows are "
                               "written a second time.";
    if (delivery == Delivery::ExactlyOnce)
        notes.impossible("delivery", "exactly_once", "Rows are delivered at least once. " + reread);
    else
        notes.approximated("delivery", "at_least_once", "acknowledgements from output to input", reread);
}

void noteBadRecords(const BadRecordPolicy& policy, Notes& notes)
{
    if (policy.action == BadRecordPolicy::Action::Quarantine)
        notes.approximated(
            "bad_records.action", "quarantine", "output.switch with the check errored()",
            "A record that cannot be read or mapped goes to a file with its reason, path and row number; "
            "there is no byte offset, and a record is judged bad by other rules than here.");
    else
        notes.impossible("bad_records.action", "fail",
                         "A bad record cannot end the program; it goes to the quarantine file instead.");
    notes.impossible("bad_records.limit", std::to_string(policy.limit), "The number of bad records is not limited.");
}

void noteRetry(const RetryPolicy& policy, Notes& notes)
{
    const std::string forever = "A failed write is tried again for ever, with the engine's own back-off.";
    notes.impossible("retry.attempts", policy.attempts ? std::to_string(*policy.attempts) : "default", forever);
    notes.impossible("retry.initial", formatDuration(policy.initial), "The back-off cannot be set for this output.");
    notes.impossible("retry.maximum", formatDuration(policy.maximum), "The back-off cannot be set for this output.");
}

/// Sends what could not be read or mapped to a file of its own, everything else to `output`.
Json withQuarantine(const std::string& name, Json output)
{
    const Json bad{{"check", "errored()"},
                   {"output",
                    {{"file", {{"path", literal(name) + ".quarantine.ndjson"}, {"codec", "lines"}}},
                     {"processors", Json::array({{{"mapping", "root.reason = error()\n"
                                                              "root.origin = @path.or(null)\n"
                                                              "root.row = @csv_row.or(null)\n"
                                                              "root.raw = content().string()\n"}}})}}}};
    return {{"switch", {{"cases", Json::array({bad, {{"output", std::move(output)}}})}}}};
}

Json document(const Pipeline& pipeline, Draft& draft)
{
    Json processors = Json::array();
    for (const std::string& mapping : draft.mappings)
        processors.push_back({{"mapping", mapping}});
    Json tree;
    tree["http"] = {{"enabled", false}};
    tree["input"] = std::move(draft.input);
    if (!processors.empty())
        // One thread keeps the rows in order; `try` leaves a message alone once it failed.
        tree["pipeline"] = {{"threads", 1}, {"processors", Json::array({{{"try", std::move(processors)}}})}};
    tree["output"] = withQuarantine(pipeline.name, std::move(draft.output));
    tree["logger"] = {{"level", "WARN"}};
    return tree;
}

Result<ExportResult> render(const Pipeline& pipeline)
{
    Draft draft;
    draft.notes.exact("name", pipeline.name, "the head of pipeline.yaml");
    renderSource(pipeline.source, draft);
    noteTrigger(pipeline.trigger, draft.notes);
    renderShape(pipeline.shapeSql, draft);
    renderBatch(pipeline.batch, draft);
    renderDestination(pipeline.destination, draft);
    noteDelivery(pipeline.delivery, draft.notes);
    noteBadRecords(pipeline.badRecords, draft.notes);
    noteRetry(pipeline.retry, draft.notes);

    ExportResult result;
    result.notes = draft.notes.notes();
    result.obstacles = draft.notes.obstacles();
    if (!result.obstacles.empty())
        return result;
    result.runHint = "rpk connect run pipeline.yaml";
    result.files.push_back(
        {"pipeline.yaml", fmt::format("# {}: exported by Headrace. REPORT.md says what differs.\n"
                                      "# Run it with: {}\n{}",
                                      pipeline.name, result.runHint, toYaml(document(pipeline, draft)))});
    return result;
}

} // namespace

Exporter redpandaConnectExporter()
{
    return {"redpanda-connect", "Redpanda Connect",
            "A pipeline.yaml for Redpanda Connect (formerly Benthos): files, SQLite and mappings.", render};
}

} // namespace headrace
