"""From records in files to indicators: the engine beside pandas and DuckDB, each in its own process.

    python benchmarks/derive.py [--rows 20_000_000] [--only engine pandas duckdb] [--format parquet|csv]
                                [--ids number|text] [--repeat 5]

Every contender reads the same files of author rows (document, unit as text, year) and counts, for each unit,
the documents since 2015 and the joint documents with other units; documents have numbers, or addresses such
as https://openalex.org/W123. All use all processors. They run in turn, several times; printed are medians of
wall-clock time, processor time and peak memory, and ratios to the engine. Results are compared, so that wrong
answers show. The engine also makes the list of all ties, and the account of what became of each row.

    python benchmarks/derive.py --reading [--rows 5_000_000]

How fast pyarrow and DuckDB deliver the columns of CSV and Parquet files, with each distinct text of a column
once: the reason for choosing pyarrow.

    python benchmarks/derive.py --growth [--memory 0.25]

The engine alone on 1, 10 and 100 million rows: how time and memory grow. `--memory` is the gigabytes of
records held at a time; the others are kept in temporary files.

The rows are those of `networks.py`, in ten files or in files of ten million rows.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from quick import QUICK
from side_by_side import installed, peak_megabytes

ROWS = 20_000 if QUICK else 20_000_000
GROWTH = (1_000, 10_000) if QUICK else (1_000_000, 10_000_000, 100_000_000)
LARGEST_FILE = 10_000_000
FILES = 10
FIRST_YEAR = 2015


def make_files(folder: Path, rows: int, form: str, ids: str = "number") -> None:
    """Author rows in ten files, or more if a file would be too large."""
    import numpy as np
    import pyarrow
    from networks import UNITS, make_rows
    from pyarrow import compute, csv, parquet

    names = np.array([*(f"Unit {number:04d}" for number in range(UNITS)), ""])
    (folder / "records").mkdir(parents=True)
    blocks = -(-rows // (FILES * LARGEST_FILE))
    for block in range(blocks):
        make_rows(folder / "rows.parquet", rows // blocks, seed=20200920 + block)
        table = parquet.ParquetFile(folder / "rows.parquet").read()
        (folder / "rows.parquet").unlink()
        document = table.column("document").to_numpy() + block * 10**12
        unit = table.column("unit").to_numpy()
        for number, part in enumerate(np.array_split(np.arange(len(unit)), FILES), FILES * block):
            year = (2010 + document[part] % 13).astype(np.int16)
            own = pyarrow.array(document[part])
            if ids == "text":
                texts = own.cast(pyarrow.string())
                own = compute.binary_join_element_wise("https://openalex.org/W", texts, "")
            piece = pyarrow.table({"document": own, "unit": names[unit[part]], "year": year})
            if form == "csv":
                csv.write_csv(piece, folder / "records" / f"{number}.csv")
            else:
                path = folder / "records" / f"{number}.parquet"
                parquet.write_table(piece, path, row_group_size=1_000_000)


def engine(folder: Path, form: str, memory: float | None = None) -> dict[str, tuple[float, float]]:
    """This package: `derive` as the command runs it."""
    from innov_index.engine.local import Local
    from innov_index.sources.collaboration import Collaboration, NetworkMeasure
    from innov_index.sources.documents import DocumentMeasure, DocumentSource
    from innov_index.sources.filters import CellTest
    from innov_index.sources.places.place_options import Places
    from innov_index.sources.run_sources import derive

    columns: dict[str, str | list[str]] = {"document": "document", "unit": "unit"}
    recent = {"year": CellTest(min=FIRST_YEAR)}
    blocks = [
        DocumentSource(
            kind="documents",
            file="records",
            columns=columns,
            where=recent,
            indicators={"n": DocumentMeasure()},
        ),
        Collaboration(
            kind="collaboration",
            file="records",
            columns=columns,
            where=recent,
            indicators={"ties": NetworkMeasure(measure="strength")},
        ),
    ]
    executor = Local(memory=None if memory is None else int(memory * 1e9))
    counted, tied = derive(blocks, Places(), folder, executor)
    ties = tied.columns["ties"].values
    return {unit: (count, ties[unit]) for unit, count in counted.columns["n"].values.items()}


def pandas_merge(folder: Path, form: str) -> dict[str, tuple[float, float]]:
    """Pandas: distinct rows, joined with themselves by document."""
    import pandas as pd

    read = pd.read_csv if form == "csv" else pd.read_parquet
    rows = pd.concat(
        [read(path) for path in sorted((folder / "records").iterdir())], ignore_index=True
    ).fillna({"unit": ""})
    rows = rows[(rows["year"] >= FIRST_YEAR) & (rows["unit"] != "")][["document", "unit"]].drop_duplicates()
    rows["unit"] = rows["unit"].astype("category")
    counts = rows.groupby("unit", observed=True).size()
    rows["unit"] = rows["unit"].cat.codes
    pairs = rows.merge(rows, on="document")
    ties = pairs[pairs["unit_x"] != pairs["unit_y"]].groupby("unit_x").size()
    named = {unit: code for code, unit in enumerate(counts.index)}
    return {unit: (float(count), float(ties.get(named[unit], 0))) for unit, count in counts.items()}


def duckdb_join(folder: Path, form: str) -> dict[str, tuple[float, float]]:
    """DuckDB: distinct rows, joined with themselves by document."""
    import duckdb

    files = f"read_{form}('{folder}/records/*.{form}')"
    duckdb.sql(
        f"create temp table r as select distinct document, unit from {files} "
        f"where year >= {FIRST_YEAR} and unit is not null and unit <> ''"
    )
    counts = dict(duckdb.sql("select unit, count(*) from r group by unit").fetchall())
    ties = dict(
        duckdb.sql(
            "select a.unit, count(*) from r a join r b on a.document = b.document and a.unit <> b.unit "
            "group by a.unit"
        ).fetchall()
    )
    return {unit: (float(count), float(ties.get(unit, 0))) for unit, count in counts.items()}


def duckdb_sizes(folder: Path, form: str) -> dict[str, tuple[float, float]]:
    """DuckDB without the join: a unit's joint documents are the sum of the other units of its documents."""
    import duckdb

    files = f"read_{form}('{folder}/records/*.{form}')"
    rows = duckdb.sql(
        f"with r as (select distinct document, unit from {files} where year >= {FIRST_YEAR} "
        "and unit is not null and unit <> ''), "
        "s as (select document, count(*) - 1 others from r group by document) "
        "select unit, count(*), sum(others) from r join s using (document) group by unit"
    ).fetchall()
    return {unit: (float(count), float(ties)) for unit, count, ties in rows}


CONTENDERS: dict[str, Callable[..., dict[str, tuple[float, float]]]] = {
    "engine": engine,
    "pandas": pandas_merge,
    "duckdb": duckdb_join,
    "duckdb-sizes": duckdb_sizes,
}


FIGURES = {"seconds": "s", "processor": "s", "megabytes": "MB"}

NEEDS = {"pandas": "pandas", "duckdb": "duckdb", "duckdb-sizes": "duckdb"}


def run_one(name: str, folder: Path, form: str, memory: float | None) -> None:
    """Time, memory and a digest of the result, for one contender in its own process."""
    import hashlib

    begin, processor = time.perf_counter(), time.process_time()
    result = engine(folder, form, memory) if name == "engine" else CONTENDERS[name](folder, form)
    digest = hashlib.sha256(repr(sorted(result.items())).encode()).hexdigest()[:12]
    measured = {
        "seconds": time.perf_counter() - begin,
        "processor": time.process_time() - processor,
        "megabytes": peak_megabytes(),
        "digest": digest,
    }
    print(json.dumps(measured))


def compare(rows: int, form: str, ids: str, names: list[str], repeat: int, memory: float | None) -> None:
    """Run the contenders in turn on the same files."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        make_files(folder, rows, form, ids)
        runs: dict[str, list[dict]] = {name: [] for name in installed(names, NEEDS)}
        for _ in range(repeat):
            for name, own in runs.items():
                own.append(_apart(name, folder, form, memory))
    found = {
        name: {key: statistics.median_low(run[key] for run in own) for key in FIGURES}
        for name, own in runs.items()
    }
    base = found.get("engine", next(iter(found.values())))
    digests = {run["digest"] for own in runs.values() for run in own}
    same = "the same results" if len(digests) == 1 else "DIFFERENT RESULTS"
    print(f"{rows:,} rows, {form}, documents with a {ids}; medians of {repeat} runs; {same}")
    for name, measured in found.items():
        seconds, processor, megabytes = (
            f"{measured[key]:7.1f} {unit} ({measured[key] / base[key]:5.2f}x)"
            for key, unit in FIGURES.items()
        )
        print(f"{name:13} {seconds}  processor {processor}  memory {megabytes}", flush=True)


def _apart(name: str, folder: Path, form: str, memory: float | None) -> dict:
    command = [sys.executable, __file__, "--run", name, "--folder", str(folder), "--format", form]
    if memory is not None:
        command += ["--memory", str(memory)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def growth(form: str, memory: float | None) -> None:
    """The engine on increasing numbers of rows."""
    for rows in GROWTH:
        with tempfile.TemporaryDirectory() as temporary:
            make_files(Path(temporary), rows, form)
            measured = _apart("engine", Path(temporary), form, memory)
        seconds, processor, megabytes = (measured[name] for name in ("seconds", "processor", "megabytes"))
        print(
            f"{rows:13,} rows: {seconds:7.1f} s, processor {processor:7.1f} s, {megabytes:7.0f} MB",
            flush=True,
        )


def reading(rows: int) -> None:
    """Time of delivering all columns, each distinct text once."""
    from pyarrow import csv, parquet

    with tempfile.TemporaryDirectory() as temporary:
        for form in ("csv", "parquet"):
            folder = Path(temporary) / form
            make_files(folder, rows, form)
            paths = sorted((folder / "records").iterdir())

            def by_pyarrow(form: str = form, paths: list[Path] = paths) -> None:
                for path in paths:
                    table = csv.read_csv(path) if form == "csv" else parquet.read_table(path)
                    table.column("unit").dictionary_encode()

            def by_duckdb(form: str = form, folder: Path = folder) -> None:
                import duckdb

                query = f"select * from read_{form}('{folder}/records/*.{form}')"
                for batch in duckdb.sql(query).to_arrow_reader(1_000_000):
                    batch.column("unit").dictionary_encode()

            readers = {"pyarrow": by_pyarrow, "duckdb": by_duckdb}
            for name in installed(readers, NEEDS):
                begin, processor = time.perf_counter(), time.process_time()
                readers[name]()
                print(
                    f"{form:8} {name:8} {time.perf_counter() - begin:6.2f} s, "
                    f"processor {time.process_time() - processor:6.2f} s"
                )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=lambda text: int(text.replace("_", "")), default=ROWS)
    parser.add_argument("--format", choices=("parquet", "csv"), default="parquet")
    parser.add_argument("--ids", choices=("number", "text"), default="number")
    parser.add_argument("--repeat", type=int, default=1 if QUICK else 5)
    parser.add_argument("--only", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument("--reading", action="store_true")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--memory", type=float, metavar="GB")
    parser.add_argument("--run", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        run_one(arguments.run, arguments.folder, arguments.format, arguments.memory)
    elif arguments.growth:
        growth(arguments.format, arguments.memory)
    elif arguments.reading:
        reading(arguments.rows)
    else:
        compare(
            arguments.rows,
            arguments.format,
            arguments.ids,
            arguments.only,
            arguments.repeat,
            arguments.memory,
        )


if __name__ == "__main__":
    main()
