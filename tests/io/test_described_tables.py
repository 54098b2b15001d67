"""A result as a data package: what is said of the tables is what is in them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from innov_index.cli import main
from innov_index.io.results import write_result
from innov_index.model.result import Beside, Result
from innov_index.model.sheet import Kind, Sheet
from tests.reading import read_table

SHEET = Sheet(
    ["unit", "rank", "score", "share", "kept", "note"],
    [["A", 1, 2.5, 0.5, True, None], ["É, b", 2, None, 1.0, False, None]],
    {"share": Kind.SHARE},
)
TYPES = {"string": "object", "integer": "Int64", "number": "float64", "boolean": "boolean"}


@pytest.fixture
def described(tmp_path: Path) -> tuple[Path, dict[str, object]]:
    beside = Beside("changed", "Changed cells", lambda: Sheet(["unit", "after"], [["A", 1.25]]))
    result = Result("Hubs & Co. 2020", {"ranking": SHEET, "other": SHEET}, beside=(beside,))
    output = tmp_path / "datapackage.json"
    said = write_result(result, output)
    assert said == f"{output} (2 rows, 1 changed cell) and ranking.csv and ranking.changed.csv"
    return tmp_path, json.loads((tmp_path / "datapackage.json").read_text("utf-8"))


def test_each_table_is_described(described):
    folder, package = described
    assert package["name"] == "hubs-co.-2020"
    assert package["title"] == "Hubs & Co. 2020"
    assert [resource["name"] for resource in package["resources"]] == ["ranking", "ranking.changed"]
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_columns_have_the_types_that_are_stated(described):
    """By pandas, which is told nothing but the schema."""
    folder, package = described
    resource = package["resources"][0]
    fields = {field["name"]: TYPES[field["type"]] for field in resource["schema"]["fields"]}
    frame = pd.read_csv(folder / resource["path"], dtype=fields, keep_default_na=False, na_values=[""])
    assert list(frame["unit"]) == ["A", "É, b"]
    assert list(frame["rank"]) == [1, 2]
    np.testing.assert_array_equal(frame["score"], [2.5, np.nan])
    assert list(frame["kept"]) == [True, False]
    assert [field["type"] for field in resource["schema"]["fields"]] == [
        *("string", "integer", "number", "number", "boolean", "string")
    ]


def test_the_package_is_read_again(described):
    folder, _ = described
    table = read_table(folder / "datapackage.json")
    assert table.text("unit") == ("A", "É, b")
    np.testing.assert_array_equal(table.numbers(["score"])[:, 0], [2.5, np.nan])


def test_a_command_writes_it(tmp_path):
    (tmp_path / "data.csv").write_text("unit,a\nA,1\nB,2\n")
    config = {"indicators": {"file": "data.csv"}, "index": {"code": "I", "children": [{"indicator": "a"}]}}
    (tmp_path / "index.yaml").write_text(json.dumps(config))
    (tmp_path / "out").mkdir()
    output = tmp_path / "out/datapackage.json"
    written = CliRunner().invoke(main, ["score", str(tmp_path / "index.yaml"), "-o", str(output)])
    assert written.exit_code == 0, written.output
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"datapackage.json", "datapackage.json.provenance.json", "ranking.csv"}
    fields = json.loads(output.read_text("utf-8"))["resources"][0]["schema"]["fields"]
    assert [field["name"] for field in fields][:3] == ["unit", "name", "rank"]
