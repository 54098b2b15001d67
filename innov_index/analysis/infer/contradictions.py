"""Units whose figures contradict each other (irreducible infeasible subset), and the smallest correction."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from innov_index.analysis.infer.constraint_rows import ConstraintRows, CorrectableRows
from innov_index.analysis.infer.infeasibility import Certificate, decide
from innov_index.analysis.infer.polytope import ROUNDS, TOLERANCE, Polytope, maximise
from innov_index.frozen import frozen
from innov_index.model.arrays import Floats, Ints

NEGLIGIBLE = 1e-6
"""A change smaller than this counts as none."""


@frozen
class Contradiction:
    """Units whose figures cannot all be right, but could if any one of them were left out.

    `culprits` are those whose removal alone makes all other figures of the table agree. `certificate` proves
    it of the rows of these units alone (keys of `rows`).
    """

    units: tuple[int, ...]
    culprits: tuple[int, ...]
    rows: ConstraintRows
    certificate: Certificate


def find_contradiction(rows: ConstraintRows, certificate: Certificate) -> Contradiction:
    """Drop units from those of a proof one by one, as long as the others still contradict each other."""
    units = certificate.owners(rows)
    weight = dict.fromkeys(units, 0.0)
    for key, multiplier in certificate.multipliers.items():
        for unit in rows.owners(np.array([key]))[0].tolist():
            weight[unit] += float(multiplier)
    kept = set(units)
    for unit in sorted(units, key=lambda unit: (weight[unit], unit)):
        if unit not in kept:
            continue
        others = rows.only(kept - {unit})
        proof = decide(others).certificate
        if proof is not None:
            kept = set(proof.owners(others))
    kept_rows = rows.only(kept)
    return Contradiction(tuple(sorted(kept)), _culprits(rows, kept), kept_rows, _proof(kept_rows))


def _proof(rows: ConstraintRows) -> Certificate:
    certificate = decide(rows).certificate
    if certificate is None:
        raise ArithmeticError("figures that contradict each other turned out to agree")
    return certificate


def _culprits(rows: ConstraintRows, units: set[int]) -> tuple[int, ...]:
    everyone = set(rows.about.tolist())
    return tuple(unit for unit in sorted(units) if decide(rows.only(everyone - {unit})).exists)


@frozen
class Correction:
    """The smallest total change of figures that removes the contradiction.

    `y` is the solution that it makes possible. `changes` says by how much each unit's figure changes, in
    units of its last decimal (for an order: in points of score). `spread` is the smallest bound on every
    single change if all figures may change.
    """

    y: Floats
    changes: Mapping[int, float]
    spread: float

    @property
    def total(self) -> float:
        return sum(self.changes.values())


def smallest_correction(rows: CorrectableRows) -> Correction:
    """Find the smallest total change of the units' figures after which some y meets all rows (ties allowed).

    A change of d_u gives every row of unit u the slack d_u (in its units); the sum of the d_u is as small as
    possible. For a unit with gaps, or under a mean other than the arithmetic one, d_u only indicates the
    change.
    """
    polytope = Polytope(rows)
    normal = polytope.sum_of_weights if rows.scaling == "none" else polytope.factor
    even = polytope.greatest_slack(normal)
    keys = even.keys
    for _ in range(ROUNDS):
        y, changes = _least_sum(polytope, keys, normal)
        added = _unmet(rows, polytope, y, changes, keys)
        if not len(added):
            break
        keys = np.union1d(keys, added)
    needed = {unit: float(d) for unit, d in enumerate(changes) if d > NEGLIGIBLE}
    return Correction(y, needed, -even.value)


def _least_sum(polytope: Polytope, keys: Ints, normal: Floats) -> tuple[Floats, Floats]:
    """The smallest sum of changes over the rows of `keys`, as changes of all units."""
    rows = polytope.rows
    matrix, units = rows.matrix(keys), rows.units(keys)
    named, columns = np.unique(rows.owners(keys), return_inverse=True)
    relief = np.zeros((len(keys), len(named)))
    np.put_along_axis(relief, columns.reshape(len(keys), -1), units[:, None], axis=1)
    k, size = rows.children, matrix.shape[1]
    low = np.concatenate([np.zeros(min(size, k + 1)), np.full(max(size - k - 1, 0), -np.inf)])
    x, _ = maximise(
        np.concatenate([np.zeros(size), -np.ones(len(named))]),
        -np.hstack([matrix, relief]) / polytope.heights(keys)[:, None],
        np.zeros(len(keys)),
        np.concatenate([normal, np.zeros(len(named))]),
        1.0,
        [(start, np.inf) for start in [*low.tolist(), *[0.0] * len(named)]],
    )
    changes = np.zeros(rows.figures)
    changes[named] = np.maximum(x[size:], 0.0)
    y = x[:size]
    y[:k] = np.maximum(y[:k], 0.0)
    return y, changes


def _unmet(rows: CorrectableRows, polytope: Polytope, y: Floats, changes: Floats, keys: Ints) -> Ints:
    """The rows outside `keys` that y does not meet even after the changes, the worst first."""
    every, slack = rows.least(y, changes)
    every, slack = every[slack < 0], slack[slack < 0]
    slack = slack / polytope.heights(every)
    worst = np.argsort(slack, kind="stable")[: 2 * len(y)]
    return np.setdiff1d(every[worst[slack[worst] < -2 * TOLERANCE]], keys)
