// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/formats/csv/format.h"

#include "connectors/core/stable_hash.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace headrace::csv {

std::shared_ptr<arrow::Schema> Format::schema() const
{
    arrow::FieldVector fields;
    fields.reserve(columns.size());
    for (const Column& column : columns)
        fields.push_back(arrow::field(column.name, arrowType(column.type)));
    return arrow::schema(std::move(fields));
}

std::uint64_t Format::fingerprint() const
{
    std::string text =
        fmt::format("{} {} {} {} {} {} {}", toString(encoding), notation(dialect.delimiter), notation(dialect.quote),
                    notation(dialect.escape), notation(dialect.comment), decimalPoint, dataOffset);
    for (const Column& column : columns)
        text += fmt::format("\n{}\n{} {} {}", column.name, notation(column.type), column.type.detected,
                            fmt::join(column.type.nulls, "\n"));
    return stableHash(text);
}

} // namespace headrace::csv
