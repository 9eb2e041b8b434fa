// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/settled_source.h"

#include "connectors/core/connection.h"
#include "connectors/core/option_lookup.h"
#include "connectors/pipeline/row_reader.h"

namespace headrace {

namespace {

/// A decision for "none" tells that nothing was seen, not that there is nothing.
constexpr std::string_view kNothingSeen = "none";

bool isLeftToTheSource(const Options& options, const OptionSpec& spec)
{
    const auto found = options.values().find(spec.key);
    if (found == options.values().end())
        return true;
    const auto* text = std::get_if<std::string>(&found->second);
    return text != nullptr && *text == spec.defaultText;
}

/// No other program knows the connections that are saved here.
void writeOut(const ConnectorType& type, Options& options)
{
    if (auto whole = withConnection(type, options))
        options = *std::move(whole);
}

} // namespace

Pipeline withSettledSource(Pipeline pipeline, const Registry& registry, std::stop_token stop)
{
    const auto type = registry.source(pipeline.source.type);
    if (!type)
        return pipeline;
    writeOut(**type, pipeline.source.options);
    if (const auto sink = registry.sink(pipeline.destination.type))
        writeOut(**sink, pipeline.destination.options);
    if ((*type)->unbounded)
        return pipeline;
    const auto reader = RowReader::open(registry, pipeline.source, {}, std::move(stop));
    if (!reader)
        return pipeline;
    for (const Decision& decision : reader->decisions()) {
        const OptionSpec* spec = findOption((*type)->options, decision.option);
        if (spec == nullptr || spec->type == OptionType::List || spec->type == OptionType::Map)
            continue;
        if (decision.value != kNothingSeen && isLeftToTheSource(pipeline.source.options, *spec))
            pipeline.source.options.set(decision.option, decision.value);
    }
    return pipeline;
}

} // namespace headrace
