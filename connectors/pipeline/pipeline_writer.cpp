// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/quantity.h"
#include "connectors/pipeline/pipeline_node.h"
#include "connectors/pipeline/yaml_options.h"

#include <algorithm>
#include <string>

namespace headrace {

namespace {

YamlNode yamlOf(const std::string& text)
{
    return YamlNode::ofText(text);
}

YamlNode yamlOf(std::int64_t number)
{
    return YamlNode::ofText(std::to_string(number));
}

YamlNode yamlOf(std::chrono::nanoseconds duration)
{
    return YamlNode::ofText(formatDuration(duration));
}

template <typename Value>
YamlNode yamlOf(const YamlNames<Value>& names, Value value)
{
    return YamlNode::ofText(std::string(std::ranges::find(names, value, &YamlNames<Value>::value_type::second)->first));
}

YamlNode yamlOf(const Trigger& trigger)
{
    YamlNode map = YamlNode::ofMap();
    switch (trigger.kind) {
    case Trigger::Kind::Once:
        return YamlNode::ofText("once");
    case Trigger::Kind::Continuous:
        return YamlNode::ofText("continuous");
    case Trigger::Kind::Every:
        map["every"] = yamlOf(trigger.every);
        break;
    case Trigger::Kind::Cron:
        map["cron"] = yamlOf(trigger.cron);
        if (trigger.zone != Trigger{}.zone)
            map["zone"] = yamlOf(trigger.zone);
        break;
    case Trigger::Kind::NewRows:
        map["new_rows"] = yamlOf(trigger.newRows);
        map["poll"] = yamlOf(trigger.poll);
        if (trigger.atLeast)
            map["at_least"] = yamlOf(*trigger.atLeast);
        break;
    }
    return map;
}

YamlNode yamlOf(const BatchPolicy& batch)
{
    YamlNode map = YamlNode::ofMap();
    if (batch.rows)
        map["rows"] = yamlOf(*batch.rows);
    if (batch.bytes)
        map["bytes"] = YamlNode::ofText(formatBytes(*batch.bytes));
    if (batch.age)
        map["age"] = yamlOf(*batch.age);
    if (batch.grid)
        map["grid"] = yamlOf(*batch.grid);
    if (batch.zone != BatchPolicy{}.zone)
        map["zone"] = yamlOf(batch.zone);
    return map;
}

YamlNode yamlOf(const BadRecordPolicy& policy)
{
    YamlNode map = YamlNode::ofMap();
    map["action"] = yamlOf(kBadRecordActionNames, policy.action);
    if (policy.limit != BadRecordPolicy{}.limit)
        map["limit"] = yamlOf(policy.limit);
    return map;
}

YamlNode yamlOf(const RetryPolicy& retry)
{
    YamlNode map = YamlNode::ofMap();
    if (retry.attempts)
        map["attempts"] = yamlOf(std::int64_t{*retry.attempts});
    map["initial"] = yamlOf(retry.initial);
    map["maximum"] = yamlOf(retry.maximum);
    return map;
}

} // namespace

YamlNode pipelineToYaml(const Pipeline& pipeline)
{
    const Pipeline defaults;
    YamlNode root = YamlNode::ofMap();
    root["headrace"] = YamlNode::ofText(std::string(kPipelineFileVersion));
    root["name"] = yamlOf(pipeline.name);
    root["source"] = yamlOf(pipeline.source.type, pipeline.source.options);
    if (pipeline.trigger != defaults.trigger)
        root["trigger"] = yamlOf(pipeline.trigger);
    if (!pipeline.shapeSql.empty())
        root["shape"]["sql"] = yamlOf(pipeline.shapeSql);
    if (pipeline.batch != defaults.batch)
        root["batch"] = yamlOf(pipeline.batch);
    root["destination"] = yamlOf(pipeline.destination.type, pipeline.destination.options);
    if (pipeline.delivery != defaults.delivery)
        root["delivery"] = yamlOf(kDeliveryNames, pipeline.delivery);
    if (pipeline.badRecords != defaults.badRecords)
        root["bad_records"] = yamlOf(pipeline.badRecords);
    if (pipeline.retry != defaults.retry)
        root["retry"] = yamlOf(pipeline.retry);
    return root;
}

} // namespace headrace
