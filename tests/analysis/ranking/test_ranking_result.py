"""The ranking as a result: the tables agree with the scores, and say what changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from innov_index.analysis.ranking.run import node_scores, ranking
from innov_index.errors import InnovIndexError
from innov_index.index import load
from innov_index.model.result import Remarks, Shown

Write = Callable[..., Path]


def test_the_ranking_has_a_row_a_unit_the_best_first(make_index: Write) -> None:
    result = ranking(load(make_index()))
    frame = result.to_frame()
    assert frame["rank"].tolist() == [1, 2, 3, 4]
    assert frame["score"].tolist() == sorted(frame["score"], reverse=True)
    scores = result.facts
    assert frame["score"].tolist() == [scores.scores[0, unit, 0] for unit in scores.order()]
    assert ranking(load(make_index()), top=2).to_frame().equals(frame.head(2))


def test_every_node_of_every_unit_has_a_row(make_index: Write) -> None:
    frame = node_scores(load(make_index())).to_frame()
    assert len(frame) == 4 * 5
    assert frame[frame["node"] == "I"]["rank"].tolist() == [1, 2, 3, 4]


def test_a_screen_shows_names_and_then_remarks(make_index: Write) -> None:
    table, remarks = ranking(
        load(make_index(swap={"{indicator: a}": "{indicator: a, flags: [weak]}"}))
    ).screen()
    assert isinstance(table, Shown)
    assert table.sheet.columns == ("rank", "name", "score", "P")
    assert isinstance(remarks, Remarks)
    assert list(remarks.texts) == ["weak stand-ins: a"]


def test_changed_cells_are_written_beside(make_index: Write) -> None:
    assert ranking(load(make_index())).beside == ()
    changing = make_index(swap={"index:": "treatment: {method: clamp, upper: 35}\nindex:"})
    (beside,) = ranking(load(changing)).beside
    assert [row[:4] for row in beside.sheet.rows] == [("D", "Delta", "b", 40)]


def test_an_unknown_edition_is_refused(make_index: Write) -> None:
    with pytest.raises(InnovIndexError, match="no edition '2020': the data have no edition column"):
        ranking(load(make_index()), edition="2020")
