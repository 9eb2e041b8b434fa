// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/formats/avro/schema.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace headrace::avro {

/// Rewrites values of the schema that wrote them as values of the one that reads them, as
/// https://avro.apache.org/docs/1.12.0/specification/#schema-resolution says: fields by name or the reader's alias,
/// wider numbers, defaults for what is missing, nothing of what the reader lacks. Where the rules leave it open,
/// nothing is misread: times of another unit and decimals of another scale do not match. One thread at a time.
class Resolver {
public:
    /// The error names the field whose types cannot be brought together, or that has no default.
    [[nodiscard]] static Result<std::unique_ptr<Resolver>> create(std::shared_ptr<const Schema> writer,
                                                                  std::shared_ptr<const Schema> reader);
    ~Resolver();

    /// Fills `out`; or a sentence says why the value does not fit.
    [[nodiscard]] std::optional<std::string> resolve(std::string_view value, std::string& out);

private:
    struct Plan;

    explicit Resolver(std::unique_ptr<Plan> plan);

    std::unique_ptr<Plan> m_plan;
};

} // namespace headrace::avro
