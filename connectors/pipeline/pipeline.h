// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/core/registry.h"
#include "connectors/pipeline/batch_policy.h"
#include "connectors/pipeline/trigger.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headrace {

struct ConnectorSpec {
    std::string type;
    Options options;

    friend bool operator==(const ConnectorSpec&, const ConnectorSpec&) = default;
};

enum class Delivery { ExactlyOnce, AtLeastOnce };

struct BadRecordPolicy {
    enum class Action { Quarantine, Fail };
    Action action = Action::Quarantine;
    std::int64_t limit = 1000; ///< the run fails when more than this many records are quarantined

    [[nodiscard]] Status check() const;

    friend bool operator==(const BadRecordPolicy&, const BadRecordPolicy&) = default;
};

struct RetryPolicy {
    static constexpr int kAttempts = 5; ///< with the other defaults, about half a minute

    /// Rewinds in a row without progress before the run fails. Absent: kAttempts, or as many as retryPolicy() gives a
    /// run that goes on.
    std::optional<int> attempts = {};
    std::chrono::nanoseconds initial = std::chrono::seconds{1};
    std::chrono::nanoseconds maximum = std::chrono::seconds{60};

    [[nodiscard]] Status check() const;

    friend bool operator==(const RetryPolicy&, const RetryPolicy&) = default;
};

/// A name must be usable in the names of the pipeline's state and quarantine files.
[[nodiscard]] Status checkPipelineName(std::string_view name);

/// The value that describes everything a run does. Saved as `*.headrace.yaml` (pipeline_yaml.h).
struct Pipeline {
    std::string name;
    ConnectorSpec source;
    Trigger trigger;
    std::string shapeSql; ///< row-wise SELECT over `input`; empty: rows pass as they are
    BatchPolicy batch;
    ConnectorSpec destination;
    Delivery delivery = Delivery::ExactlyOnce;
    BadRecordPolicy badRecords;
    RetryPolicy retry;

    /// 16 hex digits over source type, source options and shape: positions are kept under it, so that an edited
    /// source never resumes from another source's position. References are hashed unresolved.
    [[nodiscard]] std::string sourceFingerprint() const;

    /// What the destination writes to, for people and to be told apart from others in the same database or folder:
    /// "postgres 'public.orders'"; "" when no option names it.
    [[nodiscard]] std::string destinationPlace() const;

    /// Checks the trigger, and that the source can count rows where it needs that.
    [[nodiscard]] Status checkTrigger(const Registry& registry) const;

    /// Checks everything that needs no connection: names, limits, connector types and options.
    [[nodiscard]] Status check(const Registry& registry) const;

    friend bool operator==(const Pipeline&, const Pipeline&) = default;
};

} // namespace headrace
