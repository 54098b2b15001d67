"""An index where less is better says what the same index of negative values says, where more is.

Weighted means of values as they are only change their sign with the values, so every rank, shift, share and
exact statement has to be the same: each analysis is its own reference, in the mirror.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import innov_index
from innov_index.analysis.audit.run import audit
from innov_index.analysis.compare.run import compare, compare_combinations
from innov_index.analysis.infer.run import infer
from innov_index.analysis.ranking.run import ranking
from innov_index.analysis.reproduce.run import reproduce
from innov_index.analysis.robustness.run import robustness
from innov_index.analysis.selftest.run import selftest
from innov_index.analysis.sensitivity.run import sensitivity
from innov_index.analysis.uncertainty.draws import one_draw
from innov_index.analysis.uncertainty.run import uncertainty
from innov_index.errors import ConfigError
from innov_index.index import Index
from innov_index.model.result import Result
from tests.indices import write_index

CONFIG = """\
name: Peace
units: {{id: unit, name: name, groups: [region]}}
indicators: {{file: data.csv}}
normalisation: {{method: none}}
ranking: {{method: average, within: region, classes: {{breaks: [{good}, {fair}]}}}}
rank_change: [P, c]
index:
  code: I
  direction: {direction}
  children:
    - {{code: P, weight: 0.6, children: [{{indicator: a, weight: 0.3}}, {{indicator: b, weight: 0.7}}]}}
    - {{indicator: c, weight: 0.4}}
schemes: {{equal: {{weighting.method: equal}}}}
uncertainty: {{seed: 3, draws: 300, vary: [{{weights: noise, amount: 0.4}}, {{schemes: [base, equal]}}]}}
published: [{{name: Announced, file: published.csv, ties: average}}]
"""
UNITS = 14
FILLED = "imputation.method=mean"
QUESTIONS: dict[str, Callable[[Index], Result]] = {
    "ranking": ranking,
    "compare": compare,
    "combinations": lambda index: compare_combinations(
        index, ["weighting.method=[equal, standard_deviation]"]
    ),
    "audit": audit,
    "audit of a unit": lambda index: audit(index, unit="U4", group="region"),
    "reproduce": reproduce,
    "uncertainty": uncertainty,
    "one draw": lambda index: one_draw(index, 3),
    "sensitivity": lambda index: sensitivity(index, runs=32),
    "robustness": lambda index: robustness(index, pair=("U1", "U2"), volumes=True),
    "robustness of indicators": lambda index: robustness(index, level=2),
    "infer": infer,
}
MIRRORED = {
    "ranking": {"score", "P"},
    "comparison": {f"{scheme}: score" for scheme in ("base", "equal", "standard_deviation")},
    "statistics": {"min", "max", "mean", "median", "skewness"},
    "unit": {"score"},
    "strengths and weaknesses": {"value"},
    "figures": {"computed score", "announced score", "difference"},
    "draw": {"score", "score as stated"},
    "pair": {"score", "needed", "value", "value needed"},
}
"""Columns of each table that change their sign."""

SWAPPED = {"min": "max", "max": "min"}


def twin(folder: Path, sign: int) -> Path:
    """The index of values where less is better (sign 1), or of their negatives where more is (-1)."""
    rng = np.random.default_rng(4)
    values = sign * rng.integers(0, 12, (UNITS, 3)).astype(float)
    values[5] = values[6]
    scores = values @ np.array([0.18, 0.42, 0.4])
    # a gap: its weight goes to the other child
    values[3, 2] = np.nan
    scores[3] = values[3, :2] @ np.array([0.3, 0.7])
    better = np.round(-sign * scores, 9)
    ranks = 0.5 + (better[:, None] < better).sum(axis=1) + (better[:, None] == better).sum(axis=1) / 2
    rows: list[list[object]] = [["unit", "name", "region", "a", "b", "c"]]
    published: list[list[object]] = [["unit", "score", "rank"]]
    for unit, row in enumerate(values.tolist()):
        cells = ["" if value != value else value for value in row]
        rows.append([f"U{unit}", f"Unit {unit}", "NSNSW"[unit % 5], *cells])
        published.append([f"U{unit}", f"{scores[unit]:.1f}", ranks[unit]])
    direction = "lower_is_better" if sign > 0 else "higher_is_better"
    config = CONFIG.format(good=sign * 3.1, fair=sign * 6.5, direction=direction)
    return write_index(folder, config, rows, files={"published.csv": published})


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> tuple[Index, Index]:
    folder = tmp_path_factory.mktemp("twins")
    return innov_index.load(twin(folder / "less", 1)), innov_index.load(twin(folder / "more", -1))


@pytest.mark.parametrize("question", QUESTIONS)
def test_it_says_what_the_mirrored_index_says(question: str, twins: tuple[Index, Index]) -> None:
    less, more = (QUESTIONS[question](index) for index in twins)
    assert less.sentences == more.sentences or question.startswith("robustness")
    for name in less.tables:
        own, other = less.to_frame(name), more.to_frame(name)
        assert list(own.columns) == list(other.columns)
        for column in own.columns:
            mirrored = other[SWAPPED.get(column, column) if name == "statistics" else column]
            if own[column].dtype == object:
                assert own[column].fillna("").tolist() == mirrored.fillna("").tolist(), (name, column)
                continue
            sign = -1 if column in MIRRORED.get(name, set()) else 1
            expected = sign * mirrored.astype(float).to_numpy()
            found = own[column].astype(float).to_numpy()
            np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9, err_msg=f"{name}: {column}")


def test_what_was_announced_is_reproduced(twins: tuple[Index, Index]) -> None:
    """Scores and ranks written by this test, so the mirror cannot be wrong on both sides."""
    less, _ = twins
    assert reproduce(less).facts.holds
    assert less.score().ranks[0, :, 0].tolist() == less.published[0].ranks[0, :, 0].tolist()


def test_the_reference_agrees(twins: tuple[Index, Index]) -> None:
    assert [selftest(index).holds for index in twins] == [True, True]


def test_the_output_says_that_less_is_better(twins: tuple[Index, Index]) -> None:
    remarks = ranking(twins[0]).remarks
    assert any("less is better: rank 1 is the lowest score" in remark for remark in remarks)
    assert not any("less is better" in remark for remark in ranking(twins[1]).remarks)


def test_indicators_count_for_what_they_are(tmp_path: Path) -> None:
    """Where less is better in the index its score rises with homicides, and falls with what is good."""
    config = twin(tmp_path, 1)
    text = config.read_text()
    config.write_text(text.replace("{indicator: c,", "{indicator: c, direction: higher_is_better,"))
    index = innov_index.load(config)
    scores = index.score().steps["normalised"][0]
    raw = index.score().steps["raw"][0]
    np.testing.assert_array_equal(scores, raw * [1, 1, -1])
    assert any("fall with those of 1 indicator (c)" in remark for remark in index.score().remarks)


@pytest.mark.parametrize("mean", ["arithmetic", "geometric", "harmonic", "minimum", "copeland", "topsis"])
def test_only_the_order_turns(mean: str, tmp_path: Path) -> None:
    """The same scores, ranked from the other end: mean ranks of r and n + 1 - r."""
    index = innov_index.load(twin(tmp_path, 1))
    settings = [f"aggregation.method={mean}", "normalisation={method: min_max, low: 1}", FILLED]
    ways = [index.varied(settings=[*settings, f"index.direction={d}_is_better"]) for d in ("lower", "higher")]
    less, more = (way.score() for way in ways)
    np.testing.assert_array_equal(less.scores, more.scores)
    known = (~np.isnan(less.ranks)).sum(axis=1, keepdims=True)
    np.testing.assert_array_equal(less.ranks, known + 1 - more.ranks)


def test_methods_that_take_high_scores_for_good_are_told(tmp_path: Path) -> None:
    def told(method: str) -> bool:
        index = innov_index.load(twin(tmp_path / method, 1)).varied(
            settings=[f"aggregation.method={method}", FILLED]
        )
        return any("takes high scores for good" in remark for remark in index.score().remarks)

    assert told("topsis")
    assert not told("arithmetic")
    normalised = "normalisation={method: z_score, mean: 100, sd: 10}"
    for penalty, expected in (("minus", True), ("plus", False)):
        settings = [normalised, FILLED, f"aggregation={{method: mpi, penalty: {penalty}}}"]
        index = innov_index.load(twin(tmp_path / penalty, 1)).varied(settings=settings)
        assert any("mpi takes high scores for good" in r for r in index.score().remarks) == expected


def test_a_dimension_has_no_direction_of_its_own(tmp_path: Path) -> None:
    config = twin(tmp_path, 1)
    config.write_text(config.read_text().replace("{code: P,", "{code: P, direction: lower_is_better,"))
    with pytest.raises(ConfigError, match="indicators have one, and the index as a whole"):
        innov_index.load(config)


def test_an_edition_does_not_turn_the_index(tmp_path: Path) -> None:
    config = twin(tmp_path, 1)
    config.write_text(config.read_text() + "editions: {'2020': {index.direction: higher_is_better}}\n")
    with pytest.raises(ConfigError, match="holds for all editions"):
        innov_index.load(config)


def test_a_choice_does_not_turn_the_index(tmp_path: Path) -> None:
    config = twin(tmp_path, 1)
    turning = "{path: index.direction, alternatives: [higher_is_better, lower_is_better]}"
    config.write_text(config.read_text().replace("{schemes: [base, equal]}", turning))
    with pytest.raises(ConfigError, match="first and last places would mix"):
        uncertainty(innov_index.load(config))


def test_a_scheme_that_turns_the_index_is_told(tmp_path: Path) -> None:
    config = twin(tmp_path, 1)
    text = config.read_text().replace("weighting.method: equal", "index.direction: higher_is_better")
    config.write_text(text)
    assert any(
        "equal: rank 1 is the highest score there" in r for r in compare(innov_index.load(config)).remarks
    )
