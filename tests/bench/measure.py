# SPDX-FileCopyrightText: The Headrace authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs programs in turns and takes what the kernel says they cost."""

import dataclasses
import os
import statistics
import subprocess
import time


@dataclasses.dataclass(frozen=True)
class Cost:
    seconds: float  # from before exec to after exit
    cpu: float  # user and system seconds of all threads
    peak_mb: float  # largest resident set, 10^6 bytes


class Failed(Exception):
    """A measured program did not exit with 0; the text is what it said."""


def run(command, environment=None):
    """One run of the command; what it prints is shown only when it fails."""
    started = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT)
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))}\nexit code {process.returncode}\n{said.decode(errors='replace')}")
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6)


def median(costs):
    """The middle of each figure on its own."""
    return Cost(*(statistics.median(getattr(cost, field.name) for cost in costs)
                  for field in dataclasses.fields(Cost)))


def alternate(programs, rounds):
    """Runs every program once a round, A B A B …, after one round that does not count.

    `programs` maps a name to a function that prepares, runs once and returns the Cost. Returns the medians by name."""
    costs = {name: [] for name in programs}
    for counted in range(rounds + 1):
        for name, program in programs.items():
            cost = program()
            if counted:
                costs[name].append(cost)
    return {name: median(values) for name, values in costs.items()}
