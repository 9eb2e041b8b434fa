// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace headrace {

/// Counts the frequent values of one column in bounded memory (Misra and Gries, "Finding repeated elements", 1982):
/// exact up to kCounters distinct values; beyond that a count may be too low by at most rows / kCounters, and values
/// rarer than that may be missing. Texts count by their first kMaxTextBytes. One thread at a time.
class TopValues {
public:
    static constexpr std::size_t kCounters = 1024;
    static constexpr std::size_t kMaxTextBytes = 200;

    explicit TopValues(std::shared_ptr<arrow::DataType> type);

    /// Columns of nested types count nothing.
    void add(const arrow::Array& column);

    struct Top {
        std::shared_ptr<arrow::Array> values; ///< of the column's type, most frequent first
        std::vector<std::int64_t> rows;       ///< how often each was seen
    };
    [[nodiscard]] Result<Top> top(std::size_t limit) const;

private:
    void count(std::string_view key);
    [[nodiscard]] Result<std::shared_ptr<arrow::Array>> arrayOf(const std::vector<std::string>& keys) const;

    std::shared_ptr<arrow::DataType> m_type;
    std::unordered_map<std::string, std::int64_t> m_counts; ///< by the value's bytes
    std::string m_key;                                      ///< keeps its memory from value to value
    bool m_exact = true;
};

} // namespace headrace
