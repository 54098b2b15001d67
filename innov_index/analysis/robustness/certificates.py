"""Proofs of what no weights can do, small enough to be checked again in exact numbers.

A rank claim rests on *coalitions*: rivals of which at least one is lost whatever the weights. For the best
rank a rival is lost when it is strictly ahead of the unit; for the worst rank when it is not. A coalition is
proved by one multiplier a member: the mixture of the members' score differences has one sign on the whole
set (a mixture of numbers ≤ 0 is never > 0). How many rivals are lost at least is then a matter of counting:
a tree that asks of one rival after the other whether it is lost, and disjoint coalitions at each leaf.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any, Literal, TypeAlias

from innov_index.analysis.robustness.corners import Point
from innov_index.analysis.robustness.linear import LinearScores
from innov_index.analysis.robustness.weight_sets import WeightSet
from innov_index.model.arrays import Ints

Sense: TypeAlias = Literal["best", "worst"]
Key: TypeAlias = frozenset[int]

SIGN: dict[Sense, int] = {"best": 1, "worst": -1}


@dataclass(frozen=True)
class Leaf:
    """Disjoint sets of rivals that cost something.

    Of a `clique` any two rivals are a coalition, so all but one are lost; of a set in `sets`, less the rivals
    known to be kept, at least one is lost. A set without any other rival shows that the case cannot be.
    """

    cliques: tuple[tuple[int, ...], ...] = ()
    sets: tuple[Key, ...] = ()


@dataclass(frozen=True)
class Branch:
    """Either `rival` is lost, or it is kept."""

    rival: int
    lost: Proof
    kept: Proof


Proof: TypeAlias = Leaf | Branch


@dataclass(frozen=True)
class RankClaim:
    """Best or worst rank of a unit over a set of weights.

    Attributes
    ----------
    unit : position
    rank : int
        Had at `weights`.
    bound : int
        No weights give a better (worse) rank than this; equal to `rank` when the claim is exact.
    weights : fractions
    certain : positions
        Rivals that are lost at all weights: coalitions of one.
    coalitions : multipliers by members
    proof : Leaf or Branch
    """

    unit: int
    sense: Sense
    rank: int
    bound: int
    weights: Point
    certain: Ints = field(repr=False)
    coalitions: Mapping[Key, Mapping[int, Fraction]] = field(repr=False)
    proof: Proof = field(repr=False)

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
    if not weights.contains(claim.weights):
        raise WrongCertificate("the weights are not in the set")
    if linear.ranks(claim.weights)[claim.unit] != claim.rank:
        raise WrongCertificate("the weights do not give the rank")
    for rival in claim.certain.tolist():
        if not is_coalition(linear, weights, claim.unit, claim.sense, {rival: Fraction(1)}):
            raise WrongCertificate(f"{rival} is not lost at all weights")
    for members, multipliers in claim.coalitions.items():
        if set(multipliers) != members or not is_coalition(
            linear, weights, claim.unit, claim.sense, multipliers
        ):
            raise WrongCertificate(f"{sorted(members)} are no coalition")
    lost = claim.bound - 1 if claim.sense == "best" else len(linear) - claim.bound
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
