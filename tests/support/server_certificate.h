// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <string>

namespace headrace::test {

/// An authority of its own (`folder`/ca.crt), and a server's key and certificate signed by it, for "localhost" and,
/// where it is not empty, for `address`.
void makeServerCertificate(const QString& folder, const QString& key, const QString& certificate,
                           const std::string& address = {});

/// An IPv4 address of this machine that is not 127.0.0.1; "" without one.
[[nodiscard]] std::string ownAddress();

} // namespace headrace::test
