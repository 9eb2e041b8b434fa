// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/secret.h"

#include <QString>

#include <functional>

namespace headrace {

/// Secrets in the desktop's keyring, under their names ("shop/password"). Where there is no keyring nothing is stored
/// anywhere else: the answer is an error that says so. Nothing here blocks the UI thread but lookups made on it.
namespace secret_store {

/// For setSecretLookup(): callable from any thread while the application's event loop runs; waits for the keyring.
[[nodiscard]] SecretLookup lookup();

using Done = std::function<void(Status)>;

/// UI thread; `done` is called on it.
void save(const QString& name, const QString& secret, const Done& done);

} // namespace secret_store
} // namespace headrace
