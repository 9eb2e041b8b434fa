// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/exporters/exporter.h"
#include "connectors/exporters/proof.h"

#include <functional>
#include <stop_token>
#include <string>

namespace headrace {

/// What this machine can do with a production engine beyond writing its files. The program that holds the window fills
/// it in; the functions block and may be called from any thread, and end early when stopped.
struct EngineLink {
    /// Path of the engine's program: `chosen`, or where it is installed. NotFound says how to get it.
    std::function<Result<std::string>(const Exporter&, const std::string& chosen)> find;

    /// Runs the pipeline here and its export with the engine's `program`, and compares the rows.
    std::function<Result<Proof>(const Pipeline&, const Exporter&, const std::string& program, std::stop_token)> prove;

    /// Hands the pipeline to the engine that serves `address`, in place of one of the same name. The value is a
    /// sentence that says what runs there now.
    std::function<Result<std::string>(const Pipeline&, const Exporter&, const std::string& address, std::stop_token)>
        submit;

    std::string defaultAddress; ///< where such an engine listens when nothing else is said
    std::string serverHint;     ///< the command that starts one
};

} // namespace headrace
