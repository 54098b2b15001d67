"""What the figures below a node of a tree leave of its contribution: linear forms of effective weights.

A form is L or U of a node for one unit (see `tree_rows`), read in one way: a reading has a bit for every node
that is read as printed, and the others are read as their children.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np

from innov_index.analysis.infer.constraint_rows import TOWARDS_NO, UNKNOWNS, Scaling
from innov_index.analysis.infer.order_rows import OrderRows
from innov_index.analysis.infer.power_means import Transform
from innov_index.dataset.printed_figures import Intervals, exact
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats, Ints

UPPER, LOWER = 1, 0

Kind: TypeAlias = Literal["own", "ranked", "passed"]
"""What is printed of a node: its score, the score that its ranks are taken from, or what its parent gets."""


@frozen
class TreeNode:
    """A node whose weights are asked for, with its figures, all (units,).

    `children` are, in the order of the question, numbers of leaves, or (-1 - number) of nodes; `leaves` all
    leaves below it. `own` are its published scores, `ranked` those that ranks are taken from, `passed` its
    published scores as its parent gets them. `absent`, (units, children), marks children that a unit does not
    have. `hidden` is what rounding on the way to the parent may hide of the score.
    """

    code: str
    children: tuple[int, ...]
    leaves: Ints
    own: Intervals
    ranked: Intervals
    passed: Intervals
    absent: Bools
    order: OrderRows
    hidden: float = 0.0

    def printed(self, kind: Kind) -> Intervals:
        return {"own": self.own, "ranked": self.ranked, "passed": self.passed}[kind]

    def blurred(self, kind: Kind) -> float:
        """How far what is printed may be from the children's mean, on account of rounding."""
        return {"own": 0.0, "ranked": 0.5 * self.order.step, "passed": self.hidden}[kind]


@frozen
class TreeForms:
    """The forms of a tree of nodes, the first of which is the top; `leaf_figures` are (units, leaves)."""

    nodes: tuple[TreeNode, ...]
    leaf_figures: Intervals
    transform: Transform
    scaling: Scaling

    @property
    def leaves(self) -> int:
        return int(self.leaf_figures.low.shape[1])

    @property
    def size(self) -> int:
        """The number of unknowns."""
        return self.leaves + UNKNOWNS[self.scaling]

    @cached_property
    def leaf_ends(self) -> tuple[Floats, Floats]:
        return self.transform(self.leaf_figures.low), self.transform(self.leaf_figures.high)

    @cached_property
    def present(self) -> tuple[Bools, ...]:
        """For each node, (units, leaves): the leaves below those of its children that a unit has."""
        found = []
        for node in self.nodes:
            present = np.zeros(self.leaf_figures.low.shape, dtype=np.bool_)
            for at, child in enumerate(node.children):
                below = [child] if child >= 0 else self.nodes[-1 - child].leaves
                present[:, below] = ~node.absent[:, [at]]
            found.append(present)
        return tuple(found)

    def on_scale(self, i: int) -> bool:
        return i == 0 and self.scaling != "none"

    def points(self, i: int) -> Ints:
        """The unknowns that add up to what a point of a node's score counts as."""
        return np.array([self.leaves]) if self.on_scale(i) else self.nodes[i].leaves

    def printed(self, i: int, kind: Kind, end: int, y: Floats) -> Floats:
        """What a printed score contributes to each unit, in so far as the unit has the node's children."""
        figures = self.nodes[i].printed(kind)
        ends = self.transform(figures.high if end == UPPER else figures.low)
        if self.on_scale(i):
            return np.asarray(ends * y[self.leaves] - y[self.leaves + 1 :].sum())
        counts = (
            self.present[i] if kind != "passed" else np.isin(np.arange(self.leaves), self.nodes[i].leaves)
        )
        return np.asarray(ends * (counts @ y[: self.leaves]))

    def many(self, i: int, units: Ints, readings: Ints, end: int, kind: Kind) -> Floats:
        """Forms of many units, each read in its way: (units, unknowns)."""
        node = self.nodes[i]
        found = np.zeros((len(units), self.size))
        printed = (readings >> i & 1).astype(np.bool_)
        figures = node.printed(kind)
        ends = self.transform(figures.high if end == UPPER else figures.low)[units]
        if self.on_scale(i):
            found[printed, self.leaves] = ends[printed]
            found[printed, self.leaves + 1 :] = -1.0
        else:
            counts = self.present[i][units]
            if kind == "passed":
                counts = np.isin(np.arange(self.leaves), node.leaves)[None, :]
            found[:, : self.leaves] = np.where(printed[:, None] & counts, ends[:, None], 0.0)
        for at, child in enumerate(node.children):
            rows = np.flatnonzero(~printed & ~node.absent[units, at])
            if child >= 0:
                found[rows, child] = self.leaf_ends[end][units[rows], child]
            elif len(rows):
                found[rows] += self.many(-1 - child, units[rows], readings[rows], end, "passed")
        blurred = node.blurred(kind) if end == UPPER else -node.blurred(kind)
        if blurred:
            found[np.ix_(np.flatnonzero(~printed), self.points(i))] += blurred
        return found

    def one(self, i: int, unit: int, reading: int, end: int, kind: Kind, towards: int) -> list[Fraction]:
        """A form in fractions; `towards` says which end of an enclosure is taken."""
        form = [Fraction(0)] * self.size
        node, side = self.nodes[i], towards if end == UPPER else 1 - towards

        def of(figures: Intervals, *at: int) -> Fraction:
            ends = figures.high if end == UPPER else figures.low
            return self.transform.enclosure(float(ends[at]))[side]

        if reading >> i & 1:
            figure = of(node.printed(kind), unit)
            if self.on_scale(i):
                return [*form[: self.leaves], figure, Fraction(-1)][: self.size]
            counts = node.leaves if kind == "passed" else np.flatnonzero(self.present[i][unit])
            for leaf in counts.tolist():
                form[leaf] = figure
            return form
        for at, child in enumerate(node.children):
            if node.absent[unit, at]:
                continue
            if child >= 0:
                form[child] = of(self.leaf_figures, unit, child)
                continue
            below = self.one(-1 - child, unit, reading, end, "passed", towards)
            form = [one + other for one, other in zip(form, below, strict=True)]
        blurred = exact(node.blurred(kind))
        for unknown in self.points(i).tolist() if blurred else []:
            form[unknown] += blurred if end == UPPER else -blurred
        return form

    def tightest(self, i: int, unit: int, end: int, kind: Kind, y: Sequence[Fraction]) -> int:
        """The reading that gives the smallest U, or the largest L, at a point in fractions.

        A node's own score is compared with its children, so for `own` only these are read.
        """
        node = self.nodes[i]
        printed = kind != "own" and not np.isnan(node.printed(kind).low[unit])
        if kind != "own" and not self._has_children(i, unit):
            return 1 << i
        reading = 0
        for at, child in enumerate(node.children):
            if child < 0 and not node.absent[unit, at]:
                reading |= self.tightest(-1 - child, unit, end, "passed", y)
        if not printed:
            return reading

        def height(reading: int) -> Fraction:
            form = self.one(i, unit, reading, end, kind, TOWARDS_NO)
            value = sum((entry * at for entry, at in zip(form, y, strict=True)), Fraction(0))
            return value if end == UPPER else -value

        return min((reading, 1 << i), key=height)

    def _has_children(self, i: int, unit: int) -> bool:
        """Whether a node can be read as its children: the unit has all of them, and their figures."""
        node = self.nodes[i]
        if node.absent[unit].any():
            return False
        leaves = [child for child in node.children if child >= 0]
        if not all(np.isfinite(end[unit, leaves]).all() for end in self.leaf_ends):
            return False
        below = [-1 - child for child in node.children if child < 0]
        return all(
            not np.isnan(self.nodes[child].passed.low[unit]) or self._has_children(child, unit)
            for child in below
        )
