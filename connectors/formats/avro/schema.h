// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headrace::avro {

enum class Kind { Null, Boolean, Int, Long, Float, Double, Bytes, String, Record, Enum, Array, Map, Union, Fixed };

/// What a value means beyond its encoding; one that is unknown or does not fit its type is None, as Avro 1.12 says.
enum class Logical {
    None,
    Decimal,
    Date,
    TimeMillis,
    TimeMicros,
    TimestampMillis,
    TimestampMicros,
    TimestampNanos,
    LocalTimestampMillis,
    LocalTimestampMicros,
    LocalTimestampNanos,
    Uuid,
    Duration,
};

struct Type;

struct Field {
    std::string name;
    std::vector<std::string> aliases;
    const Type* type = nullptr;
    std::string defaultText = {}; ///< JSON; empty: none
};

struct Type {
    Kind kind = Kind::Null;
    Logical logical = Logical::None;
    int precision = 0;                     ///< Decimal
    int scale = 0;                         ///< Decimal
    std::size_t size = 0;                  ///< Fixed, in bytes
    std::string name;                      ///< with its namespace; of types without one that of the kind
    std::vector<std::string> symbols;      ///< Enum
    std::vector<Field> fields;             ///< Record
    std::vector<const Type*> children;     ///< Array: items; Map: values; Union: branches
    std::vector<std::string> aliases = {}; ///< of types with a name, with their namespaces
    std::string defaultSymbol = {};        ///< Enum; empty: none
};

/// A parsed schema. A record may hold itself: types then point in a circle. Never changes.
class Schema {
public:
    /// `references` are the texts of schemas that define types which `text` names, each after those it names itself.
    /// The error quotes what is wrong.
    [[nodiscard]] static Result<std::shared_ptr<const Schema>> parse(const std::string& text,
                                                                     const std::vector<std::string>& references = {});

    [[nodiscard]] const Type& root() const { return *m_root; }

private:
    friend class SchemaParser;

    std::vector<std::unique_ptr<Type>> m_types;
    const Type* m_root = nullptr;
};

/// The branch of a union of null and one other type, in which order they stand; nullptr for any other type.
[[nodiscard]] const Type* nullableBranch(const Type& type);

/// For messages: what the value means, or its type's name.
[[nodiscard]] std::string nameOf(const Type& type);

} // namespace headrace::avro
