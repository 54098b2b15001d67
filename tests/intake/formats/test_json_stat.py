"""JSON-stat beside pandas, which lays out the same cube by itself."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from innov_index.errors import DataError
from innov_index.index import load
from tests.reading import read_table

GEO, TIME, UNIT = ["AT", "BE", "EU27_2020"], ["2019", "2020"], ["PC"]
LABELS = {"AT": "Austria", "BE": "Belgium", "EU27_2020": "European Union"}
VALUES = [1.5, 2.5, None, 4, 5.0, 6.25]


def data_set(**changed: object) -> dict[str, object]:
    """A data set as Eurostat's interface gives it."""
    return {
        "version": "2.0",
        "class": "dataset",
        "label": "Something per capita",
        "id": ["unit", "geo", "time"],
        "size": [1, 3, 2],
        "dimension": {
            "unit": {"label": "Unit", "category": {"index": {"PC": 0}, "label": {"PC": "Percentage"}}},
            "geo": {"category": {"index": {"EU27_2020": 2, "AT": 0, "BE": 1}, "label": LABELS}},
            "time": {"category": {"index": TIME}},
        },
        "value": {str(place): value for place, value in enumerate(VALUES) if value is not None},
        "status": {"2": ":", "4": "p"},
        **changed,
    }


def written(folder: Path, message: object) -> Path:
    (folder / "data.json").write_text(json.dumps(message))
    return folder / "data.json"


def by_pandas() -> pd.DataFrame:
    cube = pd.MultiIndex.from_product([UNIT, GEO, TIME], names=["unit", "geo", "time"])
    return pd.DataFrame({"OBS_VALUE": VALUES}, index=cube).reset_index()


VARIANTS = {
    "values by place": data_set(),
    "all values": data_set(value=VALUES),
    "all statuses": data_set(status=[None, None, ":", None, "p", None]),
    "one status": data_set(value=[*VALUES[:2], 3, *VALUES[3:]], status="p"),
    "version 1": {
        "dataset": {
            "value": VALUES,
            "status": {"2": ":"},
            "dimension": {"id": ["unit", "geo", "time"], "size": [1, 3, 2], **data_set()["dimension"]},
        }
    },
    "collection": {"class": "collection", "link": {"item": [data_set(value=VALUES)]}, "version": "2.0"},
}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_cube_is_a_long_table(tmp_path, name):
    table = read_table(written(tmp_path, VARIANTS[name]))
    expected = by_pandas().fillna(3) if name == "one status" else by_pandas()
    for column in ("unit", "geo", "time"):
        assert table.text(column) == tuple(expected[column])
    assert str(table.numbers(["OBS_VALUE"])[:, 0].tolist()) == str(expected["OBS_VALUE"].tolist())
    assert table.text("geo label") == tuple(LABELS[code] for code in expected["geo"])
    assert "time label" not in table


def test_marks_are_kept_and_places_are_named(tmp_path):
    table = read_table(written(tmp_path, data_set()))
    assert table.text("OBS_FLAG") == ("", "", ":", "", "p", "")
    assert str(table.mark(3, "OBS_VALUE")).endswith("data.json:observation 4")


def test_observations_without_anything_are_left_out(tmp_path):
    sparse = data_set(value={"0": 1.5, "5": 6.25}, status={})
    assert read_table(written(tmp_path, sparse)).text("geo") == ("AT", "EU27_2020")


def test_an_index_is_scored_from_it(tmp_path):
    written(tmp_path, data_set(value=[1.5, 2.5, 3, 4, 5, 6.25]))
    config = {
        "units": {"id": "geo", "names": "countries"},
        "indicators": {"file": "data.json", "where": {"unit": "PC"}, "indicator": "unit"},
        "index": {"code": "I", "children": [{"indicator": "PC"}]},
    }
    (tmp_path / "index.yaml").write_text(json.dumps(config))
    scores = load(tmp_path / "index.yaml").score()
    assert scores.editions == ("2019", "2020")
    assert scores.units.codes == ("AT", "BE")
    assert scores.of("I").tolist() == [[0, 100], [0, 100]]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (data_set(size=[1, 3, 3]), "dimension time has 2 categories, and its size is 3"),
        (data_set(value=VALUES[1:]), "5 values for 6 places"),
        (data_set(value={"6": 1}), "values stand beyond the 6 places"),
        (data_set(dimension={"unit": {"category": {"index": ["PC"]}}}), "'geo' is missing"),
        (data_set(value={}, status={}), "has no observations"),
        ([data_set()], "no data set"),
        (
            {"one": data_set(), "other": data_set(label="Other")},
            "several data sets: 'Something per capita' and",
        ),
    ],
    ids=["size", "values", "places", "dimension", "empty", "list", "several"],
)
def test_what_is_no_data_set(tmp_path, message, words):
    with pytest.raises(DataError, match=re.escape(words)):
        read_table(written(tmp_path, message))


def test_a_truncated_file_is_refused(tmp_path):
    whole = json.dumps(data_set())
    for end in range(200, len(whole) - 1, 37):
        (tmp_path / "data.json").write_text(whole[:end])
        with pytest.raises(DataError):
            read_table(tmp_path / "data.json")
