// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <arrow/array.h>

#include "connectors/formats/ndjson/json_cells.h"

namespace headrace {

/// Answers null itself; everything else is the derived class's.
class NullableCells : public JsonCells {
public:
    void bind(const arrow::Array& array) final
    {
        m_array = &array;
        m_mayBeNull = array.null_count() > 0;
        bindValues(array);
    }

    bool append(std::int64_t row, std::string& out) const final
    {
        if (m_mayBeNull && m_array->IsNull(row)) {
            out += "null";
            return true;
        }
        return appendValue(row, out);
    }

protected:
    virtual void bindValues(const arrow::Array& array) = 0;
    [[nodiscard]] virtual bool appendValue(std::int64_t row, std::string& out) const = 0;

private:
    const arrow::Array* m_array = nullptr;
    bool m_mayBeNull = false;
};

/// For lists, maps, structs and dictionaries.
[[nodiscard]] Result<std::unique_ptr<JsonCells>> makeNestedCells(const arrow::DataType& type, NonFinite nonFinite);

} // namespace headrace
