"""Sources of the same files in one pass: each gives what it gives alone, and what they share is done once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from innov_index.engine.local import Local
from innov_index.sources.preparing import RecordPreparer
from innov_index.sources.run_sources import derive
from innov_index.sources.source_kinds import SourceResult
from tests.sources.deriving import derived, places, source, write_csv

ROWS = [
    ("P1", "A. Ng", "Rome", 2016, "3", "Univ X"),
    ("P1", "A. Ng", "Oslo", 2016, "3", "Univ Y"),
    ("P1", "B. Li", "Rome", 2016, "3", "Univ X"),
    ("P2", "B. Li", "", 2017, "x", ""),
    ("P2", "C. Wu", "Oslo", 2017, "1", "Univ Y"),
    ("P2", "C. Wu", "Bern", 2017, "1", "Univ Z"),
    ("", "D. Xu", "Bern", 2018, "2", "Univ Z"),
    ("P3", "D. Xu", "Rome", 2009, "9", "Univ &amp; X"),
    ("P1", "E. Yu", "Bern", 2016, "4", ""),
]
COLUMNS = ("paper", "author", "unit", "year", "cites", "affiliation")
READ = {
    "file": "rows*.csv",
    "columns": {"document": "paper", "unit": "unit", "author": "author", "affiliation": "affiliation"},
    "where": {"year": {"min": 2015}},
}

WHOLE = {"kind": "documents", "indicators": {"whole": {}, "late": {"where": {"year": {"min": 2017}}}}}
BY_UNIT = {"kind": "documents", "indicators": {"shared": {"counting": "fractional by unit"}}}
BY_AUTHOR = {
    "kind": "documents",
    "indicators": {
        "authors": {"counting": "fractional by author"},
        "addresses": {"counting": "fractional by affiliation", "unplaced": "redistributed"},
        "cited": {"measure": "sum", "of": "cites"},
    },
}
TIED = {
    "kind": "collaboration",
    "indicators": {
        "strength": {"measure": "strength"},
        "late": {"measure": "degree", "where": {"year": {"min": 2017}}},
    },
}
BY_YEAR = {**TIED, "edition": "year"}


def files(folder: Path) -> None:
    """The rows in two files: the documents of one are also in the other."""
    write_csv(folder / "rows1.csv", COLUMNS, ROWS[:4])
    write_csv(folder / "rows2.csv", COLUMNS, ROWS[4:])


def told(result: SourceResult) -> Any:
    exports = {name: content() for name, content in result.exports.items()}
    return result.columns, result.account, result.remarks, exports, result.editions


@pytest.mark.parametrize(
    "blocks",
    [
        pytest.param([WHOLE, TIED], id="units of documents"),
        pytest.param([TIED, BY_AUTHOR, BY_UNIT], id="rows of documents"),
        pytest.param([BY_AUTHOR, BY_YEAR, TIED], id="one of editions"),
        pytest.param([WHOLE, {**TIED, "where": {"year": {"min": 2016}}}], id="other filters"),
        pytest.param([BY_UNIT, {**TIED, "document": ["paper", "year"]}], id="other documents"),
    ],
)
@pytest.mark.parametrize("memory", [None, 1])
def test_a_source_gives_the_same_with_others_and_alone(
    tmp_path: Path, blocks: list[dict[str, Any]], memory: int | None
) -> None:
    files(tmp_path)
    sources = [source(**{**READ, **block}) for block in blocks]
    together = derive(sources, places(), tmp_path, Local(memory=memory))
    alone = [derive([own], places(), tmp_path)[0] for own in sources]
    assert list(map(told, together)) == list(map(told, alone))


def test_records_are_prepared_once_for_sources_that_want_the_same_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files(tmp_path)
    prepared: Counter[str] = Counter()
    prepare = RecordPreparer.prepare

    def counting(self: RecordPreparer, batch: Any) -> Any:
        prepared[batch.file] += 1
        return prepare(self, batch)

    monkeypatch.setattr(RecordPreparer, "prepare", counting)
    blocks = [BY_UNIT, {**TIED, "indicators": {"strength": {"measure": "strength"}}}]
    derive([source(**{**READ, **block}) for block in blocks], places(), tmp_path)
    assert prepared == {"rows1.csv": 1, "rows2.csv": 1}


def test_more_indicators_than_masks_have_bits(tmp_path: Path) -> None:
    files(tmp_path)
    many = {f"from {year}": {"where": {"year": {"min": year}}} for year in range(1980, 2030)}
    blocks = [{"kind": "documents", "indicators": many}, {"kind": "documents", "indicators": many}]
    sources = [source(**{**READ, **block}) for block in blocks]
    for result in derive(sources, places(), tmp_path):
        assert {name: dict(column.values) for name, column in result.columns.items()}["from 2018"] == {
            "Bern": 1.0
        }


@pytest.mark.parametrize(
    "block", [WHOLE, BY_UNIT, BY_AUTHOR, TIED], ids=["whole", "by unit", "by author", "ties"]
)
def test_documents_that_go_on_in_another_file(tmp_path: Path, block: dict[str, Any]) -> None:
    """Of many documents two are in both files, and some rows have no id: as from one file."""
    units = ("Rome", "Oslo", "Bern", "")
    rows = [
        (f"P{row // 4}" if row % 19 else "", f"A{row % 5}", units[row * row % 7 % 4], 2015 + row % 4, "1", "")
        for row in range(2000)
    ]
    rows[1500] = ("P3", "A1", "Rome", 2017, "1", "")
    for name, part in (("whole/all.csv", rows), ("parts/1.csv", rows[:1001]), ("parts/2.csv", rows[1001:])):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write_csv(tmp_path / name, COLUMNS, part)
    one, two = (
        derived(tmp_path, **{**READ, **block, "file": f"{folder}/*.csv"}) for folder in ("whole", "parts")
    )
    assert one.columns == two.columns
    assert one.account.inside == two.account.inside > 0


def test_rows_that_are_as_many_as_records_keep_their_documents(tmp_path: Path) -> None:
    """One record is left out and one becomes two rows: these are of one document."""
    columns = ("paper", "unit", "year")
    write_csv(tmp_path / "papers.csv", columns, [("P1", "Rome;Oslo", 2016), ("P2", "Bern", 2009)])
    result = derived(
        tmp_path,
        kind="documents",
        file="papers.csv",
        columns={"document": "paper", "unit": "unit"},
        explode=[{"columns": ["unit"], "by": ";"}],
        where={"year": {"min": 2015}},
        indicators={"shared": {"counting": "fractional by unit"}},
    )
    assert dict(result.columns["shared"].values) == {"Oslo": 0.5, "Rome": 0.5}
