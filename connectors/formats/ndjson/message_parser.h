// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/formats/ndjson/block_parser.h"

#include <arrow/type_fwd.h>

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace headrace::ndjson {

/// Turns JSON texts that come one by one, as the messages of a stream do, into rows. Unlike a file's, their columns may
/// become more while they are read. One thread at a time.
class MessageParser {
public:
    struct Settings {
        bool detectTypes = true; ///< false: every value as it stands, as text
        bool flatten = true;
        bool grow = true; ///< new keys become columns; `extra` says what becomes of them otherwise
        ExtraKeys extra = ExtraKeys::Quarantine;
        std::map<std::string, std::string> columns; ///< types by column name, in the notation of setType()
    };

    struct Bad {
        std::size_t message = 0; ///< index among the texts
        std::string reason;      ///< full sentence
    };

    struct Parsed {
        std::shared_ptr<arrow::RecordBatch> rows; ///< a row for every text taken that is not bad, in order
        std::vector<Bad> bad;                     ///< in order
        std::size_t taken = 0;                    ///< texts, at least one: the columns change before the next
    };

    /// Without `columns` they are found by learn() and by what comes.
    [[nodiscard]] static Result<MessageParser> create(Settings settings, std::vector<Column> columns = {});

    /// Adds the columns of samples; texts that are no JSON add nothing.
    Status learn(std::span<const std::string_view> texts);

    /// Of the rows that parse() gives next. A new object when the columns have become more.
    [[nodiscard]] const std::shared_ptr<arrow::Schema>& schema() const { return m_schema; }
    [[nodiscard]] const std::vector<Column>& columns() const { return m_columns; }

    /// A text without data() (a message without value) is a row of nulls.
    [[nodiscard]] Result<Parsed> parse(std::span<const std::string_view> texts);

    static constexpr std::size_t kMostColumns = 5000;

private:
    explicit MessageParser(Settings settings);

    [[nodiscard]] ExtraKeys extra() const { return m_settings.grow ? ExtraKeys::Column : m_settings.extra; }
    Status adopt(std::vector<Column> columns);
    [[nodiscard]] static Parsed parseOnce(BlockParser& parser, std::span<const std::string_view> texts);
    static void cutBefore(std::int64_t row, Parsed& parsed);

    Settings m_settings;
    std::vector<Column> m_columns;
    std::shared_ptr<arrow::Schema> m_schema;
    std::unique_ptr<BlockParser> m_parser;
};

} // namespace headrace::ndjson
