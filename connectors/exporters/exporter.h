// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/pipeline/pipeline.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

/// How faithfully the target expresses one setting of the pipeline.
enum class Fidelity { Exact, Approximated, Impossible };

[[nodiscard]] std::string_view toString(Fidelity fidelity);

/// One line of the report that comes with every export.
struct ExportNote {
    std::string setting; ///< dotted key of the pipeline file: "batch.rows"
    std::string value;   ///< its value here
    Fidelity fidelity = Fidelity::Exact;
    std::string target;      ///< the target's own setting and value: "batching.count: 1000"; empty when impossible
    std::string explanation; ///< what the engine does differently, in one or two sentences; empty when exact
};

struct ExportFile {
    std::string path; ///< relative to the export folder
    std::string content;
};

struct ExportResult {
    std::vector<ExportFile> files;      ///< secrets only as references in the target's own notation
    std::vector<ExportNote> notes;      ///< every setting of the pipeline that is set, once, in file order
    std::vector<std::string> obstacles; ///< why the target cannot run this pipeline at all; then `files` is empty
    std::string runHint;                ///< the command that starts it at the target
};

/// A production engine as an export target. `render` is pure: no clock, network or disk.
struct Exporter {
    std::string target; ///< as on the command line: "redpanda-connect"
    std::string label;
    std::string help;
    std::function<Result<ExportResult>(const Pipeline&)> render;
};

/// The exporters this program knows, in menu order.
[[nodiscard]] const std::vector<Exporter>& exporters();
[[nodiscard]] Result<const Exporter*> findExporter(std::string_view target);

/// The report as Markdown: one table row a note, sorted impossible first.
[[nodiscard]] std::string formatReport(const Pipeline& pipeline, const Exporter& exporter, const ExportResult& result);

/// Writes all files below `folder` (created if missing), replacing files of the same name durably; nothing is left
/// half-written. Adds REPORT.md.
Status writeExport(const std::string& folder, const Pipeline& pipeline, const Exporter& exporter,
                   const ExportResult& result);

} // namespace headrace
