"""Ranks as rankings print them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import innov_index
from innov_index.analysis.ranking.sentences import remarks_of
from innov_index.analysis.reproduce.run import reproduce
from innov_index.dataset.printed_ranks import PrintedRank, no_ranking, printed_rank, read_rank
from innov_index.errors import DataError
from innov_index.methods.ranking import descending_ranks

CONFIG = """\
units: {id: unit}
indicators: {file: data.csv}
normalisation: {method: none}
index: {code: X, children: [{indicator: a}]}
published: {file: published.csv}
"""
DATA = [["unit", "a"], ["A", 9], ["B", 8], ["C", 7], ["D", 6]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=2", PrintedRank(2, 2, True)),
        ("2=", PrintedRank(2, 2, True)),
        ("T2", PrintedRank(2, 2, True)),
        ("joint 2nd", PrintedRank(2, 2, True)),
        ("4th", PrintedRank(4, 4)),
        ("#4", PrintedRank(4, 4)),
        ("2.5", PrintedRank(2.5, 2.5)),
        ("101-152", PrintedRank(101, 152)),
        ("101 – 152", PrintedRank(101, 152)),
        ("=3-4", PrintedRank(3, 4, True)),
        ("501+", PrintedRank(501, np.inf)),
        ("4-3", None),
        ("0", None),
        ("-1", None),
        ("2020-03-04", None),
        ("n/a", None),
        ("t", None),
    ],
)
def test_each_way_of_printing_a_rank(text: str, expected: PrintedRank | None) -> None:
    assert read_rank(text) == expected


@pytest.mark.parametrize(("best", "last", "text"), [(4, 4, "4"), (3, 4, "3-4"), (501, np.inf, "501+")])
def test_a_rank_is_read_as_it_is_printed(best: float, last: float, text: str) -> None:
    assert printed_rank(best, last) == text
    assert read_rank(text) == PrintedRank(best, last)


@pytest.mark.parametrize("ties", ["min", "max", "average", "dense", "ordinal"])
def test_ranks_of_any_scores_are_a_ranking_under_their_rule_also_in_part(ties: str) -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        ranks = descending_ranks(rng.integers(0, 4, (8, 1)).astype(float), ties)[:, 0]
        assert no_ranking(ranks, ties) is None
        assert no_ranking(np.where(rng.random(8) < 0.4, np.nan, ranks), ties) is None


@pytest.mark.parametrize(
    ("ranks", "ties", "holds"),
    [
        ([1, 3, 3, 4], "min", False),  # two units that come third take places 3 and 4
        ([1, 3, 3, 4], "max", True),
        ([1, 1, 3], "max", False),  # two units would stand on the places 0 and 1
        ([1, 2.5, 2.5, 3], "average", False),
        ([1, 2, 2, 3], "dense", True),
        ([1, 2, 2, 3], "min", False),
        ([1, 2, 2], "ordinal", False),
        ([1, 5, 9], "min", True),  # others may stand between them
    ],
)
def test_lists_that_are_no_ranking(ranks: list[float], ties: str, holds: bool) -> None:
    assert (no_ranking(np.array(ranks, dtype=float), ties) is None) == holds


@pytest.mark.parametrize(
    ("ranks", "holds"),
    [
        (["1", "2", "3-4", "3-4"], True),
        (["1st", "2nd", "3rd", "4."], True),
        (["1", "2", "3+", "3+"], True),
        (["1", "2", "", "n/a"], True),
        (["3-4", "2", "1", "3-4"], False),
        (["1", "=2", "=2", "4"], False),  # C is third
    ],
)
def test_reproduce_compares_bands_and_marked_ranks(
    make_index: Callable[..., Path], ranks: list[str], holds: bool
) -> None:
    rows = [["unit", "rank"], *zip("ABCD", ranks, strict=True)]
    config = CONFIG.replace("published.csv", 'published.csv, missing: ["", n/a]')
    index = innov_index.load(make_index(config, DATA, files={"published.csv": rows}))
    assert reproduce(index).holds is holds


def test_a_text_that_is_no_rank_is_refused_with_its_place(make_index: Callable[..., Path]) -> None:
    rows = [["unit", "rank"], ["A", "=1"], ["B", "two"]]
    index = innov_index.load(make_index(CONFIG, DATA, files={"published.csv": rows}))
    with pytest.raises(DataError, match=r"published\.csv:3.*'two'"):
        reproduce(index)


def test_few_published_scores_are_told_as_ranks_among_the_units_in_common(
    make_index: Callable[..., Path],
) -> None:
    rows = [["unit", "score"], ["B", 1.0], ["D", 1.1]]
    index = innov_index.load(make_index(CONFIG, DATA, files={"published.csv": rows}))
    (said,) = [text for text in remarks_of(index, index.score()) if "there" in text]
    assert "B 2nd there, 1st here, D 1st there, 2nd here".replace(", D", "; D") in said


def test_a_list_that_is_no_ranking_is_told(make_index: Callable[..., Path]) -> None:
    rows = [["unit", "rank"], *zip("ABCD", "1334", strict=True)]
    index = innov_index.load(make_index(CONFIG, DATA, files={"published.csv": rows}))
    assert any("no ranking under ties: min" in text for text in reproduce(index).sentences)
    assert any("no ranking under ties: min" in text for text in remarks_of(index, index.score()))
