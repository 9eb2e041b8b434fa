// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/late_rows.h"

#include "connectors/core/connection.h"

namespace headrace {

std::string lateRows(const Pipeline& pipeline, const Position& position)
{
    const ConnectionType* type = connectionType(pipeline.source.type);
    return type != nullptr && type->lateRows ? type->lateRows(position) : std::string();
}

} // namespace headrace
