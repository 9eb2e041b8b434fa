// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/formats/csv/column_type.h"
#include "connectors/formats/ndjson/message_parser.h"
#include "connectors/registry/registry_settings.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace headrace {

/// What the values of a stream's messages hold.
enum class ValueFormat { Json, JsonSchema, Connect, Avro, Csv, Text, Bytes };

/// What the cells of a CSV value are.
struct CsvFields {
    std::vector<std::string> names;               ///< by cell
    std::map<std::string, csv::ColumnType> types; ///< by name; others are text
    char delimiter = ',';
};

/// Where the schemas of Avro values are: given by the user, one for all or several of which each value names one by its
/// fingerprint, or in a registry that each value names one of.
struct AvroSettings {
    std::string schema;               ///< JSON; empty without one for all
    std::vector<std::string> schemas; ///< JSON; of single objects
    std::string reader;               ///< JSON of the schema that rows have; empty: that of each value
    RegistrySettings registry;
    bool flatten = true;
};

/// How values become columns; the same for every source of messages.
struct ValueSettings {
    ValueFormat value = ValueFormat::Json;
    ndjson::MessageParser::Settings json;
    RegistrySettings jsonRegistry; ///< JsonSchema: where the values' schemas are
    AvroSettings avro;
    CsvFields csv;
    std::int64_t sampleRows = 0; ///< messages that are looked at to find the columns

    /// The columns are in the messages, so that samples show them.
    [[nodiscard]] bool learns() const
    {
        return sampleRows > 0 &&
               (value == ValueFormat::Json || value == ValueFormat::JsonSchema || value == ValueFormat::Connect ||
                (value == ValueFormat::Avro && !avro.registry.url.empty() && avro.reader.empty()));
    }
};

[[nodiscard]] std::vector<OptionSpec> valueOptions();

/// `options` are checked against specs that hold valueOptions().
[[nodiscard]] Result<ValueSettings> valueSettings(const Options& options);

} // namespace headrace
