// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/exporters/redpanda/notes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace headrace::redpanda {

void Notes::exact(std::string setting, std::string value, std::string target)
{
    m_notes.push_back({std::move(setting), std::move(value), Fidelity::Exact, std::move(target), {}});
}

void Notes::approximated(std::string setting, std::string value, std::string target, std::string explanation)
{
    m_notes.push_back(
        {std::move(setting), std::move(value), Fidelity::Approximated, std::move(target), std::move(explanation)});
}

void Notes::impossible(std::string setting, std::string value, std::string explanation)
{
    m_notes.push_back({std::move(setting), std::move(value), Fidelity::Impossible, {}, std::move(explanation)});
}

void Notes::obstacle(std::string setting, std::string value, std::string explanation)
{
    m_obstacles.push_back(fmt::format("{} `{}`: {}", setting, value, explanation));
    impossible(std::move(setting), std::move(value), std::move(explanation));
}

std::string display(const OptionValue& value)
{
    if (const auto* text = std::get_if<std::string>(&value))
        return *text;
    if (const auto* list = std::get_if<OptionList>(&value))
        return fmt::format("[{}]", fmt::join(*list, ", "));
    std::vector<std::string> pairs;
    for (const auto& [key, text] : std::get<OptionMap>(value))
        pairs.push_back(fmt::format("{}: {}", key, text));
    return fmt::format("{{{}}}", fmt::join(pairs, ", "));
}

} // namespace headrace::redpanda
