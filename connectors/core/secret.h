// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/core/result.h"

#include <functional>
#include <string>
#include <string_view>

namespace headrace {

/// Looks up the secret of that name ("shop/password"). Thread-safe.
using SecretLookup = std::function<Result<std::string>(const std::string& name)>;

/// Sets where ${secret:NAME} references are looked up. Called once at start, before any connector is created.
void setSecretLookup(SecretLookup lookup);

/// Replaces ${env:NAME} and ${secret:NAME} in `text`. A missing one is an error that names it.
[[nodiscard]] Result<std::string> resolveReferences(std::string_view text);

/// Resolves the references in every value. The result holds secrets: never log, save or show it.
[[nodiscard]] Result<Options> resolveReferences(const Options& options);

/// True when `text` is nothing but one reference, the only form in which a secret option may be saved.
[[nodiscard]] bool isReference(std::string_view text);

} // namespace headrace
