// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/api.h>
#include <arrow/io/file.h>
#include <parquet/arrow/reader.h>

#include "tests/connectors/sinks/read_back.h"

#include "connectors/core/durable_file.h"
#include "connectors/core/sql_identifier.h"
#include "connectors/duckdb/duck_error.h"
#include "connectors/duckdb/shared_duckdb.h"
#include "connectors/sinks/sqlite_database.h"
#include "tests/support/rows.h"
#include "tests/support/sink_contract.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>

namespace headrace::test {

namespace {

/// A whole file, cell by cell: slow and plain.
Lines parseCsv(const std::string& text)
{
    Lines lines;
    std::string line;
    std::string cell;
    bool quoted = false;
    bool wasQuoted = false;
    const auto endCell = [&](char after) {
        line += cell.empty() && !wasQuoted ? "∅" : cell;
        if (after == ',')
            line += '|';
        cell.clear();
        wasQuoted = false;
    };
    for (std::size_t index = 0; index < text.size(); ++index) {
        const char c = text[index];
        if (quoted && c == '"' && index + 1 < text.size() && text[index + 1] == '"') {
            cell += c;
            ++index;
        } else if (c == '"') {
            quoted = !quoted;
            wasQuoted = true;
        } else if (quoted || (c != ',' && c != '\n')) {
            cell += c;
        } else {
            endCell(c);
            if (c == '\n')
                lines.push_back(std::exchange(line, {}));
        }
    }
    if (!lines.empty())
        lines.erase(lines.begin()); // header
    return lines;
}

/// Collects the members of flat objects as they are spelled.
class Members : public nlohmann::json_sax<nlohmann::json> {
public:
    std::string line;

    bool null() override { return add("∅"); }
    bool boolean(bool value) override { return add(value ? "true" : "false"); }
    bool number_integer(number_integer_t value) override { return add(std::to_string(value)); }
    bool number_unsigned(number_unsigned_t value) override { return add(std::to_string(value)); }
    bool number_float(number_float_t, const string_t& spelling) override { return add(spelling); }
    bool string(string_t& value) override { return add(value); }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return true; }
    bool key(string_t&) override { return true; }
    bool end_object() override { return true; }
    bool start_array(std::size_t) override { return false; }
    bool end_array() override { return false; }
    bool parse_error(std::size_t, const std::string& token, const nlohmann::detail::exception&) override
    {
        return add("cannot parse " + token);
    }

private:
    bool add(const std::string& cell)
    {
        line += (m_first ? "" : "|") + cell;
        m_first = false;
        return true;
    }
    bool m_first = true;
};

void append(Lines& lines, const Lines& more)
{
    lines.insert(lines.end(), more.begin(), more.end());
}

std::string columnList(const std::vector<std::string>& columns)
{
    std::string list;
    for (const std::string& column : columns)
        list += (list.empty() ? "" : ", ") + sqlIdentifier(column);
    return list;
}

std::string cellOf(sqlite3_stmt* statement, int column)
{
    if (sqlite3_column_type(statement, column) == SQLITE_NULL)
        return "∅";
    const auto* text = static_cast<const char*>(sqlite3_column_blob(statement, column));
    return text == nullptr ? "" : std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
}

} // namespace

std::vector<std::string> filesIn(const std::string& folder)
{
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        const std::string path = std::filesystem::relative(entry.path(), folder).string();
        if (entry.is_regular_file() && path.find("_headrace/") == std::string::npos)
            files.push_back(path);
    }
    std::ranges::sort(files);
    return files;
}

Lines readParquetFolder(const std::string& folder)
{
    Lines lines;
    for (const std::string& name : filesIn(folder)) {
        if (!name.ends_with(".parquet"))
            continue;
        const auto file = arrow::io::ReadableFile::Open(folder + "/" + name).ValueOrDie();
        const auto reader = parquet::arrow::OpenFile(file, arrow::default_memory_pool()).ValueOrDie();
        const auto table = reader->ReadTable().ValueOrDie();
        append(lines, printedLines(*table->CombineChunksToBatch().ValueOrDie()));
    }
    return lines;
}

Lines readCsvFolder(const std::string& folder)
{
    Lines lines;
    for (const std::string& name : filesIn(folder))
        if (name.ends_with(".csv"))
            append(lines, parseCsv(*readFile(folder + "/" + name)));
    return lines;
}

Lines readNdjsonFolder(const std::string& folder)
{
    Lines lines;
    for (const std::string& name : filesIn(folder)) {
        if (!name.ends_with(".ndjson"))
            continue;
        std::istringstream text(*readFile(folder + "/" + name));
        for (std::string line; std::getline(text, line);) {
            Members members;
            nlohmann::json::sax_parse(line, &members);
            lines.push_back(members.line);
        }
    }
    return lines;
}

Lines readSqlite(const std::string& path, const std::string& table, const std::vector<std::string>& columns)
{
    sqlite3* database = nullptr;
    sqlite3_stmt* statement = nullptr;
    Lines lines;
    sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READONLY, nullptr);
    const std::string sql = fmt::format("SELECT {} FROM {} ORDER BY rowid", columnList(columns), sqlIdentifier(table));
    sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        std::string line;
        for (int column = 0; column < sqlite3_column_count(statement); ++column)
            line += (column == 0 ? "" : "|") + cellOf(statement, column);
        lines.push_back(line);
    }
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return lines;
}

Lines readDuckdb(const std::string& path, const std::string& table, const std::vector<std::string>& columns)
{
    // Through the instance of the sink under test, because a second one in the process would damage the file.
    const auto database = sharedDuckDatabase(path, DuckAccess::Write, {});
    auto connection = database ? (*database)->connect() : fail(database.error());
    auto result = connection
                      ? connection->query(fmt::format("SELECT {} FROM {}", columnList(columns), sqlIdentifier(table)))
                      : fail(connection.error());
    return result ? printedLines(**result->readAll()) : Lines();
}

} // namespace headrace::test
