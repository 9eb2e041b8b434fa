// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace headrace {

/// What Debian's and Ubuntu's ca-certificates trust: where no file of the user's own says which authorities count.
inline constexpr const char* kSystemCertificates = "/etc/ssl/certs/ca-certificates.crt";

/// Whether a server's host, as a user writes it, is this machine, so that its certificate need not be looked at. A path
/// is the server's socket; no host means this machine with all drivers. A list of several is not.
[[nodiscard]] inline bool isThisMachine(std::string_view host)
{
    if (host.starts_with('/'))
        return host.find(',') == std::string_view::npos;
    const bool isAddress = host.find_first_not_of("0123456789.") == std::string_view::npos;
    return host.empty() || host == "localhost" || host == "::1" || (isAddress && host.starts_with("127."));
}

} // namespace headrace
