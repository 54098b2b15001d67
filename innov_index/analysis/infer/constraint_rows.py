"""What published figures and orders require of the weights: linear rows g with g · y ≥ 0.

y holds the weights of the children and, where the parent has a scale of its own, a factor and an offset.
Every row is homogeneous: if y satisfies it, so do all its positive multiples.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Literal, Protocol, TypeAlias

import numpy as np

from innov_index.dataset.printed_figures import Intervals
from innov_index.model.arrays import Bools, Floats, Ints

Scaling: TypeAlias = Literal["none", "ratio", "affine"]

UNKNOWNS: dict[Scaling, int] = {"none": 0, "ratio": 1, "affine": 2}
"""Unknowns beside the weights: t = 1/b, and α = a/b."""

TOWARDS_YES, TOWARDS_NO = 1, 0
"""Which end of an enclosure makes a row easier, or harder, to satisfy."""


class ConstraintRows(Protocol):
    """The rows of one question, made when asked for.

    A figure has the number of its unit; where units have scores and ranks, see `JointRows`.
    """

    @property
    def children(self) -> int:
        """The number of weights."""
        ...

    @property
    def child_figures(self) -> Intervals:
        """(units, children)"""
        ...

    @property
    def scaling(self) -> Scaling: ...

    @property
    def strict(self) -> bool:
        """Whether g · y > 0 is meant, apart from rows between equals."""
        ...

    def strictly(self, keys: Ints) -> Bools:
        """Of which rows g · y > 0 is meant."""
        ...

    @property
    def figures(self) -> int:
        """One more than the largest number of a figure that a row can be about."""
        ...

    @property
    def about(self) -> Ints:
        """The units whose figures any row is about."""
        ...

    @property
    def magnitude(self) -> float:
        """The largest number, at least 1, whose differences are entries of rows."""
        ...

    def __len__(self) -> int: ...

    def least(self, y: Floats, /) -> tuple[Ints, Floats]:
        """Keys and slack g · y of rows, among them the one with the least slack."""
        ...

    def within(self, y: Sequence[Fraction], limit: float) -> Ints:
        """Keys of all rows whose slack at a point is at most `limit`."""
        ...

    def unattainable(self) -> int:
        """The number of rows that every child violates by itself, so that no weights meet them."""
        ...

    def matrix(self, keys: Ints) -> Floats:
        """The rows asked for, one below the other."""
        ...

    def units(self, keys: Ints) -> Floats:
        """What the slack of a row is counted in: one unit of the parent's last decimal."""
        ...

    def exact(self, key: int, towards: int) -> list[Fraction]:
        """One row in rational numbers."""
        ...

    def owners(self, keys: Ints) -> Ints:
        """The units that each row is about: (rows, 1) or (rows, 2)."""
        ...

    def only(self, figures: Iterable[int], /) -> ConstraintRows:
        """The rows about the figures of these units alone."""
        ...

    def complete(self) -> ConstraintRows:
        """With the rows that follow from others only as long as no figure changes."""
        ...


class CorrectableRows(ConstraintRows, Protocol):
    """Rows whose slack is linear in changes of the figures, too."""

    def least(self, y: Floats, relief: Floats | None = None, /) -> tuple[Ints, Floats]:
        """As of any rows; `relief`, what the figure of each unit may change by, adds to their slack."""
        ...


def magnitude_of(*ends: Floats) -> float:
    """The largest finite figure, 1 at least: what rounding is measured by."""
    return max(1.0, *(float(np.abs(end[np.isfinite(end)]).max(initial=0.0)) for end in ends))
