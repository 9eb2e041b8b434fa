// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/chunk.h"
#include "connectors/core/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace headrace {

/// Where bad records go, with their origin and reason. One thread at a time.
class Quarantine {
public:
    virtual ~Quarantine() = default;
    /// Adds records; those already there from an interrupted run (same origin and offset) are counted, not doubled.
    virtual Status add(std::span<const BadRecord> records) = 0;
    /// Everything added is durable when it returns. Called before the sink's commit of the batch they belong to.
    virtual Status flush() = 0;
    [[nodiscard]] virtual std::int64_t count() const = 0;   ///< added in this run
    [[nodiscard]] virtual std::string location() const = 0; ///< for messages: the file's path
};

/// NDJSON file `<folder>/<pipeline>.quarantine.ndjson`: one object a record with origin; line and byte_offset, or of a
/// message its place by name (topic, partition, offset); reason; raw (base64 as raw_base64 when it is not valid UTF-8).
[[nodiscard]] Result<std::unique_ptr<Quarantine>> openQuarantineFile(const std::string& folder,
                                                                     const std::string& pipeline);

/// One line of such a file; nullopt when it is none.
[[nodiscard]] std::optional<BadRecord> parseBadRecord(std::string_view line);

} // namespace headrace
