// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/pipeline.h"
#include "connectors/pipeline/yaml_node.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace headrace {

/// The two values of an enumeration in the pipeline file.
template <typename Value>
using YamlNames = std::array<std::pair<std::string_view, Value>, 2>;

inline constexpr YamlNames<Delivery> kDeliveryNames{
    {{"exactly_once", Delivery::ExactlyOnce}, {"at_least_once", Delivery::AtLeastOnce}}};
inline constexpr YamlNames<BadRecordPolicy::Action> kBadRecordActionNames{
    {{"quarantine", BadRecordPolicy::Action::Quarantine}, {"fail", BadRecordPolicy::Action::Fail}}};

inline constexpr std::string_view kPipelineFileVersion = "1";

/// Reads a parsed pipeline file; errors begin with "fileName:line: ".
[[nodiscard]] Result<Pipeline> pipelineFromYaml(const YamlNode& root, const std::string& fileName,
                                                const Registry& registry);

/// The canonical form without defaults. Of the trigger only what its kind uses.
[[nodiscard]] YamlNode pipelineToYaml(const Pipeline& pipeline);

} // namespace headrace
