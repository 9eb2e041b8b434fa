// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/core/registry.h"

#include "connectors/core/connection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace headrace {

namespace {

template <typename Type>
Result<const Type*> find(const std::vector<Type>& types, std::string_view name, std::string_view kind)
{
    const auto found = std::ranges::find(types, name, &Type::type);
    if (found != types.end())
        return &*found;
    std::vector<std::string> names;
    std::ranges::transform(types, std::back_inserter(names), &Type::type);
    const std::string near = nearest(name, names);
    return fail(ErrorCode::Usage, fmt::format("There is no {} type '{}'; {}", kind, name,
                                              near.empty() ? fmt::format("known are {}.", fmt::join(names, ", "))
                                                           : fmt::format("did you mean '{}'?", near)));
}

} // namespace

Result<const SourceType*> Registry::source(std::string_view type) const
{
    return find(m_sources, type, "source");
}

Result<const SinkType*> Registry::sink(std::string_view type) const
{
    return find(m_sinks, type, "destination");
}

Result<std::unique_ptr<Source>> Registry::createSource(std::string_view type, const Options& options) const
{
    HEADRACE_TRY(const SourceType* found, source(type));
    HEADRACE_TRY(const Options checked, checkedOptions(*found, options, found->type + " source"));
    return found->create(checked);
}

Result<std::unique_ptr<Sink>> Registry::createSink(std::string_view type, const Options& options) const
{
    HEADRACE_TRY(const SinkType* found, sink(type));
    HEADRACE_TRY(const Options checked, checkedOptions(*found, options, found->type + " destination"));
    return found->create(checked);
}

Status Registry::checkCounts(std::string_view type) const
{
    HEADRACE_TRY(const SourceType* found, source(type));
    if (found->createCounter)
        return {};
    return fail(ErrorCode::Usage,
                fmt::format("The {} source cannot tell how many rows are new, which the trigger 'new_rows' needs; use "
                            "every, cron or continuous.",
                            type));
}

Result<std::unique_ptr<RowCounter>> Registry::createCounter(std::string_view type, const Options& options) const
{
    HEADRACE_CHECK(checkCounts(type));
    HEADRACE_TRY(const SourceType* found, source(type));
    HEADRACE_TRY(const Options checked, checkedOptions(*found, options, found->type + " source"));
    return found->createCounter(checked);
}

} // namespace headrace
