// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/source_words.h"

#include "app/command_line/commands.h"
#include "connectors/core/connection.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace::cli {

namespace {

/// The option that the key, or what stands before its first dot, names.
Result<const OptionSpec*> specOf(const SourceType& type, const std::string& key)
{
    const auto named = [&](const std::string& name) { return std::ranges::find(type.options, name, &OptionSpec::key); };
    const std::string front = key.substr(0, key.find('.'));
    if (auto found = named(key); found != type.options.end() || (found = named(front)) != type.options.end())
        return &*found;
    std::vector<std::string> known;
    std::ranges::transform(type.options, std::back_inserter(known), &OptionSpec::key);
    const std::string near = nearest(front, known);
    return fail(ErrorCode::Usage, fmt::format("The {} source has no option '{}'{}", type.type, front,
                                              near.empty() ? "; 'headrace connectors' lists those that it has."
                                                           : fmt::format("; did you mean '{}'?", near)));
}

Status setWord(Options& options, const OptionSpec& spec, const SourceType& type, const std::string& key,
               const std::string& value)
{
    const bool isMap = spec.type == OptionType::Map;
    const std::string name = key == spec.key ? std::string() : key.substr(spec.key.size() + 1);
    if (isMap && name.empty())
        return fail(ErrorCode::Usage, fmt::format("The option '{0}' of the {1} source is a map: write -o "
                                                  "{0}.NAME=VALUE for each of its names, not '{2}={3}'.",
                                                  spec.key, type.type, key, value));
    if (!isMap && key != spec.key)
        return fail(ErrorCode::Usage, fmt::format("The option '{0}' of the {1} source is no map with a name '{2}': "
                                                  "write -o {0}=VALUE.",
                                                  spec.key, type.type, name));
    if (isMap) {
        OptionMap map = options.map(spec.key);
        map.insert_or_assign(name, value);
        options.set(spec.key, std::move(map));
    } else if (spec.type == OptionType::List && options.has(spec.key)) {
        OptionList list = options.list(spec.key);
        list.push_back(value);
        options.set(spec.key, std::move(list));
    } else {
        options.set(spec.key, value);
    }
    return {};
}

} // namespace

Result<Pipeline> loadSource(const SourceWords& words, const Registry& registry)
{
    if (!words.file.empty())
        return loadWithSettings(words.file, {}, registry);
    HEADRACE_TRY(const SourceType* type, registry.source(words.type));
    Pipeline pipeline;
    pipeline.source.type = words.type;
    Options& options = pipeline.source.options;
    for (const std::string& word : words.options) {
        HEADRACE_TRY(const auto pair, splitKeyValue(word, "-o"));
        if (pair.first == kConnectionKey) {
            options.set(pair.first, pair.second);
            continue;
        }
        HEADRACE_TRY(const OptionSpec* option, specOf(*type, pair.first));
        HEADRACE_CHECK(setWord(options, *option, *type, pair.first, pair.second));
    }
    return pipeline;
}

} // namespace headrace::cli
