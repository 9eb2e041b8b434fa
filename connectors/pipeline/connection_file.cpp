// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/connection_file.h"

#include "connectors/core/durable_file.h"
#include "connectors/core/environment.h"
#include "connectors/pipeline/option_check.h"
#include "connectors/pipeline/yaml_options.h"

#include <fmt/ranges.h>

namespace headrace {

namespace {

constexpr std::size_t kMaxNameBytes = 60;
const std::string kVersion = "1";

std::string ownerOf(const SavedConnection& connection)
{
    return fmt::format("connection '{}'", connection.name);
}

/// The options that a connection of that type holds; the error names the nearest type that can be saved.
Result<std::vector<OptionSpec>> specsOf(const std::string& type)
{
    if (const ConnectionType* known = connectionType(type))
        return known->options;
    std::vector<std::string> types;
    std::ranges::transform(connectionTypes(), std::back_inserter(types), &ConnectionType::type);
    const std::string near = nearest(type, types);
    return fail(ErrorCode::Usage, fmt::format("There are no saved connections of the type '{}'; {}", type,
                                              near.empty() ? fmt::format("there are of {}.", fmt::join(types, ", "))
                                                           : fmt::format("did you mean '{}'?", near)));
}

Result<SavedConnection> readConnection(const YamlPlace& place, const YamlNode::Entry& entry)
{
    SavedConnection connection{entry.key, {}, {}};
    HEADRACE_CHECK(place.blame(entry.line, checkConnectionName(entry.key)));
    if (entry.value.kind != YamlNode::Kind::Map || entry.value.find("type") == nullptr)
        return place.fail(entry.line, fmt::format("The {} must be a map with a 'type'.", ownerOf(connection)));
    const YamlNode& type = *entry.value.find("type");
    HEADRACE_CHECK(place.blame(type.line, readYaml(type, connection.type)));
    const auto specs = specsOf(connection.type);
    if (!specs)
        return place.fail(type.line, specs.error().message);
    HEADRACE_CHECK(readYamlOptions(place, entry.key, entry.value, *specs, ownerOf(connection), connection.options));
    return connection;
}

} // namespace

Status checkConnectionName(std::string_view name)
{
    const auto fits = [](unsigned char c) { return c > 0x20 && c != 0x7f && c != '/' && c != '{' && c != '}'; };
    if (name.empty())
        return fail(ErrorCode::Usage, "The connection needs a name; pipelines refer to it by that.");
    if (name.size() > kMaxNameBytes || !std::ranges::all_of(name, fits))
        return fail(ErrorCode::Usage, fmt::format("'{}' cannot be a connection's name; use at most {} bytes without "
                                                  "spaces, '/', '{{' and '}}'.",
                                                  name, kMaxNameBytes));
    return {};
}

Status checkConnection(const SavedConnection& connection)
{
    HEADRACE_CHECK(checkConnectionName(connection.name));
    HEADRACE_TRY(std::vector<OptionSpec> specs, specsOf(connection.type));
    return checkPipelineOptions(specs, connection.options, ownerOf(connection));
}

Result<std::vector<SavedConnection>> parseConnections(std::string_view yaml, const std::string& fileName)
{
    const YamlPlace place{fileName};
    HEADRACE_TRY(const YamlNode root, parseYaml(yaml, fileName));
    const YamlNode* version = root.find("headrace");
    if (version == nullptr || version->text != kVersion)
        return place.fail(version == nullptr ? root.line : version->line,
                          fmt::format("A file of connections begins with 'headrace: {}'.", kVersion));
    std::vector<SavedConnection> connections;
    for (const YamlNode::Entry& entry : root.entries) {
        if (entry.key == "headrace")
            continue;
        if (entry.key != "connections")
            return unknownYamlKey(place, entry, "the file of connections", {"headrace", "connections"});
        if (entry.value.kind != YamlNode::Kind::Map && entry.value.kind != YamlNode::Kind::Nothing)
            return place.fail(entry.line, fmt::format("'connections' is {}; a map is wanted.", entry.value.describe()));
        for (const YamlNode::Entry& named : entry.value.entries) {
            HEADRACE_TRY(SavedConnection connection, readConnection(place, named));
            connections.push_back(std::move(connection));
        }
    }
    return connections;
}

Result<std::vector<SavedConnection>> loadConnections(const std::string& path)
{
    auto yaml = readFile(path);
    if (!yaml && yaml.error().code == ErrorCode::NotFound)
        return std::vector<SavedConnection>{};
    if (!yaml)
        return fail(std::move(yaml).error());
    return parseConnections(*yaml, path);
}

std::string formatConnections(const std::vector<SavedConnection>& connections)
{
    YamlNode root = YamlNode::ofMap();
    root["headrace"] = YamlNode::ofText(kVersion);
    YamlNode& all = root["connections"] = YamlNode::ofMap();
    for (const SavedConnection& connection : connections)
        all[connection.name] = yamlOf(connection.type, connection.options);
    return formatYaml(root);
}

Status saveConnections(const std::vector<SavedConnection>& connections, const std::string& path)
{
    return writeFileDurably(path, formatConnections(connections));
}

ConnectionLookup connectionsIn(std::string path)
{
    return [path = std::move(path)](const std::string& name) -> Result<SavedConnection> {
        HEADRACE_TRY(const std::vector<SavedConnection> connections, loadConnections(path));
        const auto found = std::ranges::find(connections, name, &SavedConnection::name);
        if (found != connections.end())
            return *found;
        std::vector<std::string> names;
        std::ranges::transform(connections, std::back_inserter(names), &SavedConnection::name);
        const std::string near = nearest(name, names);
        return fail(ErrorCode::Usage, fmt::format("There is no connection '{}' in '{}'; {}", name, path,
                                                  near.empty() ? "save one in the window or write it there."
                                                               : fmt::format("did you mean '{}'?", near)));
    };
}

std::string defaultConnectionsFile()
{
    constexpr std::string_view kFile = "/connections.yaml";
    if (const std::string own = environment("HEADRACE_CONFIG_DIR"); !own.empty())
        return fmt::format("{}{}", own, kFile);
    if (const std::string config = environment("XDG_CONFIG_HOME"); !config.empty())
        return fmt::format("{}/headrace{}", config, kFile);
    return fmt::format("{}/.config/headrace{}", environment("HOME"), kFile);
}

} // namespace headrace
