// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/exporters/exporter.h"

#include "connectors/exporters/redpanda/redpanda_connect.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace headrace {

std::string_view toString(Fidelity fidelity)
{
    switch (fidelity) {
    case Fidelity::Exact:
        return "exact";
    case Fidelity::Approximated:
        return "approximated";
    case Fidelity::Impossible:
        return "impossible";
    }
    return {};
}

const std::vector<Exporter>& exporters()
{
    static const std::vector<Exporter> known{redpandaConnectExporter()};
    return known;
}

Result<const Exporter*> findExporter(std::string_view target)
{
    const auto found = std::ranges::find(exporters(), target, &Exporter::target);
    if (found != exporters().end())
        return &*found;
    std::vector<std::string> names;
    std::ranges::transform(exporters(), std::back_inserter(names), &Exporter::target);
    const std::string near = nearest(target, names);
    return fail(ErrorCode::Usage, fmt::format("There is no export target '{}'; {}", target,
                                              near.empty() ? fmt::format("known are: {}.", fmt::join(names, ", "))
                                                           : fmt::format("did you mean '{}'?", near)));
}

} // namespace headrace
