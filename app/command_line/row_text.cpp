// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>

#include "app/command_line/row_text.h"

#include "connectors/formats/base64.h"
#include "connectors/formats/ndjson/json_cells.h"
#include "connectors/formats/value_text.h"

#include <fmt/format.h>

#include <functional>

namespace headrace::cli {

namespace {

/// Appends the text of one row; bound to an array.
using AppendCell = std::function<void(std::int64_t row, std::string& out)>;

Result<AppendCell> cellAppender(const arrow::Array& column)
{
    if (BytesView::covers(*column.type())) {
        BytesView view;
        view.bind(column);
        if (BytesView::isText(*column.type()))
            return AppendCell([view](std::int64_t row, std::string& out) { out += view.at(row); });
        return AppendCell([view](std::int64_t row, std::string& out) { appendBase64(view.at(row), out); });
    }
    if (std::shared_ptr<CellText> text = makeCellText(*column.type(), {})) {
        text->bind(column);
        return AppendCell([text](std::int64_t row, std::string& out) { text->append(row, out); });
    }
    HEADRACE_TRY(std::shared_ptr<JsonCells> json, makeJsonCells(*column.type(), NonFinite::Text));
    json->bind(column);
    return AppendCell([json](std::int64_t row, std::string& out) {
        if (!json->append(row, out))
            out += "null";
    });
}

} // namespace

Result<std::vector<std::optional<std::string>>> cellTexts(const arrow::Array& column)
{
    HEADRACE_TRY(const AppendCell append, cellAppender(column));
    std::vector<std::optional<std::string>> cells(static_cast<std::size_t>(column.length()));
    for (std::int64_t row = 0; row < column.length(); ++row) {
        if (!column.IsNull(row))
            append(row, cells[static_cast<std::size_t>(row)].emplace());
    }
    return cells;
}

std::string onOneLine(const std::string& text)
{
    std::string out;
    for (const char c : text) {
        if (c == '\n')
            out += "\\n";
        else if (c == '\r')
            out += "\\r";
        else if (c == '\t')
            out += "\\t";
        else if (c == '\\')
            out += "\\\\";
        else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        else
            out += c;
    }
    return out;
}

} // namespace headrace::cli
