// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/ndjson/json_column.h"
#include "connectors/formats/ndjson/json_cursor.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace headrace::ndjson {

/// Finds the columns of sampled records: keys in the order of their first appearance, and per key the narrowest type
/// that gives every value back.
///
/// - whole numbers: int64; beyond 64 bits decimal(38,0); mixed with others double, as long as all are exact in it;
///   else json
/// - strings: date, timestamp or timestamptz when all are ISO 8601 of one sort
/// - objects and arrays: json, or with `flatten` a column a member of an object
/// - true and false: bool; scalars of several types, and keys that were always null: text
/// - anything mixed with objects or arrays: json
class TypeInference {
public:
    struct Settings {
        bool flatten = false;
        bool textOnly = false; ///< every value as it stands, as text
    };

    explicit TypeInference(Settings settings);
    ~TypeInference();

    /// Adds a record; the cursor stands at its start. One that is no JSON object adds what comes before the mistake.
    void add(JsonCursor& cursor);

    [[nodiscard]] std::vector<Column> columns() const;

private:
    struct Seen;

    bool addMembers(JsonCursor& cursor, Seen& parent);
    bool addValue(JsonCursor& cursor, Seen& seen);
    void addString(JsonCursor& cursor, const JsonValue& value, Seen& seen) const;
    static void addNumber(const JsonValue& value, Seen& seen);
    void collect(const Seen& seen, std::vector<std::string>& path, std::vector<Column>& columns) const;
    [[nodiscard]] static Column decide(const Seen& seen);

    Settings m_settings;
    std::unique_ptr<Seen> m_root;
};

} // namespace headrace::ndjson
