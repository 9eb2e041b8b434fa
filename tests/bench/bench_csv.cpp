// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>

#include "connectors/core/options.h"
#include "connectors/sources/sources.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <ctime>

/// Reads a CSV file and drops the rows: bench_csv FILE [KEY=VALUE …]. Prints rows, seconds and CPU seconds.
int main(int argumentCount, char** arguments)
{
    using namespace headrace;
    if (argumentCount < 2) {
        fmt::print(stderr, "usage: bench_csv FILE [KEY=VALUE …]\n");
        return 2;
    }
    Options options{{"path", arguments[1]}};
    for (int i = 2; i < argumentCount; ++i) {
        const std::string text = arguments[i];
        options.set(text.substr(0, text.find('=')), text.substr(text.find('=') + 1));
    }
    const SourceType type = csvSource();
    const auto begin = std::chrono::steady_clock::now();
    std::int64_t rows = 0;
    std::int64_t rejected = 0;
    const auto run = [&]() -> Status {
        HEADRACE_TRY(const Options checked, options.check(type.options, "csv source"));
        HEADRACE_TRY(const auto source, type.create(checked));
        HEADRACE_TRY(const auto schema, source->open(std::nullopt, {}));
        while (true) {
            HEADRACE_TRY(const auto chunk, source->read({}, {}));
            if (!chunk)
                return {};
            rows += chunk->rows->num_rows();
            rejected += static_cast<std::int64_t>(chunk->rejected.size());
        }
    };
    if (const Status done = run(); !done) {
        fmt::print(stderr, "{}\n", done.error().message);
        return 1;
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    fmt::print("{} rows, {} rejected, {:.3f} s, {:.3f} CPU s\n", rows, rejected, seconds,
               static_cast<double>(std::clock()) / CLOCKS_PER_SEC);
    return 0;
}
