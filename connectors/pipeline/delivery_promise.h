// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/registry.h"
#include "connectors/pipeline/pipeline.h"

#include <string>

namespace headrace {

/// What a run of a pipeline can promise about every row, said before it starts.
struct DeliveryPromise {
    Guarantee guarantee = Guarantee::AtLeastOnce;
    bool asWanted = false; ///< `delivery` of the pipeline is met
    std::string sentence;  ///< for the user: names both ends and says why
};

/// Fails only when a connector type does not exist.
[[nodiscard]] Result<DeliveryPromise> deliveryPromise(const Pipeline& pipeline, const Registry& registry);

} // namespace headrace
