#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Headrace authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs clang-tidy over the sources of a build, and again only over those that changed.

A file that passed leaves a mark in the cache folder under a hash of all that its verdict depends on: the checks, the
command, its text and that of every header of the project it includes. The Arrow headers are precompiled by clang once,
which makes a file about four times as fast.
"""

import argparse
import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
MARKS = pathlib.Path(os.environ["HEADRACE_CACHE"]) / "tidy"
CLANG, TIDY = "clang++-16", "clang-tidy-16"
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
FOLDERS = ("app", "connectors", "widgets", "tests/support")  # the tests themselves would double the time
KEEP_DAYS = 30


@functools.lru_cache(maxsize=None)
def read(path):
    return path.read_text(errors="replace")


def project_files(path, seen):
    """The file and the project's headers it includes, directly or not."""
    if path in seen:
        return
    seen.add(path)
    for name in INCLUDE.findall(read(path)):
        for folder in (path.parent, ROOT):
            if (folder / name).is_file():
                project_files((folder / name).resolve(), seen)
                break


def clang_arguments(command):
    """GCC's command without its outputs and what clang lacks; second: the precompiled header it asked for."""
    words = iter(shlex.split(command))
    arguments, precompiled = [], None
    for word in words:
        if word in ("-o", "-c"):
            next(words)
        elif word == "-include":
            precompiled = next(words)
        elif word.startswith("-") and word not in ("-Winvalid-pch", "-fpch-preprocess"):
            arguments.append(word)
            if word in ("-isystem", "-I", "-D"):
                arguments.append(next(words))
    return arguments + ["-Wno-unknown-warning-option", "-Wno-shadow"], precompiled


class Linter:
    def __init__(self, build):
        self.build = build
        self.checks = read(ROOT / ".clang-tidy") + subprocess.check_output([TIDY, "--version"], text=True)
        self.precompiled = {}

    def precompile(self, header, arguments):
        if header not in self.precompiled:
            target = self.build / (hashlib.sha256(header.encode()).hexdigest()[:16] + ".clang.pch")
            subprocess.run([CLANG, *arguments, "-w", "-x", "c++-header", header, "-o", target], check=True)
            self.precompiled[header] = target
        return self.precompiled[header]

    def mark(self, source, arguments):
        files = set()
        project_files(source, files)
        parts = [self.checks, " ".join(arguments).replace(str(ROOT), "")]
        parts += [f"{path.relative_to(ROOT)}\0{read(path)}" for path in sorted(files)]
        return MARKS / hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def lint(self, source, arguments, header, mark):
        include = ["-include-pch", self.precompiled[header]] if header else []
        run = subprocess.run(
            [TIDY, "--quiet", source, "--", *arguments, *include], text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        if run.returncode == 0:
            mark.touch()
        return run


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    MARKS.mkdir(parents=True, exist_ok=True)
    for mark in MARKS.iterdir():
        if mark.stat().st_mtime < time.time() - KEEP_DAYS * 86400:
            mark.unlink()

    linter = Linter(options.build)
    tracked = set(subprocess.check_output(["git", "ls-files", *FOLDERS], text=True, cwd=ROOT).split())
    work = []
    for entry in json.loads((options.build / "compile_commands.json").read_text()):
        source = pathlib.Path(entry["file"])
        if not source.is_relative_to(ROOT) or str(source.relative_to(ROOT)) not in tracked:
            continue
        tracked.discard(str(source.relative_to(ROOT)))
        arguments, header = clang_arguments(entry["command"])
        mark = linter.mark(source, arguments)
        if mark.exists():
            mark.touch()
            continue
        if header:
            linter.precompile(header, arguments)
        work.append((source, arguments, header, mark))

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for run in pool.map(lambda item: linter.lint(*item), work):
            if run.returncode != 0:
                failed += 1
                print(run.stdout.replace(f"{ROOT}/", ""), flush=True)
    print(f"clang-tidy: {len(work)} files checked, {failed} with findings")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
