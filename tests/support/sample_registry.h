// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"

namespace headrace::test {

/// Connector types with options of every kind that cannot be created: for the checks of pipelines.
/// Sources: shop (table required, cursor, client, password, port; counts new rows), files (path). Destinations: shelf
/// (path, mode), null.
inline Registry sampleRegistry()
{
    Registry registry;
    SourceType shop;
    shop.type = "shop";
    shop.options = {
        {.key = "table", .type = OptionType::Text, .label = "Table", .help = "What is read.", .required = true},
        {.key = "cursor", .type = OptionType::List, .label = "Cursor", .help = "Columns that grow."},
        {.key = "client", .type = OptionType::Map, .label = "Client", .help = "Properties of the driver."},
        {.key = "password", .type = OptionType::Text, .label = "Password", .help = "Of the user.", .secret = true},
        {.key = "port",
         .type = OptionType::Integer,
         .label = "Port",
         .help = "Of the server.",
         .minimum = 1,
         .maximum = 65535},
        {.key = "null", .type = OptionType::Text, .label = "Null", .help = "The text of NULL."},
    };
    shop.createCounter = [](const Options&) -> Result<std::unique_ptr<RowCounter>> {
        return fail(ErrorCode::Failed, "A sample counts nothing.");
    };
    registry.add(shop);
    SourceType files;
    files.type = "files";
    files.options = {{.key = "path", .type = OptionType::Path, .label = "Path", .help = "Globs.", .required = true}};
    registry.add(files);
    SinkType shelf;
    shelf.type = "shelf";
    shelf.options = {
        {.key = "path", .type = OptionType::Path, .label = "Path", .help = "Folder.", .required = true},
        {.key = "mode",
         .type = OptionType::Choice,
         .label = "Mode",
         .help = "How.",
         .defaultText = "append",
         .choices = {"append", "replace"}},
        {.key = "age", .type = OptionType::Duration, .label = "Age", .help = "How long.", .defaultText = "5s"},
    };
    registry.add(shelf);
    SinkType null;
    null.type = "null";
    registry.add(null);
    return registry;
}

} // namespace headrace::test
