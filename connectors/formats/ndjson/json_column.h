// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/formats/column_kind.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headrace::ndjson {

/// Text: strings by their content, anything else as it stands. Blob and Time
/// only of Kafka Connect; no UnixSeconds, UnixMilliseconds.
using Kind = ColumnKind;

struct Column {
    std::vector<std::string> path; ///< the keys that lead to its values: more than one for a flattened object
    Kind kind = Kind::Text;
    int precision = 0; ///< Decimal
    int scale = 0;     ///< Decimal
    bool zoned = false;
    bool isConnect = false;      ///< values stand as Kafka Connect's JSON converter writes them: see connect_schema.h
    std::string avroType = {};   ///< of values of the kind Json: their type in Avro, as JSON; empty: it is not known
    std::string jsonSchema = {}; ///< likewise in JSON Schema

    [[nodiscard]] std::string name() const; ///< the path joined by dots
    /// Of one path and kind, whatever is known of what is inside.
    [[nodiscard]] bool isLike(const Column& other) const;
};

/// The column as an Arrow field; path, the Json kind and what is known of it travel in its metadata.
[[nodiscard]] std::shared_ptr<arrow::Field> toField(const Column& column);

/// The keys that lead to the column's values: more than one where it comes of a flattened object.
[[nodiscard]] std::vector<std::string> pathOf(const arrow::Field& field);

/// Whether the field's texts are JSON: they are marked so (json_mark.h), or of Arrow's JSON type.
[[nodiscard]] bool holdsJson(const arrow::Field& field);

/// The type in Avro or JSON Schema that the values of such a field are known to have; empty: it is not known.
[[nodiscard]] std::string avroTypeOf(const arrow::Field& field);
[[nodiscard]] std::string jsonSchemaOf(const arrow::Field& field);

/// The inverse of toField(); fields of other origin are read by their type. The error names a column whose type JSON is
/// never read as.
[[nodiscard]] Result<Column> toColumn(const arrow::Field& field);

/// Sets kind, precision, scale and zoned from the notation of the option `columns`: text, json, bool, int64, double,
/// decimal(10,2), date, timestamp, timestamptz. The error quotes it and lists them.
Status setType(Column& column, std::string_view notation);

/// The inverse of setType: "decimal(10,2)".
[[nodiscard]] std::string typeNotation(const Column& column);

/// Which column a key leads to, level by level.
class KeyGroup {
public:
    struct Member {
        std::string quoted;              ///< "name\"" as it stands behind the opening quote, when nothing is escaped
        int column = -1;                 ///< −1 for a group
        std::unique_ptr<KeyGroup> group; ///< members of a flattened object
    };

    /// The error names a column that comes twice.
    [[nodiscard]] static Result<std::unique_ptr<KeyGroup>> build(const std::vector<Column>& columns);

    [[nodiscard]] const std::vector<Member>& members() const { return m_members; }
    /// Index of the member with that (unescaped) key; −1 without one. The search begins at member `from`: records
    /// mostly hold their keys in one order.
    [[nodiscard]] int find(std::string_view key, std::size_t from = 0) const;

private:
    Status add(const Column& column, std::size_t depth, int index);

    std::vector<Member> m_members;
};

} // namespace headrace::ndjson
