"""Sets of weights: what is stated of them (a share, bounds, an order, ratios), and the polytope they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field
from fractions import Fraction
from functools import cached_property
from itertools import pairwise, product
from math import lcm
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from innov_index.errors import InnovIndexError, not_found
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats

FEW = 9
"""Bounds on up to this many weights are turned into corners; more have too many corners."""

ZERO, ONE = Fraction(0), Fraction(1)

Number: TypeAlias = int | Fraction


Point = tuple[Fraction, ...]

MOST = 3_000
"""More corners than this are not enumerated."""


@frozen
class WeightSet:
    """{w: lower ≤ w ≤ upper, row · w ≤ 0 for every row, w ≥ 0, sum of w = 1}.

    `words` describes it.
    """

    lower: tuple[Fraction, ...]
    upper: tuple[Fraction, ...]
    rows: tuple[tuple[Fraction, ...], ...] = ()
    words: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        bounds = zip(self.lower, self.upper, strict=True)
        object.__setattr__(self, "lower", tuple(max(low, ZERO) for low in self.lower))
        object.__setattr__(self, "upper", tuple(min(high, ONE) for high in self.upper))
        reversed_bounds = any(low > high for low, high in bounds)
        if reversed_bounds or sum(self.lower) > 1 or sum(self.upper) < 1:
            raise InnovIndexError(f"no weights are {self.words or 'within these bounds'}")
        if self.rows and not self.corners:
            raise InnovIndexError(f"no weights are {self.words or 'in this set'}")

    def __len__(self) -> int:
        return len(self.lower)

    @cached_property
    def is_simplex(self) -> bool:
        """Whether all weights that sum to 1 are in the set."""
        return not self.rows and not any(self.lower) and all(bound == 1 for bound in self.upper)

    @cached_property
    def inequalities(self) -> tuple[tuple[Fraction, ...], ...]:
        """Every inequality as r · w ≤ 0 (a bound b on w is b times the sum of the weights)."""
        unit = simplex_corners(len(self))
        low = [tuple(bound - u for u in e) for bound, e in zip(self.lower, unit, strict=True)]
        high = [tuple(u - bound for u in e) for bound, e in zip(self.upper, unit, strict=True) if bound < 1]
        return (*low, *high, *self.rows)

    @cached_property
    def corners(self) -> tuple[Point, ...]:
        """All corners; empty for bounds on many weights, which need none."""
        if self.is_simplex:
            return tuple(simplex_corners(len(self)))
        if not self.rows:
            corners = box_corners(self.lower, self.upper) if len(self) <= FEW else []
            return tuple(corners if len(corners) <= MOST else ())
        if len(self) <= FEW:
            corners = box_corners(self.lower, self.upper)
            held = list(WeightSet(self.lower, self.upper).inequalities)
            cuts = list(self.rows)
        else:
            corners = simplex_corners(len(self))
            held = [tuple(-u for u in e) for e in corners]
            cuts = [row for row in self.inequalities if any(entry > 0 for entry in row)]
        for row in cuts:
            corners = cut(corners, row, held)
            held.append(row)
        return tuple(corners)

    def contains(self, weights: Sequence[Fraction]) -> bool:
        """Whether weights are in the set, exactly."""
        within = all(
            low <= weight <= high for low, weight, high in zip(self.lower, weights, self.upper, strict=True)
        )
        return within and sum(weights) == 1 and all(_dot(row, weights) <= 0 for row in self.rows)

    def least(self, vector: Sequence[Number]) -> Fraction:
        """Smallest value of vector · w over the set, exactly."""
        if self.is_simplex:
            return Fraction(min(vector))
        whole, unit = self._whole_least_at(vector)
        return Fraction(sum(a * b for a, b in zip(vector, whole, strict=True))) / unit

    def least_at(self, vector: Sequence[Number]) -> Point:
        """Weights at which vector · w is smallest."""
        whole, unit = self._whole_least_at(vector)
        return tuple(Fraction(number, unit) for number in whole)

    def _whole_least_at(self, vector: Sequence[Number]) -> tuple[list[int], int]:
        """The same as whole numbers, and their common denominator."""
        if self.rows:
            corners, unit = self.whole_corners
            return min(
                corners, key=lambda corner: sum(a * b for a, b in zip(vector, corner, strict=True))
            ), unit
        lower, room, unit = self._whole_bounds
        weights = list(lower)
        left = unit - sum(weights)
        for k in sorted(range(len(self)), key=vector.__getitem__):
            added = min(room[k], left)
            weights[k] += added
            left -= added
        return weights, unit

    @cached_property
    def whole_corners(self) -> tuple[list[list[int]], int]:
        """The corners times their common denominator, and this denominator."""
        unit = lcm(*(weight.denominator for corner in self.corners for weight in corner))
        return [[int(weight * unit) for weight in corner] for corner in self.corners], unit

    @cached_property
    def _whole_bounds(self) -> tuple[list[int], list[int], int]:
        unit = lcm(*(bound.denominator for bound in (*self.lower, *self.upper)))
        lower = [int(bound * unit) for bound in self.lower]
        return lower, [int(bound * unit) - low for bound, low in zip(self.upper, lower, strict=True)], unit

    def box_least(self, vectors: Floats) -> Floats:
        """Smallest value of each vector · w within the bounds alone: (..., weights) → (...)."""
        lower, upper = self.lower_array, self.upper_array
        order = np.argsort(vectors, axis=-1)
        room = (upper - lower)[order]
        before = np.cumsum(room, axis=-1) - room
        added = np.clip(1.0 - lower.sum() - before, 0.0, room)
        sorted_vectors = np.take_along_axis(vectors, order, axis=-1)
        return np.asarray((sorted_vectors * added).sum(axis=-1) + vectors @ lower)

    @cached_property
    def lower_array(self) -> Floats:
        return np.array([float(bound) for bound in self.lower])

    @cached_property
    def upper_array(self) -> Floats:
        return np.array([float(bound) for bound in self.upper])


def simplex(size: int) -> WeightSet:
    """All weights that sum to 1."""
    return WeightSet((ZERO,) * size, (ONE,) * size, (), "any weights at all")


def within(given: Sequence[Fraction], share: Fraction) -> WeightSet:
    """Each weight at most `share` of itself away from the given one."""
    if share < 0:
        raise InnovIndexError(f"weights within {percent(share)}: the share must not be negative")
    return WeightSet(
        tuple(weight * (1 - share) for weight in given),
        tuple(weight * (1 + share) for weight in given),
        (),
        f"within ±{percent(share)} of the given ones",
    )


def percent(share: Fraction | float) -> str:
    """A share as a text such as 12.5 %."""
    return f"{float(share) * 100:.4g} %"


def _dot(first: Sequence[Fraction], second: Sequence[Fraction]) -> Fraction:
    return sum((a * b for a, b in zip(first, second, strict=True)), ZERO)


def simplex_corners(size: int) -> list[Point]:
    """All the weight on one node, for each node."""
    return [tuple(Fraction(int(k == at)) for k in range(size)) for at in range(size)]


def box_corners(lower: Sequence[Fraction], upper: Sequence[Fraction]) -> list[Point]:
    """Corners of {w: lower ≤ w ≤ upper, sum 1}: all but one of the weights stand at a bound."""
    size = len(lower)
    unit = lcm(*(bound.denominator for bound in (*lower, *upper)))
    low = [int(bound * unit) for bound in lower]
    high = [int(bound * unit) for bound in upper]
    found: set[tuple[int, ...]] = set()
    for free in range(size):
        others = [k for k in range(size) if k != free]
        for picked in product(*((low[k], high[k]) for k in others)):
            rest = unit - sum(picked)
            if low[free] <= rest <= high[free]:
                found.add((*picked[:free], rest, *picked[free:]))
    return [tuple(Fraction(number, unit) for number in corner) for corner in sorted(found)]


def cut(corners: Sequence[Point], row: Sequence[Fraction], rows: Sequence[Sequence[Fraction]]) -> list[Point]:
    """Corners of the part of a polytope where row · w ≤ 0.

    Parameters
    ----------
    corners : points
        All corners of the polytope.
    row : numbers
    rows : several of `numbers`
        Every inequality r · w ≤ 0 that the polytope satisfies; they tell which corners share an edge.
    """
    sides = [sum((a * b for a, b in zip(row, corner, strict=True)), Fraction()) for corner in corners]
    kept = [corner for corner, side in zip(corners, sides, strict=True) if side <= 0]
    inside = [i for i, side in enumerate(sides) if side < 0]
    outside = [i for i, side in enumerate(sides) if side > 0]
    if not inside or not outside:
        return kept
    tight = _tight(corners, rows)
    new: set[Point] = set()
    for i in inside:
        for j in _neighbours(tight, i, outside):
            share = sides[i] / (sides[i] - sides[j])
            new.add(tuple(a + share * (b - a) for a, b in zip(corners[i], corners[j], strict=True)))
    result = sorted(set(kept) | new)
    if len(result) > MOST:
        raise InnovIndexError(
            f"this set of weights has more than {MOST} corners; state fewer constraints, or vary fewer nodes"
        )
    return result


def _tight(corners: Sequence[Point], rows: Sequence[Sequence[Fraction]]) -> Bools:
    """(corners, rows): where the inequality holds with equality."""
    return np.array(
        [
            [sum((a * b for a, b in zip(row, c, strict=True)), Fraction()) == 0 for row in rows]
            for c in corners
        ],
        dtype=np.bool_,
    )


def _neighbours(tight: Bools, corner: int, others: Sequence[int]) -> list[int]:
    """Those of `others` that share an edge with a corner: no third corner has all their common equalities."""
    common = tight[others] & tight[corner]
    lacking: NDArray[np.int64] = common.astype(np.int64) @ (~tight).T.astype(np.int64)
    return [others[k] for k in np.flatnonzero((lacking == 0).sum(axis=1) == 2).tolist()]


@frozen
class Statements:
    """What is stated about the weights; all statements hold together.

    Attributes
    ----------
    within : text, optional
        "20%": each weight differs from the given one by at most this share of it.
    bounds : texts
        "RI=0.2..0.5"
    orders : texts
        "RI>=IE>=EC"
    ratios : texts
        "RI/IE=1..2": the first weight is 1 to 2 times the second.
    """

    within: str | None = None
    bounds: Sequence[str] = field(default=())
    orders: Sequence[str] = field(default=())
    ratios: Sequence[str] = field(default=())


def weight_set(statements: Statements, nodes: Sequence[str], given: Sequence[Fraction]) -> WeightSet:
    """Make the set of weights that agree with every statement; all weights if nothing is stated.

    Raises
    ------
    InnovIndexError
        A statement cannot be read or names an unknown node, or no weights agree with all of them.
    """
    reader = _StatementReader({code: place for place, code in enumerate(nodes)})
    lower, upper = [ZERO] * len(nodes), [ONE] * len(nodes)
    words: list[str] = []
    if statements.within is not None:
        share = read_share(statements.within)
        lower = [weight * max(1 - share, ZERO) for weight in given]
        upper = [min(weight * (1 + share), ONE) for weight in given]
        words.append(f"within ±{percent(share)} of the given ones")
    for text in statements.bounds:
        place, low, high = reader.bound(text)
        lower[place], upper[place] = max(lower[place], low), min(upper[place], high)
        words.append(f"{nodes[place]} from {_shown(low)} to {_shown(high)}")
    rows: list[Point] = []
    for text in statements.orders:
        rows += reader.order(text)
        words.append(text.replace(" ", "").replace(">=", " ≥ "))
    for text in statements.ratios:
        rows += reader.ratio(text)
        words.append(text.replace("=", " from ").replace("..", " to "))
    return WeightSet(tuple(lower), tuple(upper), tuple(rows), ", ".join(words) or "any weights at all")


def read_share(text: str) -> Fraction:
    """Read "20%" or "0.2"."""
    share = _number(text.strip().removesuffix("%"), text)
    if text.strip().endswith("%"):
        share /= 100
    if share < 0:
        raise InnovIndexError(f"'{text}' is negative; expected a share such as 20%")
    return share


class _StatementReader:
    def __init__(self, places: dict[str, int]) -> None:
        self.places = places

    def bound(self, text: str) -> tuple[int, Fraction, Fraction]:
        code, _, span = text.rpartition("=")
        low, high = self._span(span, text, "RI=0.2..0.5")
        return self._place(code, text), low, high

    def order(self, text: str) -> list[Point]:
        codes = [part.strip() for part in re.split(r">=|≥", text)]
        if len(codes) < 2:
            raise InnovIndexError(f"'{text}' is not an order of weights; expected for example RI>=IE>=EC")
        places = [self._place(code, text) for code in codes]
        return [self._row({b: ONE, a: -ONE}) for a, b in pairwise(places)]

    def ratio(self, text: str) -> list[Point]:
        codes, _, span = text.rpartition("=")
        first, slash, second = codes.partition("/")
        if not slash:
            raise InnovIndexError(f"'{text}' is not a ratio of weights; expected for example RI/IE=1..2")
        low, high = self._span(span, text, "RI/IE=1..2")
        a, b = self._place(first, text), self._place(second, text)
        return [self._row({b: low, a: -ONE}), self._row({a: ONE, b: -high})]

    def _row(self, entries: dict[int, Fraction]) -> Point:
        if len(entries) < 2:
            raise InnovIndexError("a weight cannot be compared with itself")
        return tuple(entries.get(place, ZERO) for place in range(len(self.places)))

    def _place(self, code: str, text: str) -> int:
        code = code.strip()
        if code not in self.places:
            raise InnovIndexError(f"'{text}': {not_found('varied weight', code, self.places)}")
        return self.places[code]

    def _span(self, text: str, whole: str, example: str) -> tuple[Fraction, Fraction]:
        low, dots, high = text.partition("..")
        if not dots:
            raise InnovIndexError(f"'{whole}' states no range; expected for example {example}")
        return _number(low, whole), _number(high, whole)


def _number(text: str, whole: str) -> Fraction:
    try:
        return Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        raise InnovIndexError(f"'{whole}': '{text.strip()}' is not a number") from None


def _shown(number: Fraction) -> str:
    return f"{float(number):g}"
