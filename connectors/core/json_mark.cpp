// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include "connectors/core/json_mark.h"

namespace headrace {

std::shared_ptr<arrow::Field> markedAsJson(const std::shared_ptr<arrow::Field>& field)
{
    return field->WithMergedMetadata(arrow::key_value_metadata({kJsonTextKey}, {"1"}));
}

} // namespace headrace
