// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/pipeline_yaml.h"

#include "connectors/core/durable_file.h"
#include "connectors/pipeline/pipeline_node.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace headrace {

namespace {

/// `text` up to the first dot; `text` keeps what follows it.
std::string_view takeKey(std::string_view& text)
{
    const auto dot = std::min(text.find('.'), text.size());
    const std::string_view key = text.substr(0, dot);
    text.remove_prefix(std::min(dot + 1, text.size()));
    return key;
}

/// A list or map in YAML's flow style, else the text as it stands.
Result<YamlNode> settingValue(std::string_view text)
{
    const bool isFlow =
        (text.starts_with('[') && text.ends_with(']')) || (text.starts_with('{') && text.ends_with('}'));
    if (!isFlow)
        return YamlNode::ofText(std::string(text));
    HEADRACE_TRY(const YamlNode document, parseYaml(fmt::format("value: {}", text), "--set"));
    return *document.find("value");
}

/// The value that `path` names, made a map on the way down. Names of map options may hold dots themselves.
YamlNode& nodeAt(YamlNode& root, std::string_view path)
{
    const std::string_view section = takeKey(path);
    YamlNode* node = &root[section];
    const bool isConnector = section == "source" || section == "destination";
    for (int level = 1; !path.empty(); ++level) {
        if (node->kind != YamlNode::Kind::Map)
            *node = YamlNode::ofMap();
        const bool last = isConnector && level == 2;
        const std::string_view key = last ? std::exchange(path, {}) : takeKey(path);
        if (section == "trigger" && (key == "every" || key == "cron"))
            node->erase(key == "every" ? "cron" : "every");
        if (section == "trigger" && key == "every")
            node->erase("zone");
        node = &(*node)[key];
    }
    return *node;
}

} // namespace

Result<Pipeline> parsePipeline(std::string_view yaml, const std::string& fileName, const Registry& registry)
{
    HEADRACE_TRY(const YamlNode root, parseYaml(yaml, fileName));
    return pipelineFromYaml(root, fileName, registry);
}

Result<Pipeline> loadPipeline(const std::string& path, const Registry& registry)
{
    HEADRACE_TRY(const std::string yaml, readFile(path));
    return parsePipeline(yaml, path, registry);
}

std::string formatPipeline(const Pipeline& pipeline)
{
    return formatYaml(pipelineToYaml(pipeline));
}

Status savePipeline(const Pipeline& pipeline, const std::string& path)
{
    return writeFileDurably(path, formatPipeline(pipeline));
}

Result<Pipeline> withSetting(const Pipeline& pipeline, std::string_view keyValue, const Registry& registry)
{
    const auto equals = keyValue.find('=');
    if (equals == std::string_view::npos || equals == 0)
        return fail(ErrorCode::Usage,
                    fmt::format("--set: '{}' is not KEY=VALUE, for example batch.rows=500.", keyValue));
    YamlNode root = pipelineToYaml(pipeline);
    HEADRACE_TRY(YamlNode value, settingValue(keyValue.substr(equals + 1)));
    nodeAt(root, keyValue.substr(0, equals)) = std::move(value);
    return pipelineFromYaml(root, "--set", registry);
}

} // namespace headrace
