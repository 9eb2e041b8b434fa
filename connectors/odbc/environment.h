// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/result.h"

#include <memory>

namespace headrace::odbc {

/// ODBC's handle of the process's own: connections and lists are made from one. Loads the driver manager.
class Environment {
public:
    [[nodiscard]] static Result<Environment> create();

    [[nodiscard]] void* handle() const { return m_handle.get(); }

private:
    struct Free {
        void operator()(void* handle) const noexcept;
    };

    std::unique_ptr<void, Free> m_handle;
};

} // namespace headrace::odbc
