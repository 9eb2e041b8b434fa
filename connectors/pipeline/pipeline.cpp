// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/pipeline.h"

#include "connectors/core/quantity.h"
#include "connectors/core/stable_hash.h"
#include "connectors/pipeline/option_check.h"

#include <fmt/format.h>

#include <algorithm>

namespace headrace {

namespace {

constexpr std::size_t kMaxNameBytes = 120;
/// How long a source waits for late rows: not which rows it has, or in which order.
constexpr std::string_view kLagKey = "lag";

/// A hash over length-prefixed texts, so that no two sequences of texts run together.
class Fingerprint {
public:
    void add(std::string_view text)
    {
        m_hash.add(std::to_string(text.size()) + ':');
        m_hash.add(text);
    }
    [[nodiscard]] std::string hex() const { return fmt::format("{:016x}", m_hash.value()); }

private:
    StableHash m_hash;
};

void add(Fingerprint& fingerprint, const OptionValue& value)
{
    if (const auto* text = std::get_if<std::string>(&value)) {
        fingerprint.add("text");
        fingerprint.add(*text);
    } else if (const auto* list = std::get_if<OptionList>(&value)) {
        fingerprint.add(fmt::format("list {}", list->size()));
        for (const std::string& item : *list)
            fingerprint.add(item);
    } else {
        const auto& map = std::get<OptionMap>(value);
        fingerprint.add(fmt::format("map {}", map.size()));
        for (const auto& [key, item] : map) {
            fingerprint.add(key);
            fingerprint.add(item);
        }
    }
}

/// A destination that cannot deliver exactly once is warned of; one that is told not to contradicts the pipeline.
Status checkDelivery(const Pipeline& pipeline, const SinkType& sink)
{
    const auto weaker = sink.weakening ? sink.weakening(pipeline.destination.options) : std::nullopt;
    if (!weaker || pipeline.delivery != Delivery::ExactlyOnce)
        return {};
    return fail(ErrorCode::Usage,
                fmt::format("The {} destination does not deliver exactly once with '{}': set 'delivery: at_least_once' "
                            "in the pipeline, or '{}' in the destination.",
                            sink.type, weaker->setting, weaker->remedy));
}

} // namespace

Status checkPipelineName(std::string_view name)
{
    if (name.empty())
        return fail(ErrorCode::Usage, "The pipeline needs a name; its state is kept under it.");
    const auto refused = [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '/'; };
    if (name.size() > kMaxNameBytes || name.front() == '.' || name.front() == ' ' || name.back() == ' ' ||
        std::ranges::any_of(name, refused))
        return fail(ErrorCode::Usage,
                    fmt::format("'{}' cannot be a pipeline's name, because files are named after it; use at most {} "
                                "bytes without '/' and control characters that do not begin with '.' or a space.",
                                name, kMaxNameBytes));
    return {};
}

Status BadRecordPolicy::check() const
{
    if (limit < 0)
        return fail(ErrorCode::Usage, fmt::format("The limit of bad records is {}; it must be 0 or more.", limit));
    return {};
}

Status RetryPolicy::check() const
{
    if (attempts && *attempts < 0)
        return fail(ErrorCode::Usage, fmt::format("The retry attempts are {}; they must be 0 or more.", *attempts));
    if (initial < std::chrono::nanoseconds::zero() || maximum < initial)
        return fail(ErrorCode::Usage,
                    fmt::format("The longest wait before a retry (maximum: {}) must not be shorter than the first "
                                "one (initial: {}).",
                                formatDuration(maximum), formatDuration(initial)));
    return {};
}

std::string Pipeline::sourceFingerprint() const
{
    Fingerprint fingerprint;
    fingerprint.add(source.type);
    for (const auto& [key, value] : source.options.values()) {
        if (key == kLagKey)
            continue;
        fingerprint.add(key);
        add(fingerprint, value);
    }
    fingerprint.add("shape");
    fingerprint.add(shapeSql);
    return fingerprint.hex();
}

std::string Pipeline::destinationPlace() const
{
    for (const char* key : {"table", "topic", "stream", "path", "url"})
        if (const OptionList named = destination.options.list(key); !named.empty() && !named.front().empty())
            return fmt::format("{} '{}'", destination.type, named.front());
    return {};
}

Status Pipeline::checkTrigger(const Registry& registry) const
{
    HEADRACE_CHECK(trigger.check());
    return trigger.kind == Trigger::Kind::NewRows ? registry.checkCounts(source.type) : Status();
}

Status Pipeline::check(const Registry& registry) const
{
    HEADRACE_CHECK(checkPipelineName(name));
    HEADRACE_CHECK(checkTrigger(registry));
    HEADRACE_CHECK(batch.check());
    HEADRACE_CHECK(badRecords.check());
    HEADRACE_CHECK(retry.check());
    HEADRACE_TRY(const SourceType* sourceType, registry.source(source.type));
    HEADRACE_CHECK(checkPipelineOptions(sourceType->options, source.options, source.type + " source"));
    HEADRACE_TRY(const SinkType* sinkType, registry.sink(destination.type));
    HEADRACE_CHECK(checkPipelineOptions(sinkType->options, destination.options, destination.type + " destination"));
    return checkDelivery(*this, *sinkType);
}

} // namespace headrace
