// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/pipeline/pipeline.h"
#include "widgets/pages/page_area.h"

#include <functional>
#include <string>
#include <vector>

class QWidget;

namespace headrace {
class MainWindow;
}

namespace headrace::test {

class RealServers;

/// One picture: a pipeline on a page, and what is done there before.
struct Scene {
    std::string name;
    std::function<Pipeline(RealServers&)> pipeline;
    Page page = Page::Connect;
    /// Presses what is to be pressed and waits for the answer; the servers may get new records meanwhile.
    std::function<void(MainWindow&, RealServers&)> act = {};
};

/// The Connect page of each kind: empty, connected with its tree open, and each way in which a connection fails.
[[nodiscard]] std::vector<Scene> connectScenes();
/// What can be seen of the sources before a run: rows, no rows, bad records, nested, wide and long values.
[[nodiscard]] std::vector<Scene> previewScenes();
/// Triggers and gates with what will happen, and runs: going on, finished, failed, stopped, resumed.
[[nodiscard]] std::vector<Scene> runScenes();

/// A pipeline from `source` into nothing.
[[nodiscard]] Pipeline pipelineFrom(const std::string& type, Options options);

} // namespace headrace::test
