"""Records of several editions: values of their own in each, against pandas."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from innov_index.cli import main
from innov_index.config.load import load_config
from innov_index.dataset.assemble import read_dataset
from innov_index.engine.local import Local
from innov_index.errors import ConfigError
from innov_index.sources.source_kinds import SourceResult
from tests.indices import write_index
from tests.sources.deriving import derived, write_csv

YEARS = ("2019", "2020", "2021")


def papers(seed: int = 7) -> pd.DataFrame:
    """Rows of documents, authors and units; a document is of one year, some of none."""
    draw = random.Random(seed)
    rows = []
    for number in range(300):
        year = draw.choice([*YEARS, ""])
        for author in range(draw.randint(1, 4)):
            cites = number % 7
            rows.append((f"P{number}", f"a{author}", draw.choice("ABCD"), year, f"{cites}", f"{year}-05-06"))
    return pd.DataFrame(rows, columns=["paper", "author", "place", "year", "cites", "day"])


def written(folder: Path, frame: pd.DataFrame, name: str = "papers.csv") -> str:
    frame.to_csv(folder / name, index=False)
    return name


def by_edition(result: SourceResult, name: str) -> dict[tuple[str, str], float]:
    column = result.columns[name]
    assert not column.values
    return {
        (edition, unit): value
        for edition, own in column.editions.items()
        for unit, value in own.values.items()
    }


def as_dict(series: Any) -> dict[tuple[str, str], float]:
    return {tuple(map(str, key)): float(value) for key, value in series.items()}


def test_documents_by_edition(tmp_path: Path) -> None:
    frame = papers()
    result = derived(
        tmp_path,
        kind="documents",
        file=written(tmp_path, frame),
        columns={"document": "paper", "author": "author", "unit": "place"},
        edition="year",
        indicators={
            "whole": {},
            "share": {"measure": "world_share"},
            "by_unit": {"counting": "fractional by unit"},
        },
    )
    dated = frame[frame["year"] != ""]
    pairs = dated[["paper", "place", "year"]].drop_duplicates()
    counts = pairs.groupby(["year", "place"]).size()
    assert by_edition(result, "whole") == as_dict(counts)
    total = dated.groupby("year")["paper"].nunique()
    shares = {key: count / total[key[0]] for key, count in counts.items()}
    assert by_edition(result, "share") == pytest.approx(shares)
    weight = 1 / pairs.groupby(["year", "paper"])["place"].transform("nunique")
    parts = weight.groupby([pairs["year"], pairs["place"]]).sum()
    assert by_edition(result, "by_unit") == pytest.approx(as_dict(parts))
    assert result.account.left_out == {"no edition": int((frame["year"] == "").sum())}
    assert result.account.records == len(frame)
    assert result.editions == dated.groupby("year").size().to_dict()


def test_sums_and_means_by_the_year_of_a_date(tmp_path: Path) -> None:
    frame = papers()
    frame = frame[frame["year"] != ""]
    result = derived(
        tmp_path,
        kind="values",
        file=written(tmp_path, frame),
        columns={"unit": "place"},
        edition={"year_of": "day"},
        indicators={
            "total": {"measure": "sum", "of": "cites"},
            "average": {"measure": "mean", "of": "cites"},
        },
    )
    groups = frame.assign(cites=frame["cites"].astype(float)).groupby(["year", "place"])["cites"]
    assert by_edition(result, "total") == as_dict(groups.sum())
    assert by_edition(result, "average") == pytest.approx(as_dict(groups.mean()))


def test_companies_once_an_edition(tmp_path: Path) -> None:
    """A list each year, by the name of its file: a company may be in several, and twice in one."""
    lists = {
        "2019": [("X", "$1B", "A"), ("X", "$1B", "A"), ("Y", "$2B", "B")],
        "2020": [("X", "$3B", "A"), ("Z", "$1B", "A")],
    }
    (tmp_path / "lists").mkdir()
    for year, rows in lists.items():
        write_csv(tmp_path / "lists" / f"unicorns {year}.csv", ("name", "worth", "place"), rows)
    result = derived(
        tmp_path,
        kind="companies",
        file="lists",
        columns={"company": "name", "valuation": "worth", "unit": "place"},
        edition={"name_of": "file"},
        indicators={"n": {}, "worth": {"measure": "sum"}},
    )
    assert by_edition(result, "n") == {("2019", "A"): 1, ("2019", "B"): 1, ("2020", "A"): 2}
    assert by_edition(result, "worth") == {("2019", "A"): 1, ("2019", "B"): 2, ("2020", "A"): 4}
    assert result.account.left_out == {"repeated record": 1}


def test_networks_by_edition(tmp_path: Path) -> None:
    frame = papers()
    result = derived(
        tmp_path,
        kind="collaboration",
        file=written(tmp_path, frame),
        columns={"document": "paper", "unit": "place"},
        edition="year",
        indicators={"strength": {"measure": "strength"}},
    )
    pairs = frame[frame["year"] != ""][["paper", "place", "year"]].drop_duplicates()
    joint = pairs.merge(pairs, on=["paper", "year"])
    joint = joint[joint["place_x"] != joint["place_y"]]
    assert by_edition(result, "strength") == as_dict(joint.groupby(["year", "place_x"]).size())
    assert set(result.exports) == {
        f"{year}.strength.{end}" for year in YEARS for end in ("edges.csv", "graphml")
    }


def test_ties_by_an_edition_from_a_lookup(tmp_path: Path) -> None:
    write_csv(
        tmp_path / "ties.csv", ("from", "to", "wave"), [("A", "B", "1"), ("A", "C", "1"), ("A", "B", "2")]
    )
    write_csv(tmp_path / "waves.csv", ("wave", "year"), [("1", "2019"), ("2", "2020")])
    result = derived(
        tmp_path,
        kind="collaboration",
        form="ties",
        file="ties.csv",
        columns={"source": "from", "target": "to"},
        lookup=[{"file": "waves.csv", "on": "wave", "columns": {"year": "year"}}],
        edition="year",
        indicators={"partners": {"measure": "degree"}},
    )
    degrees = {("2019", "A"): 2, ("2019", "B"): 1, ("2019", "C"): 1, ("2020", "A"): 1, ("2020", "B"): 1}
    assert {key: value for key, value in by_edition(result, "partners").items() if value} == degrees


@pytest.mark.parametrize("executor", [Local(workers=3), Local(memory=1)])
def test_whatever_the_split_of_files(tmp_path: Path, executor: Local) -> None:
    """Rows of a document, and of an edition, in several files; also where buckets go to disk."""
    frame = papers()
    stated: dict[str, Any] = {
        "kind": "documents",
        "columns": {"document": "paper", "author": "author", "unit": "place"},
        "edition": "year",
        "indicators": {"n": {"counting": "fractional by author"}, "cited": {"measure": "sum", "of": "cites"}},
    }
    whole = derived(tmp_path, file=written(tmp_path, frame), **stated)
    (tmp_path / "parts").mkdir()
    shuffled = frame.sample(frac=1, random_state=3)
    for number in range(5):
        written(tmp_path, shuffled.iloc[number::5], f"parts/{number}.csv")
    parts = derived(tmp_path, None, executor, file="parts", **stated)
    for name in ("n", "cited"):
        assert by_edition(parts, name) == by_edition(whole, name)
    assert parts.account.left_out == whole.account.left_out
    assert parts.editions == whole.editions


INDEX = """\
indicators: {file: data.csv}
sources:
  - kind: values
    file: records.csv
    columns: {unit: place}
    edition: year
    indicators: {n: {}, total: {measure: sum, of: amount}}
index: {code: I, children: [{indicator: x}, {indicator: n}, {indicator: total}]}
"""
RECORDS = "place,year,amount\nA,2019,1\nA,2020,2\nB,2020,3\nB,2020,4\nA,2011,5\nB,,6\n"


def test_an_index_with_editions_of_its_own(tmp_path: Path) -> None:
    data = "unit,edition,x\nA,2019,1\nB,2019,2\nA,2020,3\nB,2020,4\nA,2021,5\nB,2021,6\n"
    config = write_index(tmp_path, INDEX, None, files={"data.csv": data, "records.csv": RECORDS})
    read = read_dataset(load_config(config))
    assert read.dataset.editions == ("2019", "2020", "2021")
    found = {name: read.dataset.values[..., at].tolist() for at, name in enumerate(read.dataset.indicators)}
    assert found["x"] == [[1, 2], [3, 4], [5, 6]]
    assert found["n"][:2] == [[1, 0], [1, 2]]
    assert found["total"][:2] == [[1, 0], [2, 7]]
    assert all(value != value for value in (*found["n"][2], *found["total"][2]))
    said = "\n".join(read.remarks)
    assert "left out, as the index has no such edition: 2011 (1 record)" in said
    assert "no record is of edition 2021, so n and total is missing there" in said
    assert "1 (no edition)" in said
    assert "stand in every edition" not in said


def test_an_index_whose_editions_are_those_of_the_records(tmp_path: Path) -> None:
    config = write_index(
        tmp_path, INDEX, None, files={"data.csv": "unit,x\nA,1\nB,2\n", "records.csv": RECORDS}
    )
    read = read_dataset(load_config(config))
    assert read.dataset.editions == ("2011", "2019", "2020")
    at = read.dataset.indicators.index("x")
    assert read.dataset.values[..., at].tolist() == [[1, 2]] * 3
    assert "tables have no editions; their values stand in every edition of the records" in read.remarks


def test_derive_gives_a_row_a_unit_and_edition(tmp_path: Path) -> None:
    """In the form that a table of indicators with editions has, so that it can be read again."""
    text = INDEX.replace("indicators: {file: data.csv}\n", "").replace("{indicator: x}, ", "")
    config = write_index(tmp_path, text, None, files={"records.csv": RECORDS})
    done = CliRunner().invoke(main, ["derive", str(config), "-o", str(tmp_path / "out.csv")])
    assert done.exit_code == 0, done.output
    frame = pd.read_csv(tmp_path / "out.csv")
    assert list(frame.columns) == ["unit", "edition", "n", "total"]
    totals = frame.set_index(["edition", "unit"])["total"]
    assert totals.dropna().to_dict() == {
        (2011, "A"): 5, (2011, "B"): 0, (2019, "A"): 1, (2019, "B"): 0, (2020, "A"): 2, (2020, "B"): 7
    }  # fmt: skip
    full = CliRunner().invoke(main, ["derive", str(config), "--full", "--format", "json"])
    rows = json.loads(full.stdout)
    rows = rows if isinstance(rows, list) else next(iter(rows.values()))
    assert {(row["unit"], row["edition"], row["records"]) for row in rows if row["indicator"] == "n"} >= {
        ("B", "2020", 2),
        ("A", "2011", 1),
    }
    traced = CliRunner().invoke(main, ["derive", str(config), "--trace", "B", "total", "--format", "csv"])
    assert "2020" in traced.output


@pytest.mark.parametrize(
    "stated",
    [
        {"kind": "clusters", "columns": {"latitude": "x", "longitude": "y"}},
        {"kind": "collaboration", "form": "matrix", "columns": {"node": "x"}},
    ],
)
def test_kinds_without_editions_say_so(tmp_path: Path, stated: dict[str, Any]) -> None:
    measure = "points" if stated["kind"] == "clusters" else "strength"
    with pytest.raises(ConfigError, match="no `edition`"):
        derived(tmp_path, file="f.csv", edition="year", indicators={"n": {"measure": measure}}, **stated)
