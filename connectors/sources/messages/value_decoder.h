// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/sources/messages/value_settings.h"

#include <arrow/type_fwd.h>

#include <memory>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

namespace headrace {

/// Turns the values of messages into columns. One thread at a time. What asks a server ends with Cancelled at a stop.
class ValueDecoder {
public:
    using Decoded = ndjson::MessageParser::Parsed;

    virtual ~ValueDecoder() = default;

    /// Adds what samples show; for formats whose columns are in the messages.
    virtual Status learn(std::span<const std::string_view> values, const std::stop_token& stop) = 0;

    /// Of the rows that decode() gives next. A new object when it has changed.
    [[nodiscard]] virtual std::shared_ptr<arrow::Schema> schema() const = 0;

    /// The columns found so far, for positions; empty for formats that find none.
    [[nodiscard]] virtual std::vector<ndjson::Column> columns() const { return {}; }

    /// A value without data() is a tombstone: a row of nulls.
    [[nodiscard]] virtual Result<Decoded> decode(std::span<const std::string_view> values,
                                                 const std::stop_token& stop) = 0;
};

/// `columns` are those of a saved position; empty without one.
[[nodiscard]] Result<std::unique_ptr<ValueDecoder>> makeValueDecoder(const ValueSettings& settings,
                                                                     std::vector<ndjson::Column> columns);

} // namespace headrace
