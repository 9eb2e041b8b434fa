// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>

#include "connectors/sinks/batch_files.h"

#include "connectors/core/kill_point.h"
#include "connectors/sinks/file_names.h"

#include <algorithm>

namespace headrace {

namespace {

constexpr std::size_t kOpenFiles = 128;
constexpr std::int64_t kBufferedBytes = 64 * 1024 * 1024;

class FileOutput final : public ByteOutput {
public:
    explicit FileOutput(DurableFile file)
        : m_file(std::move(file))
    {
    }

    Status write(std::string_view bytes) override
    {
        HEADRACE_CHECK(m_file.write(bytes));
        killPoint("mid-write");
        return {};
    }
    Status finish() override { return {}; }

    DurableFile& file() { return m_file; }

private:
    DurableFile m_file;
};

} // namespace

struct BatchFiles::OpenFile {
    explicit OpenFile(DurableFile file)
        : output(std::move(file))
    {
    }

    FileOutput output;
    std::unique_ptr<RowWriter> writer; ///< after `output`, which it writes to
    std::int64_t lastWrite = 0;
};

BatchFiles::BatchFiles(const std::string& root, const std::string& pipeline, std::int64_t number,
                       const RowFileFormat& format)
    : m_root(root)
    , m_pipeline(pipeline)
    , m_number(number)
    , m_format(format)
{
}

BatchFiles::~BatchFiles() = default;

Status BatchFiles::write(const PartitionRows& rows)
{
    HEADRACE_TRY(OpenFile* const file, fileFor(rows));
    file->lastWrite = ++m_writes;
    HEADRACE_CHECK(file->writer->write(rows.rows));
    return m_open.size() > 1 ? limitMemory() : Status();
}

Status BatchFiles::finish()
{
    while (!m_open.empty())
        HEADRACE_CHECK(finishFile(m_open.begin()->first));
    return {};
}

Result<BatchFiles::OpenFile*> BatchFiles::fileFor(const PartitionRows& rows)
{
    if (const auto found = m_open.find(rows.folder); found != m_open.end())
        return found->second.get();
    if (m_open.size() >= kOpenFiles)
        HEADRACE_CHECK(finishLongestUnused());
    const std::string name = batchFileName(m_pipeline, m_number, ++m_parts[rows.folder], m_format.ending);
    std::string path = rows.folder.empty() ? name : rows.folder + "/" + name;
    killPoint("before-write");
    HEADRACE_TRY(DurableFile durable, DurableFile::create(m_root + "/" + path));
    auto file = std::make_unique<OpenFile>(std::move(durable));
    HEADRACE_TRY(file->writer, m_format.open(rows.rows->schema(), file->output));
    m_paths.push_back(std::move(path));
    return m_open.emplace(rows.folder, std::move(file)).first->second.get();
}

Status BatchFiles::finishFile(const std::string& folder)
{
    const auto found = m_open.find(folder);
    HEADRACE_CHECK(found->second->writer->finish());
    killPoint("after-write");
    m_finished.push_back(std::move(found->second->output.file()));
    m_open.erase(found);
    return {};
}

Status BatchFiles::finishLongestUnused()
{
    const auto oldest = std::min_element(m_open.begin(), m_open.end(), [](const auto& a, const auto& b) {
        return a.second->lastWrite < b.second->lastWrite;
    });
    HEADRACE_CHECK(finishFile(oldest->first));
    // Sealed at once, because a batch may have more folders than the process may have descriptors.
    return m_finished.back().seal();
}

Status BatchFiles::limitMemory()
{
    std::int64_t buffered = 0;
    for (const auto& [folder, file] : m_open)
        buffered += file->writer->bufferedBytes();
    if (buffered <= kBufferedBytes)
        return {};
    const auto fullest = std::max_element(m_open.begin(), m_open.end(), [](const auto& a, const auto& b) {
        return a.second->writer->bufferedBytes() < b.second->writer->bufferedBytes();
    });
    return fullest->second->writer->flush();
}

} // namespace headrace
