// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/prove/canonical_text.h"
#include "connectors/core/result.h"

#include <arrow/type_fwd.h>

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace headrace::prove {

/// 128 bits of a row's canonical text.
struct RowHash {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    friend auto operator<=>(const RowHash&, const RowHash&) = default;
};

/// How each column is compared, by its name.
using ColumnKinds = std::map<std::string, ValueKind>;

[[nodiscard]] ColumnKinds columnKinds(const arrow::Schema& schema);

/// Calls `visit(hash, text)` for each row; `text` shows the row to people: `id=1 name="x" note=NULL`. Columns are taken
/// by name, in whatever order they come; one that `kinds` does not know is compared as text.
Status visitRows(const arrow::RecordBatch& rows, const ColumnKinds& kinds,
                 const std::function<void(const RowHash&, const std::string& text)>& visit);

/// Rows as a multiset, 16 bytes each.
class RowSet {
public:
    void add(const RowHash& hash) { m_rows.push_back(hash); }

    [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(m_rows.size()); }

    /// 32 hex digits: the same for any order of the rows.
    [[nodiscard]] std::string digest() const;

    /// Rows of this set beyond those that `other` has too, sorted; a row counts as often as it occurs.
    [[nodiscard]] std::vector<RowHash> without(RowSet& other);

private:
    std::vector<RowHash> m_rows;
};

} // namespace headrace::prove
