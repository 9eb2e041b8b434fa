// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/exporters/redpanda/notes.h"
#include "connectors/exporters/redpanda/yaml_text.h"
#include "connectors/pipeline/pipeline.h"

#include <string>
#include <vector>

namespace headrace::redpanda {

/// A column as far as the pipeline itself tells, without looking at the data.
struct Column {
    std::string name;
    std::string sqlType; ///< upper-case name of its CAST ("BIGINT"); empty when unknown
};

/// The export while its parts are being rendered, in this order: source, shape, batch, destination.
struct Draft {
    Notes notes;
    Json input;
    bool textValues = false;           ///< the input gives every value as text (CSV)
    bool rawLines = false;             ///< messages are still the bytes of one JSON object a line
    std::vector<std::string> mappings; ///< Bloblang, one processor each
    std::vector<Column> columns;       ///< what leaves the shape; empty: unknown
    Json batching;                     ///< null without limits
    Json output;
};

void renderSource(const ConnectorSpec& source, Draft& draft);
void renderShape(const std::string& sql, Draft& draft);
void renderBatch(const BatchPolicy& policy, Draft& draft);
void renderDestination(const ConnectorSpec& destination, Draft& draft);

/// One rule of how an option of a connector reads at the target; see renderOptions().
struct OptionRule {
    std::string key;
    Fidelity fidelity;
    std::string target;      ///< "{}" stands for the value
    std::string explanation; ///< empty when exact
};

/// One note for each option that is set: by the first rule for its key, else impossible. `part` is "source" or
/// "destination".
void noteOptions(const std::string& part, const ConnectorSpec& connector, const std::vector<OptionRule>& rules,
                 Notes& notes);

/// `root.a = …` path of a column: `this.total`, `this."unit price"`.
[[nodiscard]] std::string fieldPath(std::string_view root, const std::string& column);

/// A Bloblang text constant.
[[nodiscard]] std::string textConstant(std::string_view text);

} // namespace headrace::redpanda
