"""What methods say themselves of a result, and the small examples at which they used to stay silent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from innov_index.analysis.audit.correlations import influence
from innov_index.errors import InnovIndexError
from innov_index.index import Index, load
from tests.indices import write_index

Made = Callable[..., Index]

THREE = "unit,a,b,c\n"


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """An index of three indicators as they are, in one node."""

    def make(rows: str, aggregation: str, *, more: str = "", children: str = "") -> Index:
        children = children or "{indicator: a}, {indicator: b}, {indicator: c}"
        config = f"units: {{id: unit}}\nindicators: {{file: data.csv}}\n{more}"
        config += f"index: {{code: X, children: [{children}]}}\naggregation: {{{aggregation}}}\n"
        if "normalisation" not in more:
            config += "normalisation: {method: none}\n"
        return load(write_index(tmp_path, config, THREE + rows))

    return make


def said(index: Index, word: str) -> list[str]:
    return [remark for remark in index.score().remarks if word in remark]


@pytest.mark.parametrize(
    ("limits", "rows", "unit"),
    [
        ("upper_share: 0.4", "Dill,100,0,0\nElm,60,70,50\nFern,20,40,90\n", "Dill"),
        ("lower_share: 0.1", "Ash,100,80,0\nBirch,60,70,50\nCedar,20,40,90\n", "Ash"),
        ("upper_share: 0.4", "Ash,100,80,\nBirch,60,70,50\nCedar,20,40,90\n", "Ash"),
    ],
    ids=["two at 0 under an upper limit", "one at 0 under a lower limit", "one missing under an upper limit"],
)
def test_limits_of_shares_that_no_weights_hold(made: Made, limits: str, rows: str, unit: str) -> None:
    index = made(rows, f"method: bod, {limits}")
    scores = index.score().of("X")[0]
    assert scores[0] == 0
    assert (scores[1:] > 0.5).all()
    (remark,) = said(index, "no weights hold the limits")
    assert remark.endswith(f"the score is 0: {unit}")


def test_limits_that_can_be_held_are(made: Made) -> None:
    """A missing child has no lower limit; two of two shares of half each are as many as the upper allows."""
    rows = "Ash,100,80,\nBirch,60,70,50\nCedar,20,40,90\n"
    for limits in ("lower_share: 0.1", "upper_share: 0.5"):
        index = made(rows, f"method: bod, {limits}")
        assert index.score().of("X")[0, 0] == pytest.approx(1)
        assert said(index, "no weights hold") == []


def test_limits_that_two_children_cannot_hold_are_refused(made: Made) -> None:
    index = made(
        "P,1,2,\nQ,2,1,\n", "method: bod, upper_share: 0.4", children="{indicator: a}, {indicator: b}"
    )
    with pytest.raises(InnovIndexError, match="the shares of 2 children cannot lie between"):
        index.score()


def test_a_missing_child_under_an_upper_share_of_weight(made: Made) -> None:
    index = made("P,1,2,3\nQ,2,1,\n", "method: bod, upper_weight_share: 0.4")
    (remark,) = said(index, "no weights hold the limits")
    assert remark.endswith("the score is 0: Q")
    assert said(made("P,1,2,3\nQ,2,1,\n", "method: bod, upper_weight_share: 0.5"), "no weights hold") == []


def test_weights_that_are_too_high_are_no_fault_of_gaps(made: Made) -> None:
    index = made("P,1,2,3\nQ,2,1,\n", "method: bod, lower_weight: 5")
    with pytest.raises(InnovIndexError, match="with the lowest weights a unit scores above 1") as refused:
        index.score()
    assert "missing" not in str(refused.value)


def test_units_whose_score_is_one_of_a_range_are_named(made: Made) -> None:
    index = made("P,9,8,1\nQ,1,9,9\nR,9,1,9\nS,5,5,5\nT,4,6,3\n", "method: geometric_bod")
    (remark,) = said(index, "equally good shares")
    assert remark.endswith("of which the highest are shown: P, Q and R")


class TestVikor:
    def test_equal_largest_regrets_leave_the_totals(self, made: Made) -> None:
        """Each unit is worst in one child: R is 1/3 for all, S is 0.4, 0.4 and 0.533."""
        index = made("P,0,10,8\nQ,8,0,10\nR,10,4,0\n", "method: vikor")
        totals = np.array([1 + 0.2, 0.2 + 1, 0.6 + 1]) / 3
        expected = 1 - 0.5 * (totals - totals.min()) / np.ptp(totals)
        np.testing.assert_allclose(index.score().of("X")[0], expected, atol=1e-12)
        assert len(said(index, "the same largest regret")) == 1

    def test_units_in_a_circle_tie(self, made: Made) -> None:
        index = made("P,0,5,10\nQ,10,0,5\nR,5,10,0\n", "method: vikor")
        np.testing.assert_array_equal(index.score().of("X")[0], [1, 1, 1])

    def test_different_regrets_are_no_remark(self, made: Made) -> None:
        assert said(made("P,0,5,10\nQ,10,1,5\nR,5,10,1\nS,9,9,8\n", "method: vikor"), "regret") == []


@pytest.mark.parametrize("method", ["vikor", "hellwig", "wroclaw", "topsis", "edas"])
@pytest.mark.parametrize("idle", [7.0, 0.0, -1.0])
def test_a_constant_child_of_weight_0_harms_nothing(made: Made, method: str, idle: float) -> None:
    table = np.array([[1.0, 5.0], [2.0, 3.0], [4.0, 1.0], [6.0, 2.0]])
    rows = "".join(f"{unit},{a},{b},{idle}\n" for unit, (a, b) in zip("PQRS", table, strict=True))
    weighted = "{indicator: a, weight: 2}, {indicator: b, weight: 1}"
    with_idle = made(rows, f"method: {method}", children=weighted + ", {indicator: c, weight: 0}")
    found = with_idle.score().of("X")[0]
    without = made(rows, f"method: {method}", children=weighted).score().of("X")[0]
    np.testing.assert_allclose(found, without, rtol=1e-13)


class TestRaisingAChildLowersTheScore:
    """The penalty grows faster than the mean where a child is far from it."""

    @pytest.mark.parametrize(
        ("method", "table"),
        [
            ("mpi", [[1, 1, 30], [10, 10, 11]]),
            ("mpi, ddof: 1", [[1, 1, 30], [10, 10, 11]]),
            ("mpi, penalty: plus", [[0.1, 30, 30], [10, 10, 11]]),
            ("cv_penalty", [[1, 1, 30], [10, 10, 11]]),
            ("cv_penalty, strength: 2, exponent: 3", [[1, 1, 30], [10, 10, 11]]),
        ],
    )
    def test_the_unit_is_named_and_its_score_falls(
        self, made: Made, method: str, table: list[list[float]]
    ) -> None:
        def scored(table: list[list[float]]) -> Index:
            rows = "".join(
                f"{unit},{','.join(map(str, row))}\n" for unit, row in zip("PQ", table, strict=True)
            )
            return made(rows, f"method: {method}")

        (remark,) = said(scored(table), "would lower the score")
        assert remark.endswith("would lower the score: P")
        far = int(np.argmax(np.abs(np.array(table[0]) - np.mean(table[0]))))
        raised = [[v + 0.01 * (j == far) for j, v in enumerate(row)] for row in table]
        before, after = (scored(rows).score().of("X")[0] for rows in (table, raised))
        assert after[0] < before[0]
        assert after[1] > before[1]

    def test_ampi_keeps_scores_together(self, made: Made) -> None:
        """Between 70 and 130, no child is more than half above the mean of three."""
        assert said(made("P,0,0,9\nQ,9,9,0\nR,3,4,5\n", "method: ampi"), "would lower") == []


class TestWhereZeroLies:
    @pytest.mark.parametrize(
        "more",
        ["weighting: {method: entropy}", "weighting: {method: coefficient_of_variation}"],
    )
    def test_weights_over_a_scale_that_moves_it(self, made: Made, more: str) -> None:
        rows = "P,1,2,3\nQ,2,5,4\nR,4,3,9\n"
        moved = made(rows, "method: arithmetic", more=f"{more}\nnormalisation: {{method: min_max, low: 1}}\n")
        (remark,) = said(moved, "where zero lies")
        assert "zero of a, b and c" in remark
        for kept in ("none", "share_of_best", "vector"):
            index = made(rows, "method: arithmetic", more=f"{more}\nnormalisation: {{method: {kept}}}\n")
            assert said(index, "where zero lies") == []

    def test_topsis_scales_children_itself(self, made: Made) -> None:
        rows = "P,1,2,3\nQ,2,5,4\nR,4,3,9\n"
        stretched = "normalisation: {method: min_max}\n"
        assert len(said(made(rows, "method: topsis", more=stretched), "where zero lies")) == 1
        assert said(made(rows, "method: topsis, scaling: none", more=stretched), "where zero lies") == []
        assert said(made(rows, "method: topsis"), "where zero lies") == []


class TestChangedDefaults:
    def test_a_default_that_is_relied_on_is_told_with_the_earlier_one(self, made: Made) -> None:
        rows = "P,1,2,3\nQ,1,5,4\nR,4,3,9\n"
        index = made(rows, "method: arithmetic", more="normalisation: {method: borda}\n")
        (remark,) = said(index, "not stated")
        assert (
            remark
            == "normalisation borda: ties is not stated; its default is average now, and was min before"
        )
        np.testing.assert_allclose(index.score().of("X")[0], [0.5 / 3, (0.5 + 2 + 1) / 3, (2 + 1 + 2) / 3])
        stated = made(rows, "method: arithmetic", more="normalisation: {method: borda, ties: average}\n")
        assert said(stated, "not stated") == []

    def test_what_has_no_default_now_says_which_it_had(self, made: Made) -> None:
        with pytest.raises(
            InnovIndexError, match=r"'alpha' is missing in aggregation \(its default was 1.0\)"
        ):
            made("P,1,2,3\n", "method: mean_min, beta: 0")

    def test_balance_fits_what_the_audit_calls_importance(self, made: Made) -> None:
        rows = "P,1,2,3\nQ,2,5,4\nR,4,3,9\nS,3,8,1\nT,7,1,2\nU,5,5,5\n"
        weighted = "{indicator: a, weight: 4}, {indicator: b, weight: 3}, {indicator: c, weight: 3}"
        index = made(
            rows,
            "method: arithmetic",
            more="weighting: {method: balance, importance: given}\n",
            children=weighted,
        )
        (remark,) = said(index, "not stated")
        assert "measure is not stated; its default is r2 now, and was r before" in remark
        scores = index.score()
        found = influence(scores.scores[0], index.framework)
        np.testing.assert_allclose(found.importance[1:], [0.4, 0.3, 0.3], atol=1e-9)


@pytest.mark.parametrize(
    ("weighting", "ratio"),
    [
        # Saaty: λ = 3.0037, (λ - 3) / 2 / 0.58 (or, of random matrices drawn since, a little less)
        ("ahp, comparisons: [[3, 5], [2]]", 0.003),
        ("ahp, comparisons: [[2, 4], [2]]", 0.0),
        # Liang: |2 · 4 - 8| and |1 · 8 - 8| are 0
        ("best_worst, best_to_others: [1, 2, 8], others_to_worst: [8, 4, 1]", 0.0),
    ],
)
def test_comparisons_tell_how_consistent_they_are(made: Made, weighting: str, ratio: float) -> None:
    """Also where they are accepted: without contradictions, the ratio is 0."""
    index = made("A,1,2,3\nB,2,3,1\n", "method: arithmetic", more=f"weighting: {{method: {weighting}}}\n")
    name = weighting.partition(",")[0]
    assert said(index, "consistency") == [f"weighting[X] {name}: consistency ratio {ratio:.3f}"]
