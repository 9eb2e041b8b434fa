#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Headrace authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures headrace against DuckDB on this machine and writes what was reached. installer/bench calls it."""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys

import kafka
import lanes
import mariadb
import measure
import postgres
import report

HERE = pathlib.Path(__file__).resolve().parent
BIG_CSV_BYTES = 10_000_000_000


class Bench:
    def __init__(self, options):
        self.program = options.program
        packages = next(options.peers.glob("lib/python3*/site-packages"))
        self.python = options.peers / "bin" / "python3"
        self.duckdb = packages / "duckdb_cli" / "duckdb"
        self.extensions = {kind: next(packages.glob(f"duckdb_extension_{kind}_scanner/**/*.duckdb_extension"))
                           for kind in ("sqlite", "postgres")}
        self.mysql_python = options.peers / "mysql" / "bin" / "python3"
        self.extensions["mariadb"] = next((options.peers / "mysql").glob("lib/**/mysql_scanner.duckdb_extension"), None)
        self.server = None
        self.maria = None
        self.work = options.work
        self.rounds = options.rounds
        self.environment = {**os.environ, "HEADRACE_STATE_DIR": str(self.work / "state")}

    def sql(self, text):
        """What DuckDB answers, as CSV without a header."""
        return subprocess.run([self.duckdb, "-csv", "-noheader", "-c", text], check=True, text=True,
                              stdout=subprocess.PIPE).stdout.strip()

    def mysql_command(self, text):
        """The DuckDB that has the mysql extension; prints the rows of the last statement as CSV without a header."""
        code = ("import duckdb, sys; duckdb.execute('SET enable_progress_bar = false'); "  # it goes to stdout, in between
                "rows = duckdb.execute(sys.argv[1]).fetchall(); "
                "print('\\n'.join(','.join(map(str, row)) for row in rows))")
        return [self.mysql_python, "-c", code, text]

    def answer(self, lane, text):
        """The two DuckDBs do not make the same checksums."""
        if lane.sink != "mariadb":
            return self.sql(text)
        return subprocess.run(self.mysql_command(text), check=True, text=True, stdout=subprocess.PIPE).stdout.strip()

    def table(self, rows, kind):
        """The table in one of the input formats; made once."""
        path = self.work / f"table-{rows}.{kind}"
        if kind == "postgres":
            return self.server_table(rows)
        if kind == "mariadb":
            return self.maria_table(rows)
        if path.exists():
            return path
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        if kind == "csv":
            subprocess.run([sys.executable, HERE / "make_table.py", str(rows), str(part)], check=True)
        else:
            columns = "{" + ", ".join(f"'{name}': '{type_}'" for name, type_ in lanes.COLUMNS.items()) + "}"
            source = f"read_csv('{self.table(rows, 'csv')}', columns = {columns}, allow_quoted_nulls = false)"
            if kind == "tsv":
                self.sql(f"COPY (FROM {source}) TO '{part}' (DELIMITER '\t', HEADER false, NULL '\\N')")
            elif kind == "parquet":
                self.sql(f"COPY (FROM {source}) TO '{part}' (FORMAT parquet)")
            elif kind == "ndjson":
                self.sql(f"COPY (FROM {source}) TO '{part}' (FORMAT json)")
            else:
                self.sql(f"LOAD '{self.extensions['sqlite']}'; ATTACH '{part}' AS output (TYPE sqlite);"
                         f"CREATE TABLE output.t AS FROM {source}")
        part.rename(path)
        return path

    def server_table(self, rows):
        """The table t of a server that is started when it is first needed."""
        if self.server is None:
            self.server = postgres.Server()
        if self.server.psql("SELECT to_regclass('t') IS NOT NULL") == "f" or self.server.psql(
                "SELECT count(*) FROM t") != str(rows):
            self.server.psql("DROP TABLE IF EXISTS t; CREATE TABLE t(id bigint, ts timestamp, code text, x float8, y float8, "
                             "amount numeric(6,2), kind text, note text)")
            self.server.psql(f"\\copy t FROM '{self.table(rows, 'csv')}' (FORMAT csv, HEADER)")
            self.server.psql("VACUUM FREEZE ANALYZE t")
        return "t"

    def maria_table(self, rows):
        """The same of MariaDB."""
        if self.maria is None:
            self.maria = mariadb.Server()
        self.maria.load(self.table(rows, "tsv"), rows)
        return "t"

    def stop(self):
        self.output("none")
        for server in (self.server, self.maria):
            if server is not None:
                server.stop()

    def output(self, name):
        """A path at which nothing is, so that every run starts from nothing."""
        for left in self.work.glob("out-*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        shutil.rmtree(self.work / "state", ignore_errors=True)
        if self.server is not None:
            self.server.psql("DROP TABLE IF EXISTS out, headrace_commits; CHECKPOINT")
        if self.maria is not None:
            self.maria.sql("DROP TABLE IF EXISTS `out`, headrace_commits")
        return self.work / f"out-{name}"

    def headrace(self, lane, rows, batch=lanes.WITHOUT_LIMIT, keep=None):
        """Runs the lane once; `keep` receives the path of the result."""
        output = self.output("headrace")
        file = self.work / "bench.headrace.yaml"
        file.write_text(lanes.pipeline(lane.source, lane.sink, self.table(rows, lane.source), output, batch,
                                       lane.options))
        cost = measure.run([self.program, "run", file, "--progress", "none"], self.environment)
        if keep is not None:
            keep.append(output / f"*.{lane.sink}" if lane.sink in ("parquet", "csv") else output)
        return cost

    def peer(self, lane, rows, keep=None):
        output = self.output("duckdb")
        if lane.peer == "psql":
            return measure.run(["sh", "-c", lanes.psql_command(lane.sink, output)])
        text = lanes.peer_sql(lane.source, lane.sink, self.table(rows, lane.source), output, self.extensions)
        cost = measure.run(self.mysql_command(text) if lane.peer == "mysql" else [self.duckdb, "-c", text])
        if keep is not None:
            keep.append(output)
        return cost

    def digest(self, lane, runner, rows):
        """Count and checksum of what one run left behind."""
        kept = []
        runner(lane, rows, keep=kept)
        return self.answer(lane, lanes.digest_sql(lane.sink, kept[0], self.extensions))

    def raw_moves(self, rows, wanted):
        for lane in wanted:
            expected = self.answer(lane, lanes.digest_sql("csv", self.table(rows, "csv"), self.extensions))
            self.table(rows, lane.source)
            if lane.sink in ("postgres", "mariadb"):
                self.table(rows, lane.sink)  # its server
            costs = measure.alternate({
                "headrace": lambda lane=lane: self.headrace(lane, rows),
                "duckdb": lambda lane=lane: self.peer(lane, rows),
            }, self.rounds)
            found = expected if lane.sink == "null" else self.digest(lane, self.headrace, rows)
            if found != expected:
                print(f"{lane.name}: count and checksum are {found}, should be {expected}", file=sys.stderr)
            yield lane, costs["headrace"], costs["duckdb"], found == expected

    def small_batches(self, rows, wanted):
        for lane in wanted:
            costs = measure.alternate({
                "one": lambda lane=lane: self.headrace(lane, rows),
                "small": lambda lane=lane: self.headrace(lane, rows, lanes.SMALL_BATCHES),
            }, self.rounds)
            yield lane, costs["one"], costs["small"]

    def memory(self, sizes):
        """Peak resident megabytes beyond those of a job of 100 rows, by lane and number of rows."""
        for lane in lanes.LANES:
            base = self.headrace(lane, 100).peak_mb
            yield lane, base, [self.headrace(lane, rows).peak_mb - base for rows in sizes]

    def first_rows(self, rows):
        """Seconds from exec to exit for the first 100 rows of a CSV of 10 GB."""
        big = self.work / "big.csv"
        table = self.table(rows, "csv")
        with open(table, "rb") as source, open(big, "wb") as target:
            target.write(source.readline())
            start = source.tell()
            while target.tell() < BIG_CSV_BYTES:
                source.seek(start)
                shutil.copyfileobj(source, target, 1 << 22)
        size = big.stat().st_size
        command = [self.program, "preview", "--source", "csv", "-o", f"path={big}", "--rows", "100", "--format", "csv"]
        cost = measure.alternate({"preview": lambda: measure.run(command, self.environment)}, 9)["preview"]
        big.unlink()
        return size, cost

    def start_up(self):
        """Jobs of 100 rows from exec to exit, against DuckDB's Python package."""
        for lane in lanes.LANES[:2]:
            def python(lane=lane):
                text = lanes.peer_sql(lane.source, lane.sink, self.table(100, lane.source), self.output("python"), {})
                return measure.run([self.python, "-c", f"import duckdb; duckdb.execute({text!r})"])

            costs = measure.alternate({"headrace": lambda lane=lane: self.headrace(lane, 100), "python": python}, 9)
            yield lane, costs["headrace"], costs["python"]

    def window(self, *arguments):
        """What bench_window measured, as its own last line says it."""
        environment = {**self.environment, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
        command = [self.program.parent.parent / "tests" / "bench_window", *map(str, arguments)]
        said = subprocess.run(command, env=environment, check=True, text=True, stdout=subprocess.PIPE).stdout
        return json.loads(said.splitlines()[-1])


def measured(bench, options):
    page = report.Page(options.rows, options.rounds)
    wanted = [lane for lane in lanes.LANES + lanes.POSTGRES_LANES + lanes.MARIADB_LANES if options.lanes in lane.name]
    page.raw_moves(options.rows, bench.raw_moves(options.rows, wanted))
    into_servers = [lane for lane in wanted if lane.sink in ("postgres", "mariadb")]
    if into_servers:
        page.small_batches(bench.small_batches(options.rows, into_servers))
    wanted = [lane for lane in kafka.LANES if options.lanes in lane.name]
    if wanted or options.lanes in kafka.WINDOW_LANE:
        broker = kafka.Bench(bench, options.rows)
        try:
            if wanted:
                page.kafka_moves(options.rows, broker.moves(wanted))
                page.latency(1000, broker.latency(1000, 30))
            page.window_topic(broker.window(20))
        finally:
            broker.stop()
    page.start_up(bench.start_up())
    if not options.quick:
        page.small_batches(bench.small_batches(options.rows, lanes.LANES))
        page.memory((options.rows, 10 * options.rows), bench.memory((options.rows, 10 * options.rows)))
        page.first_rows(*bench.first_rows(options.rows))
        page.window(bench.window())
    return page


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=pathlib.Path, required=True, help="the built headrace")
    parser.add_argument("--peers", type=pathlib.Path, required=True, help="virtual environment with requirements.txt")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="folder for tables and results")
    parser.add_argument("--rows", type=int, default=3_000_000)
    parser.add_argument("--rounds", type=int, default=5, help="measured rounds a lane, after one that does not count")
    parser.add_argument("--lanes", default="", help="only lanes whose name contains this")
    parser.add_argument("--quick", action="store_true", help="the lanes only: no 30 M rows, no 10 GB file, no window")
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "RESULTS.md")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)

    bench = Bench(options)
    try:
        page = measured(bench, options)
    finally:
        bench.stop()
    options.out.write_text(page.text())
    print(f"Written to '{options.out}'.")
    sys.exit(0 if page.every_row_arrived else 1)


if __name__ == "__main__":
    main()
