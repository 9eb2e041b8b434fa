#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Headrace authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench_avro.py PROGRAM [ROWS] [ROUNDS]: rows a second that bench_avro (PROGRAM) and fastavro decode of the same Avro
values, in turns. Needs the package fastavro, which Confluent's Python client decodes with too."""
import datetime
import decimal
import io
import json
import os
import random
import struct
import subprocess
import sys
import tempfile
import time

import fastavro

SCHEMA = {"type": "record", "name": "Order", "fields": [
    {"name": "id", "type": "long"},
    {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
    {"name": "price", "type": "double"},
    {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}},
    {"name": "state", "type": ["null", {"type": "enum", "name": "State", "symbols": ["NEW", "PAID", "SENT"]}]},
    {"name": "text", "type": ["null", "string"]},
    {"name": "user", "type": {"type": "record", "name": "User", "fields": [
        {"name": "name", "type": "string"}, {"name": "age", "type": ["null", "int"]}]}},
    {"name": "tags", "type": {"type": "array", "items": "string"}}]}


def orders(rows):
    dice = random.Random(1)
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    for i in range(rows):
        yield {"id": i, "at": start + datetime.timedelta(microseconds=i * 997), "price": dice.random() * 100,
               "amount": decimal.Decimal(dice.randrange(10**9)).scaleb(-2),
               "state": dice.choice([None, "NEW", "PAID", "SENT"]), "text": dice.choice([None, "x" * dice.randrange(60)]),
               "user": {"name": f"name {i}", "age": dice.choice([None, i % 90])},
               "tags": ["a", "b"][:dice.randrange(3)]}


def main():
    program, rows, rounds = sys.argv[1], int((sys.argv[2:] or ["300000"])[0]), int((sys.argv[3:] or ["3"])[0])
    schema = fastavro.parse_schema(json.loads(json.dumps(SCHEMA)))
    values = []
    for order in orders(rows):
        out = io.BytesIO()
        fastavro.schemaless_writer(out, schema, order)
        values.append(out.getvalue())
    with tempfile.TemporaryDirectory() as folder:
        names = [os.path.join(folder, name) for name in ("schema", "values")]
        with open(names[0], "w", encoding="utf-8") as file:
            json.dump(SCHEMA, file)
        with open(names[1], "wb") as file:
            for value in values:
                file.write(struct.pack("<I", len(value)) + value)
        for _ in range(rounds):
            print("headrace", subprocess.run([program, *names], check=True, capture_output=True, text=True).stdout.strip())
            begin, cpu = time.monotonic(), time.process_time()
            for value in values:
                fastavro.schemaless_reader(io.BytesIO(value), schema, None)
            print(f"fastavro {rows} rows {time.monotonic() - begin:.3f} s {time.process_time() - cpu:.3f} CPU s")


main()
