# SPDX-FileCopyrightText: The Headrace authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Kafka lanes: a broker of their own, the moves, their peers, and what proves that every message arrived."""

import dataclasses
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

import lanes
import measure
import postgres

PORT = 19990
BROKER = f"127.0.0.1:{PORT}"
PARTITIONS = 3
TESTS = pathlib.Path(__file__).resolve().parent.parent
RUN_BROKER = TESTS / "support" / "kafka" / "run_broker"
BUILD_BENTHOS = TESTS / "engines" / "build_benthos"
BENTHOS = "Benthos 4.27"  # the engine of Redpanda Connect, in the last version that comes with Kafka and Parquet


@dataclasses.dataclass(frozen=True)
class Lane:
    name: str
    source: str
    sink: str
    targets: dict  # how many times each peer's rate Headrace must reach


LANES = [
    Lane("Kafka → null", f"type: kafka, brokers: '{BROKER}', topic: lines, until: now, value: bytes, metadata: none",
         "type: 'null'", {"kcat": 1.0, "bare librdkafka": 0.7}),
    Lane("Kafka JSON → Parquet", f"type: kafka, brokers: '{BROKER}', topic: table, until: now, metadata: none",
         "type: parquet, path: '{output}'", {"kcat into DuckDB": 3.0, BENTHOS: 3.0}),
    # A line of the file is one text, as it is for the bare loop.
    Lane("Lines of a file → Kafka", "type: csv, path: '{lines}', header: false, delimiter: \"\\t\", quote: none, types: text",
         f"type: kafka, brokers: '{BROKER}', topic: {{topic}}, value: text, compression: lz4, linger: 50ms",
         {"bare librdkafka": 0.7}),
]

# What holds the peer back by default (messages one by one, 1,024 unfinished ones a partition) is set out of its way. It
# knows no end of a topic: it stops when nothing has come for a second, which is not counted.
BENTHOS_IDLE_SECONDS = 1
BENTHOS_PIPELINE = """http: {{ enabled: false }}
logger: {{ level: ERROR }}
input:
  read_until:
    idle_timeout: {idle}s
    input:
      kafka_franz:
        seed_brokers: ["{broker}"]
        topics: ["table:0-{last_partition}"]
        consumer_group: ""
        start_from_oldest: true
        checkpoint_limit: 1000000
        batching: {{ count: 100000, period: 100ms }}
pipeline:
  processors: [{{ parquet_encode: {{ default_compression: snappy, schema: [{schema}] }} }}]
output:
  file: {{ path: '{output}/${{! count("files") }}.parquet', codec: all-bytes }}
"""
BENTHOS_TYPES = {"BIGINT": "INT64", "DOUBLE": "DOUBLE"}  # anything else is text

STREAM = """headrace: 1
name: bench-stream
source: {{ type: kafka, brokers: '{broker}', topic: stream, metadata: none, columns: {{ id: int64, sent: int64 }} }}
batch: {{ age: 5ms }}
destination: {{ type: postgres, {database}, table: out }}
delivery: exactly_once
"""

WINDOW_LANE = "Kafka in the window"
WINDOW_PARTITIONS = 12
WINDOW_MESSAGES = 10_000_000
WINDOW = """headrace: 1
name: bench-window
source: {{ type: kafka, brokers: '{broker}', topic: window, until: {until} }}
batch: {{ rows: 20000, age: 100ms }}
destination: {{ type: 'null' }}
delivery: at_least_once
"""


def pipeline(lane, **paths):
    """The pipeline file of a lane."""
    delivery = "exactly_once" if "null" not in lane.sink else "at_least_once"
    return "\n".join(["headrace: 1", "name: bench-kafka", "source: { " + lane.source.format(**paths) + " }",
                      "batch: { rows: 1000000000000 }", "destination: { " + lane.sink.format(**paths) + " }",
                      f"delivery: {delivery}", ""])


def benthos_pipeline(output):
    """The same move as "Kafka JSON → Parquet", for the peer."""
    schema = ", ".join(f"{{ name: {name}, type: {BENTHOS_TYPES.get(type_, 'UTF8')}, optional: true }}"
                       for name, type_ in lanes.COLUMNS.items())
    return BENTHOS_PIPELINE.format(broker=BROKER, last_partition=PARTITIONS - 1, output=output, schema=schema,
                                   idle=BENTHOS_IDLE_SECONDS)


def checksum(lines):
    """Count and an order-free sum over the lines' hashes."""
    total, count = 0, 0
    for line in lines:
        total = (total + int.from_bytes(hashlib.blake2b(line.rstrip(b"\n"), digest_size=8).digest(), "big")) % 2 ** 64
        count += 1
    return count, total


class Bench:
    """Beside bench.Bench, whose tables, folder and programs it uses."""

    def __init__(self, bench, rows):
        self.bench = bench
        self.rows = rows
        self.folder = bench.work / "kafka"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        self.bare = bench.program.parent.parent / "tests" / "bench_kafka"
        self.broker = subprocess.Popen([RUN_BROKER, self.folder, str(PORT)], stdout=open(f"{self.folder}.log", "wb"),
                                       stderr=subprocess.STDOUT)
        while subprocess.run(["kcat", "-b", BROKER, "-L", "-m", "1"], stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL).returncode != 0:
            time.sleep(0.2)
        self.table = bench.table(rows, "ndjson")
        self.lines = bench.work / f"lines-{rows}.txt"
        with open(self.lines, "w") as file:
            file.writelines(f"{i:012d} {i * 2654435761 % 2 ** 32:010d} the same words in every message ".ljust(100, ".") + "\n"
                            for i in range(rows))
        self.copies = 0
        for topic, file in (("lines", self.lines), ("table", self.table)):
            self.create(topic)
            self.bare_produce(topic, file)

    def stop(self):
        self.broker.terminate()
        self.broker.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def create(self, topic):
        subprocess.run([self.bare, "create", BROKER, topic, str(PARTITIONS)], check=True)

    def new_copy(self):
        """Names an empty topic for a run that writes; that of the run before is deleted."""
        if self.copies > 0:
            subprocess.run([self.bare, "delete", BROKER, self.copy()], check=True)
        self.copies += 1
        self.create(self.copy())
        return self.copy()

    def copy(self):
        return f"copy-{self.copies}"

    def bare_produce(self, topic, file):
        return measure.run([self.bare, "produce", BROKER, topic, file])

    def consumed(self, topic):
        """The committed messages of a topic, one a line."""
        command = ["kcat", "-C", "-b", BROKER, "-t", topic, "-o", "beginning", "-e", "-q", "-X",
                   "isolation.level=read_committed"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            return checksum(process.stdout)

    def headrace(self, lane, *more):
        output = self.bench.output("kafka")
        topic = self.new_copy() if lane.sink.startswith("type: kafka") else ""
        file = self.bench.work / "bench-kafka.headrace.yaml"
        file.write_text(pipeline(lane, output=output, lines=self.lines, topic=topic))
        return measure.run([self.bench.program, "run", file, "--progress", "none", *more], self.bench.environment)

    def peer(self, lane, name):
        if lane.name == "Lines of a file → Kafka":
            return self.bare_produce(self.new_copy(), self.lines)
        if name == "bare librdkafka":
            return measure.run([self.bare, "consume", BROKER, "lines"])
        kcat = f"kcat -C -b {BROKER} -o beginning -e -q -t "
        if name == "kcat":
            return measure.run(["sh", "-c", kcat + "lines > /dev/null"])
        output = self.bench.output("kafka-peer")
        if name == BENTHOS:
            output.mkdir()
            file = self.bench.work / "bench-kafka.benthos.yaml"
            file.write_text(benthos_pipeline(output))
            cost = measure.run([self.benthos(), "-c", file])
            return dataclasses.replace(cost, seconds=cost.seconds - BENTHOS_IDLE_SECONDS)
        sql = f"COPY (FROM read_json('/dev/stdin', format = 'newline_delimited')) TO '{output}' (FORMAT parquet)"
        return measure.run(["sh", "-c", f'{kcat} table | {self.bench.duckdb} -c "{sql}"'])

    def benthos(self):
        """The program; the first call may take some minutes, as it builds it."""
        return subprocess.run([BUILD_BENTHOS, self.folder / "benthos", "benthos_kafka"], check=True, text=True,
                              stdout=subprocess.PIPE).stdout.strip()

    def digest(self, kind, path):
        return self.bench.sql(lanes.digest_sql(kind, path, self.bench.extensions))

    def is_right(self, lane):
        """Whether all messages arrived unchanged, the peer's too, or for the null destination all of them."""
        if lane.sink.startswith("type: parquet"):
            expected = self.digest("csv", self.bench.table(self.rows, "csv"))
            self.headrace(lane)
            own = self.digest("parquet", self.bench.work / "out-kafka" / "*.parquet")
            self.peer(lane, BENTHOS)
            return own == self.digest("parquet", self.bench.work / "out-kafka-peer" / "*.parquet") == expected
        if lane.sink.startswith("type: kafka"):
            self.headrace(lane)
            with open(self.lines, "rb") as file:
                return self.consumed(self.copy()) == checksum(file)
        said = subprocess.run([self.bench.program, "run", self.bench.work / "bench-kafka.headrace.yaml", "--progress", "json"],
                              env=self.bench.environment, check=True, text=True, stdout=subprocess.PIPE).stdout
        return json.loads(said.splitlines()[-1])["rows"] == self.rows

    def moves(self, wanted):
        for lane in wanted:
            programs = {"headrace": lambda lane=lane: self.headrace(lane)}
            for name in lane.targets:
                programs[name] = lambda lane=lane, name=name: self.peer(lane, name)
            costs = measure.alternate(programs, self.bench.rounds)
            self.bench.output("none")
            yield lane, costs, self.is_right(lane)

    def latency(self, rate, seconds):
        """What bench_latency saw of a streaming run into PostgreSQL with durable commits, as its own line says it."""
        if self.bench.server is None:
            self.bench.server = postgres.Server()
        self.bench.output("latency")
        self.bench.server.psql("ALTER ROLE bench SET synchronous_commit = on; CREATE TABLE out(id bigint, sent bigint);"
                               "CREATE INDEX ON out(id)")  # so that looking does not cost what is measured
        self.create("stream")
        file = self.bench.work / "bench-stream.headrace.yaml"
        file.write_text(STREAM.format(broker=BROKER, database=lanes.DATABASE))
        stream = subprocess.Popen([self.bench.program, "run", file, "--progress", "none"], env=self.bench.environment)
        try:
            said = subprocess.run([self.bare.parent / "bench_latency", BROKER, "stream", lanes.DATABASE_TEXT, "out", str(rate),
                                   str(seconds)], check=True, text=True, stdout=subprocess.PIPE).stdout
        finally:
            stream.terminate()
            stream.wait()
            self.bench.server.psql("ALTER ROLE bench RESET synchronous_commit")
        return json.loads(said)

    def window(self, seconds):
        """What bench_window saw on the Run page while it read a full topic, and on the Preview page while one was filled."""
        topic = "window"
        subprocess.run([self.bare, "create", BROKER, topic, str(WINDOW_PARTITIONS)], check=True)
        for _ in range(max(1, WINDOW_MESSAGES // self.rows)):
            self.bare_produce(topic, self.table)
        running = self.bench.window(seconds, self.window_file("now"), "run")
        producer = subprocess.Popen(["sh", "-c", 'while "$0" "$@"; do :; done', self.bare, "produce", BROKER, topic, self.table],
                                    stdout=subprocess.DEVNULL, start_new_session=True)
        try:
            following = self.bench.window(seconds, self.window_file("never"), "preview")
        finally:
            os.killpg(producer.pid, signal.SIGTERM)
            producer.wait()
        return {"Run, a full topic": running, "Preview, followed live": following}

    def window_file(self, until):
        file = self.bench.work / "bench-window.headrace.yaml"
        file.write_text(WINDOW.format(broker=BROKER, until=until))
        return file
