// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/file_names.h"

#include "connectors/core/durable_file.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <optional>

namespace headrace {

namespace {

constexpr std::size_t kNumberDigits = 8;

bool isPlain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
}

std::string escaped(char c)
{
    return fmt::format("%{:02X}", static_cast<unsigned char>(c));
}

/// The batch number of a file name, or nothing when it does not belong to the pipeline whose names start with `prefix`.
std::optional<std::int64_t> numberOf(std::string_view name, std::string_view prefix)
{
    if (!name.starts_with(prefix))
        return std::nullopt;
    name.remove_prefix(prefix.size());
    const auto digits = name.find_first_not_of("0123456789");
    if (digits == std::string_view::npos || digits < kNumberDigits || name[digits] != '.')
        return std::nullopt;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + digits, number);
    return error == std::errc{} ? std::optional(number) : std::nullopt;
}

} // namespace

std::string encodedName(std::string_view name)
{
    std::string result;
    for (const char c : name) {
        const bool hides = result.empty() && (c == '_' || c == '.');
        result += isPlain(c) && !hides ? std::string(1, c) : escaped(c);
    }
    return result;
}

std::string batchFileName(std::string_view pipeline, std::int64_t number, int part, std::string_view ending)
{
    const std::string partText = part > 1 ? fmt::format(".{}", part) : "";
    return fmt::format("{}-{:0{}}{}{}", encodedName(pipeline), number, kNumberDigits, partText, ending);
}

std::string partitionFolder(std::string_view key, std::string_view value)
{
    const auto append = [](std::string& out, std::string_view text) {
        for (const char c : text) {
            const bool special = static_cast<unsigned char>(c) < 0x20 || c == 0x7F ||
                                 std::string_view("\"#%'*/:=?\\{[]^").find(c) != std::string_view::npos;
            out += special ? escaped(c) : std::string(1, c);
        }
    };
    std::string folder;
    append(folder, key);
    folder += '=';
    append(folder, value);
    return folder;
}

Result<std::vector<BatchFile>> findBatchFiles(const std::string& folder, std::string_view pipeline)
{
    const std::string prefix = encodedName(pipeline) + "-";
    std::vector<BatchFile> files;
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator item(folder, error), end; !error && item != end;
         item.increment(error)) {
        const std::string name = item->path().filename().string();
        if (item->is_directory(error)) {
            if (name.find('=') == std::string::npos)
                item.disable_recursion_pending();
            continue;
        }
        if (const auto number = numberOf(name, prefix))
            files.push_back({item->path().string(), *number, name.ends_with(DurableFile::kTemporarySuffix)});
    }
    if (error)
        return fail(systemError("listed", folder, error.value()));
    return files;
}

} // namespace headrace
