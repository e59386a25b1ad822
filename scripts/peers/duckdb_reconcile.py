"""Runs the SQL scripts in DuckDB.

    duckdb_reconcile.py PART REGISTRY DOCUMENTS ACTIVITY AS_OF OUT THREADS

PART is `half`, ties and corrections only (reconcile.sql, reports.sql), or `whole`, the whole job (reconcile.sql
with all its columns, signals.sql).
"""

import pathlib
import string
import sys

import duckdb

PARTS = {"half": ["reconcile.sql", "reports.sql"], "whole": ["reconcile.sql", "signals.sql"]}


def main():
    part, registry, documents, activity, as_of, out, threads = sys.argv[1:]
    pathlib.Path(out).mkdir(parents=True, exist_ok=True)
    texts = {"registry": registry, "documents": documents, "activity": activity, "out": out}
    values = {name: text.replace("'", "''") for name, text in texts.items()}
    values |= {"as_of": as_of, "whole": "" if part == "whole" else "--"}
    # Memory limit and place for spilling are DuckDB's defaults.
    with duckdb.connect() as connection:
        connection.execute(f"SET threads = {int(threads)}")
        connection.execute("SET enable_progress_bar = false")
        for name in PARTS[part]:
            script = pathlib.Path(__file__).with_name(name).read_text(encoding="utf-8")
            connection.execute(string.Template(script).substitute(values))


if __name__ == "__main__":
    main()
