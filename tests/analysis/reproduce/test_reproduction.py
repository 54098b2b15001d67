"""Reproduce: what is compared, which verdict follows, which cause is found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

import innov_index
from innov_index.analysis.reproduce.announcements import Announcement, Verdict
from innov_index.analysis.reproduce.run import reproduce
from innov_index.analysis.reproduce.sentences import sentences
from innov_index.analysis.reproduce.tables import cells_sheet, levels_sheet
from innov_index.errors import InnovIndexError
from innov_index.index import Index
from tests.indices import Content, Rows, rows_of

Announce = Callable[..., Index]

CONFIG = """\
name: Ten
units: {id: unit, name: name, groups: [region]}
indicators: {file: data.csv}
normalisation: {method: min_max, low: 0, high: 100}
index:
  code: I
  children:
    - code: P
      weight: 0.6
      children: [{indicator: a}, {indicator: b}]
    - {indicator: c, weight: 0.4}
published: {file: published.csv, decimals: 2}
"""


def values(seed: int = 3, units: int = 10) -> np.ndarray:
    return np.random.default_rng(seed).integers(10, 1000, (units, 3)).astype(float)


def table(data: np.ndarray, gaps: Sequence[tuple[int, int]] = ()) -> Rows:
    values = np.array(data)
    for cell in gaps:
        values[cell] = np.nan
    codes, names = ([f"{word}{unit}" for unit in range(len(values))] for word in ("U", "Unit "))
    return rows_of(values, "abc", units=codes, name=names, region="NS")


@pytest.fixture
def announce(make_index: Callable[..., Path]) -> Announce:
    """Writer of an index with published figures: (unit, node) → score and rank, as texts."""

    def write(
        figures: dict[tuple[str, str], tuple[str, str]], config: str = CONFIG, data: Content | None = None
    ) -> Index:
        rows = [[*of, *printed] for of, printed in figures.items()]
        published = {"published.csv": [["unit", "node", "score", "rank"], *rows]}
        return innov_index.load(make_index(config, data or table(values()), files=published))

    return write


def figures_of(index: Index, decimals: int = 2, nodes: Sequence[str] = ("I", "P")) -> dict:
    """What the index would print."""
    scores = index.score()
    return {
        (code, node): (
            f"{scores.scores[0, unit, scores.framework.position[node]]:.{decimals}f}",
            f"{scores.ranks[0, unit, scores.framework.position[node]]:g}",
        )
        for unit, code in enumerate(scores.units.codes)
        for node in nodes
    }


def only(index: Index) -> Announcement:
    (announcement,) = reproduce(index).facts.announcements
    return announcement


NOTHING = {("U0", "I"): ("1", "1")}


def test_printed_figures_are_reproduced_to_rounding(announce: Announce) -> None:
    index = announce(figures_of(announce(NOTHING)))
    result = only(index)
    assert [level.verdict for level in result.levels] == [Verdict.ROUNDING, Verdict.ROUNDING]
    root = result.levels[0]
    assert (root.figures, root.inside, root.ranks, root.other_ranks) == (10, 10, 10, 0)
    assert 0 < root.largest <= 0.005
    assert root.where.startswith("I, Unit ")
    assert result.holds
    assert reproduce(index).holds


def test_figures_in_full_are_exact(announce: Announce) -> None:
    config = CONFIG.replace(", decimals: 2", ", claims: exact")
    result = only(announce(figures_of(announce(NOTHING), 12), config))
    assert [level.verdict for level in result.levels] == [Verdict.EXACT, Verdict.EXACT]
    assert result.holds


def test_a_claim_of_exact_figures_does_not_hold_for_printed_ones(announce: Announce) -> None:
    config = CONFIG.replace("decimals: 2", "decimals: 2, claims: exact")
    result = only(announce(figures_of(announce(NOTHING)), config))
    assert not result.holds
    assert "the config claims exact figures; this does not hold" in sentences(result)


def test_one_figure_off_by_a_unit_of_its_last_decimal_is_found(announce: Announce) -> None:
    figures = figures_of(announce(NOTHING))
    score, rank = figures["U3", "P"]
    figures["U3", "P"] = (f"{float(score) + 0.02:.2f}", rank)
    index = announce(figures)
    result = only(index)
    assert [level.verdict for level in result.levels] == [Verdict.ROUNDING, Verdict.NOT]
    assert result.levels[1].where == "P, Unit 3"
    assert result.levels[1].inside == 9
    assert not reproduce(index).holds


def test_the_interval_of_a_printed_score_has_its_ends(announce: Announce) -> None:
    """An announced 50.00 stands for 49.995 to 50.005; the computed score is made to be 50.005 and 50.006."""
    config = CONFIG.replace("{method: min_max, low: 0, high: 100}", "{method: none}")
    for value, verdict in ((50.005, Verdict.ROUNDING), (50.0051, Verdict.NOT), (49.995, Verdict.ROUNDING)):
        data = f"unit,name,region,a,b,c\nA,Alpha,N,{value},{value},{value}\n"
        assert only(announce({("A", "I"): ("50", "1")}, config, data)).levels[0].verdict is verdict


def test_an_exception_is_shown_and_decides_nothing(announce: Announce) -> None:
    figures = figures_of(announce(NOTHING))
    figures["U3", "P"] = ("1.00", "10")
    exceptions = "decimals: 2, exceptions: [{where: {unit: U3, node: P}, reason: a misprint}]"
    result = only(announce(figures, CONFIG.replace("decimals: 2", exceptions)))
    assert result.levels[1].verdict is Verdict.ROUNDING
    assert result.levels[1].excepted == 1
    assert result.levels[1].largest <= 0.005
    assert "stated exception (unit U3, node P): a misprint" in sentences(result)


def test_an_exception_about_nothing_is_refused(announce: Announce) -> None:
    exceptions = "decimals: 2, exceptions: [{where: {unit: U33}, reason: none}]"
    index = announce(figures_of(announce(NOTHING)), CONFIG.replace("decimals: 2", exceptions))
    with pytest.raises(InnovIndexError, match="no row matches the exception"):
        reproduce(index)


def test_an_announced_figure_that_cannot_be_computed_fails(announce: Announce) -> None:
    figures = figures_of(announce(NOTHING))
    gap = "aggregation: {missing: propagate}\nindex:"
    index = announce(figures, CONFIG.replace("index:", gap), table(values(), [(2, 0)]))
    result = only(index)
    assert result.levels[0].lacking == 1
    assert result.levels[0].verdict is Verdict.NOT


@pytest.mark.parametrize("place", ["data.csv}", "published.csv, decimals: 2}"])
def test_unverified_inputs_are_never_reproduced(announce: Announce, place: str) -> None:
    config = CONFIG.replace(place, place.replace("}", ", unverified: true}"))
    figures = figures_of(announce(NOTHING))
    result = only(announce(figures, config))
    assert {level.verdict for level in result.levels} == {Verdict.CONSISTENT}
    figures["U3", "P"] = ("1.00", "10")
    index = announce(figures, config)
    result = only(index)
    assert result.levels[1].verdict is Verdict.INCONSISTENT
    assert not result.decides
    assert reproduce(index).holds


def test_nothing_claimed_decides_nothing(announce: Announce) -> None:
    config = CONFIG.replace("decimals: 2", "decimals: 2, claims: nothing")
    index = announce({("U0", "I"): ("99", "7")}, config)
    assert only(index).levels[0].verdict is Verdict.NOT
    assert only(index).causes == ()
    assert reproduce(index).holds


def test_an_index_without_announcement_has_nothing_to_reproduce(announce: Announce) -> None:
    config = CONFIG.replace("published: {file: published.csv, decimals: 2}\n", "")
    with pytest.raises(InnovIndexError, match="nothing to reproduce"):
        reproduce(announce(NOTHING, config))


def test_printed_inputs_widen_the_computed_interval(announce: Announce) -> None:
    """Means of inputs with one decimal: each may be off by 0.05, so the mean by 0.05 too."""
    config = CONFIG.replace("{method: min_max, low: 0, high: 100}", "{method: none}")
    config = config.replace("file: data.csv", "file: data.csv, decimals: 1").replace(
        "decimals: 2", "decimals: 1"
    )
    rng = np.random.default_rng(1)
    true = rng.uniform(0, 100, (10, 3))
    index = announce(NOTHING, config, table(np.round(true, 1)))
    truth = 0.6 * true[:, :2].mean(axis=1) + 0.4 * true[:, 2]
    order = {unit: str(1 + int((truth > truth[unit]).sum())) for unit in range(10)}
    figures = {(f"U{unit}", "I"): (f"{truth[unit]:.1f}", order[unit]) for unit in range(10)}
    index = announce(figures, config, table(np.round(true, 1)))
    result = only(index)
    bounds, computed = result.cells.bounds, result.cells.scores[..., 0]
    np.testing.assert_allclose(computed - bounds.low[..., 0], 0.05, rtol=1e-9)
    np.testing.assert_allclose(bounds.high[..., 0] - computed, 0.05, rtol=1e-9)
    assert result.levels[0].within == 10
    assert result.levels[0].verdict is Verdict.ROUNDING


def test_ranks_that_ties_leave_open_are_undecided(announce: Announce) -> None:
    """Equal scores on the places 1 and 2: open where each unit has a place of its own, wrong otherwise."""
    config = CONFIG.replace("{method: min_max, low: 0, high: 100}", "{method: none}")
    ordinal = config.replace("decimals: 2", "decimals: 2, ties: ordinal")
    data = "unit,name,region,a,b,c\nA,Alpha,N,5,5,5\nB,Beta,N,5,5,5\nC,Gamma,N,1,1,1\n"
    figures = {("A", "I"): ("5", "1"), ("B", "I"): ("5", "2"), ("C", "I"): ("1", "3")}
    level = only(announce(figures, ordinal, data)).levels[0]
    assert (level.other_ranks, level.undecided, level.tied) == (1, 1, 2)
    assert level.verdict is Verdict.ROUNDING
    assert only(announce(figures, config, data)).levels[0].verdict is Verdict.NOT
    figures["C", "I"] = ("1", "2")
    assert only(announce(figures, ordinal, data)).levels[0].verdict is Verdict.NOT


def test_a_rank_that_its_own_printed_score_rules_out_is_not_reproduced(announce: Announce) -> None:
    """Printed inputs leave both orders of A and B open, but A is printed 50.4 and B 49.6."""
    config = CONFIG.replace("{method: min_max, low: 0, high: 100}", "{method: none}")
    config = config.replace("file: data.csv", "file: data.csv, decimals: 0").replace(
        "decimals: 2", "decimals: 1"
    )
    data = "unit,name,region,a,b,c\nA,Alpha,N,50,50,50\nB,Beta,N,50,50,50\n"
    for ranks, verdict in ((("1", "2"), Verdict.ROUNDING), (("2", "1"), Verdict.NOT)):
        figures = {("A", "I"): ("50.4", ranks[0]), ("B", "I"): ("49.6", ranks[1])}
        assert only(announce(figures, config, data)).levels[0].verdict is verdict


def test_a_score_follows_from_its_children_as_they_are_printed(announce: Announce) -> None:
    """Inputs leave P from 49.5 to 50.5; P is printed 50.4, so that I is 50.2 at least."""
    config = CONFIG.replace("{method: min_max, low: 0, high: 100}", "{method: none}")
    config = config.replace("file: data.csv", "file: data.csv, decimals: {a: 0, b: 0, c: 9}").replace(
        "decimals: 2", "decimals: 1"
    )
    data = "unit,name,region,a,b,c\nA,Alpha,N,50,50,50\nB,Beta,N,10,10,10\n"
    for score, verdict in (("50.3", Verdict.ROUNDING), ("50.0", Verdict.NOT)):
        figures = {("A", "P"): ("50.4", "1"), ("A", "I"): (score, "1")}
        levels = only(announce(figures, config, data)).levels
        assert [level.verdict for level in levels] == [verdict, Verdict.ROUNDING]


CAUSES = {
    "ranks taken from scores rounded to 0 decimals": ({}, {}),
    "ties ranked by the rule dense": ({}, {}),
    "population instead of sample moments": (
        {"{method: min_max, low: 0, high: 100}": "{method: z_score}"},
        {"{method: z_score}": "{method: z_score, population: true}"},
    ),
    "missing children: propagate": ({}, {"index:": "aggregation: {missing: propagate}\nindex:"}),
    "direction of 'b' swapped": ({}, {"{indicator: b}": "{indicator: b, direction: lower_is_better}"}),
    "unit 'U9' left out": ({}, {"index:": "screening: {units: {drop: [U9]}}\nindex:"}),
    "ranks only among the published units": ({}, {}),
}


def swapped(text: str, swaps: dict[str, str]) -> str:
    for old, new in swaps.items():
        assert old in text
        text = text.replace(old, new, 1)
    return text


@pytest.mark.parametrize("cause", CAUSES)
def test_the_cause_of_a_difference_is_found(announce: Announce, cause: str) -> None:
    """What was announced comes from a variant of the config; the config itself must find which."""
    stated, hidden = CAUSES[cause]
    config = swapped(CONFIG, stated)
    data = values()
    gaps: list[tuple[int, int]] = []
    if "missing" in cause:
        gaps = [(2, 0), (5, 1)]
    if "dense" in cause:
        data[1], data[4] = data[0], data[3]
    if "left out" in cause:
        data[9] = [2000, 1500, 5]
    text = table(data, gaps)
    scores = announce(NOTHING, swapped(config, hidden), text).score()
    figures = {}
    for unit, code in enumerate(scores.units.codes):
        for node in ("I", "P"):
            score = scores.scores[0, unit, scores.framework.position[node]]
            column = scores.scores[0, :, scores.framework.position[node]]
            if "dense" in cause:
                rank = 1 + len({round(other, 9) for other in column if other > score + 1e-9})
            elif "rounded" in cause:
                rank = 1 + int((np.floor(column + 0.5) > np.floor(score + 0.5)).sum())
            else:
                rank = 1 + int((column > score + 1e-9).sum())
            if not np.isnan(score):
                figures[code, node] = (f"{score:.2f}", str(rank))
    if "rounded" in cause:
        close = {"U0": (70.4, 1), "U1": (70.3, 1), "U2": (20.1, 3)}
        config = CONFIG.replace("{method: min_max, low: 0, high: 100}", "{method: none}")
        text = "unit,name,region,a,b,c\n" + "".join(f"{u},{u},N,{v},{v},{v}\n" for u, (v, _) in close.items())
        figures = {(u, "I"): (str(v), str(rank)) for u, (v, rank) in close.items()}
    if "published" in cause:
        best = max(range(10), key=lambda unit: scores.scores[0, unit, 0])
        kept = [unit for unit in range(10) if unit != best]
        order = {u: 1 + sum(scores.scores[0, o, 0] > scores.scores[0, u, 0] for o in kept) for u in kept}
        figures = {(f"U{u}", "I"): (f"{scores.scores[0, u, 0]:.2f}", str(order[u])) for u in kept}
    result = only(announce(figures, config, text))
    assert any(level.verdict is Verdict.NOT for level in result.levels)
    assert result.causes, cause
    explaining = [found.description for found in result.causes if found.explains]
    assert any(cause in description for description in explaining), result.causes
    assert any("would explain it" in sentence for sentence in sentences(result))


def test_names_are_matched_or_listed(announce: Announce) -> None:
    """A missing unit, an extra one, and one spelled differently."""
    config = CONFIG.replace("decimals: 2", "decimals: 2, match: name")
    data = "unit,name,region,a,b,c\nA,New York City,N,1,2,3\nB,São Paulo,S,4,5,9\nC,Boston,N,7,8,5\n"
    scores = announce(NOTHING, CONFIG, data).score()
    names = {"New York": 0, "Sao Paulo": 1}
    figures = {
        (name, "I"): (f"{scores.scores[0, unit, 0]:.2f}", f"{scores.ranks[0, unit, 0]:g}")
        for name, unit in names.items()
    }
    figures["Bostonia", "I"] = ("3", "4")
    result = only(announce(figures, config, data))
    assert result.levels[0].figures == 2
    told = sentences(result)
    assert "'New York' is taken for 'New York City'" in told
    assert "'Sao Paulo' is taken for 'São Paulo'" in told
    assert "'Bostonia' is not in this index (nearest: Boston)" in told
    assert "nothing published about Boston" in told


def test_a_figure_announced_twice_is_refused(announce: Announce, tmp_path: Path) -> None:
    index = announce(figures_of(announce(NOTHING)))
    path = tmp_path / "published.csv"
    path.write_text(path.read_text() + "U1,I,3,4\n")
    with pytest.raises(InnovIndexError, match="is repeated in line"):
        reproduce(index)


def test_every_cell_is_written(announce: Announce) -> None:
    index = announce(figures_of(announce(NOTHING)))
    sheet = cells_sheet([reproduce(index).facts])
    assert len(sheet.rows) == 20
    row = dict(zip(sheet.columns, sheet.rows[0], strict=True))
    assert row["config"] == "index.yaml"
    assert row["score follows"] == "to rounding"
    assert row["rank follows"] == "yes"
    assert row["difference"] == pytest.approx(row["computed score"] - row["announced score"])
    assert levels_sheet(only(index)).rows[0][-1] == "to rounding"
