// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>

#include "connectors/formats/row_block.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace {

void RowBlock::refuse(std::int64_t row, BadRecord record)
{
    record.beforeRow = row - static_cast<std::int64_t>(refused.size());
    rejected.push_back(std::move(record));
    refused.push_back(row);
}

std::string rowText(const arrow::Schema& schema, const std::function<std::string(int column)>& cell)
{
    std::string text;
    for (int i = 0; i < schema.num_fields() && text.size() < BadRecord::kMaxRawBytes; ++i)
        text += fmt::format("{}{}={}", i == 0 ? "" : ", ", schema.field(i)->name(), cell(i));
    text.resize(std::min(text.size(), BadRecord::kMaxRawBytes));
    return text;
}

} // namespace headrace
