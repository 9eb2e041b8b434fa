// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/formats/cell_buffer.h"
#include "connectors/formats/column_kind.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3_value;

namespace headrace::sqlite {

/// SQLite's columns hold values of any type; these are the ones a column here gives: all but Time. Text and Json take
/// numbers too; Boolean is the integers 0 and 1; Double takes also integers that a double equals; Decimal takes numbers
/// that have it exactly within `scale` digits; Date is the text 2026-01-31, Timestamp 2026-01-31 12:30:00, with Z or an
/// offset when zoned.
using Kind = ColumnKind;
using ColumnType = PlainType;

/// What a declared type may mean, the likeliest first, by the rules of "Datatypes In SQLite"
/// (sqlite.org/datatype3.html §3.1) and by the names that other databases gave. Integers in a column declared as a time
/// stay integers, since their unit is not declared.
[[nodiscard]] std::vector<ColumnType> declaredTypes(std::string_view declaration);

/// Notation of the option `columns`: text, json, blob, bool, int64, double, decimal(10,2), date, timestamp,
/// timestamptz, timestamp_s, timestamp_ms (integers since 1970).
[[nodiscard]] Result<ColumnType> parseColumnType(const std::string& column, std::string_view notation);

[[nodiscard]] std::shared_ptr<arrow::Field> toField(const std::string& name, const ColumnType& type);
[[nodiscard]] Result<ColumnType> toColumnType(const arrow::Field& field);

/// Finds the type of a column: the first of its declared ones, int64, double, text and blob that gives every sampled
/// value back.
class TypeFinder {
public:
    explicit TypeFinder(std::vector<ColumnType> declared);

    void add(sqlite3_value* value);
    [[nodiscard]] ColumnType found() const;

private:
    struct Candidate {
        ColumnType type;
        CellBuffer scratch;
        bool fits = true;
    };
    std::vector<Candidate> m_candidates;
    bool m_isDeclared;
    bool m_sawValue = false;
};

/// Appends a value to the cells of a column of `type`. False when it does not fit; then nothing is appended.
[[nodiscard]] bool appendValue(CellBuffer& cells, const ColumnType& type, sqlite3_value* value);

/// The value as SQL would write it, at most 200 characters, for messages.
[[nodiscard]] std::string literal(sqlite3_value* value);

} // namespace headrace::sqlite
