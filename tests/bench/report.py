# SPDX-FileCopyrightText: The Headrace authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page that tells what was measured: every section prints as it comes and ends up in RESULTS.md."""

import os
import pathlib
import re
import subprocess


def first_match(path, pattern):
    found = re.search(pattern, pathlib.Path(path).read_text())
    return found.group(1).strip() if found else "unknown"


def machine():
    memory = int(first_match("/proc/meminfo", r"MemTotal:\s+(\d+)")) * 1024 / 1e9
    compiler = subprocess.run(["g++", "-dumpfullversion"], text=True, stdout=subprocess.PIPE).stdout.strip()
    system = first_match("/etc/os-release", r'PRETTY_NAME="(.*)"')
    processor = first_match("/proc/cpuinfo", r"model name\s*:(.*)")
    return f"{processor}, {os.cpu_count()} cores, {memory:.0f} GB memory, {system}, g++ {compiler}"


def verdict(reached):
    return "yes" if reached else "**no**"


class Page:
    def __init__(self, rows, rounds):
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], text=True, stdout=subprocess.PIPE,
                                cwd=pathlib.Path(__file__).parent).stdout.strip()
        self.every_row_arrived = True
        self.lines = []
        self.add(
            "# What was reached", "",
            f"`installer/bench`, commit {commit}, {rows:,} rows of 8 columns (about 100 B a row as CSV), DuckDB 1.5.5",
            "and beside MariaDB 1.4.4.",
            f"Machine: {machine()}.", "",
            f"Both programs run in turns (A B A B …), each in a fresh process; the figures are medians of {rounds} rounds",
            "after one that does not count. Seconds are from exec to exit, CPU is user + system, MB is the largest",
            "resident set. A lane counts only when count and order-free checksum of the result equal the input's.")

    def add(self, *lines):
        self.lines += lines
        print("\n".join(lines), flush=True)

    def heading(self, text):
        self.add("", f"## {text}", "")

    def raw_moves(self, rows, results):
        self.heading("Lanes, one batch")
        self.add("| lane | Headrace M rows/s | s | CPU s | MB | DuckDB M rows/s | s | CPU s | MB | ratio | target | reached"
                 " | rows right |", "|---|---|---|---|---|---|---|---|---|---|---|---|---|")
        for lane, own, peer, right in results:
            self.every_row_arrived &= right
            ratio = peer.seconds / own.seconds
            cells = [f"{rows / cost.seconds / 1e6:.2f} | {cost.seconds:.2f} | {cost.cpu:.2f} | {cost.peak_mb:.0f}"
                     for cost in (own, peer)]
            self.add(f"| {lane.name} | {cells[0]} | {cells[1]} | {ratio:.2f} × | {lane.target} × | "
                     f"{verdict(ratio >= lane.target)} | {verdict(right)} |")

    def kafka_moves(self, rows, results):
        self.heading("Kafka lanes, a broker on the same machine")
        self.add("| lane | program | M messages/s | s | CPU s | MB | Headrace against it | target | reached | messages right |",
                 "|---|---|---|---|---|---|---|---|---|---|")
        for lane, costs, right in results:
            self.every_row_arrived &= right
            own = costs["headrace"]
            for name, cost in costs.items():
                figures = f"{rows / cost.seconds / 1e6:.2f} | {cost.seconds:.2f} | {cost.cpu:.2f} | {cost.peak_mb:.0f}"
                compared = f" | | | {verdict(right)}"
                if name in lane.targets:
                    ratio, target = cost.seconds / own.seconds, lane.targets[name]
                    compared = f"{ratio:.2f} × | {target} × | {verdict(ratio >= target)} | "
                self.add(f"| {lane.name} | {name} | {figures} | {compared} |")

    def latency(self, rate, measured):
        self.heading(f"Streaming, {rate:,} records/s from Kafka into PostgreSQL, `age: 5ms`")
        self.add(f"From the moment a record is given to the producer until a query finds it in the table, {measured['records']:,} "
                 f"records: p50 {measured['p50']} ms, p95 {measured['p95']} ms, p99 {measured['p99']} ms, longest "
                 f"{measured['max']} ms; target p99 50 ms, reached: {verdict(measured['p99'] <= 50)}.")

    def small_batches(self, results):
        self.heading("Batches of 10,000 rows, each committed exactly once, against one batch")
        self.add("| lane | one batch s | 10,000-row batches s | lost | at most | reached |", "|---|---|---|---|---|---|")
        for lane, one, small in results:
            lost = 1 - one.seconds / small.seconds
            self.add(f"| {lane.name} | {one.seconds:.2f} | {small.seconds:.2f} | {lost:.0%} | 10% | "
                     f"{verdict(lost <= 0.10)} |")

    def memory(self, sizes, results):
        self.heading("Memory beyond that of a 100-row job, MB")
        columns = " | ".join(f"{rows:,} rows" for rows in sizes)
        self.add(f"| lane | 100-row job | {columns} | at most | reached |", "|---|---|" + "---|" * len(sizes) + "---|---|")
        for lane, base, beyond in results:
            values = " | ".join(f"{value:.0f}" for value in beyond)
            self.add(f"| {lane.name} | {base:.0f} | {values} | 150 | {verdict(max(beyond) <= 150)} |")

    def first_rows(self, size, cost):
        self.heading("First 100 rows of a large CSV")
        self.add(f"`headrace preview --rows 100` on {size / 1e9:.1f} GB: {cost.seconds * 1000:.0f} ms from exec to exit; "
                 f"target 100 ms, reached: {verdict(cost.seconds <= 0.1)}.")

    def start_up(self, results):
        self.heading("A job of 100 rows from exec to exit, against DuckDB's Python package")
        self.add("| lane | Headrace ms | DuckDB ms | share | at most | reached |", "|---|---|---|---|---|---|")
        for lane, own, peer in results:
            share = own.seconds / peer.seconds
            self.add(f"| {lane.name} | {own.seconds * 1000:.0f} | {peer.seconds * 1000:.0f} | {share:.2f} | 0.33 | "
                     f"{verdict(share <= 1 / 3)} |")

    def window(self, measured):
        self.heading("Window, while generated rows flow into the null destination")
        up, stall, rate = measured["window_up_ms"], measured["stall_ms"], measured["rows_per_second"]
        self.add("| what | measured | target | reached |", "|---|---|---|---|",
                 f"| from exec to the first frame | {up} ms | 300 ms | {verdict(up <= 300)} |",
                 f"| rows a second | {rate:,} | 1,000,000 | {verdict(rate >= 990_000)} |",
                 f"| stall of the UI thread, p99 | {stall['p99']} ms | 16 ms | {verdict(stall['p99'] <= 16)} |",
                 f"| longest stall | {stall['max']} ms | 50 ms | {verdict(stall['max'] <= 50)} |")

    def window_topic(self, pages):
        self.heading("Window, while a Kafka topic is read at full speed")
        self.add("| page | rows a second | stall of the UI thread p50, p99, longest ms | target p99 | reached | MB |",
                 "|---|---|---|---|---|---|")
        for page, measured in pages.items():
            stall = measured["stall_ms"]
            self.add(f"| {page} | {measured['rows_per_second']:,} | {stall['p50']}, {stall['p99']}, {stall['max']} | 16 ms | "
                     f"{verdict(stall['p99'] <= 16)} | {measured['memory_mb']} |")

    def text(self):
        return "\n".join(self.lines) + "\n"
