"""Proofs that no weights exist, checked by a program that knows nothing of the engine."""

import json
from fractions import Fraction

import numpy as np
import pytest

from innov_index.analysis.infer.answering import answer
from innov_index.analysis.infer.infeasibility import decide, proves, violated
from innov_index.analysis.infer.order_of_units import Order
from innov_index.analysis.infer.power_means import Transform
from innov_index.analysis.infer.proofs import proof
from innov_index.analysis.infer.questions import Question
from innov_index.analysis.infer.score_rows import score_rows
from innov_index.dataset.printed_figures import exact, known, printed
from tests.analysis.infer import farkas
from tests.analysis.infer.made_up import made_up


def _question(children, parent, chains=(), scaling="none", strict=False):
    k = children.low.shape[1]
    codes = tuple(f"C{j}" for j in range(k))
    units = tuple(f"U{i}" for i in range(len(children.low)))
    return Question(
        source="made up",
        edition=None,
        node="P",
        children=codes,
        names=codes,
        units=units,
        figures=children,
        parent=parent,
        order=Order(chains, strict=strict),
        power=1.0,
        scaling=scaling,
        stated=(Fraction(1),) * k,
        remarks=(),
    )


def _proof(question):
    """As a file would hold it."""
    return json.loads(json.dumps(proof(answer(question))))


@pytest.mark.parametrize("decimals", [0, 1, 3])
@pytest.mark.parametrize("seed", range(10))
def test_proofs_from_scores(seed, decimals):
    index = made_up(seed, units=60, children=4, decimals=decimals, gaps=0.1)
    index.parent[seed] += 3 * 10.0**-decimals
    found = _proof(_question(printed(index.children, decimals), printed(index.parent, decimals)))
    assert farkas.proves(found)
    assert any(statement["unit"] == f"U{seed}" for statement in found["statements"])


@pytest.mark.parametrize("scaling", ["ratio", "affine"])
@pytest.mark.parametrize("seed", range(5))
def test_proofs_with_a_scale(seed, scaling):
    rng = np.random.default_rng(seed)
    scores = rng.uniform(0, 100, (60, 3))
    parent = np.round(0.5 * scores @ [0.2, 0.3, 0.5], 1)
    parent[seed] += 0.4
    found = _proof(_question(printed(np.round(scores, 1), 1), printed(parent, 1), scaling=scaling))
    assert farkas.proves(found)


@pytest.mark.parametrize("seed", range(5))
def test_proofs_from_orders(seed):
    scores = np.random.default_rng(seed).uniform(0, 100, (20, 3))
    chain = tuple((int(unit),) for unit in np.random.default_rng(seed + 1).permutation(20))
    for figures in (known(scores), printed(np.round(scores, 1), 1)):
        assert farkas.proves(_proof(_question(figures, None, (chain,), strict=True)))


def test_the_checker_refuses_a_proof_with_another_multiplier():
    index = made_up(2, units=60, children=4, decimals=1)
    index.parent[2] += 0.3
    found = _proof(_question(printed(index.children, 1), printed(index.parent, 1)))
    for statement in found["statements"]:
        changed = dict(statement, multiplier=str(Fraction(statement["multiplier"]) * 1000))
        others = [s for s in found["statements"] if s is not statement]
        assert not farkas.proves({**found, "statements": [changed, *others]})
        assert not farkas.proves({**found, "statements": others})


def test_a_witness_meets_every_row_in_rational_numbers():
    index = made_up(6, units=40, children=5, decimals=1)
    rows, _ = score_rows(printed(index.children, 1), printed(index.parent, 1), Transform(), "none")
    witness = decide(rows).witness
    assert witness is not None
    for key in range(len(rows)):
        assert sum(g * w for g, w in zip(rows.exact(key, 0), witness, strict=True)) >= 0


def test_figures_that_touch_in_one_point_have_weights():
    """Intervals [0.5, 1.5] and [1.5, 2.5] of a parent with children (0, 3) leave 1.5: weights of a half."""
    scores = np.array([[0.0, 3.0], [0.0, 3.0]])
    rows, _ = score_rows(known(scores), printed(np.array([1.0, 2.0]), 0), Transform(), "none")
    witness = decide(rows).witness
    assert witness is not None
    assert witness[0] == witness[1]


def test_figures_that_miss_by_a_hair_have_none():
    """As above, but 1e-12 apart: floating point cannot tell, rational numbers can."""
    scores = np.array([[0.0, 3.0], [0.0, 3.000000000001]])
    parent = printed(np.array([2.0, 1.0]), 0)
    rows, _ = score_rows(known(scores), parent, Transform(), "none")
    certificate = decide(rows).certificate
    assert certificate is not None
    assert proves(rows, certificate.multipliers)
    assert violated(rows, [Fraction(1), Fraction(1)]) is not None


def test_rows_are_the_printed_decimals_themselves():
    rows, _ = score_rows(printed(np.array([[0.1, 0.7]]), 1), printed(np.array([0.3]), 1), Transform(), "none")
    assert rows.exact(0, 1) == [Fraction(35 - 5, 100), Fraction(35 - 65, 100)]
    assert exact(0.1) == Fraction(1, 10)


@pytest.mark.parametrize("scaling", ["ratio", "affine"])
def test_a_scale_cannot_make_a_ranking_out_of_nothing(scaling):
    """A child of 50 everywhere, or two that add up to 100, agree with any parent only if b is infinite."""
    rng = np.random.default_rng(0)
    first = rng.uniform(0, 100, 20)
    for children in (np.full((20, 2), 50.0), np.column_stack([first, 100 - first])):
        parent = rng.permutation(np.linspace(10, 90, 20))
        question = _question(known(children), printed(parent, 1), scaling=scaling)
        assert farkas.proves(_proof(question))
