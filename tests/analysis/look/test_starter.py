"""Configs written for files as they are: `init --from` on made-up tables in the shapes of public ones.

Source: `shared/shapes`, with the right answer of each.
"""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import pytest

from innov_index.analysis.look.run import look, looked_at
from innov_index.analysis.look.starter import quoted
from innov_index.config.load import load_config
from innov_index.dataset.assemble import read_dataset
from innov_index.errors import DataError
from tests.intake.shape.test_shapes import expected_values, values_of

A_PERSON_MUST_STATE_MORE = frozenset(
    [
        *("broken-rows", "censored-marks", "country-names", "cpi-xlsx", "datapackage", "eurostat-tsv"),
        *("eurostat-xlsx", "faostat", "fsi-xlsx", "hdr-wide", "hdr-xlsx", "ilostat", "inform-xlsx"),
        *("long-filter", "missing-numbers", "old-xls", "profile-marks", "rank-marks", "space-thousands"),
        *("stacked-tables", "text-numbers", "transposed", "yes-no-grades"),
    ]
)
"""Shapes of which the config written for them gives other values than the right answer, or none."""

ABOUT_TABLES = ("Metadata_", "WDICountry", "readme", "expected", "README", "structure")


def _shapes() -> list[str]:
    folder = Path(__file__).resolve().parents[4] / "shared" / "shapes"
    return sorted(path.name for path in folder.glob("*/") if (path / "README.md").is_file())


def _copied(shared: Path, name: str, folder: Path) -> list[Path]:
    shutil.copytree(shared / "shapes" / name, folder)
    files = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(ABOUT_TABLES)]
    return sorted([path for path in files if path.name == "datapackage.json"] or files)


def test_of_63_shapes_most_are_read_without_a_change(shared: Path, tmp_path: Path) -> None:
    read = []
    for name in _shapes():
        files = _copied(shared, name, tmp_path / name)
        try:
            seen = looked_at(files, tmp_path / name)
            assert seen.config is not None
            (tmp_path / name / "index.yaml").write_text(seen.config.config("A title"))
            data = read_dataset(load_config(tmp_path / name / "index.yaml")).dataset
        except (DataError, AssertionError):
            continue
        read.append((name, data.values.shape))
    assert len(read) >= 59
    assert all(math.prod(shape) > 1 for _, shape in read)


@pytest.mark.parametrize("name", [name for name in _shapes() if name not in A_PERSON_MUST_STATE_MORE])
def test_the_config_gives_the_right_values(shared: Path, tmp_path: Path, name: str) -> None:
    files = _copied(shared, name, tmp_path / "index")
    seen = looked_at(files, tmp_path / "index")
    assert seen.config is not None
    (tmp_path / "index" / "index.yaml").write_text(seen.config.config("A title"))
    found = values_of(read_dataset(load_config(tmp_path / "index" / "index.yaml")))
    expected = expected_values(shared / "shapes" / name / "expected.csv")
    for key, (value, _) in expected.items():
        assert found.get(key, (math.nan, ""))[0] == pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True), key


def test_what_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text(
        "My statistics\n\niso3,Country,rent,note\nAUT,Austria,5,a\nBEL,Belgium,6,b\n\nSource: made up\n"
    )
    result = look([path], tmp_path)
    assert result.sentences == (
        "data.csv: 2 rows, units in iso3, 1 indicator, a column for each indicator or year",
    )
    assert [row[2:4] for row in result.tables["columns"].rows][:3] == [
        ("iso3", "texts"),
        ("Country", "texts"),
        ("rent", "numbers"),
    ]
    said = " ".join(result.remarks)
    assert "the header is line 3" in said
    assert "Source: made up" in said
    assert result.facts.config.lines == ["units: {id: iso3, name: Country}", "indicators: {file: data.csv}"]


def test_numbers_that_may_mean_missing_are_told(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("unit,share,count\na,0.5,999\nb,0.7,1200\nc,-999,800\nd,0.6,1100\n")
    assert [remark for remark in look([path], tmp_path).remarks if "far from" in remark] == [
        "data.csv: -999 in share is far from all other values; if it means a missing value, list it under "
        "`missing`"
    ]


@pytest.mark.parametrize(
    ("text", "written"),
    [("rent", "rent"), ("No", '"No"'), ("y", '"y"'), ("a: b", '"a: b"'), ("=1+1", '"=1+1"'), ("7", '"7"')],
)
def test_names_that_yaml_would_read_otherwise_are_quoted(text: str, written: str) -> None:
    assert quoted(text) == written
