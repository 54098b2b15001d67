"""Scores as intervals, ranks as rankings print them, and decimals that differ by column and edition."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import innov_index
from innov_index.analysis.infer.run import infer
from innov_index.analysis.ranking.sentences import remarks_of
from innov_index.analysis.reproduce.run import reproduce
from innov_index.dataset.printed_figures import (
    PrintedRank,
    decimals_at,
    decimals_of,
    exact,
    known,
    no_ranking,
    printed,
    printed_children,
    printed_rank,
    read_rank,
)
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
    weights = infer(index)
    assert not weights.holds
    assert any(
        "no weights give these ranks: the published ranks are no" in text for text in weights.sentences
    )


def test_ends_are_half_a_unit_of_the_last_decimal_away_without_any_rounding() -> None:
    figures = printed(np.array([30.3, 0.1, -2.0, 100.0]), decimals=1)
    assert [exact(end) for end in figures.low] == [Fraction(n, 20) for n in (605, 1, -41, 1999)]
    assert [exact(end) for end in figures.high] == [Fraction(n, 20) for n in (607, 3, -39, 2001)]


def test_decimals_are_as_few_as_show_nine_in_ten_figures() -> None:
    column = np.round(np.linspace(1, 50, 100), 1)
    assert decimals_of(column) == 1
    column[7] = 30.45  # one figure of another print
    figures = printed(column)
    assert decimals_of(column) == 1
    assert figures.unit[7] == 0.01
    assert figures.unit[8] == 0.1


def test_few_figures_need_all_of_their_decimals() -> None:
    assert decimals_of(np.array([1.0, 2.0, 3.0, 4.25])) == 2
    assert decimals_of(np.array([np.nan, 3.0])) == 0


def test_figures_of_full_precision_may_be_off_by_1e_9_of_a_score_up_to_100() -> None:
    figures = printed(np.array([12.3456789012, 98.7654321098]))
    np.testing.assert_allclose(figures.high - figures.low, 2e-9, rtol=1e-5)


def test_children_of_full_precision_are_known() -> None:
    figures = printed_children(np.array([[0.1, 1 / 3], [0.2, 2 / 3]]))
    np.testing.assert_allclose((figures.high - figures.low)[:, 0], 0.1)
    assert (figures.high == figures.low)[:, 1].all()
    assert known(np.array([1 / 3, np.nan])).known_exactly


def test_no_figure_stays_none() -> None:
    figures = printed(np.array([1.5, np.nan]))
    assert figures.missing.tolist() == [False, True]


PANEL = """\
units: {id: unit}
indicators: {file: data.csv}
normalisation: {method: none}
index:
  code: X
  children:
    - {code: P, weight: 3, children: [{indicator: a}, {indicator: b}]}
    - {indicator: c, weight: 1}
published: {file: published.csv, nodes: scores, decimals: %s}
"""
MIXED = "{P: 2, 2021: {X: 0, P: 1}, X: 1}"


@pytest.mark.parametrize(
    ("edition", "column", "expected"),
    [("2020", "X", 1), ("2020", "P", 2), ("2021", "X", 0), ("2021", "P", 1), ("2020", "c", None)],
)
def test_decimals_of_a_column_in_an_edition(edition: str, column: str, expected: int | None) -> None:
    stated = {"P": 2, "2021": {"X": 0, "P": 1}, "X": 1}
    assert decimals_at(stated, edition, column) == expected
    assert decimals_at({"2021": 3, "X": 1}, "2021", "X") == 3
    assert decimals_at(2, edition, column) == 2


@pytest.mark.parametrize(("decimals", "holds"), [(MIXED, True), ("2", False), ("{X: 1, P: 2}", False)])
def test_reproduce_and_infer_read_decimals_by_column_and_edition(
    make_index: Callable[..., Path], decimals: str, holds: bool
) -> None:
    """X is printed with a decimal in 2020 and with none in 2021, P with two and with one."""
    data = np.round(np.random.default_rng(4).uniform(10, 90, (2, 12, 3)), 1)
    means = data[..., :2].mean(axis=-1)
    index_scores = 0.75 * means + 0.25 * data[..., 2]
    rows: list[list[object]] = [["unit", "edition", "a", "b", "c"]]
    figures: list[list[object]] = [["unit", "edition", "X", "P"]]
    for at, (edition, of_root, of_p) in enumerate((("2020", 1, 2), ("2021", 0, 1))):
        for unit in range(12):
            rows.append([f"U{unit}", edition, *data[at, unit].tolist()])
            printed_ones = (f"{index_scores[at, unit]:.{of_root}f}", f"{means[at, unit]:.{of_p}f}")
            figures.append([f"U{unit}", edition, *printed_ones])
    path = make_index(PANEL % decimals, rows, files={"published.csv": figures})
    index = innov_index.load(path)
    assert reproduce(index).holds is holds
    assert all(answer.inference.stated for answer in infer(index).facts) is holds


def test_inputs_printed_with_decimals_of_their_own(make_index: Callable[..., Path]) -> None:
    """The mean of 1 (0.5 to 1.5) and 2.0 (1.95 to 2.05) lies from 1.225 to 1.775."""
    config = CONFIG.replace("[{indicator: a}]", "[{indicator: a}, {indicator: b}]")
    config = config.replace("file: data.csv", "file: data.csv, decimals: {a: 0, b: 1}")
    data = [["unit", "a", "b"], ["A", 1, 2.0], ["B", 5, 6.0]]
    for score, holds in (("1.23", True), ("1.77", True), ("1.21", False), ("1.79", False)):
        files = {"published.csv": [["unit", "score"], ["A", score], ["B", "5.51"]]}
        index = innov_index.load(make_index(config, data, files=files))
        assert reproduce(index).holds is holds
        assert infer(index).facts[0].inference.stated is holds


@pytest.mark.parametrize(
    ("decimals", "message"),
    [
        ("{Q: 1}", "no column or edition 'Q' in `published: decimals`"),
        ("{'2021': {Y: 1}}", "no column 'Y'"),
        ("{X: {P: 1}}", "'X' is no edition"),
    ],
)
def test_decimals_of_no_such_column_are_refused(
    make_index: Callable[..., Path], decimals: str, message: str
) -> None:
    rows = [["unit", "edition", "a", "b", "c"], ["A", 2020, 1, 2, 3], ["A", 2021, 1, 2, 3]]
    files = {"published.csv": [["unit", "edition", "X"], ["A", 2020, 1], ["A", 2021, 2]]}
    with pytest.raises(DataError, match=message):
        reproduce(innov_index.load(make_index(PANEL % decimals, rows, files=files)))


def test_decimals_that_are_not_stated_are_those_that_the_column_shows(
    make_index: Callable[..., Path],
) -> None:
    for figures, holds in ((("9.1", "8.0"), False), (("9", "8"), True)):
        data = [["unit", "a"], ["A", 9.04], ["B", 8.3]]
        files = {"published.csv": [["unit", "score"], *zip("AB", figures, strict=True)]}
        index = innov_index.load(make_index(CONFIG, data, files=files))
        result = reproduce(index)
        assert result.holds is holds
        assert infer(index).holds is holds
        assert any("the decimals that their column shows" in text for text in result.sentences) is holds
