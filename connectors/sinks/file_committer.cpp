// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/sinks/file_committer.h"

#include "connectors/core/kill_point.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <iterator>
#include <thread>
#include <utility>

namespace headrace {

namespace {

/// Bounds the open file descriptors; a single batch may have more.
constexpr std::size_t kPendingFiles = 64;
constexpr std::size_t kSealers = 8;

/// Makes all files durable under their temporary names. The waits for the disk overlap: it writes several files as fast
/// as one.
Status sealAll(std::vector<FinishedBatch>& batches)
{
    std::vector<DurableFile*> files;
    for (FinishedBatch& batch : batches)
        for (DurableFile& file : batch.files)
            files.push_back(&file);
    std::vector<Status> outcomes(files.size());
    std::atomic<std::size_t> next{0};
    const auto seal = [&] {
        for (std::size_t at = next++; at < files.size(); at = next++)
            outcomes[at] = files[at]->seal();
    };
    {
        std::vector<std::jthread> others;
        for (std::size_t i = 1; i < std::min(files.size(), kSealers); ++i)
            others.emplace_back(seal);
        seal();
    }
    const auto failed = std::ranges::find_if(outcomes, [](const Status& outcome) { return !outcome.has_value(); });
    return failed == outcomes.end() ? Status() : *failed;
}

} // namespace

FileCommitter::FileCommitter(std::string root, FileManifest& manifest)
    : m_root(std::move(root))
    , m_manifest(manifest)
    , m_thread([this] { work(); })
{
}

FileCommitter::~FileCommitter()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stopping = true;
    }
    m_changed.notify_all();
    m_thread.join();
}

Status FileCommitter::submit(FinishedBatch batch, std::stop_token stop)
{
    std::unique_lock lock(m_mutex);
    const bool ready =
        m_changed.wait(lock, stop, [this] { return m_error.has_value() || m_pendingFiles < kPendingFiles; });
    if (m_error)
        return fail(*m_error);
    if (!ready)
        return fail(ErrorCode::Cancelled, "The run was stopped before the batch was committed.");
    m_pendingFiles += batch.files.size() + 1;
    m_pending.push_back(std::move(batch));
    m_changed.notify_all();
    return {};
}

Status FileCommitter::wait(std::stop_token stop)
{
    std::unique_lock lock(m_mutex);
    const bool idle =
        m_changed.wait(lock, stop, [this] { return m_error.has_value() || (m_pending.empty() && !m_busy); });
    if (m_error)
        return fail(*m_error);
    if (!idle)
        return fail(ErrorCode::Cancelled, "The run was stopped while batches were being made durable.");
    return {};
}

Result<std::optional<CommittedPosition>> FileCommitter::durable() const
{
    const std::lock_guard lock(m_mutex);
    if (m_error)
        return fail(*m_error);
    return m_durable;
}

void FileCommitter::work()
{
    const Status created = m_manifest.create(); // its waits for the disk pass while the first rows come
    std::unique_lock lock(m_mutex);
    if (!created) {
        m_error = created.error();
        m_changed.notify_all();
    }
    while (true) {
        m_changed.wait(lock, [this] { return m_stopping || !m_pending.empty(); });
        if (m_pending.empty() || m_error)
            return;
        std::vector<FinishedBatch> batches(std::make_move_iterator(m_pending.begin()),
                                           std::make_move_iterator(m_pending.end()));
        m_pending.clear();
        m_busy = true;
        lock.unlock();
        const Status committed = commit(batches);
        const CommittedPosition last = batches.back().entry.committed;
        batches.clear();
        lock.lock();
        m_busy = false;
        m_pendingFiles = 0;
        for (const FinishedBatch& batch : m_pending)
            m_pendingFiles += batch.files.size() + 1;
        if (committed) {
            m_durable = last;
        } else {
            m_error = committed.error();
            m_pending.clear();
        }
        m_changed.notify_all();
    }
}

Status FileCommitter::commit(std::vector<FinishedBatch>& batches)
{
    HEADRACE_CHECK(sealAll(batches));
    std::vector<ManifestEntry> entries;
    for (FinishedBatch& batch : batches) {
        for (DurableFile& file : batch.files)
            HEADRACE_CHECK(file.publish());
        entries.push_back(batch.entry);
    }
    HEADRACE_CHECK(syncFolders(batches));
    killPoint("before-commit");
    HEADRACE_CHECK(m_manifest.append(entries));
    killPoint("after-commit");
    return {};
}

Status FileCommitter::syncFolders(const std::vector<FinishedBatch>& batches)
{
    std::set<std::string> folders;
    for (const FinishedBatch& batch : batches) {
        for (const DurableFile& file : batch.files) {
            // A new partition folder must itself survive, and so must those above it.
            auto folder = std::filesystem::path(file.path()).parent_path();
            folders.insert(folder.string());
            while (folder.string().size() > m_root.size() && m_knownFolders.insert(folder.string()).second) {
                folder = folder.parent_path();
                folders.insert(folder.string());
            }
        }
    }
    for (const std::string& folder : folders)
        HEADRACE_CHECK(syncFolderOf(folder + "/."));
    return {};
}

} // namespace headrace
