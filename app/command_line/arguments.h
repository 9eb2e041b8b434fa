// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "connectors/pipeline/runner.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace headrace::cli {

struct OpenArguments {
    std::string file; ///< empty: none was given
};

enum class ProgressMode { Auto, Bar, Json, None };

struct RunArguments {
    std::string file;
    std::vector<std::string> settings; ///< "batch.rows=500"
    RunLimits limits;
    ProgressMode progress = ProgressMode::Auto;
    std::string stateFolder;    ///< absolute
    std::string metricsAddress; ///< empty: no server for Prometheus
};

enum class RowFormat { Table, Ndjson, Csv };

/// What is only looked at: the source of a pipeline, with its shape, or a source alone.
struct SourceWords {
    std::string file;                 ///< empty: `type` and `options` say what to read
    std::string type;                 ///< empty: `file` does
    std::vector<std::string> options; ///< "path=a.csv", "client.socket.timeout.ms=1000"
};

struct PreviewArguments {
    SourceWords source;
    std::int64_t rows = 20;
    std::string from;  ///< empty: where the source begins by itself
    std::string where; ///< condition on the source's rows; empty: none, and the file's shape applies
    RowFormat format = RowFormat::Table;
};

struct CheckArguments {
    std::string file;
    std::vector<std::string> settings;
};

struct ProfileArguments {
    SourceWords source;
    std::int64_t rows = 0; ///< at most this many; 0: all
};

struct ConnectorsArguments {
    bool json = false;
};

struct StateArguments {
    std::string file;
    bool reset = false;
    bool full = false;       ///< the position whatever its length
    std::string stateFolder; ///< absolute
};

struct ExportArguments {
    std::string file;
    std::string target;
    std::string folder;
};

struct ProveArguments {
    std::string file;
    std::string target;
    std::string engine; ///< empty: looked up
};

struct SubmitArguments {
    std::string file;
    std::string target;
    std::string address; ///< empty: where such an engine listens when nothing else is said
};

/// --help and --version: text for stdout.
struct PrintArguments {
    std::string text;
};

using Arguments =
    std::variant<OpenArguments, RunArguments, PreviewArguments, CheckArguments, ProfileArguments, ConnectorsArguments,
                 StateArguments, ExportArguments, ProveArguments, SubmitArguments, PrintArguments>;

/// Reads the command line. Every error is ErrorCode::Usage: it quotes the word and names the nearest right one.
[[nodiscard]] Result<Arguments> parseArguments(int argc, const char* const* argv);

/// "path=/data/a.csv" → {"path", "/data/a.csv"}. `option` opens the error's sentence.
[[nodiscard]] Result<std::pair<std::string, std::string>> splitKeyValue(const std::string& text,
                                                                        std::string_view option);

} // namespace headrace::cli
