# SPDX-FileCopyrightText: The Headrace authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark's servers listen on fixed ports: only one benchmark runs at a time, which is what its figures need too."""

import socket
import sys


def require_free(port, server):
    """Ends the program when something listens on this port of 127.0.0.1 already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            sys.exit(f"The benchmark's {server} cannot start: something listens on port {port} of 127.0.0.1 already, "
                     "perhaps another benchmark. End it, then call this again.")
