"""Proofs of what no weights can do, small enough to be checked again in exact numbers.

A rank claim rests on *coalitions*: rivals of which at least one is lost whatever the weights. For the best
rank a rival is lost when it is strictly ahead of the unit; for the worst rank when it is not. A coalition is
proved by one multiplier a member: the mixture of the members' score differences has one sign on the whole
set (a mixture of numbers ≤ 0 is never > 0). How many rivals are lost at least is then a matter of counting:
a tree that asks of one rival after the other whether it is lost, and disjoint coalitions at each leaf.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import field
from fractions import Fraction
from math import lcm
from typing import Any, Literal, TypeAlias

from innov_index.analysis.robustness.linear import LinearScores
from innov_index.analysis.robustness.weight_sets import Point, WeightSet
from innov_index.frozen import frozen
from innov_index.model.arrays import Ints

Sense: TypeAlias = Literal["best", "worst"]
Key: TypeAlias = frozenset[int]

SIGN: dict[Sense, int] = {"best": 1, "worst": -1}


HOW_TO_READ = (
    "Scores are the sum of weight x value; values are powers (or, for a mean of power 0, logarithms) of the "
    "scores of nodes. A claim holds because (1) `weights` give the `rank` (1 + units "
    "strictly ahead), and (2) at all weights of the set the `certain` rivals are lost (each is a coalition "
    "of its own, with multiplier 1), and of every coalition at least one rival is lost: the "
    "sum of multiplier x (rival - unit) (for 'worst': unit - rival) has a smallest value > 0 (for 'worst': "
    ">= 0) over the set. Lost means strictly ahead ('best') or not strictly ahead ('worst'). The proof asks "
    "rival by rival whether it is lost or kept; in each leaf every clique of q rivals (all pairs are "
    "coalitions) loses q - 1, every set, less the rivals kept, loses 1, and none overlap."
)


ENCLOSED = (
    " Here scores are not all linear in the weights. Each unit has several rows of values: a score that it "
    "never falls below, one that it never rises above, and so on, as their names say. A bound is proved for "
    "the row named against one row of each other unit, those named with it; that the weights give the rank "
    "is seen from the index itself."
)


@frozen
class Leaf:
    """Disjoint sets of rivals that cost something.

    Of a `clique` any two rivals are a coalition, so all but one are lost; of a set in `sets`, less the rivals
    known to be kept, at least one is lost. A set without any other rival shows that the case cannot be.
    """

    cliques: tuple[tuple[int, ...], ...] = ()
    sets: tuple[Key, ...] = ()


@frozen
class Branch:
    """Either `rival` is lost, or it is kept."""

    rival: int
    lost: Proof
    kept: Proof


Proof: TypeAlias = Leaf | Branch


@frozen
class RankClaim:
    """Best or worst rank of a unit over a set of weights.

    Attributes
    ----------
    unit : position
    row : position
        Of the scores in which the bound is proved; `rivals` are the rows of the other units.
    rank : int
        Reached at `weights`.
    bound : int
        No weights give a better (worse) rank than this; equal to `rank` when the claim is exact.
    weights : fractions
    certain : positions
        Rivals that are lost at all weights: coalitions of one.
    coalitions : multipliers by members
    proof : Leaf or Branch
    """

    unit: int
    row: int
    sense: Sense
    rank: int
    bound: int
    weights: Point
    certain: Ints = field(repr=False)
    coalitions: Mapping[Key, Mapping[int, Fraction]] = field(repr=False)
    proof: Proof = field(repr=False)
    rivals: Ints | None = field(default=None, repr=False)

    @property
    def exact(self) -> bool:
        return self.rank == self.bound


class WrongCertificate(Exception):
    """A certificate does not prove what it says: a bug, never a person's mistake."""


def check_claim(linear: LinearScores, weights: WeightSet, claim: RankClaim) -> None:
    """Check both halves of a claim in exact numbers.

    Raises
    ------
    WrongCertificate
        The weights do not give the rank, or the proof does not hold.
    """
    check_bound(linear, weights, claim)
    if not weights.contains(claim.weights):
        raise WrongCertificate("the weights are not in the set")
    if linear.ranks(claim.weights)[claim.unit] != claim.rank:
        raise WrongCertificate("the weights do not give the rank")


def check_bound(linear: LinearScores, weights: WeightSet, claim: RankClaim) -> None:
    """Check the bound of a claim in exact numbers.

    Raises
    ------
    WrongCertificate
        The proof does not hold.
    """
    others = frozenset(range(len(linear))) - {claim.row}
    rivals = others if claim.rivals is None else frozenset(claim.rivals.tolist())
    for rival in claim.certain.tolist():
        if not is_coalition(linear, weights, claim.row, claim.sense, {rival: Fraction(1)}):
            raise WrongCertificate(f"{rival} is not lost at all weights")
    for members, multipliers in claim.coalitions.items():
        if set(multipliers) != members or not is_coalition(
            linear, weights, claim.row, claim.sense, multipliers
        ):
            raise WrongCertificate(f"{sorted(members)} are no coalition")
    if not rivals.issuperset(frozenset(claim.certain.tolist()).union(*claim.coalitions)):
        raise WrongCertificate("some of those that are lost are no rivals")
    lost = claim.bound - 1 if claim.sense == "best" else len(rivals) + 1 - claim.bound
    certain = frozenset(claim.certain.tolist())
    if not _proves(claim.proof, lost, certain, frozenset(), claim.coalitions):
        raise WrongCertificate("the coalitions are not enough")


def is_coalition(
    linear: LinearScores, weights: WeightSet, unit: int, sense: Sense, multipliers: Mapping[int, Fraction]
) -> bool:
    """Whether one of these rivals is lost whatever the weights, by the mixture with these multipliers."""
    if unit in multipliers or not multipliers or min(multipliers.values()) <= 0:
        return False
    least = weights.least(_mixture(linear, unit, sense, multipliers))
    return least > 0 if sense == "best" else least >= 0


def _mixture(linear: LinearScores, unit: int, sense: Sense, multipliers: Mapping[int, Fraction]) -> list[int]:
    """A multiple of the sum of multiplier x (rival - unit) for each node, turned round for the worst rank."""
    whole = lcm(*(share.denominator for share in multipliers.values()))
    own = linear.values[unit].tolist()
    sums = [0] * len(own)
    for rival, share in multipliers.items():
        times = SIGN[sense] * int(share * whole)
        sums = [
            so_far + times * (theirs - ours)
            for so_far, theirs, ours in zip(sums, linear.values[rival].tolist(), own, strict=True)
        ]
    return sums


def _proves(proof: Proof, needed: int, lost: Key, kept: Key, coalitions: Mapping[Key, Any]) -> bool:
    """Whether at least `needed` rivals are lost in the case that `lost` are and `kept` are not."""
    if isinstance(proof, Branch):
        rival = frozenset((proof.rival,))
        return (
            proof.rival not in lost | kept
            and _proves(proof.lost, needed, lost | rival, kept, coalitions)
            and _proves(proof.kept, needed, lost, kept | rival, coalitions)
        )
    if any(not members - kept for members in proof.sets if members in coalitions):
        return True
    counted = len(lost)
    used = set(lost)
    for clique in proof.cliques:
        pairs = (frozenset((a, b)) for i, a in enumerate(clique) for b in clique[:i])
        if used & set(clique) or kept & set(clique) or any(pair not in coalitions for pair in pairs):
            return False
        used |= set(clique)
        counted += len(clique) - 1
    for members in proof.sets:
        if members not in coalitions or used & (members - kept):
            return False
        used |= members - kept
        counted += 1
    return counted >= needed


def proofs_json(linear: LinearScores, weights: WeightSet, claims: Sequence[RankClaim]) -> bytes:
    """Claims as JSON with all that is needed to check them again; exact numbers are texts such as "1/3"."""
    enclosed = any(claim.rivals is not None for claim in claims)
    content = {
        "how to read this": HOW_TO_READ + (ENCLOSED if enclosed else ""),
        "units": linear.units,
        "nodes": linear.nodes,
        "values": linear.values.tolist(),
        "one value is": linear.step,
        "power of the mean": linear.link.power,
        **(
            {} if linear.link.is_plain else {"of offset + factor x": [linear.link.offset, linear.link.factor]}
        ),
        "weights": {
            "lower": [str(bound) for bound in weights.lower],
            "upper": [str(bound) for bound in weights.upper],
            "rows at most 0": [[str(entry) for entry in row] for row in weights.rows],
        },
        "claims": [_claim(claim, linear.units) for claim in claims],
    }
    return (json.dumps(content, ensure_ascii=False) + "\n").encode()


def _claim(claim: RankClaim, units: tuple[str, ...]) -> dict[str, Any]:
    return {
        "unit": units[claim.row],
        "sense": claim.sense,
        "rank": claim.rank,
        "bound": claim.bound,
        "weights": [str(weight) for weight in claim.weights],
        "certain": [units[rival] for rival in claim.certain.tolist()],
        "coalitions": [
            {units[rival]: str(share) for rival, share in sorted(shares.items())}
            for _, shares in sorted(claim.coalitions.items(), key=lambda entry: sorted(entry[0]))
        ],
        "proof": _proof(claim.proof, units),
    }


def _proof(proof: Proof, units: tuple[str, ...]) -> dict[str, Any]:
    if isinstance(proof, Branch):
        return {
            "rival": units[proof.rival],
            "lost": _proof(proof.lost, units),
            "kept": _proof(proof.kept, units),
        }
    return {
        "cliques": [[units[rival] for rival in clique] for clique in proof.cliques],
        "sets": [sorted(units[rival] for rival in members) for members in proof.sets],
    }
