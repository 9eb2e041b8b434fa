// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/durable_file.h"
#include "connectors/sinks/file_manifest.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <stop_token>
#include <thread>

namespace headrace {

/// A batch whose files are complete under their temporary names.
struct FinishedBatch {
    std::vector<DurableFile> files;
    ManifestEntry entry;
};

/// Makes finished batches durable on its own thread, in order, while the next batch is being encoded: syncs and renames
/// their files, then appends their lines to the manifest. Batches that wait together share the syncs of folders and
/// manifest. After a failure nothing more is committed. Public methods may be called from any thread.
class FileCommitter {
public:
    /// `root` is the destination's folder; `manifest` is used only by the committer until it is destroyed.
    FileCommitter(std::string root, FileManifest& manifest);

    /// Commits what was submitted, then joins.
    ~FileCommitter();

    /// Waits while too many files are pending. The error of an earlier batch is returned here.
    Status submit(FinishedBatch batch, std::stop_token stop);

    /// Waits until all submitted batches are durable.
    Status wait(std::stop_token stop);

    /// The last durable batch of this run, or the error that stopped the committer.
    [[nodiscard]] Result<std::optional<CommittedPosition>> durable() const;

private:
    void work();
    Status commit(std::vector<FinishedBatch>& batches);
    Status syncFolders(const std::vector<FinishedBatch>& batches);

    std::string m_root;
    FileManifest& m_manifest;
    std::set<std::string> m_knownFolders; ///< whose own entries are durable

    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<FinishedBatch> m_pending;
    std::size_t m_pendingFiles = 0; ///< also those being committed
    bool m_busy = false;
    bool m_stopping = false;
    std::optional<Error> m_error;
    std::optional<CommittedPosition> m_durable;
    std::thread m_thread;
};

} // namespace headrace
