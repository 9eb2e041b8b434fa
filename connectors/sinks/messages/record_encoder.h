// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/option_spec.h"
#include "connectors/core/result.h"
#include "connectors/sinks/messages/schema_settings.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

/// Which columns become what of a message. Those of the key stay in the value.
struct RecordLayout {
    std::string owner;                   ///< opens the sentences of errors: "kafka destination"
    std::string value;                   ///< json, json_schema, avro, csv, text, bytes
    std::string valueColumn;             ///< of text and bytes
    std::vector<std::string> keyColumns; ///< empty: there is no key
    std::string headersColumn;
    std::string partitionColumn;
    std::string nonFinite;          ///< of json: refuse, null, text
    SchemaSettings schema = {};     ///< of avro and json_schema
    std::string keyFormat = "text"; ///< of one column: text, json, json_schema, avro; of several: all but text
    SchemaSettings keySchema = {};
};

/// The option `non_finite` of a RecordLayout.
[[nodiscard]] OptionSpec nonFiniteOption();

/// Turns rows into messages. One thread at a time.
class RecordEncoder {
public:
    /// A message as it is handed to the producer; the views are good until the next call.
    struct Record {
        std::optional<std::string_view> key;
        std::optional<std::string_view> value;   ///< none: a tombstone
        std::int32_t partition = -1;             ///< none is wanted
        std::optional<std::string_view> headers; ///< JSON, for toHeaders()
    };

    /// The error names a column that is not there, with the nearest right one, or whose type does not fit its use; or
    /// it is the schema registry's, which is asked until a stop.
    [[nodiscard]] static Result<std::unique_ptr<RecordEncoder>>
    create(const RecordLayout& layout, const std::shared_ptr<arrow::Schema>& schema, const std::stop_token& stop);
    virtual ~RecordEncoder() = default;

    /// Takes the next rows; record() then gives each.
    virtual Status encode(const std::shared_ptr<arrow::RecordBatch>& rows) = 0;
    [[nodiscard]] virtual Result<Record> record(std::int64_t row) = 0;
};

} // namespace headrace
