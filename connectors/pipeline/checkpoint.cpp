// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectors/pipeline/checkpoint.h"

#include "connectors/core/durable_file.h"
#include "connectors/core/json.h"
#include "connectors/core/kill_point.h"
#include "connectors/pipeline/json_text.h"
#include "connectors/pipeline/lock_file.h"

#include <fmt/format.h>

#include <filesystem>

#include <cerrno>
#include <unistd.h>

namespace headrace {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;
constexpr std::string_view kEnding = ".state.json";

Json toJson(const std::string& fingerprint, const Checkpoint& checkpoint)
{
    Json json{{"headrace_state", kVersion}, {"source", fingerprint}};
    setText(json, "position", checkpoint.committed.end.text);
    json["sequence"] = checkpoint.committed.sequence;
    json["rows"] = checkpoint.rows;
    json["quarantined"] = checkpoint.quarantined;
    json["finished"] = checkpoint.finished;
    json["earlier_batches"] = checkpoint.earlierBatches;
    if (!checkpoint.destination.empty())
        setText(json, "destination", checkpoint.destination);
    return json;
}

Result<std::optional<Checkpoint>> parseState(const std::string& path, const std::string& content,
                                             const std::string& fingerprint)
{
    const Json state = parseOrderedJson(content);
    const int version = state.at("headrace_state").get<int>();
    if (version != kVersion)
        return fail(ErrorCode::Data,
                    fmt::format("The checkpoint '{}' has version {}, this program reads version {}; use the "
                                "program that wrote it, or remove it to start from the beginning of the source.",
                                path, version, kVersion));
    if (state.at("source").get<std::string>() != fingerprint)
        return std::nullopt;
    return Checkpoint{{{textOf(state, "position")}, state.at("sequence").get<std::int64_t>()},
                      state.at("rows").get<std::int64_t>(),
                      state.at("quarantined").get<std::int64_t>(),
                      state.at("finished").get<bool>(),
                      state.value("earlier_batches", std::int64_t{0}),
                      state.contains("destination") ? textOf(state, "destination") : std::string()};
}

Result<std::optional<Checkpoint>> readState(const std::string& path, const std::string& fingerprint)
{
    auto content = readFile(path);
    if (!content && content.error().code == ErrorCode::NotFound)
        return std::nullopt;
    if (!content)
        return fail(std::move(content).error());
    try {
        return parseState(path, *content, fingerprint);
    } catch (const Json::exception& error) {
        return fail(ErrorCode::Data,
                    fmt::format("The checkpoint '{}' is damaged and cannot be used; restore it, or remove it to "
                                "start from the beginning of the source.",
                                path),
                    error.what());
    }
}

std::string stemOf(const std::string& folder, const std::string& pipeline)
{
    return fmt::format("{}/{}", folder, pipeline);
}

class CheckpointFile final : public CheckpointStore {
public:
    CheckpointFile(std::string path, LockFile lock)
        : m_path(std::move(path))
        , m_lock(std::move(lock))
    {
    }

    Result<std::optional<Checkpoint>> load(const std::string& fingerprint) override
    {
        return readState(m_path, fingerprint);
    }

    Status save(const std::string& fingerprint, const Checkpoint& checkpoint) override
    {
        killPoint("before-checkpoint");
        HEADRACE_CHECK(writeFileDurably(m_path, jsonText(toJson(fingerprint, checkpoint), 2) + "\n"));
        killPoint("after-checkpoint");
        return {};
    }

    Status reset() override
    {
        if (::unlink(m_path.c_str()) != 0 && errno != ENOENT)
            return fail(systemError("removed", m_path, errno));
        return syncFolderOf(m_path);
    }

private:
    std::string m_path;
    LockFile m_lock;
};

} // namespace

Result<std::unique_ptr<CheckpointStore>> openCheckpointFile(const std::string& folder, const std::string& pipeline)
{
    const std::string stem = stemOf(folder, pipeline);
    HEADRACE_TRY(LockFile lock, LockFile::acquire(stem + ".lock", fmt::format("The pipeline '{}'", pipeline)));
    return std::make_unique<CheckpointFile>(stem + std::string(kEnding), std::move(lock));
}

Result<std::optional<Checkpoint>> peekCheckpoint(const std::string& folder, const std::string& pipeline,
                                                 const std::string& fingerprint)
{
    return readState(stemOf(folder, pipeline) + std::string(kEnding), fingerprint);
}

} // namespace headrace
