// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/command_line/arguments.h"
#include "app/command_line/console.h"
#include "connectors/core/registry.h"

namespace headrace::cli {

// One function a command, in a file of its own. An Error ends the program with its sentence and exitCodeOf(it).
/// Becomes the workbench: returns only with an Error.
[[nodiscard]] Result<ExitCode> openWorkbench(const OpenArguments& arguments);
[[nodiscard]] Result<ExitCode> runPipeline(const RunArguments& arguments, const Registry& registry);
[[nodiscard]] Result<ExitCode> previewRows(const PreviewArguments& arguments, const Registry& registry);
[[nodiscard]] Result<ExitCode> checkPipeline(const CheckArguments& arguments, const Registry& registry);
[[nodiscard]] Result<ExitCode> profileColumns(const ProfileArguments& arguments, const Registry& registry);
[[nodiscard]] Result<ExitCode> listConnectors(const ConnectorsArguments& arguments, const Registry& registry);
[[nodiscard]] Result<ExitCode> showState(const StateArguments& arguments, const Registry& registry);
[[nodiscard]] Result<ExitCode> exportPipeline(const ExportArguments& arguments, const Registry& registry);
[[nodiscard]] Result<ExitCode> provePipeline(const ProveArguments& arguments, const Registry& registry);
/// Goes on as the workbench's program, which speaks to the engine: returns only with an Error.
[[nodiscard]] Result<ExitCode> submitPipeline(const SubmitArguments& arguments, const Registry& registry);

/// The pipeline in `file` with `settings` applied and checked. Relative paths of a pipeline start at the folder of its
/// file, which is the working directory from now on.
[[nodiscard]] Result<Pipeline> loadWithSettings(const std::string& file, const std::vector<std::string>& settings,
                                                const Registry& registry);

} // namespace headrace::cli
