// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>
#include <arrow/type.h>

#include "connectors/sources/messages/metadata_cells.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace {

std::vector<OptionSpec> metadataOptions(std::string_view names)
{
    return {
        {.key = "metadata",
         .type = OptionType::List,
         .label = "Metadata",
         .help = fmt::format("Columns beside the value: all, none, or of {}.", names),
         .defaultText = "all",
         .advanced = true},
        {.key = "metadata_prefix",
         .label = "Metadata prefix",
         .help = "Stands before the names of these columns, so that they do not meet the value's own.",
         .defaultText = "_",
         .advanced = true},
    };
}

Result<MetadataCells> MetadataCells::create(const std::vector<MetadataColumn>& all, const Options& options,
                                            std::string_view owner)
{
    const OptionList wanted = options.list("metadata");
    const bool isAll = wanted == OptionList{"all"};
    if (!isAll && wanted != OptionList{"none"})
        for (const std::string& name : wanted)
            if (std::ranges::find(all, name, &MetadataColumn::name) == all.end()) {
                std::string names;
                for (const MetadataColumn& column : all)
                    names += fmt::format("{}{}", names.empty() ? "" : ", ", column.name);
                return fail(ErrorCode::Usage,
                            fmt::format("The option 'metadata' of the {}: '{}' is not all, none or one of {}.", owner,
                                        name, names));
            }
    MetadataCells cells;
    for (const MetadataColumn& column : all) {
        if (!isAll && std::ranges::find(wanted, column.name) == wanted.end()) {
            cells.m_places.push_back(-1);
            continue;
        }
        cells.m_places.push_back(static_cast<int>(cells.m_cells.size()));
        cells.m_fields.push_back(arrow::field(options.text("metadata_prefix") + std::string(column.name), column.type));
        cells.m_cells.emplace_back(column.type);
    }
    return cells;
}

arrow::ArrayVector MetadataCells::finish()
{
    arrow::ArrayVector columns;
    for (CellBuffer& cells : m_cells)
        columns.push_back(cells.finish());
    return columns;
}

} // namespace headrace
