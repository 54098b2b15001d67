"""Every analysis returns the same kind of result: named tables with typed columns, texts, provenance."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

import innov_index
from innov_index.analysis.audit.run import audit
from innov_index.analysis.compare.run import compare, compare_combinations
from innov_index.analysis.infer.run import infer
from innov_index.analysis.ranking.run import node_scores, ranking
from innov_index.analysis.reproduce.run import reproduce
from innov_index.analysis.robustness.run import robustness
from innov_index.analysis.sensitivity.run import sensitivity
from innov_index.analysis.uncertainty.draws import one_draw
from innov_index.analysis.uncertainty.run import uncertainty
from innov_index.index import Index
from innov_index.io.results import write_result
from innov_index.model.result import Lines, Listed, Remarks, Result, Shown
from innov_index.model.sheet import Kind

HUBS = Path(__file__).resolve().parents[2] / "configs/2020.yaml"
QUESTIONS: dict[str, Callable[[Index], Result]] = {
    "ranking": ranking,
    "node scores": node_scores,
    "compare": compare,
    "combinations": lambda index: compare_combinations(index, ["weighting.method=[equal, entropy]"]),
    "audit": audit,
    "reproduce": reproduce,
    "uncertainty": lambda index: uncertainty(index, draws=200),
    "one draw": lambda index: one_draw(index, 3),
    "sensitivity": lambda index: sensitivity(index, runs=32),
    "robustness": lambda index: robustness(index, pair=("Beijing", "Tokyo")),
    "infer": infer,
}
DTYPES = {
    Kind.TEXT: "object",
    Kind.INTEGER: "Int64",
    Kind.NUMBER: "float64",
    Kind.SHARE: "float64",
    Kind.FLAG: "boolean",
}


@pytest.fixture(scope="module")
def index() -> Index:
    return innov_index.load(HUBS)


@pytest.fixture(scope="module", params=QUESTIONS)
def result(request: pytest.FixtureRequest, index: Index) -> Result:
    return QUESTIONS[request.param](index)


def test_tables_have_names_rows_and_typed_columns(result: Result) -> None:
    assert result.title
    assert result.table().rows
    for name, sheet in result.tables.items():
        frame = result.to_frame(name)
        assert list(frame.columns) == list(sheet.columns)
        assert len(frame) == len(sheet.rows)
        assert [str(dtype) for dtype in frame.dtypes] == [DTYPES[kind] for kind in sheet.kinds]


def test_a_screen_shows_something_for_every_table(result: Result) -> None:
    for name in result.tables:
        parts = result.screen(name)
        assert parts
        assert all(isinstance(part, Shown | Listed | Remarks | Lines) for part in parts)


def test_nothing_can_be_changed(result: Result) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.title = "another"  # type: ignore[misc]
    with pytest.raises(TypeError):
        result.tables["ranks"] = result.table()  # type: ignore[index]
    assert isinstance(result.sentences, tuple)
    assert isinstance(result.remarks, tuple)


def test_a_file_says_what_it_was_made_from(result: Result, tmp_path: Path) -> None:
    written = write_result(result, tmp_path / "table.csv")
    assert "table.csv.provenance.json" in written
    assert result.provenance is not None
    made_from = result.provenance.to_json()
    assert (tmp_path / "table.csv.provenance.json").read_text() == made_from
    assert '"2020.yaml"' in made_from
