// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/sink_writing.h"

#include "connectors/core/registry.h"

#include <functional>
#include <string>
#include <vector>

namespace headrace::test {

/// What the suite must know about a destination that is a table of a server, beyond its SinkCase. Statements of SQL
/// that a case leaves empty are checks it does without.
struct TableCase {
    std::string name; ///< opens the names of the test rows
    SinkType type;
    Options options; ///< that connect to the server

    /// Runs statements by other means than the sink; the last one's rows, "|" between cells and "∅" for NULL.
    std::function<Lines(const std::string& sql)> run;
    std::string reset; ///< leaves a database without tables

    std::string tables;       ///< lists them by name
    std::string types;        ///< lists columns of the table {} as name|type, in their order
    std::string countIndexes; ///< of the table orders
    std::string textLength = "char_length";
    std::string commits = "headrace_commits";
    std::string sequenceColumn = "sequence"; ///< of `commits`
    std::size_t longestName = 0;             ///< of a table; 0: not checked
    bool replaceExchanges = true;            ///< the table, with its columns; otherwise its rows
    bool refusesOtherIndexes = false;
    bool oneWriter = false; ///< who has written locks all others out

    Lines evolved; ///< by `types`: a:int32, b:decimal(6;2) after a:int64, b:decimal(10;4), c:string; empty: it cannot
    std::string change; ///< words for what a new column d:date32 needs

    /// A column of this type cannot take the incoming one as it is, and the error says so in these words; "" stands
    /// for the sentence that names the column and its type.
    struct Unfit {
        std::string existing;
        std::string incoming;
        std::string words = {};
    };
    std::vector<Unfit> unfit;

    /// A column of this type takes the good value, but not the bad one.
    struct Misfit {
        std::string type;
        std::string incoming;
        std::string good;
        std::string bad;
        std::string words = "of this run";
    };
    std::vector<Misfit> misfits;

    /// A table `types` of every type, in two rows, is read and written to another one.
    struct EveryType {
        std::string create;
        SourceType source;
        Options options;  ///< of the source
        std::string rows; ///< lists the table {}, in an order
    } everyType;

    std::string cut;            ///< from now on a session that commits a batch ends before the answer
    std::string mend;           ///< and from now on no longer
    std::function<void()> stop; ///< the server, as a crash would
    std::function<void()> start;

    [[nodiscard]] std::unique_ptr<Sink> sink(Options more = {}) const; ///< to the table orders unless told
};

/// Fills the rows of a data function: every check that destinations in servers share, for every case.
///
///     void tables_data() { test::addTableContract(m_tables); }
///     void tables() { test::checkTableContract(m_tables); }
void addTableContract(const std::vector<TableCase>& cases);

/// Runs the check of the current row.
void checkTableContract(const std::vector<TableCase>& cases);

/// Rows of the table, read through a source: a row a line, as printedLines() has them; empty without the table.
/// `quote` stands around names.
[[nodiscard]] Lines readTable(const SourceType& type, Options options, const std::string& table, const Lines& columns,
                              char quote);

} // namespace headrace::test
