// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/exporters/exporter.h"

#include <string>
#include <vector>

namespace headrace::redpanda {

/// The notes of one export as they come, one a setting.
class Notes {
public:
    void exact(std::string setting, std::string value, std::string target);
    void approximated(std::string setting, std::string value, std::string target, std::string explanation);
    void impossible(std::string setting, std::string value, std::string explanation);

    /// As impossible(), for a part without which nothing can run there.
    void obstacle(std::string setting, std::string value, std::string explanation);

    [[nodiscard]] const std::vector<ExportNote>& notes() const { return m_notes; }
    [[nodiscard]] const std::vector<std::string>& obstacles() const { return m_obstacles; }

private:
    std::vector<ExportNote> m_notes;
    std::vector<std::string> m_obstacles;
};

/// An option's value on one line, as the report shows it.
[[nodiscard]] std::string display(const OptionValue& value);

} // namespace headrace::redpanda
