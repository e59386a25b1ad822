"""What each reader of a report sees: table by table its rows, columns, types, unknown values and the values themselves.

    readers.py REPORT EXCEL_CSV READER...

The schema below is the contract's. Every reader brings each table to plain Python values; these must be those of the
schema, and the same for all. CSV and the workbook hold text of nested columns, so these are compared by their codes.
"""

import csv
import datetime
import json
import math
import pathlib
import subprocess
import sys
import tempfile

TEXT, WHOLE, NUMBER, FLAG, DAY, LIST = "text", "whole", "number", "flag", "day", "list"

# Columns may become more; these must be there, of these types.
SCHEMA = {
    "corrections": {
        "case_id": TEXT, "iin": TEXT, "kind": TEXT, "field": TEXT, "registered_value": TEXT, "current_value": TEXT,
        "document_country": TEXT, "document_number": TEXT, "document_issue_date": DAY, "basis": TEXT,
        "confidence": NUMBER, "ambiguous": FLAG, "since": DAY, "age_days": WHOLE, "registry_row": WHOLE,
        "document_row": WHOLE, "office": TEXT, "state": TEXT, "first_seen": DAY,
    },
    "suspects": {
        "case_id": TEXT, "iin": TEXT, "score": NUMBER, "band": TEXT, "ring_id": TEXT, "signals": LIST,
        "registry_row": WHOLE, "prior_bits": NUMBER, "exculpations": LIST, "evidence_id": TEXT, "state": TEXT,
        "first_seen": DAY,
    },
    "rings": {
        "ring_id": TEXT, "members": WHOLE, "high": WHOLE, "medium": WHOLE, "low": WHOLE, "mean_score": NUMBER,
        "expected_invented": NUMBER, "binds": LIST, "first_assigned": DAY, "last_assigned": DAY, "iins": LIST,
    },
    "duplicates": {
        "cluster_id": TEXT, "iin": TEXT, "cluster_size": WHOLE, "match_probability": NUMBER, "best_partner": TEXT,
        "registry_row": WHOLE, "state": TEXT, "first_seen": DAY,
    },
    "defects": {
        "dataset": TEXT, "row": WHOLE, "field": TEXT, "check": TEXT, "severity": TEXT, "value": TEXT, "message": TEXT,
    },
    "rejects": {
        "dataset": TEXT, "file": TEXT, "row": WHOLE, "byte_offset": WHOLE, "reason": TEXT, "raw": TEXT,
    },
    "changes": {
        "table": TEXT, "case_id": TEXT, "iin": TEXT, "kind": TEXT, "state": TEXT, "changed": TEXT, "first_seen": DAY,
        "last_seen": DAY, "resolved_on": DAY, "previous_as_of": DAY, "as_of": DAY,
    },
}

REPORT, EXCEL = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
wrong = []


def kind(value):
    """The type of a plain value."""
    if isinstance(value, bool):
        return FLAG
    for types, name in ((str, TEXT), (int, WHOLE), (float, NUMBER), (datetime.date, DAY), ((list, tuple), LIST)):
        if isinstance(value, types):
            return name
    return type(value).__name__


def plain(value):
    """A value as plain Python has it: what libraries wrap their own around."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if hasattr(value, "asDict"):
        value = value.asDict()
    if hasattr(value, "tolist") and not isinstance(value, (str, bytes)):
        value = value.tolist()
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, dict):
        return tuple((name, plain(part)) for name, part in value.items())
    if isinstance(value, (list, tuple)):
        return tuple(plain(item) for item in value)
    return value


def pyarrow(table):
    import pyarrow.parquet

    file = pyarrow.parquet.ParquetFile(REPORT / f"{table}.parquet")
    meta = file.metadata
    if meta.metadata.get(b"iinrec.table") != table.encode():
        wrong.append(f"{table}: the file does not say which table it is")
    for group in range(meta.num_row_groups):
        for column in range(meta.num_columns):
            chunk = meta.row_group(group).column(column)
            # Of items of a list, and of columns without a value, there is nothing to compare.
            if "." not in chunk.path_in_schema and chunk.statistics is None:
                wrong.append(f"{table}: {chunk.path_in_schema} has no statistics")
    data = file.read()
    for declared in meta.row_group(0).sorting_columns if meta.num_row_groups else ():
        column = data.column(declared.column_index).to_pylist()
        if column != sorted(column, reverse=declared.descending):
            wrong.append(f"{table}: is not sorted by {data.column_names[declared.column_index]}, as it says")
    return data.column_names, [list(row.values()) for row in data.to_pylist()]


def duckdb(table):
    import duckdb

    found = duckdb.sql(f"FROM '{REPORT}/{table}.parquet'")
    return found.columns, found.fetchall()


def pandas(table):
    import pandas

    # Unknown whole numbers stay whole only with Arrow's types; without them pandas makes floats of such a column.
    frame = pandas.read_parquet(REPORT / f"{table}.parquet", dtype_backend="pyarrow")
    rows = frame.astype(object).where(frame.notna(), None).values.tolist()
    return list(frame.columns), rows


def polars(table):
    import polars

    frame = polars.read_parquet(REPORT / f"{table}.parquet")
    return frame.columns, frame.rows()


def spark(table):
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    frame = session.read.parquet(str(REPORT / f"{table}.parquet"))
    # One partition a row group, so that rows come in their order.
    return frame.columns, [tuple(row) for row in frame.collect()]


def from_text(table, names, rows):
    """Cells of text as values of the schema."""
    read = {
        TEXT: str, WHOLE: int, NUMBER: lambda text: float(text.replace(",", ".")), FLAG: {"true": True, "false": False}.get,
        DAY: datetime.date.fromisoformat, LIST: str,
    }
    kinds = [SCHEMA[table].get(name, TEXT) for name in names]
    return [[None if text == "" else read[of](text) for of, text in zip(kinds, row)] for row in rows]


def csv_for_programs(table):
    with open(REPORT / f"{table}.csv", encoding="utf-8", newline="") as file:
        names, *rows = csv.reader(file)
    return names, from_text(table, names, rows)


def as_excel_shows(text):
    if text.startswith('="') and text.endswith('"'):
        return text[2:-1]
    return text[1:] if text.startswith("'") else text


def csv_for_excel(table):
    with open(EXCEL / f"{table}.csv", encoding="utf-8-sig", newline="") as file:
        names, *rows = csv.reader(file, delimiter=";")
    return names, from_text(table, names, [[as_excel_shows(text) for text in row] for row in rows])


def workbook(path, table, office_made=False):
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=office_made)
    names, *rows = book[table.capitalize()].iter_rows(values_only=True)
    kinds = [SCHEMA[table].get(name, TEXT) for name in names]
    # A workbook knows one kind of number.
    read = {NUMBER: float, WHOLE: int}
    rows = [[v if v is None or of not in read else read[of](v) for of, v in zip(kinds, row)] for row in rows]
    return list(names), rows


def xlsx(table):
    return workbook(REPORT / "report.xlsx", table)


converted = None


def office(table):
    global converted
    if converted is None:
        converted = pathlib.Path(tempfile.mkdtemp())
        subprocess.run(
            ["soffice", "--headless", "--convert-to", "ods", "--outdir", converted, REPORT / "report.xlsx"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        subprocess.run(
            ["soffice", "--headless", "--convert-to", "xlsx", "--outdir", converted, converted / "report.ods"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
    # It writes FALSE as a formula; wanted is what the formula shows.
    return workbook(converted / "report.xlsx", table, office_made=True)


READERS = {"pyarrow": pyarrow, "duckdb": duckdb, "pandas": pandas, "polars": polars, "spark": spark,
           "csv": csv_for_programs, "excel csv": csv_for_excel, "xlsx": xlsx, "office": office}
TEXTS = ("csv", "excel csv", "xlsx", "office")


def told(value):
    """A nested value as CSV and workbooks tell it, as far as it is compared: which codes and what was seen."""
    words = []
    for item in value or ():
        parts = dict(item) if isinstance(item, tuple) else {"code": item}
        words += [str(parts.get(name)) for name in ("code", "kind", "evidence") if parts.get(name) is not None]
    return words


def differ(name, table, column, sees, should):
    if column in SCHEMA[table] and SCHEMA[table][column] == LIST and name in TEXTS:
        at = 0
        for word in told(should):
            at = (sees or "").find(word, at)
            if at < 0:
                return True
        return False
    if name == "office" and isinstance(should, float):
        return abs(sees - should) > 1e-9
    return sees != should


def main(readers):
    run = json.loads((REPORT / "run.json").read_text(encoding="utf-8"))
    rows_told = {output["file"]: output["rows"] for output in run["outputs"]}
    readers = [name for reader in readers for name in ((reader, "excel csv") if reader == "csv" else (reader,))]
    print("   " + "".join(f"{head:>14}" for head in ["", *readers]))
    for table, schema in SCHEMA.items():
        line, first = [], None
        for name in readers:
            before = len(wrong)
            names, rows = READERS[name](table)
            rows = [[plain(value) for value in row] for row in rows]
            if len(rows) != rows_told[f"{table}.parquet"]:
                wrong.append(f"{table}, {name}: {len(rows)} rows, run.json says {rows_told[f'{table}.parquet']}")
            missing = [column for column in schema if column not in names]
            if missing:
                wrong.append(f"{table}, {name}: no column {missing}")
            for at, column in enumerate(names):
                should = schema.get(column)
                should = TEXT if should == LIST and name in TEXTS else should
                kinds = {kind(row[at]) for row in rows if row[at] is not None}
                if should and not kinds <= {should}:
                    wrong.append(f"{table}.{column}, {name}: is {kinds}, should be {should}")
            if first is None:
                first = names, rows
            elif names != first[0]:
                wrong.append(f"{table}, {name}: its columns are {names}")
            else:
                for row, (sees, should) in enumerate(zip(rows, first[1])):
                    bad = [c for c, a, b in zip(names, sees, should) if differ(name, table, c, a, b)]
                    if bad:
                        wrong.append(f"{table}, {name}: row {row + 1} differs in {bad}")
                        break
            line.append("ok" if len(wrong) == before else "WRONG")
        print(f"   {table:>14}" + "".join(f"{word:>14}" for word in line))
    for sentence in wrong:
        print("test-readers:", sentence, file=sys.stderr)
    return bool(wrong)


sys.exit(main(sys.argv[3:]))
