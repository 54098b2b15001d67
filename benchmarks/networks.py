"""Network from author rows: the engine beside pandas and DuckDB, each in its own process.

    python benchmarks/networks.py [--rows 20_000_000] [--repeat 1] [--only engine pandas duckdb-join ...]

Every contender reads the same Parquet file (document, unit) and builds the same edge list: the two units,
their joint documents, and Newman's weight. It prints wall-clock time, processor time, peak memory, and ratios
to the engine. The lists are compared, so that wrong answers show.

The rows are simulated and skewed like the authors of papers on artificial intelligence: four authors per
document on average with a long tail up to 3,000, units by Zipf's law, co-authors mostly in the same unit, one
row in five without a unit, documents numbered by a hash as in a database.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from quick import QUICK
from side_by_side import installed, peak_megabytes

ROWS = 20_000 if QUICK else 20_000_000
UNITS = 5_000
MISSING = -1


def make_rows(path: Path, rows: int, seed: int = 20200920) -> None:
    """Write about this many author rows."""
    import numpy as np
    import pyarrow
    from pyarrow import parquet

    rng = np.random.default_rng(seed)
    documents = int(rows / 4)
    authors = 1 + rng.negative_binomial(1.6, 1.6 / (1.6 + 2.93), documents)
    large = rng.random(documents) < 2e-4
    authors[large] = np.minimum(20 * (1 + rng.pareto(1.1, large.sum())), 3_000).astype(int)
    document = np.repeat(np.arange(documents), authors)
    popularity = 1 / np.arange(1, UNITS + 1) ** 0.9
    shares = np.cumsum(popularity) / popularity.sum()
    home = np.searchsorted(shares, rng.random(documents))
    unit = np.searchsorted(shares, rng.random(len(document)))
    at_home = rng.random(len(document)) < 0.6
    unit[at_home] = home[document[at_home]]
    unit = np.random.default_rng(UNITS).permutation(UNITS)[unit]  # the same units are large in every file
    unit[rng.random(len(unit)) < 0.2] = MISSING
    names = rng.permutation(documents).astype(np.int64) * 7_919 + 104_729
    table = pyarrow.table({"document": names[document], "unit": unit.astype(np.int32)})
    parquet.write_table(table, path)


def engine(path: Path):
    """This package."""
    import numpy as np
    from pyarrow import parquet

    from innov_index.sources.networks.joint_documents import collaboration_network, pair_counts

    file = parquet.ParquetFile(path)
    documents, nodes = (np.empty(file.metadata.num_rows, dtype) for dtype in (np.int64, np.int32))
    start = 0
    for group in range(file.num_row_groups):
        for batch in file.read_row_group(group, use_threads=False).to_batches():
            rows = slice(start, start + len(batch))
            # not to_numpy(), which imports pandas
            documents[rows], nodes[rows] = map(np.from_dlpack, batch.columns)
            start += len(batch)
    counts = pair_counts(documents, nodes, UNITS)
    whole, newman = (collaboration_network([""] * UNITS, counts, way) for way in ("whole", "newman"))
    return whole.first, whole.second, whole.weight, newman.weight


def pandas_merge(path: Path):
    """Pandas: distinct rows, joined with themselves by document."""
    import pandas as pd

    rows = pd.read_parquet(path)
    rows = rows[rows["unit"] >= 0].drop_duplicates()
    size = rows.groupby("document")["unit"].transform("size")
    rows = rows[size > 1].assign(share=1 / (size[size > 1] - 1))
    pairs = rows.merge(rows[["document", "unit"]], on="document")
    pairs = pairs[pairs["unit_x"] < pairs["unit_y"]]
    edges = pairs.groupby(["unit_x", "unit_y"])["share"].agg(["size", "sum"]).reset_index()
    return tuple(edges[column].to_numpy() for column in edges.columns)


DUCKDB_JOIN = """
with member as (select distinct document, unit from read_parquet($path) where unit >= 0),
     share as (select document, 1.0 / (count(*) - 1) as share from member
               group by document having count(*) > 1)
select a.unit, b.unit, count(*), sum(share)
from member a join member b on a.document = b.document and a.unit < b.unit
join share on a.document = share.document
group by all order by all
"""

DUCKDB_WINDOW = """
with member as (select distinct document, unit from read_parquet($path) where unit >= 0),
     sized as (select document, unit, count(*) over (partition by document) as size from member)
select a.unit, b.unit, count(*), sum(1.0 / (a.size - 1))
from (from sized where size > 1) a join (from sized where size > 1) b
  on a.document = b.document and a.unit < b.unit
group by all order by all
"""

DUCKDB_SIZES = """
with member as (select distinct document, unit from read_parquet($path) where unit >= 0),
     sized as (select document, count(*) as size from member group by document having count(*) > 1),
     kept as (select member.document, unit, size from member join sized using (document)),
     counted as (select a.unit as one, b.unit as other, a.size, count(*) as documents
                 from kept a join kept b on a.document = b.document and a.unit < b.unit group by all)
select one, other, sum(documents), sum(documents / (size - 1)) from counted group by all order by all
"""

DUCKDB_LISTS = """
with listed as (select list_sort(list(distinct unit)) as units from read_parquet($path) where unit >= 0
                group by document having count(distinct unit) > 1),
     opened as (select units, unnest(range(1, len(units))) as place from listed),
     halves as (select units[place] as one, unnest(units[place + 1 :]) as other, len(units) as size
                from opened)
select one, other, count(*), sum(1.0 / (size - 1)) from halves group by all order by all
"""


def duckdb_query(query: str) -> Callable[[Path], tuple]:
    """DuckDB on all cores."""

    def run(path: Path):
        import duckdb

        result = duckdb.execute(query, {"path": str(path)}).fetchnumpy()
        return tuple(result.values())

    return run


CONTENDERS = {
    "engine": engine,
    "pandas": pandas_merge,
    "duckdb-join": duckdb_query(DUCKDB_JOIN),
    "duckdb-window": duckdb_query(DUCKDB_WINDOW),
    "duckdb-sizes": duckdb_query(DUCKDB_SIZES),
    "duckdb-lists": duckdb_query(DUCKDB_LISTS),
}


NEEDS = {name: "pandas" if name == "pandas" else "duckdb" for name in CONTENDERS if name != "engine"}


def measure(name: str, path: Path) -> dict:
    """Run one contender here, in this process."""
    import numpy as np

    started, worked = time.perf_counter(), time.process_time()
    first, second, whole, newman = CONTENDERS[name](path)
    figures = {"wall": time.perf_counter() - started, "processor": time.process_time() - worked}
    weight = np.random.default_rng(0).random(UNITS)  # a checksum that knows which pair got what
    return figures | {
        "memory": peak_megabytes(),
        "edges": len(first),
        "documents": int(np.sum(whole)),
        "check": float(np.dot(weight[first] + weight[second] ** 2, newman)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument("--file", type=Path, help="keep the rows here and use them again")
    parser.add_argument("--one", choices=CONTENDERS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.one, given.file)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = given.file or Path(folder) / "rows.parquet"
        if not path.exists():
            make_rows(path, given.rows)
        results = {
            name: [_apart(name, path) for _ in range(given.repeat)] for name in installed(given.only, NEEDS)
        }
    _print(results)


def _apart(name: str, path: Path) -> dict:
    command = [sys.executable, __file__, "--one", name, "--file", str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        return {"failed": run.stderr.strip().splitlines()[-1:] or [f"ended by signal {-run.returncode}"]}
    return json.loads(run.stdout)


def _print(results: dict[str, list[dict]]) -> None:
    print(f"{'':16}{'wall s':>9}{'processor s':>13}{'peak MB':>9}{'wall ratio':>12}{'processor ratio':>17}")
    base: dict[str, float] = {}
    reference = None
    for name, runs in results.items():
        failed = [run["failed"] for run in runs if "failed" in run]
        if failed:
            print(f"{name:16}{failed[0]}")
            continue
        middle = {key: sorted(run[key] for run in runs)[len(runs) // 2] for key in runs[0]}
        base = base or middle
        reference = reference or middle
        print(
            f"{name:16}{middle['wall']:9.2f}{middle['processor']:13.2f}{middle['memory']:9.0f}"
            f"{middle['wall'] / base['wall']:12.2f}{middle['processor'] / base['processor']:17.2f}"
        )
        same = middle["edges"] == reference["edges"] and middle["documents"] == reference["documents"]
        if not same or abs(middle["check"] / reference["check"] - 1) > 1e-9:
            print(f"{'':16}a different result: {middle} instead of {reference}")
    if reference:
        print(f"{reference['edges']:,} edges, {reference['documents']:,} pairs of units on documents")


if __name__ == "__main__":
    main()
