// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/core/pull_forecast.h"
#include "connectors/core/row_counter.h"
#include "connectors/core/sink.h"
#include "connectors/core/source.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace headrace {

/// One thing that a source can read or a sink can write to: a file, table, topic.
struct Readable {
    std::string name;        ///< as the user knows it: "public.orders"
    Options options;         ///< what to set so that exactly this is read: {table: "public.orders"}
    std::string description; ///< "table, 412 rows", "1.2 GB, 3 hours ago"
};

enum class Guarantee { ExactlyOnce, AtLeastOnce, None };

/// What a setting leaves of a sink's guarantee.
struct Weakening {
    Guarantee guarantee = Guarantee::None;
    std::string setting;  ///< that does it: "acks: 1"
    std::string remedy;   ///< the setting that keeps the guarantee: "acks: all"
    std::string sentence; ///< what can be lost or doubled, for the user
};

/// What all connector types share as data. Factories, describe and probe may be called from any thread.
struct ConnectorType {
    std::string type;                     ///< as in the pipeline file: "csv"
    std::string label;                    ///< as in the window: "CSV files"
    std::string group;                    ///< "Files", "Databases", "Streams", "Test data"
    std::string help;                     ///< what it reads or writes, in one or two sentences
    std::vector<std::string> fileEndings; ///< lower case with dot (".csv"), for drag and drop; empty for non-files
    std::vector<OptionSpec> options;

    /// Tests that the connection works: cheap, cancellable, without side effects. Answers with a sentence.
    std::function<Result<std::string>(const Options&, std::stop_token)> probe;
};

struct SourceType : ConnectorType {
    bool unbounded = false;                                                ///< may never end by itself
    bool rewindable = true;                                                ///< can be reopened after any position
    std::function<Result<std::unique_ptr<Source>>(const Options&)> create; ///< options are checked
    /// The options for looking only, where they differ: without what others would notice, as a consumer group; empty
    /// function: they do not.
    std::function<Options(Options)> forPreview;
    /// What can be read with these (possibly incomplete) options; empty function: nothing to browse.
    std::function<Result<std::vector<Readable>>(const Options&, std::stop_token)> describe;
    /// Counts new rows for the trigger new_rows; options are checked. Empty function: it cannot tell cheaply.
    std::function<Result<std::unique_ptr<RowCounter>>(const Options&)> createCounter;
    /// Whether a read with these options gives all rows again, not those that are new; empty function: never.
    std::function<bool(const Options&)> readsWhole;
    /// How many rows pulls bring that begin behind the position and come so long after one another; options are
    /// checked. Blocks, reads no more than a part of an index or a small table. Empty function: it cannot tell.
    std::function<Result<PullForecast>(const Options&, const std::optional<Position>&, std::chrono::nanoseconds between,
                                       std::stop_token)>
        forecast;
    /// The value of the cursor at a position: "2026-11-22 10:00:00"; "" when it holds none. Empty function: positions
    /// are for the source alone.
    std::function<std::string(const Position&)> cursorAt;
    /// What the pulls up to a position tell about late rows and the option `lag`, as sentences; "" for nothing yet.
    /// Empty function: they tell nothing.
    std::function<std::string(const Position&)> lateRows;
};

struct SinkType : ConnectorType {
    Guarantee guarantee = Guarantee::AtLeastOnce;
    bool repeatsShow = true; ///< false: rows that arrive twice leave the destination as rows that arrive once
    std::function<Result<std::unique_ptr<Sink>>(const Options&)> create; ///< options are checked
    /// Whether rows that come again with these options take the place of those before; empty function: never.
    std::function<bool(const Options&)> replacesRows;
    /// What these (possibly unchecked) options leave of `guarantee`; empty function, or nothing: all of it.
    std::function<std::optional<Weakening>(const Options&)> weakening;

    [[nodiscard]] Guarantee guaranteeWith(const Options& given) const
    {
        const auto weaker = weakening ? weakening(given) : std::nullopt;
        return weaker ? weaker->guarantee : guarantee;
    }
};

/// The connector types this program knows, in the order they were added. Built once at start, then only read.
class Registry {
public:
    void add(SourceType source) { m_sources.push_back(std::move(source)); }
    void add(SinkType sink) { m_sinks.push_back(std::move(sink)); }

    [[nodiscard]] const std::vector<SourceType>& sources() const { return m_sources; }
    [[nodiscard]] const std::vector<SinkType>& sinks() const { return m_sinks; }

    /// The type named `type`; the error lists the nearest right name.
    [[nodiscard]] Result<const SourceType*> source(std::string_view type) const;
    [[nodiscard]] Result<const SinkType*> sink(std::string_view type) const;

    /// Checks the options, resolves secret references and creates the connector.
    [[nodiscard]] Result<std::unique_ptr<Source>> createSource(std::string_view type, const Options& options) const;
    [[nodiscard]] Result<std::unique_ptr<Sink>> createSink(std::string_view type, const Options& options) const;

    /// Usage when the source type has no counter of new rows; a source type has one if it can tell cheaply.
    [[nodiscard]] Status checkCounts(std::string_view type) const;
    [[nodiscard]] Result<std::unique_ptr<RowCounter>> createCounter(std::string_view type,
                                                                    const Options& options) const;

private:
    std::vector<SourceType> m_sources;
    std::vector<SinkType> m_sinks;
};

} // namespace headrace
