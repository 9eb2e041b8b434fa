# SPDX-FileCopyrightText: The Headrace authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lanes: the same move written as a pipeline and as SQL for the peer, and what proves that every row arrived."""

import dataclasses

# The table's columns, and how each result reads them back in one common form.
COLUMNS = {
    "id": "BIGINT",
    "ts": "TIMESTAMP",
    "code": "VARCHAR",
    "x": "DOUBLE",
    "y": "DOUBLE",
    "amount": "DOUBLE",
    "kind": "VARCHAR",
    "note": "VARCHAR",
}

WITHOUT_LIMIT = "rows: 1000000000000"
SMALL_BATCHES = "rows: 10000"


@dataclasses.dataclass(frozen=True)
class Lane:
    name: str
    source: str  # key of the inputs
    sink: str
    target: float  # how many times the peer's rate Headrace must reach
    peer: str = "duckdb"  # or psql, where that is faster; mysql: an older DuckDB, which has that extension
    options: str = ""  # of the source


LANES = [
    Lane("CSV → Parquet", "csv", "parquet", 1.3),
    Lane("CSV → DuckDB", "csv", "duckdb", 1.0),
    Lane("CSV → SQLite", "csv", "sqlite", 1.4),
    Lane("SQLite → Parquet", "sqlite", "parquet", 1.5),
    Lane("NDJSON → Parquet", "ndjson", "parquet", 1.2),
]
POSTGRES_LANES = [
    Lane("PostgreSQL → null, 1 connection", "postgres", "null", 1.0, "psql", ", connections: 1"),
    Lane("PostgreSQL → null", "postgres", "null", 1.5, "psql"),
    Lane("PostgreSQL → CSV", "postgres", "csv", 1.3, "psql"),
    Lane("PostgreSQL → Parquet", "postgres", "parquet", 1.3),
    Lane("PostgreSQL → DuckDB", "postgres", "duckdb", 1.1),
    Lane("PostgreSQL → SQLite", "postgres", "sqlite", 1.2),
    Lane("PostgreSQL → PostgreSQL", "postgres", "postgres", 1.1, "psql"),
    Lane("CSV → PostgreSQL", "csv", "postgres", 1.2),
    Lane("SQLite → PostgreSQL", "sqlite", "postgres", 1.2),
    Lane("Parquet → PostgreSQL", "parquet", "postgres", 1.1),
]
MARIADB_LANES = [
    Lane("MariaDB → Parquet", "mariadb", "parquet", 1.0, "mysql"),
    Lane("MariaDB → DuckDB", "mariadb", "duckdb", 1.0, "mysql"),
    Lane("MariaDB → CSV", "mariadb", "csv", 1.0, "mysql"),
    Lane("CSV → MariaDB", "csv", "mariadb", 1.0, "mysql"),
    Lane("Parquet → MariaDB", "parquet", "mariadb", 1.0, "mysql"),
]

DATABASE = "host: 127.0.0.1, port: 55499, database: postgres, user: bench"
DATABASE_TEXT = "host=127.0.0.1 port=55499 dbname=postgres user=bench"
MARIADB = "host: 127.0.0.1, port: 55498, database: bench, user: bench"
MARIADB_TEXT = "host=127.0.0.1 port=55498 database=bench user=bench"

SOURCES = {
    "csv": "type: csv, path: '{input}'",
    "mariadb": "type: mariadb, " + MARIADB + ", table: t",
    "ndjson": "type: ndjson, path: '{input}'",
    "parquet": "type: parquet, path: '{input}'",
    "postgres": "type: postgres, " + DATABASE + ", table: t",
    "sqlite": "type: sqlite, path: '{input}', table: t",
}
SINKS = {
    "csv": "type: csv, path: '{output}'",
    "mariadb": "type: mariadb, " + MARIADB + ", table: out",
    "null": "type: 'null'",
    "postgres": "type: postgres, " + DATABASE + ", table: out",
    "parquet": "type: parquet, path: '{output}'",
    "duckdb": "type: duckdb, path: '{output}', table: t",
    "sqlite": "type: sqlite, path: '{output}', table: t",
}


def pipeline(source, sink, input_path, output_path, batch=WITHOUT_LIMIT, options=""):
    """The pipeline file of a lane."""
    return "\n".join([
        "headrace: 1",
        "name: bench",
        "source: { " + SOURCES[source].format(input=input_path) + options + " }",
        "batch: { " + batch + " }",
        "destination: { " + SINKS[sink].format(output=output_path) + " }",
        "delivery: exactly_once",
        "",
    ])


READS = {
    "csv": "read_csv('{path}')",
    "mariadb": "input.t",
    "ndjson": "read_json('{path}', format = 'newline_delimited')",
    "parquet": "read_parquet('{path}')",
    "postgres": "input.public.t",
    "sqlite": "input.t",
}
ATTACHES = {
    "mariadb": "LOAD '{extension}'; ATTACH '" + MARIADB_TEXT + "' AS {name} (TYPE mysql);",
    "postgres": "LOAD '{extension}'; ATTACH '" + DATABASE_TEXT + "' AS {name} (TYPE postgres);",
    "sqlite": "LOAD '{extension}'; ATTACH '{path}' AS {name} (TYPE sqlite);",
}
WRITES = {
    "csv": "COPY (FROM {rows}) TO '{path}' (HEADER);",
    "mariadb": "CREATE TABLE output.out AS FROM {rows};",
    "postgres": "CREATE TABLE output.public.out AS FROM {rows};",
    "parquet": "COPY (FROM {rows}) TO '{path}' (FORMAT parquet);",
    "duckdb": "ATTACH '{path}' AS output; CREATE TABLE output.t AS FROM {rows};",
    "sqlite": "CREATE TABLE output.t AS FROM {rows};",
}


def psql_command(sink, output_path):
    """The same move out of PostgreSQL by psql, as a command of the shell."""
    psql = "psql -X -q -h 127.0.0.1 -p 55499 -U bench -d postgres -c "
    if sink == "csv":
        return psql + f"\"\\copy (SELECT * FROM t) TO '{output_path}' (FORMAT csv, HEADER)\""
    binary = psql + "'COPY (SELECT * FROM t) TO STDOUT (FORMAT binary)'"
    if sink == "null":
        return binary + " > /dev/null"
    return psql + f"'CREATE TABLE out (LIKE t)' && {binary} | {psql} 'COPY out FROM STDIN (FORMAT binary)'"


def peer_sql(source, sink, input_path, output_path, extensions):
    """What DuckDB is told for the same move."""
    text = ""
    for kind, path, name in ((source, input_path, "input"), (sink, output_path, "output")):
        text += ATTACHES.get(kind, "").format(extension=extensions.get(kind), path=path, name=name)
    return text + WRITES[sink].format(rows=READS[source].format(path=input_path), path=output_path)


RESULTS = {
    "mariadb": "output.out",
    "postgres": "output.public.out",
    "parquet": "read_parquet('{path}')",
    "duckdb": "output.t",
    "sqlite": "output.t",
    "csv": "read_csv('{path}', all_varchar = true, allow_quoted_nulls = false)",
}


def digest_sql(kind, path, extensions):
    """Count and an order-free checksum of all values of a result, as one line. A quoted empty cell of a CSV is an empty
    text here, although the peer's own lanes read it as NULL."""
    attach = f"ATTACH '{path}' AS output (READ_ONLY);" if kind == "duckdb" else ""
    attach += ATTACHES.get(kind, "").format(extension=extensions.get(kind), path=path, name="output")
    row = ", ".join(f"CAST({column} AS {type_})" for column, type_ in COLUMNS.items())
    return (attach + f"SELECT count(*), sum(hash(row({row})))::VARCHAR AS checksum FROM "
            + RESULTS[kind].format(path=path))
