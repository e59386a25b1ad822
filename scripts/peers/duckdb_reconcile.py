"""Runs reconcile.sql in DuckDB.

    duckdb_reconcile.py REGISTRY DOCUMENTS ACTIVITY AS_OF OUT THREADS
"""

import pathlib
import string
import sys

import duckdb

SCRIPT = pathlib.Path(__file__).with_name("reconcile.sql")


def main():
    registry, documents, activity, as_of, out, threads = sys.argv[1:]
    pathlib.Path(out).mkdir(parents=True, exist_ok=True)
    texts = {"registry": registry, "documents": documents, "activity": activity, "out": out}
    quoted = {name: text.replace("'", "''") for name, text in texts.items()}
    script = string.Template(SCRIPT.read_text(encoding="utf-8")).substitute(quoted, as_of=as_of)
    # Memory limit and place for spilling are DuckDB's defaults.
    with duckdb.connect() as connection:
        connection.execute(f"SET threads = {int(threads)}")
        connection.execute("SET enable_progress_bar = false")
        connection.execute(script)


if __name__ == "__main__":
    main()
