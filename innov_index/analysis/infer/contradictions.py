"""Whose figures contradict each other: an irreducible infeasible subset."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from innov_index.analysis.infer.constraint_rows import ConstraintRows
from innov_index.analysis.infer.infeasibility import Certificate, decide
from innov_index.analysis.infer.order_rows import OrderRows
from innov_index.analysis.infer.score_rows import ScoreRows


@dataclass(frozen=True)
class Contradiction:
    """Units whose figures cannot all be right, while any of them may be left out.

    `culprits` are those of them without whom all other figures of the table agree. `certificate` proves it of
    the rows of these units alone (keys of `rows`).
    """

    units: tuple[int, ...]
    culprits: tuple[int, ...]
    rows: ScoreRows | OrderRows
    certificate: Certificate


def find_contradiction(rows: ScoreRows | OrderRows, certificate: Certificate) -> Contradiction:
    """Drop unit after unit from those of a proof, as long as the others contradict each other."""
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
