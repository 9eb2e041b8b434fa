// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/delivery_promise.h"

#include <fmt/format.h>

namespace headrace {

Result<DeliveryPromise> deliveryPromise(const Pipeline& pipeline, const Registry& registry)
{
    HEADRACE_TRY(const SourceType* source, registry.source(pipeline.source.type));
    HEADRACE_TRY(const SinkType* sink, registry.sink(pipeline.destination.type));
    if (const auto weaker = sink->weakening ? sink->weakening(pipeline.destination.options) : std::nullopt) {
        const bool asWanted = weaker->guarantee == Guarantee::AtLeastOnce && pipeline.delivery == Delivery::AtLeastOnce;
        return DeliveryPromise{weaker->guarantee, asWanted, weaker->sentence};
    }
    if (sink->guarantee == Guarantee::ExactlyOnce && source->rewindable)
        return DeliveryPromise{Guarantee::ExactlyOnce, true,
                               fmt::format("Every row arrives exactly once: the {} destination commits rows and "
                                           "position together.",
                                           sink->type)};
    const bool asWanted = pipeline.delivery == Delivery::AtLeastOnce;
    if (!source->rewindable)
        return DeliveryPromise{Guarantee::AtLeastOnce, asWanted,
                               fmt::format("Every row arrives at least once: the {} source cannot go back, and sends "
                                           "again what it has not seen acknowledged.",
                                           source->type)};
    return DeliveryPromise{Guarantee::AtLeastOnce, asWanted,
                           fmt::format("Every row arrives at least once: the {} destination keeps no position, so that "
                                       "after a crash the last batch may come twice.",
                                       sink->type)};
}

} // namespace headrace
