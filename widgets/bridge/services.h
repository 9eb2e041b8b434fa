// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"
#include "widgets/bridge/engine_link.h"

#include <QString>

#include <functional>

namespace headrace {

/// Keeps a secret under a name outside of every file, and answers with a sentence that says where. UI thread; `done` is
/// called on it.
using SecretKeeper =
    std::function<void(const QString& name, const QString& secret, std::function<void(const Result<QString>&)> done)>;

class ConnectionBook;
class PlanWatch;

/// What the program gives to the pages beside the document and the run. Each may be empty.
struct Services {
    EngineLink engine = {};
    SecretKeeper keepSecret = {};
    ConnectionBook* connections = nullptr; ///< outlives the pages
    PlanWatch* plan = nullptr;             ///< what the next run will do; outlives the pages
};

} // namespace headrace
