"""A frame, a mapping and a file that state the same index: the same numbers, the same refusals."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import innov_index
from innov_index import InnovIndexError
from innov_index.config.yaml_reader import parse_yaml
from innov_index.config.yaml_writer import to_yaml

CITIES = pandas.DataFrame(
    {
        "city": ["Ayr", "=1+1", "Cork", "Dole"],
        "year": [2020, 2020, 2020, 2020],
        "papers": [3.0, 1.0, np.nan, 7.5],
        "smog": [4, 9, 2, 1],
        "jobs": pandas.array([10, None, 30, 20], dtype="Int64"),
        "region": ["n", "s", "s", "n"],
    }
)
TREE = {"RI": ["papers"], "EN": {"AIR": ["smog"], "WORK": ["jobs"]}}


def same(one: innov_index.Index, other: innov_index.Index) -> None:
    """Bit for bit."""
    mine, theirs = one.score(), other.score()
    assert mine.scores.tobytes() == theirs.scores.tobytes()
    assert mine.ranks.tobytes() == theirs.ranks.tobytes()
    assert mine.units.codes == theirs.units.codes
    assert mine.framework == theirs.framework


numbers = st.one_of(st.integers(-1000, 1000), st.floats(-1e6, 1e6, allow_subnormal=False))


@st.composite
def stated(draw: st.DrawFn) -> dict[str, Any]:
    """The arguments of `from_frame` for a random index."""
    units = draw(st.integers(3, 8))
    titles = [f"x{at}" for at in range(draw(st.integers(2, 5)))]
    names = draw(
        st.lists(st.text("aé'=#: 0", min_size=1), min_size=units, max_size=units, unique_by=str.strip)
    )
    columns = {title: draw(st.lists(numbers, min_size=units, max_size=units)) for title in titles}
    for cells in columns.values():  # neither constant nor without a mean
        cells[:2] = [-2000, 2000]
    cut = draw(st.integers(1, len(titles) - 1))
    return {
        "df": {"place": [f"u{name.strip()}" for name in names], **columns},
        "unit": "place",
        "tree": draw(st.sampled_from([None, {"A": titles[:cut], "B": titles[cut:]}])),
        "directions": {draw(st.sampled_from(titles)): "lower_is_better"},
        "weights": draw(st.sampled_from([None, {title: at + 0.1 for at, title in enumerate(titles)}])),
        "normalisation": draw(st.sampled_from(["min_max", "z_score", {"method": "rank"}])),
    }


@given(stated())
@settings(max_examples=25, deadline=None)
def test_a_frame_a_mapping_and_a_file_give_the_same_bits(
    tmp_path_factory: Any, arguments: dict[str, Any]
) -> None:
    of_columns = innov_index.from_frame(**arguments)
    frame = pandas.DataFrame(arguments["df"])
    same(of_columns, innov_index.from_frame(**{**arguments, "df": frame}))
    path = tmp_path_factory.mktemp("index") / "index.yaml"
    of_columns.to_yaml(path)
    read = innov_index.load(path)
    same(of_columns, read)
    mapping = of_columns.config.document.plain()
    same(
        of_columns, innov_index.from_dict({**mapping, "indicators": {**mapping["indicators"], "file": frame}})
    )
    assert of_columns.provenance().data[0].sha256 == read.provenance().data[0].sha256


def test_a_file_of_the_project_and_its_mapping_are_the_same() -> None:
    index = innov_index.load("configs/2020.yaml")
    same(index, innov_index.from_dict(index.config.document.plain(), "configs"))


def test_frames_of_other_libraries_are_read_by_their_arrow_columns() -> None:
    arrow = pytest.importorskip("pyarrow")
    ours = innov_index.from_frame(CITIES, "city", "year", TREE)
    same(ours, innov_index.from_frame(arrow.Table.from_pandas(CITIES), "city", "year", TREE))


def test_labels_of_rows_are_the_units() -> None:
    frame = CITIES.set_index("city")[["papers", "smog"]]
    assert innov_index.from_frame(frame).score().units.codes == tuple(CITIES["city"])
    assert innov_index.from_frame(frame.rename_axis(None)).score().units.codes == tuple(CITIES["city"])


def test_prefixes_and_tables_make_trees() -> None:
    frame = {"unit": ["a", "b"], "RI_x": [1, 2], "RI_y": [2, 1], "RIGHT_z": [1, 3], "other": [1, 1]}
    index = innov_index.from_frame(frame, tree=["RI", "RIGHT"])
    assert [node.code for node in index.framework.nodes] == [
        "INDEX",
        "RI",
        "RI_x",
        "RI_y",
        "RIGHT",
        "RIGHT_z",
    ]
    assert "columns left out, as they begin with no prefix: other" in index.score().remarks
    table = pandas.DataFrame(
        {"code": ["T", "RI_x", "RI_y"], "parent": [None, "T", "T"], "weight": [None, 1, 3]}
    )
    index = innov_index.from_frame(frame, tree=table)
    assert index.framework.codes == ("T", "RI_x", "RI_y")
    assert index.score()["a"] == 75.0


def test_columns_by_name_make_a_flat_tree() -> None:
    index = innov_index.from_frame(CITIES, "city", tree=["papers", "smog"])
    assert index.framework.codes == ("INDEX", "papers", "smog")


def test_titles_that_are_numbers_are_names() -> None:
    frame = pandas.DataFrame({0: ["a", "b"], 1: [1, 2], 2: [4, 3]})
    index = innov_index.from_frame(frame, 0, tree={"T": [1, 2]}, weights={1: 3, 2: 1})  # type: ignore[dict-item]
    assert index.score()["b"] == 75.0


def test_columns_without_numbers_are_told() -> None:
    scores = innov_index.from_frame(CITIES.assign(gap=np.nan), "city", "year").score()
    told = "columns left out, as they hold other than numbers, or nothing: region and gap"
    assert told in scores.remarks


def test_the_provenance_follows_the_content() -> None:
    def provenance(frame: Any) -> Any:
        return innov_index.from_frame(frame, "city", "year", TREE).provenance()

    before, changed = provenance(CITIES), CITIES.copy()
    assert provenance(CITIES.copy()).digest == before.digest
    changed.loc[0, "papers"] = math.nextafter(3.0, 4.0)
    assert provenance(changed).data != before.data
    assert provenance(changed).config == before.config


def test_editions_schemes_and_uncertainty_are_those_of_a_config() -> None:
    later = CITIES.assign(year=2021, smog=CITIES["smog"] + 1)
    index = innov_index.from_frame(
        pandas.concat([CITIES, later]),
        "city",
        "year",
        TREE,
        schemes={"z": {"normalisation": {"method": "z_score"}}},
        uncertainty={"draws": 32, "seed": 1, "vary": [{"weights": "noise", "amount": 0.2}]},
        units={"groups": ["region"]},
        imputation="mean",
    )
    assert index.score().editions == ("2020", "2021")
    assert index.schemes == ("z",)
    assert len(index.uncertainty(explain=False).to_frame()) == 4
    assert index.score()["Dole", "AIR", "2020"] == 0.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"unit": "town"}, "column 'town'"),
        ({"unit": None}, "state `unit`: city, year"),
        ({"edition": "when"}, "column 'when'"),
        ({"tree": "papers"}, "tree: found 'papers'; expected a mapping"),
        ({"tree": ["ZZ"]}, "no column begins with 'ZZ'"),
        ({"tree": {"RI": 5}}, "below 'RI' stands 5"),
        ({"tree": {"RI": ["paper"]}}, "no column 'paper' (the indicators). Did you mean 'papers'?"),
        ({"directions": {"paper": -1}}, "no node 'paper' (directions). Did you mean 'papers'?"),
        ({"directions": {"papers": "down"}}, "config:"),
        ({"weights": {"papers": "many"}}, "weight"),
        ({"weights": ["papers"]}, "weights: found a list"),
        ({"normalization": "z_score"}, "Did you mean 'normalisation'?"),
        ({"normalisation": "zscore"}, "Did you mean 'z_score'?"),
        ({"schemes": {"a": {1.5}}}, "schemes.a: found a value of type set"),
        ({"published": CITIES}, "published: found a value of type DataFrame"),
        (
            {"df": 5},
            "data frame: found a value of type int; expected a data frame, or a mapping from titles",
        ),
        ({"units": "region"}, "units must be a mapping; got 'region'"),
        ({"units": {"groups": 5}}, "units.groups must be a list"),
        ({"indicators": "x"}, "indicators must be a mapping; got 'x'"),
        ({"df": CITIES.assign(papers=[1, np.inf, 2, 3]), "tree": None}, "inf"),
        ({"df": CITIES.iloc[:0]}, "no rows"),
        ({"df": {"city": ["a", "b"], "x": [1]}}, "columns differ in their number of rows: 'city' 2, 'x' 1"),
        ({"df": {"city": "ab", "x": [1, 2]}}, "expected the cells of a column"),
        ({"df": CITIES.assign(smog=["1", "x", "2", "3"])}, "'x'"),
        ({"df": CITIES.assign(smog=[1, np.inf, 2, 3])}, "inf"),
        (
            {"df": CITIES.assign(city="Ayr")},
            "row 2: a second row for the same unit and edition; the first is in row 1",
        ),
        ({"df": pandas.concat([CITIES, CITIES], axis=1)}, "two columns are named 'city'"),
    ],
)
def test_what_is_wrong_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InnovIndexError, match=r"\w") as refused:
        innov_index.from_frame(**{"df": CITIES, "unit": "city", "tree": TREE, **arguments}).score()
    assert message in str(refused.value)


@pytest.mark.parametrize("config", [5, None, "index.yaml", [1], {"index": {1.5: 2}}])
def test_a_config_is_a_mapping(config: Any) -> None:
    with pytest.raises(InnovIndexError, match="config"):
        innov_index.from_dict(config)


def test_a_config_that_holds_itself_is_refused() -> None:
    config: dict[str, Any] = {}
    config["index"] = config
    with pytest.raises(InnovIndexError, match="nested more than"):
        innov_index.from_dict(config)


def test_options_of_files_say_nothing_of_a_frame() -> None:
    with pytest.raises(InnovIndexError, match="say nothing"):
        innov_index.from_frame(CITIES, "city", indicators={"sheet": "one"}).score()


texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(
        ["1e6", "NO", "on", "0x1F", "012", "~", "null", ".5", "1_000", "2020-01-01", "=", "- a", "a: b"]
    ),
)
plain = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(allow_nan=False), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=8,
)


@given(st.dictionaries(texts, plain, min_size=1, max_size=3))
@settings(max_examples=150, deadline=None)
def test_yaml_that_is_written_is_read_as_the_same(data: dict[str, Any]) -> None:
    assert repr(parse_yaml(to_yaml(data), "x").plain()) == repr(data)


def test_a_config_written_elsewhere_reads_the_same_files(tmp_path: Path) -> None:
    index = innov_index.load("configs/2020.yaml").varied(settings={"normalisation.method": "z_score"})
    index.to_yaml(tmp_path / "own.yaml")
    same(index, innov_index.load(tmp_path / "own.yaml"))
