"""Whatever the split of the records, their order, format, engine and number of workers: the same bytes."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from innov_index.dataset.derived import DerivedIndicators
from innov_index.engine.local import Local
from innov_index.intake.records.arrow import repeating
from innov_index.intake.records.batch import Batch
from innov_index.io.rendering import to_csv
from innov_index.sources.document_rows import number_documents
from innov_index.sources.run_sources import derive
from innov_index.sources.source_kinds import SourceResult
from tests.sources.deriving import GAZETTEER, places, source, write_csv

COLUMNS = (
    "paper",
    "author",
    "city",
    "country",
    "worth",
    "date",
    "cites",
    "class",
    "latitude",
    "longitude",
    "industry",
)
PLACES = [
    ("Paris", "France"),
    ("Zurich", "Switzerland"),
    ("Zürich", "CH"),
    ("Arlington", "US"),
    ("", "Singapore"),
    ("Atlantis", ""),
]
INDUSTRIES = ("Fintech", "Health", "Software")
HUBS = [("P", 48.85, 2.35, 400), ("Z", 47.37, 8.54, 30), ("A", 32.7, -97.1, 30)]

RECORDS = st.lists(
    st.tuples(
        st.sampled_from(["P1", "P2", "P3", "P04", "q\u00e9"]),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(PLACES),
        st.sampled_from(["$1B", "$2.5B", "$940M", "0.1", "x", "$-1B", "1e-7"]),
        st.sampled_from(["2020-01-02", "1/2/2020", "unknown"]),
        st.sampled_from(["0", "0.1", "1e9", "3", ""]),
        st.sampled_from(["G06N 3/08;H04L", "H04L", ""]),
        st.sampled_from([("48.85", "2.35"), ("47.4", "8.5"), ("95", "0"), ("", "")]),
        st.sampled_from(INDUSTRIES),
    ).map(lambda r: (r[0], r[1], *r[2], *r[3:7], *r[7], r[8])),
    min_size=1,
    max_size=25,
)

BLOCKS: list[dict[str, Any]] = [
    {
        "kind": "documents",
        "columns": {"document": "paper", "author": "author", "city": "city", "country": "country"},
        "indicators": {
            "whole": {},
            "by author": {"counting": "fractional by author"},
            "shared out": {"counting": "fractional by author", "unplaced": "redistributed"},
            "by unit": {"counting": "fractional by unit"},
            "cited": {"measure": "sum", "of": "cites", "counting": "fractional by affiliation"},
            "special": {"measure": "specialisation", "where": {"class": {"starts": ["G06N"]}}},
        },
    },
    {
        "kind": "companies",
        "columns": {
            "company": "paper",
            "city": "city",
            "country": "country",
            "valuation": "worth",
            "date": "date",
        },
        "indicators": {"n": {}, "worth": {"measure": "sum"}, "middle": {"measure": "median"}},
    },
    {
        "kind": "values",
        "columns": {"latitude": "latitude", "longitude": "longitude", "city": "city", "country": "country"},
        "indicators": {
            "total": {"measure": "sum", "of": "cites"},
            "average": {"measure": "mean", "of": "cites * 0.3"},
        },
    },
    {
        "kind": "values",
        "columns": {"city": "city", "country": "country"},
        "distinct": ["paper", "date"],
        "indicators": {"once": {"measure": "sum", "of": "cites"}},
    },
    {
        "kind": "collaboration",
        "columns": {"document": "paper", "city": "city", "country": "country"},
        "indicators": {
            "ties": {"measure": "strength", "counting": "newman"},
            "central": {"measure": "eigenvector"},
            "rank": {"measure": "pagerank"},
        },
    },
    {
        "kind": "collaboration",
        "form": "ties",
        "columns": {"source": "paper", "target": "author", "weight": "cites"},
        "indicators": {"tied": {"measure": "strength"}},
    },
    {
        "kind": "clusters",
        "columns": {
            "latitude": "latitude",
            "longitude": "longitude",
            "city": "city",
            "document": "paper",
            "metric": "class",
        },
        "minimum": 2.0,
        "indicators": {"share": {"measure": "total_share"}},
    },
]


def outputs(folder: Path, file: object, executor: Local | None = None) -> list[str]:
    """The table of each block as CSV, and its account; all blocks read in one pass."""
    where = places(gazetteer=GAZETTEER, hubs={"file": str(folder / "hubs.csv")}, outside="city")
    results = derive([source(file=file, **block) for block in BLOCKS], where, folder, executor)
    return list(map(as_text, results))


def one_by_one(folder: Path, file: object) -> list[str]:
    """The same, each block in a pass of its own."""
    where = places(gazetteer=GAZETTEER, hubs={"file": str(folder / "hubs.csv")}, outside="city")
    return [
        as_text(result) for block in BLOCKS for result in derive([source(file=file, **block)], where, folder)
    ]


def as_text(result: SourceResult) -> str:
    """Everything that a source gives."""
    indicators = DerivedIndicators((result,))
    units = [str(row[0]) for row in indicators.units.rows]
    account = result.account
    counts = (account.kept, account.inside, account.outside, sorted(account.unplaced.items()))
    records = [sorted(column.records.items()) for column in result.columns.values()]
    return to_csv(indicators.sheet(units)) + repr((counts, sorted(account.left_out.items()), records))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=RECORDS, cuts=st.lists(st.integers(0, 25), max_size=4), seed=st.integers(0, 99))
def test_partitions_and_order_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[str, ...]], cuts: list[int], seed: int
) -> None:
    folder = tmp_path_factory.mktemp("split")
    write_csv(folder / "hubs.csv", ("metro", "latitude", "longitude", "radius_km"), HUBS)
    write_csv(folder / "all.csv", COLUMNS, records)
    shuffled = list(records)
    random.Random(seed).shuffle(shuffled)
    (folder / "parts").mkdir()
    edges = [0, *sorted(min(cut, len(records)) for cut in cuts), len(records)]
    for number, (begin, end) in enumerate(pairwise(edges)):
        # some parts as CSV, some as JSON lines; some are empty
        part = shuffled[begin:end]
        if number % 2 and part:
            lines = [json.dumps(dict(zip(COLUMNS, record, strict=True))) for record in part]
            (folder / "parts" / f"{seed % 7}{number}.jsonl").write_text("\n".join(lines))
        else:
            write_csv(folder / "parts" / f"{seed % 5}{number}.csv", COLUMNS, part)
    whole = outputs(folder, "all.csv")
    assert outputs(folder, "parts") == whole
    assert outputs(folder, "parts", Local(workers=3)) == whole
    assert outputs(folder, "parts", Local(memory=1)) == whole
    assert one_by_one(folder, "parts") == whole


def test_identifiers_are_the_same_in_every_format(tmp_path: Path) -> None:
    """Numbers in Parquet, their texts in Parquet and in CSV."""
    arrow = pytest.importorskip("pyarrow")
    numbers = [0, 7, 7, 42, 10**17, -3, 12345678901234]
    texts = [*map(str, numbers), "007", "", "x7", "4٢", "1" * 25]

    def hashes(column: object) -> list[tuple[int, int]]:
        runs = Batch("f", np.arange(len(column)), {"id": column}).runs(["id"])  # type: ignore[arg-type]
        return [tuple(row) for row in runs.hashes[runs.run].tolist()]

    plain = hashes(texts)
    assert hashes(arrow.array(texts)) == plain
    assert hashes(arrow.array(numbers)) == plain[: len(numbers)]
    assert hashes(arrow.array(numbers[:5], type=arrow.uint64())) == plain[:5]
    assert len(set(plain)) == len(set(texts))


def test_parquet_gives_the_same_bytes(tmp_path: Path) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    records = [
        ("P1", "a", "Paris", "France", "$1B", "2020-01-02", "3", "G06N", "48.85", "2.35", "Health"),
        ("P1", "b", "Zurich", "CH", "$1B", "2020-01-02", "0.1", "G06N", "47.4", "8.5", "Health"),
        ("P2", "b", "Zürich", "CH", "$2B", "unknown", "1e9", "", "", "", "Health"),
    ] * 3
    write_csv(tmp_path / "hubs.csv", ("metro", "latitude", "longitude", "radius_km"), HUBS)
    write_csv(tmp_path / "all.csv", COLUMNS, records)
    table = arrow.table({name: [record[at] for record in records] for at, name in enumerate(COLUMNS)})
    parquet.write_table(table, tmp_path / "all.parquet", row_group_size=2)
    assert outputs(tmp_path, "all.parquet") == outputs(tmp_path, "all.csv")


def test_parquet_keeps_its_own_lists_of_texts(tmp_path: Path) -> None:
    """Row groups with other texts in another order, and gaps: as if the texts stood there one by one."""
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    names = [
        ("Paris", "Zurich", None)[row % 3] if row < 3000 else (None, "Boston")[row % 2] for row in range(5000)
    ]
    papers = [f"paper number {row // 4}" for row in range(5000)]
    table = arrow.table({"place": names, "paper": papers})
    parquet.write_table(table, tmp_path / "all.parquet", row_group_size=1500)
    schema = parquet.read_metadata(tmp_path / "all.parquet").schema
    assert repeating(tmp_path / "all.parquet", schema) == ["place"]
    write_csv(
        tmp_path / "all.csv", ("place", "paper"), zip((name or "" for name in names), papers, strict=True)
    )
    block = {"kind": "documents", "columns": {"document": "paper", "unit": "place"}, "indicators": {"n": {}}}
    texts = [
        as_text(result)
        for file in ("all.parquet", "all.csv")
        for result in derive([source(file=file, **block)], places(), tmp_path)
    ]
    assert texts[0] == texts[1]
    assert "Boston" in texts[0]


def test_files_are_read_once_for_all_sources_of_them(tmp_path: Path) -> None:
    write_csv(tmp_path / "all.csv", ("place", "city"), [("A", "x"), ("B", "y"), ("B", "z")])
    blocks = [
        source(kind="values", file="all.csv", columns={"unit": name}, indicators={"n": {}})
        for name in ("place", "city")
    ]
    read: list[int] = []
    one, two = derive(blocks, places(), tmp_path, Local(), read.append)
    assert sum(read) == 3
    assert (one.columns["n"].values, two.columns["n"].values) == ({"A": 1, "B": 2}, {"x": 1, "y": 1, "z": 1})
    assert one.account.records == two.account.records == 3


def test_documents_with_nearly_the_same_hash() -> None:
    upper = np.uint64(0xABCDEF) << np.uint64(40)
    halves = [(upper, 1), (upper, 2), (5, 1), (upper | np.uint64(1), 1), (upper, 2), (upper, 1), (5, 1)]
    assert number_documents(np.array(halves, dtype=np.uint64)).tolist() == [0, 1, 2, 3, 1, 0, 2]
    assert number_documents(np.zeros((0, 2), dtype=np.uint64)).tolist() == []


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=40))
def test_documents_are_numbered_as_they_first_stand(halves: list[tuple[int, int]]) -> None:
    first = {half: at for at, half in enumerate(dict.fromkeys(halves))}
    hashes = np.array(halves, dtype=np.uint64).reshape(-1, 2)
    assert number_documents(hashes).tolist() == [first[half] for half in halves]


def test_shifted_rows_are_found_whatever_the_split(tmp_path: Path) -> None:
    """A column's usual texts are known only from all files together."""
    columns = ("Company", "Valuation", "Date", "Country", "City", "Industry", "Investors", "Founded")
    rows = [
        (
            f"C{n}",
            "$1B",
            "2020-01-02",
            "France",
            f"Town {n}",
            INDUSTRIES[n % 3],
            f"Fund {n}",
            str(2000 + n % 20),
        )
        for n in range(60)
    ]
    shifted = ("X", "$2B", "2020-01-02", "Singapore", "Fintech", "Sequoia, Temasek", "None", "2015")
    rows.insert(31, shifted)
    write_csv(tmp_path / "all.csv", columns, rows)
    (tmp_path / "parts").mkdir()
    for number in range(0, len(rows), 4):
        write_csv(tmp_path / "parts" / f"{number:02}.csv", columns, rows[number : number + 4])
    stated: dict[str, Any] = {
        "kind": "companies",
        "columns": {
            "company": "Company",
            "valuation": "Valuation",
            "date": "Date",
            "city": "City",
            "country": "Country",
        },
        "indicators": {"n": {}, "fintech": {"where": {"Industry": "Fintech"}}},
    }
    for file in ("all.csv", "parts"):
        (result,) = derive([source(file=file, **stated)], places(gazetteer=GAZETTEER), tmp_path)
        assert result.columns["n"].values == {"1880252": 1.0}
        assert result.columns["fintech"].values == {"1880252": 1.0}
        assert sum(result.account.repaired.values()) == 1
