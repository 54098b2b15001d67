"""Everything that real lists have wrong, in one: counted by cause, never a crash, never lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from innov_index.cli import main
from tests.indices import write_index
from tests.sources.deriving import GAZETTEER, derived, places

LIST = """A list of companies,,,,,
,,,,,
Company,Valuation,Date,City,Country,Author
Alpha,$1B,1/2/2020,Paris,France,1
Alpha,$1B,1/2/2020,Paris,France,1
No city,$1B,1/2/2020,,France,2
Wrong country,$1B,1/2/2020,Paris,Alpha Holding,3
"Smith &amp; Sons, Ltd",$2B,2020-01-02,London,United Kingdom,4
Mixed,$1B,1/2/2020,Zürich,Switzerland,5
Other date,$1B,2 January 2020,Berlin,Germany,6
No date,$1B,soon,Berlin,Germany,7
Negative,$-3B,1/2/2020,Berlin,Germany,8
Unknown worth,Unknown,1/2/2020,Berlin,Germany,9
"Commas, in, names",$1B,1/2/2020,"Washington, D.C.",United States,10
No country,$1B,1/2/2020,Rome,,11
© Example,,,,,
"""


def write(folder: Path) -> None:
    lines = LIST.splitlines()
    content = [line.encode("cp1252" if "Mixed" in line else "utf-8") for line in lines]
    (folder / "list.csv").write_bytes(b"\r\n".join(content))


def test_companies(tmp_path: Path) -> None:
    write(tmp_path)
    result = derived(
        tmp_path,
        places(gazetteer=GAZETTEER, units="city"),
        kind="companies",
        file="list.csv",
        columns={
            "company": "Company",
            "valuation": "Valuation",
            "date": "Date",
            "city": "City",
            "country": "Country",
        },
        indicators={"n": {}, "worth": {"measure": "sum"}},
    )
    account = result.account
    assert account.records == 12
    assert account.left_out == {
        "repeated record": 1,
        "no readable valuation (mostly the footer of the page)": 1,
        "negative valuation": 1,
    }
    assert account.repaired == {"escape of a web page (&amp;) turned into its letter": 1}
    assert account.said == (
        "list.csv: read with Windows-1252 in 1 line that are not UTF-8 (line 9)",
        "list.csv: the header is line 3",
        "list.csv: left out as notes below the table: line 16 ('© Example')",
    )
    assert account.unreadable == {"date": 1}
    causes = {cause: count for (cause, _), count in account.unplaced.items()}
    assert causes == {"no city": 1, "unknown country": 1, "no country": 1}
    # every record is somewhere
    assert (
        account.records
        == sum(account.left_out.values()) + account.inside + account.outside + account.not_placed
    )
    assert sum(result.columns["n"].values.values()) == account.inside == 6


def test_authors_without_affiliation(tmp_path: Path) -> None:
    write(tmp_path)
    result = derived(
        tmp_path,
        places(gazetteer=GAZETTEER),
        kind="documents",
        file="list.csv",
        columns={"document": "Company", "author": "Author", "city": "City", "country": "Country"},
        indicators={
            "n": {"counting": "fractional by author"},
            "cited": {"measure": "sum", "of": "Valuation"},
        },
    )
    account = result.account
    assert account.kept == account.records == 12
    assert account.unreadable == {"Valuation": 1}
    assert account.not_placed == 3


@pytest.mark.parametrize("content", [b"\x1f\x8b\x08\x00broken", b""])
def test_nothing_is_written_where_a_file_cannot_be_read(tmp_path: Path, content: bytes) -> None:
    config = """\
units: {id: unit}
sources:
  - {kind: values, file: list.csv.gz, columns: {unit: place}, indicators: {n: {}}}
index: {code: X, children: [{indicator: n}]}
"""
    path = write_index(tmp_path, config, None, files={"list.csv.gz": content})
    output, review = tmp_path / "out.csv", tmp_path / "review.csv"
    result = CliRunner().invoke(main, ["derive", str(path), "-o", str(output), "--review", str(review)])
    assert result.exit_code == 2, result.output
    assert result.output.count("list.csv.gz") == 1
    assert not output.exists()
    assert not review.exists()
