// SPDX-FileCopyrightText: The Headrace authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTcpServer>

#include <algorithm>
#include <unistd.h>
#include <vector>

namespace headrace::test {

/// The first of `count` ports in a row, at most 10, that nobody listens on. They lie below those that the system gives
/// to connections, which could take one before its server listens; programs and servers that start at one time look at
/// different places first.
inline int freePorts(int count = 1)
{
    constexpr int kFirst = 20'000;
    constexpr int kPlaces = 1'200;
    static int asked = 0;
    const int start = static_cast<int>(::getpid()) * 7 + asked++;
    for (int attempt = 0; attempt < kPlaces; ++attempt) {
        const int first = kFirst + 10 * ((start + attempt) % kPlaces);
        std::vector<QTcpServer> servers(static_cast<std::size_t>(count));
        int port = first;
        if (std::ranges::all_of(servers, [&port](QTcpServer& server) {
                return server.listen(QHostAddress::LocalHost, static_cast<quint16>(port++));
            }))
            return first;
    }
    qFatal("no %d ports in a row are free from %d on", count, kFirst);
}

} // namespace headrace::test
