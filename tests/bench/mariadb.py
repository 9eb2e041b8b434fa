# SPDX-FileCopyrightText: The Headrace authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A MariaDB server of its own for the benchmark: default settings but for memory and synchronisation at commits, TCP on
127.0.0.1, a database and a user "bench" without a password."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import ports

PORT = 55498
START_SECONDS = 120
SEARCH = os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin"


class Server:
    def __init__(self):
        ports.require_free(PORT, "MariaDB")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="headrace-bench-"))
        user = ["--user=root"] if os.geteuid() == 0 else []  # it refuses to run as root by accident
        data = f"--datadir={self.folder / 'data'}"
        subprocess.run([self.program("mariadb-install-db"), "--no-defaults", data, "--skip-test-db",
                        "--auth-root-authentication-method=normal", *user], check=True, stdout=subprocess.DEVNULL)
        first = self.folder / "first.sql"  # one statement a line
        first.write_text("CREATE DATABASE bench;\nCREATE USER bench@127.0.0.1;\nGRANT ALL ON *.* TO bench@127.0.0.1;\n")
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "SIGTERM", self.program("mariadbd"), "--no-defaults", data, f"--port={PORT}",
             "--bind-address=127.0.0.1", f"--socket={self.folder / 'socket'}", f"--pid-file={self.folder / 'pid'}",
             f"--init-file={first}", "--skip-name-resolve", "--skip-log-bin", "--innodb-buffer-pool-size=1G",
             "--innodb-log-file-size=2G", "--innodb-flush-log-at-trx-commit=2", "--character-set-server=utf8mb4",
             "--secure-file-priv=", *user], stderr=open(self.folder / "log", "ab"))
        ping = [self.program("mariadb-admin"), "--no-defaults", "-h", "127.0.0.1", "-P", str(PORT), "-u", "bench",
                f"--connect-timeout={START_SECONDS}", "--wait=" + str(START_SECONDS), "--silent", "ping"]
        if subprocess.run(ping).returncode != 0:
            sys.exit(f"MariaDB did not start:\n{(self.folder / 'log').read_text()}")

    @staticmethod
    def program(name):
        found = shutil.which(name, path=SEARCH)
        return found if found else sys.exit(f"'{name}' is missing: installer/setup bench installs MariaDB.")

    def stop(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)

    def sql(self, text):
        """The cells of the rows, tabs between them and no header."""
        return subprocess.run([self.program("mariadb"), "--no-defaults", "-h", "127.0.0.1", "-P", str(PORT), "-u", "bench",
                               "-N", "-B", "-e", text, "bench"], check=True, text=True, stdout=subprocess.PIPE).stdout.strip()

    def load(self, tabbed, rows):
        """Fills the table t from a file of cells between tabs, with \\N for NULL, unless it has that many rows."""
        if self.sql("SHOW TABLES LIKE 't'") == "t" and self.sql("SELECT COUNT(*) FROM t") == str(rows):
            return
        self.sql("DROP TABLE IF EXISTS t; CREATE TABLE t(id bigint PRIMARY KEY, ts datetime(3), code varchar(12), x double, "
                 "y double, amount decimal(6,2), kind varchar(16), note text)")
        self.sql(f"LOAD DATA INFILE '{tabbed}' INTO TABLE t CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\\t' OPTIONALLY "
                 "ENCLOSED BY '\"'; ANALYZE TABLE t")
