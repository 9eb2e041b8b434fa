// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/secret.h"

#include <QString>

#include <functional>

namespace headrace {

/// Secrets in the desktop's keyring, under their names ("shop/password"). Where there is no keyring they are kept in
/// memory until the program ends, and never written to a file. Nothing here blocks the UI thread but lookups made on
/// it.
namespace secret_store {

enum class Kept { InKeyring, UntilTheEnd };

/// For setSecretLookup(): callable from any thread while the application's event loop runs; waits for the keyring.
[[nodiscard]] SecretLookup lookup();

using Done = std::function<void(const Result<Kept>&)>;

/// UI thread; `done` is called on it. An error when the user refuses.
void save(const QString& name, const QString& secret, const Done& done);

/// What to tell the user about a secret that was kept.
[[nodiscard]] QString keptText(Kept kept, const QString& name);

/// Lets the workers that wait for the keyring go, with an error. Called when the event loop has ended.
void release();

} // namespace secret_store
} // namespace headrace
