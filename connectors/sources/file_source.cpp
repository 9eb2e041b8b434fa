// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sources/file_source.h"

#include "connectors/core/shown_number.h"
#include "connectors/formats/schema_text.h"
#include "connectors/sources/chunk_slicer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <filesystem>
#include <mutex>
#include <utility>

namespace headrace {

namespace {

/// A reader's positions in one file, as positions of the source.
class FileRowPositions final : public RowPositions {
public:
    FileRowPositions(std::shared_ptr<const FilePosition> file, const Chunk& chunk, bool atEnd)
        : m_file(std::move(file))
        , m_within(chunk.at)
        , m_rows(chunk.rows->num_rows())
        , m_atEnd(atEnd)
    {
    }

    [[nodiscard]] Position after(std::int64_t rows) const override
    {
        FilePosition position = *m_file;
        position.within = m_within->after(rows).text;
        position.complete = m_atEnd && rows == m_rows;
        return position.toPosition();
    }

private:
    std::shared_ptr<const FilePosition> m_file;
    std::shared_ptr<const RowPositions> m_within;
    std::int64_t m_rows;
    bool m_atEnd;
};

Error changed(const std::string& path, std::string_view what)
{
    return {ErrorCode::Conflict,
            fmt::format("The file '{}' {} since it was read; restore it, take it out of 'path', or reset the "
                        "pipeline's state to start again.",
                        path, what),
            {},
            std::nullopt};
}

class FileSource final : public Source {
public:
    FileSource(const Options& options, FileFormat format)
        : m_patterns(options.list("path"))
        , m_onChange(options.text("changed_files"))
        , m_format(std::move(format))
    {
    }

    Result<std::shared_ptr<arrow::Schema>> open(const std::optional<Position>& resumeFrom,
                                                std::stop_token stop) override
    {
        close();
        FilePosition saved;
        if (resumeFrom) {
            HEADRACE_TRY(saved, FilePosition::parse(*resumeFrom));
        }
        HEADRACE_TRY(m_done, DoneFiles::parse(saved.done));
        m_schema = nullptr;
        if (!saved.schema.empty()) {
            HEADRACE_TRY(m_schema, decodeSchema(saved.schema));
        }
        m_schemaText = saved.schema;
        m_schemaFrom = "the files read before";

        HEADRACE_TRY(auto files, expandPaths(m_patterns, m_schema != nullptr));
        HEADRACE_CHECK(plan(saved, std::move(files)));
        if (!m_todo.empty())
            HEADRACE_CHECK(openNext(stop));
        if (m_schema == nullptr)
            return fail(ErrorCode::Data, fmt::format("'{}' is empty, so it has no columns to read.", m_emptyFile));
        return m_schema;
    }

    Result<std::optional<Chunk>> read(const ReadHint& hint, std::stop_token stop) override
    {
        while (m_pending.isEmpty()) {
            if (stop.stop_requested())
                return fail(ErrorCode::Cancelled, "Reading the files was stopped.");
            if (m_reader == nullptr && m_todo.empty())
                return std::nullopt;
            if (m_reader == nullptr)
                HEADRACE_CHECK(openNext(stop));
            HEADRACE_TRY(auto chunk, m_reader->read(hint, stop));
            if (!chunk) {
                finishFile();
                continue;
            }
            chunk->at = std::make_shared<FileRowPositions>(m_position, *chunk, m_reader->atEnd());
            m_pending.set(*std::move(chunk));
        }
        return m_pending.next(hint);
    }

    Status acknowledge(const Position&) override { return {}; }

    void close() noexcept override
    {
        m_pending.clear();
        setReader(nullptr);
        m_todo.clear();
        m_position.reset();
    }

    [[nodiscard]] SourceProgress progress() const override
    {
        std::lock_guard lock(m_mutex);
        const std::int64_t open = m_reader == nullptr ? 0 : m_reader->fileBytesRead();
        return {m_finishedBytes + open, m_totalBytes, std::nullopt};
    }

    [[nodiscard]] std::vector<Decision> decisions() const override { return m_decisions; }

private:
    struct Todo {
        FileEntry file;
        std::string within;
    };

    /// Decides what is left to read, the interrupted file first.
    Status plan(const FilePosition& saved, std::vector<FileEntry> files)
    {
        m_lastDone.reset();
        if (!saved.current.empty()) {
            HEADRACE_CHECK(planInterrupted(saved));
            std::erase_if(files, [&](const FileEntry& file) { return file.path == saved.current; });
        }
        for (FileEntry& file : files) {
            HEADRACE_TRY(const bool wanted, isWanted(file));
            if (wanted && file.size == 0 && std::filesystem::is_regular_file(file.path))
                m_emptyFile = file.path; // it may be filled later, so it is not done either
            else if (wanted)
                m_todo.push_back({std::move(file), {}});
        }
        std::lock_guard lock(m_mutex);
        m_finishedBytes = 0;
        m_totalBytes = 0;
        for (const Todo& todo : m_todo)
            m_totalBytes += todo.file.size;
        return {};
    }

    Status planInterrupted(const FilePosition& saved)
    {
        m_lastDone = FileEntry{saved.current, saved.currentSize, saved.currentModifiedNs};
        auto now = statFile(saved.current);
        if (!now && saved.complete && now.error().code == ErrorCode::NotFound)
            return {};
        if (!now && now.error().code == ErrorCode::NotFound)
            return fail(ErrorCode::NotFound, fmt::format("The file '{}', in which the last run stopped, is gone; bring "
                                                         "it back or reset the pipeline's state to start again.",
                                                         saved.current));
        if (!now)
            return fail(std::move(now).error());
        if (saved.complete && *now == *m_lastDone)
            return {};
        if (now->size < saved.currentSize)
            return fail(changed(saved.current, "has become shorter"));
        HEADRACE_TRY(const std::string head, headHash(saved.current, saved.currentSize));
        if (head != saved.head || (!m_format.growable && now->size != saved.currentSize))
            return fail(changed(saved.current, "has been replaced"));
        if (saved.complete && now->size == saved.currentSize)
            return {};
        m_lastDone.reset();
        m_todo.push_back({*std::move(now), saved.within});
        return {};
    }

    Result<bool> isWanted(const FileEntry& file) const
    {
        switch (m_done.find(file)) {
        case DoneFiles::Match::Unknown:
            return true;
        case DoneFiles::Match::Same:
            return false;
        case DoneFiles::Match::Changed:
            break;
        }
        if (m_onChange == "fail")
            return fail(changed(file.path, "has changed"));
        return m_onChange == "read_again";
    }

    Status openNext(std::stop_token stop)
    {
        Todo next = std::move(m_todo.front());
        m_todo.pop_front();
        if (m_lastDone)
            m_done.add(*m_lastDone);
        m_lastDone = next.file;

        FilePosition position;
        position.done = m_done.toText();
        position.current = next.file.path;
        position.currentSize = next.file.size;
        position.currentModifiedNs = next.file.modifiedNs;
        HEADRACE_TRY(position.head, headHash(next.file.path, next.file.size));
        HEADRACE_TRY(auto reader, m_format.open({next.file, next.within, m_schema, m_schemaFrom}, stop));
        HEADRACE_CHECK(adoptSchema(*reader, next.file.path));
        position.schema = m_schemaText;
        m_position = std::make_shared<const FilePosition>(std::move(position));
        if (m_decisions.empty())
            m_decisions = reader->decisions();
        setReader(std::move(reader));
        return {};
    }

    Status adoptSchema(const FileReader& reader, const std::string& path)
    {
        const auto schema = reader.schema();
        if (m_schema == nullptr) {
            HEADRACE_TRY(m_schemaText, encodeSchema(*schema));
            m_schema = schema;
            m_schemaFrom = fmt::format("'{}'", path);
            return {};
        }
        const std::string difference = schemaDifference(*m_schema, m_schemaFrom, *schema, fmt::format("'{}'", path));
        if (!difference.empty())
            return fail(ErrorCode::Data, difference);
        return {};
    }

    void finishFile() { setReader(nullptr, std::max(m_lastDone->size, m_reader->fileBytesRead())); }

    void setReader(std::unique_ptr<FileReader> reader, std::int64_t finishedBytes = 0)
    {
        std::unique_lock lock(m_mutex);
        m_reader.swap(reader);
        m_finishedBytes += finishedBytes;
        lock.unlock(); // the old reader joins its workers
    }

    OptionList m_patterns;
    std::string m_onChange;
    FileFormat m_format;

    std::deque<Todo> m_todo;
    DoneFiles m_done;
    std::optional<FileEntry> m_lastDone; ///< joins the done files when the next file begins; until then it may grow
    std::string m_emptyFile;
    std::shared_ptr<arrow::Schema> m_schema;
    std::string m_schemaText;
    std::string m_schemaFrom;
    std::vector<Decision> m_decisions;
    std::shared_ptr<const FilePosition> m_position; ///< of the open file, before any of its rows
    ChunkSlicer m_pending;

    mutable std::mutex m_mutex; ///< guards what progress() reads
    std::unique_ptr<FileReader> m_reader;
    std::int64_t m_finishedBytes = 0;
    std::int64_t m_totalBytes = 0;
};

std::string totalSize(const std::vector<FileEntry>& files)
{
    std::int64_t bytes = 0;
    for (const FileEntry& file : files)
        bytes += file.size;
    return shownSize(bytes);
}

} // namespace

std::unique_ptr<Source> makeFileSource(const Options& options, FileFormat format)
{
    return std::make_unique<FileSource>(options, std::move(format));
}

Result<std::vector<Readable>> describeFiles(const Options& options)
{
    OptionList patterns = options.list("path");
    if (const std::string path = options.text("path"); !path.empty())
        patterns.push_back(path); // not yet brought into a list's shape
    HEADRACE_TRY(const auto files, expandPaths(patterns));
    std::vector<Readable> readables;
    readables.reserve(files.size());
    for (const FileEntry& file : files) {
        Options only = options;
        only.set("path", OptionList{file.path});
        readables.push_back({file.path, std::move(only), shownSize(file.size)});
    }
    return readables;
}

Result<std::string> probeFiles(const Options& options, const FileFormat& format, std::stop_token stop)
{
    HEADRACE_TRY(const auto files, expandPaths(options.list("path")));
    const auto filled = std::ranges::find_if(files, [](const FileEntry& file) { return file.size > 0; });
    if (filled == files.end())
        return counted(static_cast<std::int64_t>(files.size()), "file") + ", all empty.";
    HEADRACE_TRY(const auto reader, format.open({*filled, {}, nullptr, {}}, stop));
    return fmt::format("{}, {}, {}.", counted(static_cast<std::int64_t>(files.size()), "file"), totalSize(files),
                       counted(reader->schema()->num_fields(), "column"));
}

} // namespace headrace
