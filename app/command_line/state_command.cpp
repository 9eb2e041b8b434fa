// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_line/commands.h"
#include "connectors/core/shown_number.h"
#include "connectors/pipeline/checkpoint.h"
#include "connectors/pipeline/plan_sentence.h"

#include <fmt/format.h>

namespace headrace::cli {

namespace {

/// A position may carry a whole schema; its beginning says where it is.
std::string beginningOf(const std::string& position)
{
    constexpr std::size_t kShown = 160;
    if (position.size() <= kShown)
        return position;
    std::size_t end = kShown;
    while ((static_cast<unsigned char>(position[end]) & 0xC0) == 0x80) // inside a character
        --end;
    return fmt::format("{}… ({} bytes; --full shows all)", position.substr(0, end), groupedNumber(position.size()));
}

} // namespace

Result<ExitCode> showState(const StateArguments& arguments, const Registry& registry)
{
    HEADRACE_TRY(const Pipeline pipeline, loadWithSettings(arguments.file, {}, registry));
    const std::string& folder = arguments.stateFolder;
    HEADRACE_TRY(const std::unique_ptr<CheckpointStore> store, openCheckpointFile(folder, pipeline.name));
    if (arguments.reset) {
        HEADRACE_CHECK(store->reset());
        print(fmt::format("{}: the checkpoint in '{}' is gone. A destination that keeps positions of its own still "
                          "decides where the next run starts.\n",
                          pipeline.name, folder));
        return ExitCode::Done;
    }
    HEADRACE_TRY(const std::optional<Checkpoint> checkpoint, store->load(pipeline.sourceFingerprint()));
    if (!checkpoint) {
        print(fmt::format("{}: no checkpoint for this source in '{}'; the next run starts at the beginning.\n",
                          pipeline.name, folder));
        return ExitCode::Done;
    }
    print(fmt::format("pipeline     {}\nfolder       {}\nrows         {}\nbatches      {}\nquarantined  {}\n"
                      "finished     {}\nposition     {}\n",
                      pipeline.name, folder, groupedNumber(checkpoint->rows),
                      groupedNumber(checkpoint->committed.sequence), groupedNumber(checkpoint->quarantined),
                      checkpoint->finished ? "yes" : "no",
                      arguments.full ? checkpoint->committed.end.text : beginningOf(checkpoint->committed.end.text)));
    if (const std::string late = factsAt(pipeline, registry, checkpoint->committed.end).lateRows; !late.empty())
        print(fmt::format("late rows    {}\n", late));
    return ExitCode::Done;
}

} // namespace headrace::cli
