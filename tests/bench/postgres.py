# SPDX-FileCopyrightText: The Headrace authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A PostgreSQL server of its own for the benchmark: default settings but for memory and synchronisation at commits, TCP
on 127.0.0.1, a superuser without a password."""

import getpass
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
import time

import ports

PORT = 55499


class Server:
    def __init__(self):
        ports.require_free(PORT, "PostgreSQL")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="headrace-bench-"))  # the server's user must reach it
        self.programs = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
        self.user = "postgres" if os.geteuid() == 0 else getpass.getuser()  # the server refuses to run as root
        if os.geteuid() == 0:
            account = pwd.getpwnam(self.user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        data = self.folder / "data"
        self.call("initdb", "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C")
        self.process = subprocess.Popen(self.command(
            "postgres", "-D", data, "-p", str(PORT), "-c", "listen_addresses=127.0.0.1", "-c",
            f"unix_socket_directories={self.folder}", "-c", "shared_buffers=1GB", "-c", "max_wal_size=8GB", "-c",
            "synchronous_commit=off", "-c", "autovacuum=off"), stderr=open(self.folder / "log", "ab"))
        for _ in range(600):
            if subprocess.run([self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(PORT)]).returncode == 0:
                break
            time.sleep(0.1)

    def stop(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)

    def command(self, program, *arguments):
        words = [str(self.programs / program), *map(str, arguments)]
        return ["setpriv", "--pdeathsig", "SIGINT", "--reuid", self.user, "--regid", self.user, "--clear-groups", *words] \
            if os.geteuid() == 0 else words

    def call(self, program, *arguments):
        subprocess.run(self.command(program, *arguments), check=True, stdout=subprocess.DEVNULL)

    def psql(self, sql):
        quiet = {**os.environ, "PGOPTIONS": "-c client_min_messages=warning"}
        return subprocess.run(self.psql_command(sql), check=True, text=True, env=quiet,
                              stdout=subprocess.PIPE).stdout.strip()

    def psql_command(self, sql):
        return [self.programs / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(PORT),
                "-U", "bench", "-d", "postgres", "-c", sql]
