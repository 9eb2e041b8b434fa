// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include "connectors/sinks/file_sink.h"

#include "connectors/core/kill_point.h"
#include "connectors/sinks/batch_files.h"
#include "connectors/sinks/file_committer.h"
#include "connectors/sinks/file_names.h"

#include <cerrno>
#include <unistd.h>

namespace headrace {

namespace {

/// Takes bytes and drops them: opens a writer only to see whether it would accept the schema.
class NoOutput final : public ByteOutput {
public:
    Status write(std::string_view) override { return {}; }
    Status finish() override { return {}; }
};

class FileSink final : public Sink {
public:
    FileSink(std::string folder, std::vector<std::string> partitionBy, RowFileFormat format)
        : m_folder(std::move(folder))
        , m_partitionBy(std::move(partitionBy))
        , m_format(std::move(format))
    {
        while (m_folder.size() > 1 && m_folder.ends_with('/'))
            m_folder.pop_back();
    }

    ~FileSink() override { close(); }

    Result<std::optional<CommittedPosition>> open(const std::shared_ptr<arrow::Schema>& schema,
                                                  const RunIdentity& identity, std::stop_token) override
    {
        close();
        m_identity = identity;
        HEADRACE_TRY(m_partitioner, Partitioner::create(schema, m_partitionBy));
        NoOutput nowhere;
        HEADRACE_CHECK(m_format.open(m_partitioner->fileSchema(), nowhere));
        HEADRACE_TRY(m_manifest, FileManifest::open(m_folder, identity.pipeline));
        HEADRACE_CHECK(removeLeftovers());
        m_number = m_manifest->lastNumber();
        auto committed = m_manifest->committed(identity.source);
        m_committer = std::make_unique<FileCommitter>(m_folder, *m_manifest);
        return committed;
    }

    Status append(const std::shared_ptr<arrow::RecordBatch>& rows, std::stop_token) override
    {
        if (rows->num_rows() == 0)
            return {};
        if (!m_batch)
            m_batch.emplace(m_folder, m_identity.pipeline, m_number + 1, m_format);
        HEADRACE_TRY(const auto parts, m_partitioner->split(rows));
        for (const PartitionRows& part : parts)
            HEADRACE_CHECK(m_batch->write(part));
        m_rows += rows->num_rows();
        return {};
    }

    Status commit(const BatchSummary& batch, const Position& end, std::stop_token stop) override
    {
        FinishedBatch finished;
        finished.entry = {++m_number, m_identity.source, m_identity.run, {end, batch.sequence}, m_rows, {}};
        if (m_batch) {
            HEADRACE_CHECK(m_batch->finish());
            finished.files = m_batch->takeFiles();
            finished.entry.files = m_batch->relativePaths();
        }
        dropBatch();
        return m_committer->submit(std::move(finished), stop);
    }

    Result<std::optional<CommittedPosition>> durable() override { return m_committer->durable(); }
    Status flush(std::stop_token stop) override { return m_committer->wait(stop); }
    void rollback() noexcept override { dropBatch(); }

    void close() noexcept override
    {
        dropBatch();
        m_committer.reset();
        m_manifest.reset();
    }

private:
    void dropBatch()
    {
        m_batch.reset();
        m_rows = 0;
    }

    Status removeLeftovers() const
    {
        HEADRACE_TRY(const auto files, findBatchFiles(m_folder, m_identity.pipeline));
        for (const BatchFile& file : files)
            if ((file.temporary || file.number > m_manifest->lastNumber()) && ::unlink(file.path.c_str()) != 0)
                return fail(systemError("removed", file.path, errno));
        return {};
    }

    std::string m_folder;
    std::vector<std::string> m_partitionBy;
    RowFileFormat m_format;
    RunIdentity m_identity;
    std::optional<Partitioner> m_partitioner;
    std::unique_ptr<FileManifest> m_manifest;
    std::unique_ptr<FileCommitter> m_committer;
    std::optional<BatchFiles> m_batch;
    std::int64_t m_number = 0; ///< of the last batch handed to the committer
    std::int64_t m_rows = 0;   ///< of the open batch
};

} // namespace

std::unique_ptr<Sink> makeFileSink(std::string folder, std::vector<std::string> partitionBy, RowFileFormat format)
{
    return std::make_unique<FileSink>(std::move(folder), std::move(partitionBy), std::move(format));
}

} // namespace headrace
