"""The workings: every array is the one before with its setting applied, and the last are the scores."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from innov_index.analysis.workings.run import Workings, workings_of
from innov_index.errors import InnovIndexError
from innov_index.index import load

CONFIG = """\
units: {id: unit, name: name, groups: [region]}
indicators: {file: data.csv}
treatment: {method: winsorise, max_points: 0, skewness: 0.1, kurtosis: 0.1, fallback: {method: log}}
normalisation: {method: min_max, reference: pooled}
ranking: {among: {region: [N, S]}, ties: max}
index:
  code: I
  rescaling: {method: linear, factor: 3}
  children:
    - code: P
      weight: 3
      rounding: {method: half_up, decimals: 0, used_for: parents}
      rescaling: {method: linear, factor: 2, offset: 1}
      children: [{indicator: a, weight: 2}, {indicator: b, weight: 1, treatment: {method: none}}]
    - {indicator: c, weight: 1, direction: lower_is_better, treatment: {method: none}}
"""

DATA = """\
unit,name,region,edition,a,b,c
A,Alpha,N,2020,1,10,5
B,Beta,N,2020,2,30,4
C,Gamma,S,2020,3,20,1
D,Delta,X,2020,99,40,2
A,Alpha,N,2021,1,12,5
B,Beta,N,2021,2,30,4
C,Gamma,S,2021,3,,1
"""


@pytest.fixture
def workings(make_index: Callable[..., Path]) -> Callable[..., Workings]:
    def make(edition: str | None = None) -> Workings:
        return workings_of(load(make_index(CONFIG, DATA)), edition)

    return make


def test_the_last_edition_is_the_default(workings: Callable[..., Workings]) -> None:
    assert workings().edition == workings("2021").edition == 1
    assert [code for code, _ in workings("2021").units] == ["A", "B", "C"]
    with pytest.raises(InnovIndexError, match="2019"):
        workings("2019")


def test_every_array_follows_from_the_one_before(workings: Callable[..., Workings]) -> None:
    found = workings("2020")
    position = found.framework.position
    children = [position["a"], position["b"]]
    np.testing.assert_array_equal(found.passed_on[:, children], found.after("normalised")[:, :2])
    mean = found.passed_on[:, children] @ [2 / 3, 1 / 3]
    at = found.framework.inner.tolist().index(position["P"])
    np.testing.assert_allclose(found.before_rescaling(at), mean, rtol=1e-12)
    np.testing.assert_array_equal(found.passed_on[:, position["P"]], np.floor(1 + 2 * mean + 0.5))
    whole = found.passed_on[:, [position["P"], position["c"]]] @ [0.75, 0.25]
    np.testing.assert_allclose(found.before_rescaling(0), whole, rtol=1e-12)
    np.testing.assert_allclose(found.final[:, 0], 3 * whole, rtol=1e-12)


def test_ranks_are_those_of_what_is_compared(workings: Callable[..., Workings]) -> None:
    found = workings("2020")
    assert found.ranked.tolist() == [True, True, True, False]
    assert np.isnan(found.compared[3]).all()
    by_score = np.argsort(-found.compared[:3, 0])
    assert found.ranks[by_score, 0].tolist() == found.places[by_score].tolist() == [1, 2, 3]


def test_the_fallback_and_what_statistics_come_from_are_told(workings: Callable[..., Workings]) -> None:
    found = workings("2020")
    assert found.fell_back.tolist() == [True, False, False]
    (setting, *_) = found.settings("normalisation")
    learned = found.learned_from(setting, "treated", 1)
    np.testing.assert_array_equal(learned, [[10, 30, 20, 40], [12, 30, np.nan, np.nan]])
    assert found.learned_from(found.settings("treatment")[1], "screened", 1) is None
