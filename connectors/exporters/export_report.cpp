// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/exporters/exporter.h"

#include "connectors/core/durable_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace headrace {

namespace {

/// A table cell of Markdown: one line, with the column separator escaped.
std::string cell(std::string_view text)
{
    std::string escaped;
    for (const char c : text) {
        if (c == '\n')
            escaped += ' ';
        else if (c == '|')
            escaped += "\\|";
        else
            escaped += c;
    }
    return escaped.empty() ? "–" : escaped;
}

std::string code(std::string_view text)
{
    if (text.empty())
        return "–";
    // A backtick inside needs a longer fence.
    const std::string_view fence = text.find('`') == std::string_view::npos ? "`" : "``";
    return fmt::format("{}{}{}", fence, cell(text), fence);
}

std::int64_t count(const ExportResult& result, Fidelity fidelity)
{
    return std::ranges::count(result.notes, fidelity, &ExportNote::fidelity);
}

} // namespace

std::string formatReport(const Pipeline& pipeline, const Exporter& exporter, const ExportResult& result)
{
    std::string report = fmt::format("# {} as {}\n\n", cell(pipeline.name), exporter.label);
    if (!result.obstacles.empty()) {
        report += fmt::format("**This pipeline cannot run on {}.** Only this report was written.\n\n", exporter.label);
        for (const std::string& obstacle : result.obstacles)
            report += fmt::format("- {}\n", obstacle);
        report += '\n';
    }
    report += fmt::format("{} settings exact, {} approximated, {} impossible.\n\n", count(result, Fidelity::Exact),
                          count(result, Fidelity::Approximated), count(result, Fidelity::Impossible));

    std::vector<ExportNote> notes = result.notes;
    std::ranges::stable_sort(notes, std::ranges::greater{}, &ExportNote::fidelity);
    report += "| setting | value here | fidelity | there | what differs |\n|---|---|---|---|---|\n";
    for (const ExportNote& note : notes)
        report += fmt::format("| {} | {} | {} | {} | {} |\n", code(note.setting), code(note.value),
                              toString(note.fidelity), code(note.target), cell(note.explanation));
    if (!result.runHint.empty())
        report += fmt::format("\nTo run it:\n\n```sh\n{}\n```\n", result.runHint);
    return report;
}

Status writeExport(const std::string& folder, const Pipeline& pipeline, const Exporter& exporter,
                   const ExportResult& result)
{
    std::vector<ExportFile> files = result.files;
    files.push_back({"REPORT.md", formatReport(pipeline, exporter, result)});
    // All are written whole beside their final names first, so that a full disk leaves an older export as it was.
    std::vector<DurableFile> written;
    for (const ExportFile& file : files) {
        HEADRACE_TRY(DurableFile durable, DurableFile::create((std::filesystem::path(folder) / file.path).string()));
        HEADRACE_CHECK(durable.write(file.content));
        written.push_back(std::move(durable));
    }
    for (DurableFile& file : written)
        HEADRACE_CHECK(file.commit());
    return {};
}

} // namespace headrace
