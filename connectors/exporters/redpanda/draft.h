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

/// One rule of how an option of a connector reads at the target; see noteOptions().
struct OptionRule {
    std::string key;
    Fidelity fidelity = Fidelity::Exact;
    std::string target;           ///< "{}" stands for the value; empty when impossible
    std::string explanation = {}; ///< empty when exact
    bool obstacle = false;        ///< impossible, and without it other rows would come out
};

/// One note for each option that is set: by the first rule for its key, else impossible. `part` is "source" or
/// "destination".
void noteOptions(const std::string& part, const ConnectorSpec& connector, const std::vector<OptionRule>& rules,
                 Notes& notes);

/// An option as text; `fallback` when it is not set.
[[nodiscard]] std::string textOption(const ConnectorSpec& connector, const std::string& key,
                                     const std::string& fallback = {});

/// What all file sources share: the paths for the input, `scanner` behind a decompressor where the files are
/// compressed, and the rules of their options.
[[nodiscard]] Json inputPaths(const ConnectorSpec& source);
[[nodiscard]] Json decompressing(const ConnectorSpec& source, Json scanner);
[[nodiscard]] std::vector<OptionRule> fileSourceRules();

void renderCsvSource(const ConnectorSpec& source, Draft& draft);
void renderCsvDestination(const ConnectorSpec& destination, Draft& draft);

/// What all file destinations share. With batching a batch is a file, as here; without, all rows go to one file as they
/// come. `perBatch` are processors that see a whole batch; `compress` adds one for the option `compression`.
void renderFiles(const ConnectorSpec& destination, std::string ending, Json perBatch, bool compress, Draft& draft);
[[nodiscard]] std::vector<OptionRule> fileDestinationRules(const Draft& draft);

/// `root.a = …` path of a column: `this.total`, `this."unit price"`.
[[nodiscard]] std::string fieldPath(std::string_view root, const std::string& column);

/// A Bloblang text constant.
[[nodiscard]] std::string textConstant(std::string_view text);

} // namespace headrace::redpanda
