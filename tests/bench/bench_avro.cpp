// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/array.h>

#include "connectors/formats/avro/row_decoder.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::size_t kBatchRows = 10'000;

std::string contentOf(const char* path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Values, each behind its length in four bytes.
std::vector<std::string_view> valuesIn(std::string_view bytes)
{
    std::vector<std::string_view> values;
    std::uint32_t size = 0;
    while (bytes.size() >= sizeof size) {
        std::memcpy(&size, bytes.data(), sizeof size);
        values.push_back(bytes.substr(sizeof size, size));
        bytes.remove_prefix(sizeof size + size);
    }
    return values;
}

} // namespace

/// Decodes Avro values into columns: bench_avro SCHEMA VALUES, two files that bench_avro.py makes. Prints rows, seconds
/// and CPU seconds.
int main(int argumentCount, char** arguments)
{
    using namespace headrace;
    if (argumentCount != 3) {
        fmt::print(stderr, "usage: bench_avro SCHEMA VALUES\n");
        return 2;
    }
    const std::string bytes = contentOf(arguments[2]);
    const auto values = valuesIn(bytes);
    const auto begin = std::chrono::steady_clock::now();
    std::int64_t rows = 0;
    const auto run = [&]() -> Status {
        HEADRACE_TRY(const auto schema, avro::Schema::parse(contentOf(arguments[1])));
        HEADRACE_TRY(const auto columns, avro::columnsOf(*schema, true));
        avro::Cells cells(columns);
        HEADRACE_TRY(auto decoder, avro::RowDecoder::create(schema, true, cells));
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (const auto problem = decoder.decode(values[i]))
                return fail(ErrorCode::Data, *problem);
            if ((i + 1) % kBatchRows == 0 || i + 1 == values.size()) {
                std::int64_t taken = 0;
                for (CellBuffer& buffer : cells.buffers)
                    taken = buffer.finish()->length();
                rows += taken;
            }
        }
        return {};
    };
    if (const Status done = run(); !done) {
        fmt::print(stderr, "{}\n", done.error().message);
        return 1;
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    fmt::print("{} rows {:.3f} s {:.3f} CPU s\n", rows, seconds, static_cast<double>(std::clock()) / CLOCKS_PER_SEC);
    return 0;
}
