#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Headrace authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the benchmark's table as CSV: make_table.py ROWS FILE. The same bytes for the same number of rows.

Eight columns: id bigint, ts timestamp with milliseconds, code text of 12, x and y double, amount
numeric(6,2), kind of five words with NULLs, note of 0 to 60 characters with commas, quotes, line ends, UTF-8 and
NULLs. About 100 bytes a row. Needs nothing but Python: one block of rows is made at random and repeated with new ids
and times.
"""

import datetime
import random
import sys

BLOCK = 50_000
KINDS = ["new", "paid", "shipped", "returned", ""]
WORDS = ["river", "mill", "gate", "weir", "sluice", "Mühle", "débit", "水路", "channel", "wheel", "head", "flow"]
START = datetime.datetime(2024, 1, 1)


def note(dice):
    """Free text: a tenth NULL, a twentieth empty, a third with what needs quotes."""
    kind = dice.random()
    if kind < 0.10:
        return ""
    if kind < 0.15:
        return '""'
    text = " ".join(dice.choices(WORDS, k=dice.randint(1, 9)))[:60]
    if kind > 0.90:
        return '"' + text.replace(" ", "\n", 1) + '"'
    if kind > 0.80:
        return '"' + text.replace(" ", ' ""', 1) + '"""' if " " in text else '"' + text + ', ""x"""'
    if kind > 0.65:
        return '"' + text.replace(" ", ", ", 1) + '"'
    return text


def block():
    """The cells behind id and time, row by row."""
    dice = random.Random(20260101)
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    rows = []
    for _ in range(BLOCK):
        code = "".join(dice.choices(alphabet, k=12))
        rows.append(f"{code},{dice.uniform(-90, 90):.6f},{dice.uniform(-180, 180):.6f},"
                    f"{dice.randint(0, 999999) / 100:.2f},{dice.choice(KINDS)},{note(dice)}\n")
    return rows


def main():
    rows, path = int(sys.argv[1]), sys.argv[2]
    tails = block()
    millisecond = [f".{ms:03d}," for ms in range(1000)]
    with open(path, "w", encoding="utf-8", newline="") as out:
        out.write("id,ts,code,x,y,amount,kind,note\n")
        second = ""
        for first in range(0, rows, BLOCK):
            lines = []
            for i in range(first, min(first + BLOCK, rows)):
                ms = i * 37 % 1000
                if i % 250 == 0:
                    second = (START + datetime.timedelta(seconds=i // 250)).strftime("%Y-%m-%d %H:%M:%S")
                lines.append(f"{1_000_000 + i},{second}{millisecond[ms]}{tails[i - first]}")
            out.write("".join(lines))


if __name__ == "__main__":
    main()
