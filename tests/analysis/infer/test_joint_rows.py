"""Scores and ranks in one program: proofs, names of figures, what several editions leave together."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from innov_index.analysis.infer.answering import answer
from innov_index.analysis.infer.infeasibility import decide
from innov_index.analysis.infer.inference import infer_jointly
from innov_index.analysis.infer.joint_rows import JointRows
from innov_index.analysis.infer.order_of_units import Order, order_of_ranks
from innov_index.analysis.infer.proofs import proof
from innov_index.analysis.infer.questions import Question, joined
from innov_index.dataset.printed_figures import Intervals, known, printed
from tests.analysis.infer import farkas

CERTAIN = 1e-7
"""A program whose best slack lies nearer to 0 than this decides nothing."""


@dataclass
class Table:
    """Printed figures of units: children, scores, and ranks from best to last place."""

    children: Intervals
    scores: Intervals
    best: np.ndarray
    last: np.ndarray
    scaling: str = "none"
    weights: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @property
    def groups(self) -> list[list[int]]:
        """Units that share a rank of one place."""
        single = self.best == self.last
        shared = [
            np.flatnonzero(single & (self.best == rank)).tolist() for rank in np.unique(self.best[single])
        ]
        return [group for group in shared if len(group) > 1]


def table(seed: int) -> Table:
    """A table as a ranking prints it: ties, bands, gaps in scores and ranks, a scale, false figures."""
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(3, 9)), int(rng.integers(2, 5))
    children = rng.integers(0, 12, (n, k)).astype(float)
    if rng.random() < 0.3:
        children[1] = children[0]
    weights = rng.multinomial(12, np.ones(k) / k) / 12
    scaling = ("none", "none", "ratio", "affine")[seed % 4]
    factor, offset = {"none": (1, 0), "ratio": (0.5, 0)}.get(scaling, (2, 30))
    means = children @ weights
    decimals = int(rng.integers(0, 3))
    scores = np.round(offset + factor * means, decimals)
    best = 1 + (np.round(means, 9)[:, None] < np.round(means, 9)).sum(axis=1).astype(float)
    last = best.copy()
    if rng.random() < 0.4:
        low = best >= rng.integers(2, n + 1)
        best[low], last[low] = best[low].min(initial=1), (n if rng.random() < 0.5 else np.inf)
    if rng.random() < 0.35:
        scores[rng.integers(n)] += rng.choice([-1, 1]) * rng.integers(1, 4) * 10.0**-decimals
    if rng.random() < 0.25:
        one, other = rng.choice(n, 2, replace=False)
        best[[one, other]], last[[one, other]] = best[[other, one]], last[[other, one]]
    scores[rng.random(n) < 0.1] = np.nan
    unranked = rng.random(n) < 0.1
    best[unranked] = last[unranked] = np.nan
    figures = known(children) if rng.random() < 0.6 else printed(children, 0)
    return Table(figures, printed(scores, decimals), best, last, scaling, weights)


def question(given: Table) -> Question:
    n, k = given.children.low.shape
    codes = tuple(f"C{j}" for j in range(k))
    return Question(
        source="made up",
        edition=None,
        node="P",
        children=codes,
        names=codes,
        units=tuple(f"U{i}" for i in range(n)),
        figures=given.children,
        parent=given.scores,
        order=Order(
            tuple(tuple(map(tuple, chain)) for chain in order_of_ranks(given.best, given.last)),
            tuple(map(tuple, given.groups)),
        ),
        power=1.0,
        scaling=given.scaling,
        stated=(Fraction(1),) * k,
        remarks=(),
    )


def test_contradictions_are_proved_and_irreducible() -> None:
    """Of the made-up tables with a contradiction: the proof holds, and without any figure it is gone."""
    proved = 0
    for seed in range(60):
        asked = question(table(seed))
        found = answer(asked)
        if found.exists:
            continue
        assert farkas.proves(json.loads(json.dumps(proof(found))))
        contradiction = found.inference.disagreement.contradiction
        rows = found.inference.rows
        figures = set(contradiction.units)
        assert all(decide(rows.only(figures - {figure})).exists for figure in figures), seed
        proved += 1
    assert proved > 10


def test_a_rank_tightens_what_the_scores_leave() -> None:
    """Scores of A and B allow any weight from 0.4 to 0.6; that A is before B leaves more than 0.5."""
    figures = known(np.array([[10.0, 0], [0, 10]]))
    scores = printed(np.array([5.0, 5]), 0)
    alone = infer_jointly(figures, scores, Order())
    both = infer_jointly(figures, scores, Order([[[0], [1]]]))
    np.testing.assert_allclose([alone.weights.smallest[0], alone.weights.largest[0]], [0.45, 0.55], atol=1e-8)
    np.testing.assert_allclose([both.weights.smallest[0], both.weights.largest[0]], [0.5, 0.55], atol=1e-8)


def test_ranks_and_scores_that_exclude_each_other_are_named_as_figures() -> None:
    """B is printed 7 and is behind A, whose score is 6 at most whatever the weights."""
    figures = known(np.array([[6.0, 6], [0, 20], [5, 5]]))
    scores = printed(np.array([np.nan, 7, 5]), 0)
    found = infer_jointly(figures, scores, Order([[[0], [1], [2]]]))
    assert isinstance(found.rows, JointRows)
    named = [found.rows.of_unit(figure) for figure in found.disagreement.contradiction.units]
    assert named == [(1, False), (0, True), (1, True)]


def test_scores_printed_against_their_ranks_contradict_each_other_whatever_the_children() -> None:
    low, high = np.zeros((2, 2)), np.full((2, 2), 10.0)
    found = infer_jointly(
        Intervals(low, high, high - low), printed(np.array([4.0, 6]), 0), Order([[[0], [1]]])
    )
    assert set(found.disagreement.contradiction.units) == {0, 1, 2, 3}


def test_two_editions_together_leave_what_each_of_them_leaves() -> None:
    """Of two children: a weight ranges where the ranges of both editions overlap, or nothing is left."""
    two = [given for given in map(table, range(0, 160, 4)) if given.children.low.shape[1] == 2]
    plain = sorted(two, key=lambda given: float(given.weights[0]))
    tried = 0
    for one, other in pairwise(plain):
        n = min(len(one.best), len(other.best))
        asked = [
            replace(question(first(given, n)), edition=name) for given, name in ((one, "1"), (other, "2"))
        ]
        alone = [answer(single).inference.weights for single in asked]
        together = answer(joined(asked))
        assert len(together.question.units) == 2 * n
        if None in alone:
            assert not together.exists
            continue
        low = max(found.smallest[0] for found in alone)
        high = min(found.largest[0] for found in alone)
        if abs(high - low) > CERTAIN:
            assert together.exists == (low < high)
        if together.exists:
            found = together.inference.weights
            np.testing.assert_allclose([found.smallest[0], found.largest[0]], [low, high], atol=1e-7)
            tried += 1
    assert tried > 3


def first(given: Table, units: int) -> Table:
    """The first few units of a table."""
    cut = [
        Intervals(*(end[:units] for end in (part.low, part.high, part.unit)))
        for part in (given.children, given.scores)
    ]
    return Table(*cut, given.best[:units], given.last[:units], given.scaling, given.weights)
