// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"
#include "connectors/sources/tables/table_reader.h"
#include "connectors/sources/tables/table_selection.h"

#include <functional>
#include <string>

namespace headrace {

/// What is read, by the options of a source, and how it is opened.
struct TableAccess {
    TableSelection selection;
    OpenTable open;
};

/// Usage for options that say nothing that could be read. Does not connect. Callable from any thread.
using AccessTable = std::function<Result<TableAccess>(const Options&)>;

/// By a connector's own settings, which have a `selection`: `read(options)` gives them as a Result, and
/// `open(settings, stop)` the reader.
template <typename Read, typename Open>
[[nodiscard]] AccessTable accessBy(Read read, Open open)
{
    return [read, open](const Options& options) -> Result<TableAccess> {
        HEADRACE_TRY(auto settings, read(options));
        TableAccess access{settings.selection, {}};
        access.open = [open, settings = std::move(settings)](std::stop_token stop) { return open(settings, stop); };
        return access;
    };
}

/// Sets what all sources do alike that read tables through a TableReader: create, createCounter, forPreview, forecast,
/// cursorAt and lateRows. `owner` opens a sentence: "mariadb source".
void readThroughTables(SourceType& source, const AccessTable& access, const std::string& owner);

} // namespace headrace
