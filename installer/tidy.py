#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Headrace authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs clang-tidy over the sources of a build, and again only over those that changed.

A file that passed leaves a mark in the cache folder under a hash of all that its verdict depends on: the checks, the
command, its text and that of every header of the project it includes. Most of the time goes into the libraries' headers,
so Arrow's are precompiled by clang once, and files with the same command are looked at several in one go, as parts of one
source. Where that does not compile, because two of them use a name for different things, or has findings, each half is
looked at again, down to the single file, whose own run is what counts.
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
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
MARKS = pathlib.Path(os.environ["HEADRACE_CACHE"]) / "tidy"
CLANG, TIDY = "clang++-16", "clang-tidy-16"
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
FOLDERS = ("app", "connectors", "widgets", "tests/support")  # the tests themselves would double the time
KEEP_DAYS = 30
TOGETHER = 24  # files: they take little longer than one


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

    def include(self, header):
        return ["-include-pch", self.precompiled[header]] if header else []

    def compiles(self, source, arguments, header):
        """A quarter of the time of run()."""
        command = [CLANG, "-fsyntax-only", "-w", *arguments, *self.include(header), source]
        return subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0

    def run(self, source, arguments, header, *options):
        return subprocess.run(
            [TIDY, "--quiet", *options, source, "--", *arguments, *self.include(header)], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def lint(self, command, files):
        """Looks at files with one command; what is found in them, "" for nothing."""
        arguments, header = command
        if len(files) > 1:
            with tempfile.NamedTemporaryFile("w", suffix=".cpp", dir=self.build) as unit:
                unit.writelines(f'#include "{source}"\n' for source, _ in files)
                unit.flush()
                passed = self.compiles(unit.name, arguments, header) and self.run(
                    unit.name, arguments, header, f"--config-file={ROOT}/.clang-tidy", "--header-filter=.*"
                ).returncode == 0
            if passed:
                for _, mark in files:
                    mark.touch()
                return ""
            half = len(files) // 2
            return self.lint(command, files[:half]) + self.lint(command, files[half:])
        source, mark = files[0]
        run = self.run(source, arguments, header)
        if run.returncode != 0:
            return run.stdout.replace(f"{ROOT}/", "")
        mark.touch()
        return ""


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
    groups = {}
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
        groups.setdefault((tuple(arguments), header), []).append((source, mark))

    work = [(command, files[at:at + TOGETHER]) for command, files in groups.items()
            for at in range(0, len(files), TOGETHER)]
    failed = False
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for findings in pool.map(lambda item: linter.lint(*item), work):
            if findings:
                failed = True
                print(findings, flush=True)
    print(f"clang-tidy: {sum(len(files) for _, files in work)} files checked, {'with' if failed else 'no'} findings")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
