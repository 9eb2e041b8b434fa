// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/option_check.h"
#include "connectors/pipeline/pipeline_node.h"
#include "connectors/pipeline/yaml_options.h"

#include <array>

namespace headrace {

namespace {

const std::vector<std::string> kTopKeys{"headrace", "name",        "source",   "trigger",     "shape",
                                        "batch",    "destination", "delivery", "bad_records", "retry"};

/// A field whose type has a reader of its own.
template <typename Section, typename Member>
YamlField<Section> field(std::string key, Member Section::*member)
{
    return {std::move(key),
            [member](const YamlNode& node, Section& section) { return readYaml(node, section.*member); }};
}

template <typename Value>
Status readName(const YamlNode& node, const YamlNames<Value>& names, Value& value)
{
    std::string text;
    HEADRACE_CHECK(readYaml(node, text));
    const auto found = std::ranges::find(names, text, &YamlNames<Value>::value_type::first);
    if (found == names.end())
        return fail(ErrorCode::Usage,
                    fmt::format("'{}' is neither '{}' nor '{}'.", text, names[0].first, names[1].first));
    value = found->second;
    return {};
}

const std::vector<YamlField<BatchPolicy>>& batchFields()
{
    static const std::vector<YamlField<BatchPolicy>> fields{
        field("rows", &BatchPolicy::rows),
        {"bytes", [](const YamlNode& node, BatchPolicy& batch) { return readYamlBytes(node, batch.bytes.emplace()); }},
        field("age", &BatchPolicy::age),
        field("grid", &BatchPolicy::grid),
        field("zone", &BatchPolicy::zone),
    };
    return fields;
}

const std::vector<YamlField<RetryPolicy>>& retryFields()
{
    static const std::vector<YamlField<RetryPolicy>> fields{
        field("attempts", &RetryPolicy::attempts),
        field("initial", &RetryPolicy::initial),
        field("maximum", &RetryPolicy::maximum),
    };
    return fields;
}

const std::vector<YamlField<BadRecordPolicy>>& badRecordFields()
{
    static const std::vector<YamlField<BadRecordPolicy>> fields{
        {"action", [](const YamlNode& node,
                      BadRecordPolicy& policy) { return readName(node, kBadRecordActionNames, policy.action); }},
        field("limit", &BadRecordPolicy::limit),
    };
    return fields;
}

Status refuseLater(const YamlNode&, Trigger&)
{
    return fail(ErrorCode::Usage, "this trigger is not available in this version; use once, continuous, "
                                  "{every: 15m}, {cron: \"0 2 * * *\"} or {new_rows: 1000, poll: 5s}.");
}

template <typename Member>
YamlField<Trigger> countsRows(std::string key, Member Trigger::*member)
{
    return {std::move(key), [member](const YamlNode& node, Trigger& trigger) {
                trigger.kind = Trigger::Kind::NewRows;
                return readYaml(node, trigger.*member);
            }};
}

const std::vector<YamlField<Trigger>>& triggerFields()
{
    static const std::vector<YamlField<Trigger>> fields{
        {"every",
         [](const YamlNode& node, Trigger& trigger) {
             trigger.kind = Trigger::Kind::Every;
             return readYaml(node, trigger.every);
         }},
        {"cron",
         [](const YamlNode& node, Trigger& trigger) {
             trigger.kind = Trigger::Kind::Cron;
             return readYaml(node, trigger.cron);
         }},
        field("zone", &Trigger::zone),
        countsRows("new_rows", &Trigger::newRows),
        countsRows("poll", &Trigger::poll),
        countsRows("at_least", &Trigger::atLeast),
        {"on_arrival", refuseLater},
    };
    return fields;
}

/// One of the kinds must be named, with nothing that belongs to another.
Status checkTriggerKeys(const YamlPlace& place, const YamlNode& node)
{
    constexpr std::array kKinds{"every", "cron", "new_rows"};
    const auto kinds = std::ranges::count_if(kKinds, [&](const char* kind) { return node.find(kind) != nullptr; });
    if (kinds != 1)
        return place.fail(node.line, fmt::format("'trigger' needs one of 'every', 'cron' and 'new_rows'{}.",
                                                 kinds == 0 ? "" : ", and no more than one"));
    for (const auto& [key, owner] : {std::pair{"zone", "cron"}, {"poll", "new_rows"}, {"at_least", "new_rows"}})
        if (node.find(key) != nullptr && node.find(owner) == nullptr)
            return place.fail(node.find(key)->line, fmt::format("'{}' belongs to '{}'.", key, owner));
    return {};
}

Status readTrigger(const YamlPlace& place, const YamlNode::Entry& entry, Trigger& trigger)
{
    const YamlNode& node = entry.value;
    if (node.kind == YamlNode::Kind::Map) {
        HEADRACE_CHECK(readYamlSection(place, "trigger", node, triggerFields(), trigger));
        return checkTriggerKeys(place, node);
    }
    std::string text;
    if (const Status status = readYaml(node, text); !status)
        return place.fail(entry.line, "'trigger': " + status.error().message);
    if (text == "on_arrival")
        return place.blame(entry.line, refuseLater(node, trigger));
    if (text != "once" && text != "continuous")
        return place.fail(entry.line, fmt::format("'trigger' is '{}'; it must be once, continuous, {{every: 15m}}, "
                                                  "{{cron: \"0 2 * * *\"}} or {{new_rows: 1000, poll: 5s}}.",
                                                  text));
    trigger.kind = text == "once" ? Trigger::Kind::Once : Trigger::Kind::Continuous;
    return {};
}

/// Reads 'source' or 'destination'; `find` looks the type up in the registry.
template <typename Find>
Status readConnector(const YamlPlace& place, const YamlNode::Entry& entry, Find&& find, ConnectorSpec& connector)
{
    if (entry.value.kind != YamlNode::Kind::Map)
        return place.fail(entry.line,
                          fmt::format("'{}' is {}; a map with a 'type' is wanted.", entry.key, entry.value.describe()));
    const YamlNode* type = entry.value.find("type");
    if (type == nullptr)
        return place.fail(entry.line, fmt::format("'{}' needs a 'type'.", entry.key));
    HEADRACE_CHECK(place.blame(type->line, readYaml(*type, connector.type)));
    const auto known = find(connector.type);
    if (!known)
        return place.fail(type->line, known.error().message);

    const std::vector<OptionSpec>& specs = (*known)->options;
    const std::string owner = fmt::format("{} {}", connector.type, entry.key);
    HEADRACE_CHECK(readYamlOptions(place, entry.key, entry.value, specs, owner, connector.options));
    return place.blame(entry.line, checkPipelineOptions(specs, connector.options, owner));
}

Status readShape(const YamlPlace& place, const YamlNode::Entry& entry, std::string& sql)
{
    struct Section {
        std::string sql;
        static Status check() { return {}; }
    } section;
    HEADRACE_CHECK(readYamlSection<Section>(place, "shape", entry.value, {field("sql", &Section::sql)}, section));
    sql = std::move(section.sql);
    return {};
}

Status readVersion(const YamlPlace& place, const YamlNode& root)
{
    const YamlNode* version = root.find("headrace");
    if (version == nullptr)
        return place.fail(root.line, "the key 'headrace' is missing; a pipeline file begins with 'headrace: 1'.");
    if (version->text != kPipelineFileVersion)
        return place.fail(version->line, fmt::format("'headrace' is '{}', but this program reads version {}.",
                                                     version->text, kPipelineFileVersion));
    return {};
}

/// Reads the value of one top-level key.
Status readTop(const YamlPlace& place, const YamlNode::Entry& entry, const Registry& registry, Pipeline& pipeline)
{
    const auto single = [&](Status status) -> Status {
        if (!status)
            return place.fail(entry.line, fmt::format("'{}': {}", entry.key, status.error().message));
        return {};
    };
    if (entry.key == "name") {
        HEADRACE_CHECK(single(readYaml(entry.value, pipeline.name)));
        return place.blame(entry.line, checkPipelineName(pipeline.name));
    }
    if (entry.key == "source")
        return readConnector(
            place, entry, [&](const auto& type) { return registry.source(type); }, pipeline.source);
    if (entry.key == "destination")
        return readConnector(
            place, entry, [&](const auto& type) { return registry.sink(type); }, pipeline.destination);
    if (entry.key == "trigger")
        return readTrigger(place, entry, pipeline.trigger);
    if (entry.key == "shape")
        return readShape(place, entry, pipeline.shapeSql);
    if (entry.key == "batch")
        return readYamlSection(place, entry.key, entry.value, batchFields(), pipeline.batch);
    if (entry.key == "delivery")
        return single(readName(entry.value, kDeliveryNames, pipeline.delivery));
    if (entry.key == "bad_records")
        return readYamlSection(place, entry.key, entry.value, badRecordFields(), pipeline.badRecords);
    if (entry.key == "retry")
        return readYamlSection(place, entry.key, entry.value, retryFields(), pipeline.retry);
    return {};
}

} // namespace

Result<Pipeline> pipelineFromYaml(const YamlNode& root, const std::string& fileName, const Registry& registry)
{
    const YamlPlace place{fileName};
    HEADRACE_CHECK(readVersion(place, root));
    Pipeline pipeline;
    for (const YamlNode::Entry& entry : root.entries) {
        if (std::ranges::find(kTopKeys, entry.key) == kTopKeys.end())
            return unknownYamlKey(place, entry, "the pipeline", kTopKeys);
        HEADRACE_CHECK(readTop(place, entry, registry, pipeline));
    }
    for (const std::string_view key : {"name", "source", "destination"})
        if (root.find(key) == nullptr)
            return place.fail(root.line, fmt::format("the key '{}' is missing.", key));
    if (const YamlNode* trigger = root.find("trigger"))
        HEADRACE_CHECK(place.blame(trigger->line, pipeline.checkTrigger(registry)));
    return pipeline;
}

} // namespace headrace
