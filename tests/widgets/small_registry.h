// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"
#include "connectors/pipeline/pipeline.h"

namespace headrace::test {

/// A registry with one source, "lines", that has an option of every kind but reads nothing, and one sink, "shelf".
inline Registry smallRegistry()
{
    Registry registry;
    SourceType lines;
    lines.type = "lines";
    lines.label = "Lines";
    lines.group = "Files";
    lines.help = "Reads lines of a file.";
    lines.fileEndings = {".lines", ".lines.gz"};
    lines.options = {
        {.key = "path", .type = OptionType::List, .label = "Files", .help = "Which files.", .required = true},
        {.key = "limit", .type = OptionType::Integer, .label = "Limit", .help = "At most this many.", .minimum = 1},
        {.key = "block", .type = OptionType::Bytes, .label = "Block", .help = "Bytes at once.", .defaultText = "64KiB"},
        {.key = "mode",
         .type = OptionType::Choice,
         .label = "Mode",
         .help = "How.",
         .defaultText = "fast",
         .choices = {"fast", "exact"}},
        {.key = "header", .type = OptionType::Boolean, .label = "Header", .help = "First line.", .defaultText = "true"},
        {.key = "labels", .type = OptionType::Map, .label = "Labels", .help = "By name.", .advanced = true},
    };
    lines.create = [](const Options&) -> Result<std::unique_ptr<Source>> {
        return fail(ErrorCode::Unavailable, "The source of this test reads nothing.");
    };
    registry.add(std::move(lines));
    SinkType shelf;
    shelf.type = "shelf";
    shelf.label = "Shelf";
    shelf.group = "Test";
    shelf.help = "Keeps rows.";
    shelf.guarantee = Guarantee::ExactlyOnce;
    shelf.options = {{.key = "table", .label = "Table", .help = "Which table."}};
    shelf.create = [](const Options&) -> Result<std::unique_ptr<Sink>> {
        return fail(ErrorCode::Unavailable, "The sink of this test keeps nothing.");
    };
    registry.add(std::move(shelf));
    return registry;
}

inline Pipeline smallPipeline()
{
    Pipeline pipeline;
    pipeline.name = "small";
    pipeline.source = {"lines", Options{{"path", "/data/a.lines"}}};
    pipeline.destination = {"shelf", Options{{"table", "rows"}}};
    pipeline.batch.rows = 1000;
    pipeline.batch.age = std::chrono::seconds{5};
    return pipeline;
}

} // namespace headrace::test
