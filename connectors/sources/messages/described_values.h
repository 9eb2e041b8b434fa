// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/sources/messages/value_decoder.h"

#include <optional>
#include <string>
#include <vector>

namespace headrace {

/// JSON values with schemas, which give the columns and grow them: rows of a schema that lacks one are null in it. Keys
/// that no schema names are treated as those of JSON values without schemas. Where a message has its schema is the
/// derived class's.
class DescribedValues : public ValueDecoder {
public:
    Status adopt(std::vector<ndjson::Column> columns);

    [[nodiscard]] std::shared_ptr<arrow::Schema> schema() const override { return m_parser->schema(); }
    [[nodiscard]] std::vector<ndjson::Column> columns() const override { return m_parser->columns(); }
    [[nodiscard]] Result<Decoded> decode(std::span<const std::string_view> values,
                                         const std::stop_token& stop) override;

protected:
    struct Known { ///< of one schema
        std::vector<ndjson::Column> columns;
        std::string problem; ///< why its messages are bad; empty: they are not
    };
    struct Found {
        std::string_view text;
        std::optional<std::string> problem;
        const Known* grows = nullptr; ///< its columns must become columns first
    };

    explicit DescribedValues(ndjson::MessageParser::Settings json)
        : m_json(std::move(json))
    {
    }

    /// The JSON of a message, which is part of `value`; good while that is.
    [[nodiscard]] virtual Result<Found> look(std::string_view value, const std::stop_token& stop) = 0;

    [[nodiscard]] bool isFlat() const { return m_json.flatten; }
    [[nodiscard]] bool hasMore(const Known& known) const { return !more(known).empty(); }
    Status grow(const Known& known);

private:
    [[nodiscard]] std::vector<ndjson::Column> more(const Known& known) const;

    ndjson::MessageParser::Settings m_json;
    std::optional<ndjson::MessageParser> m_parser;
};

} // namespace headrace
