// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/connection.h"
#include "connectors/core/registry.h"
#include "connectors/pipeline/pipeline.h"

namespace headrace {

/// `spec` for another type of connector: options of the same name mean the same in each, so a path or a table stays;
/// what belonged to the place of the old type does not.
[[nodiscard]] ConnectorSpec withType(const ConnectorSpec& spec, const ConnectorType& type);

/// `spec` reading or writing where the saved connection leads; options of its own connection go.
[[nodiscard]] ConnectorSpec withSavedConnection(const ConnectorSpec& spec, const ConnectorType& type,
                                                const SavedConnection& connection);

/// `spec` with what the saved connection holds written out, so that it can be changed here.
[[nodiscard]] ConnectorSpec withoutSavedConnection(const ConnectorSpec& spec, const ConnectorType& type,
                                                   const SavedConnection& connection);

/// The options of `spec` that a saved connection would hold.
[[nodiscard]] Options connectionPart(const ConnectorSpec& spec, const ConnectorType& type);

} // namespace headrace
