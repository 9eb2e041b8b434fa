// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connectors/core/options.h"
#include "connectors/odbc/connection_attributes.h"

#include <string>

namespace headrace::odbc {

/// How a driver protects the way to its server, as far as it was told. The later ones are the safer ones.
enum class Tls { Unknown, Disable, Prefer, Require, VerifyAuthority, Verify };

struct TlsChoice {
    Tls mode = Tls::Unknown;
    /// The session ends when the server says that it is not encrypted: the driver may go on without.
    bool mustBeEncrypted = false;
};

/// Adds to `attributes` what makes a known driver do what the options `sslmode` and `sslrootcert` say, or without them
/// and without settings of the driver's own, there or in the data source `source`: verify the certificate unless the
/// server is on this machine. `driver` is a name or a library.
[[nodiscard]] Result<TlsChoice> chooseTls(Attributes& attributes, const Options& options, const std::string& source,
                                          const std::string& driver);

} // namespace headrace::odbc
