"""Rows from the figures of several nodes of a tree, which share weights.

Unknown are the effective weights e_j of the nodes at the bottom of the questions ("leaves") in the top node:
the weight of an inner node is the sum M of those below it, and a weight in that node is e_j / M. With the
contribution M p of a node in place of its score p every mean is a sum of contributions, so that all rows stay
linear. The contribution of node i for a unit lies

    between  L_i = max(M_i p_i⁻, Σ L of the children)  and  U_i = min(M_i p_i⁺, Σ U of the children),

where p_i is what is printed of the score and a leaf contributes e_j c_j⁻ to e_j c_j⁺. Scores of all nodes of
one unit exist if and only if every L_i ≤ U_i: going down, a contribution inside its range is shared out among
children inside theirs. A node's ranks compare U_a with L_b, as those of a single node do. max and min are
read as all the rows that they stand for: each node on the way down is read as printed or as its children, and
of all these readings the tightest is found at once, node by node.

What is not used: where leaves are known as intervals, that ranks of an inner node also tie its hidden digits
to each other in the node above. A unit with a gap below a node is read as printed there, and its score in a
node with a factor or an offset is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field, replace
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

import numpy as np

from innov_index.analysis.infer.constraint_rows import Scaling, magnitude_of
from innov_index.analysis.infer.power_means import Transform
from innov_index.analysis.infer.tree_forms import LOWER, UPPER, Kind, TreeForms, TreeNode
from innov_index.dataset.printed_figures import Intervals, exact
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats, Ints

AT_ONCE = 24
"""Of each node's lower ends, upper ends and ranks this many rows with the least slack are given at a time."""


class Row(NamedTuple):
    """U of unit `above` at a node less L of unit `below`, each read in its way; `ranked`: from ranks."""

    node: int
    above: int
    read_above: int
    below: int
    read_below: int
    ranked: bool

    @property
    def kind(self) -> Kind:
        return "ranked" if self.ranked else "own"


@frozen
class Ends:
    """L or U of a node for every unit at some y, and how it is read; NaN where nothing is known."""

    values: Floats
    reading: Ints


@frozen
class TreeRows:
    """Rows of several nodes.

    The number of a figure is that of its unit, plus the number of units times 2 i for a score and 2 i + 1 for
    a rank of node i. Rows get their keys as they are found.
    """

    forms: TreeForms
    _found: dict[Row, int] = field(default_factory=dict, compare=False, repr=False)
    _rows: list[Row] = field(default_factory=list, compare=False, repr=False)
    _lines: dict[int, Floats] = field(default_factory=dict, compare=False, repr=False)

    def __len__(self) -> int:
        """The rows of scores and ranks, without the many readings of each."""
        return sum(2 * int((~node.own.missing).sum()) + len(node.order) for node in self.nodes)

    @property
    def nodes(self) -> tuple[TreeNode, ...]:
        return self.forms.nodes

    @property
    def children(self) -> int:
        return self.forms.leaves

    @property
    def child_figures(self) -> Intervals:
        return self.forms.leaf_figures

    @property
    def scaling(self) -> Scaling:
        return self.forms.scaling

    @property
    def transform(self) -> Transform:
        return self.forms.transform

    @property
    def strict(self) -> bool:
        return False

    @property
    def _units(self) -> int:
        return len(self.child_figures.low)

    @property
    def figures(self) -> int:
        return 2 * len(self.nodes) * self._units

    def of_figure(self, figure: int) -> tuple[str, int, bool]:
        """The node and the unit of a figure, and whether it is a rank."""
        kind, unit = divmod(figure, self._units)
        return self.nodes[kind // 2].code, unit, bool(kind % 2)

    def number(self, node: int, unit: int, *, rank: bool) -> int:
        return (2 * node + rank) * self._units + unit

    @property
    def about(self) -> Ints:
        found: list[Ints] = []
        for i, node in enumerate(self.nodes):
            printed = ~node.own.missing | ~node.passed.missing
            found += [np.flatnonzero(printed) + 2 * i * self._units]
            found += [node.order.about + (2 * i + 1) * self._units]
        return np.concatenate(found)

    @cached_property
    def magnitude(self) -> float:
        ends = [self.child_figures, *(node.own for node in self.nodes)]
        return magnitude_of(*(self.transform(end) for one in ends for end in (one.low, one.high)))

    def least(self, y: Floats) -> tuple[Ints, Floats]:
        found = [
            part
            for i, children in self._below(y)
            for part in (self._of_scores(i, y, children), self._of_ranks(i, y, children))
        ]
        return np.concatenate([keys for keys, _ in found]), np.concatenate([slack for _, slack in found])

    def _below(self, y: Floats) -> list[tuple[int, list[list[Ends]]]]:
        """Of each node, the lowest first: L and U of its children."""
        passed: dict[int, list[Ends]] = {}
        found = []
        for i in range(len(self.nodes) - 1, -1, -1):
            children = [
                [
                    passed[-1 - child][end] if child < 0 else self._of_leaf(child, end, y)
                    for child in self.nodes[i].children
                ]
                for end in (LOWER, UPPER)
            ]
            found.append((i, children))
            passed[i] = [self._compared(i, children[end], "passed", end, y) for end in (LOWER, UPPER)]
        return found

    def _of_leaf(self, leaf: int, end: int, y: Floats) -> Ends:
        with np.errstate(invalid="ignore"):
            values = self.forms.leaf_ends[end][:, leaf] * y[leaf]
        return Ends(values, np.zeros(self._units, dtype=np.int64))

    def _compared(self, i: int, children: Sequence[Ends], kind: Kind, end: int, y: Floats) -> Ends:
        """L or U of what the parent gets of a node, or of what its ranks are taken from."""
        blurred = self.nodes[i].blurred(kind) * (1 if end == UPPER else -1)
        summed = _summed(children, self.nodes[i].absent, partly=False)
        values = summed.values + blurred * self._point(i, y)
        return _tighter(self.forms.printed(i, kind, end, y), Ends(values, summed.reading), 1 << i, end)

    def _point(self, i: int, y: Floats) -> float:
        """What a point of a node's score counts as."""
        return float(y[self.forms.points(i)].sum())

    def _of_scores(
        self, i: int, y: Floats, children: Sequence[Sequence[Ends]], limit: float | None = None
    ) -> tuple[Ints, Floats]:
        """Rows of scores with the least slack; with a `limit` all whose slack it bounds."""
        keys: list[int] = []
        slack: list[Floats] = []
        for end, sign in ((LOWER, 1), (UPPER, -1)):
            summed = _summed(children[end], self.nodes[i].absent, partly=True)
            printed = self.forms.printed(i, "own", 1 - end, y)
            room = sign * (printed - summed.values)
            units = _smallest(
                np.where(np.isfinite(summed.values) & np.isfinite(printed), room, np.inf), limit
            )
            slack.append(room[units])
            for unit, reading in zip(units.tolist(), summed.reading[units].tolist(), strict=True):
                above, below = (1 << i, reading) if end == LOWER else (reading, 1 << i)
                keys.append(self._key(Row(i, unit, above, unit, below, ranked=False)))
        return np.array(keys, dtype=np.int64), np.concatenate(slack)

    def _of_ranks(
        self, i: int, y: Floats, children: Sequence[Sequence[Ends]], limit: float | None = None
    ) -> tuple[Ints, Floats]:
        """Rows of pairs with the least slack; with a `limit` of all pairs whose slack it bounds."""
        order = self.nodes[i].order
        low, high = (self._compared(i, children[end], "ranked", end, y) for end in (LOWER, UPPER))
        lows = np.where(np.isfinite(low.values), low.values, -np.inf)
        highs = np.where(np.isfinite(high.values), high.values, np.inf)
        pairs = order.decisive(highs, self._point(i, y))
        ends = Ends(lows, low.reading), Ends(highs, high.reading)
        slack = self._leads(i, pairs, *ends, y)
        if limit is not None:
            pairs = order.all_before(pairs[slack <= limit])
            slack = self._leads(i, pairs, *ends, y)
        kept = _smallest(slack, limit)
        better, worse = order.owners(pairs[kept]).T
        reads = (better, high.reading[better], worse, low.reading[worse])
        found = zip(*(part.tolist() for part in reads), strict=True)
        keys = [self._key(Row(i, a, above, b, below, ranked=True)) for a, above, b, below in found]
        return np.array(keys, dtype=np.int64), slack[kept]

    def _leads(self, i: int, pairs: Ints, low: Ends, high: Ends, y: Floats) -> Floats:
        better, worse = self.nodes[i].order.owners(pairs).T
        noise, rounding = self._margins(i, pairs, high.reading[better] | low.reading[worse])
        mass = float(y[self.nodes[i].leaves].sum())
        lead = high.values[better] - low.values[worse]
        return np.asarray(lead + noise * mass + rounding * self._point(i, y))

    def _strictly(self, i: int, pairs: Ints, reading: Ints) -> Bools:
        """Whether more than 0 is meant; rounded scores, as printed, lead by whole steps."""
        order = self.nodes[i].order
        of_children = (reading >> i & 1) == 0
        return np.asarray(order.strictly(pairs) & (of_children | (order.step == 0)))

    def _margins(self, i: int, pairs: Ints, reading: Ints) -> tuple[Floats, Floats]:
        """What noise adds to pairs of an order, as a share of all weights, and rounding, in points."""
        order = self.nodes[i].order
        noise = np.where(self._strictly(i, pairs, reading), -order.noise, order.noise)
        return noise, np.asarray(-order.step * order.apart(pairs), dtype=np.float64)

    def _key(self, row: Row) -> int:
        key = self._found.setdefault(row, len(self._rows))
        if key == len(self._rows):
            self._rows.append(row)
        return key

    def within(self, y: Sequence[Fraction], limit: float) -> Ints:
        """Keys of the tightest reading, found in fractions, of every row whose slack is at most `limit`."""
        point = np.array([float(entry) for entry in y])
        near: list[int] = []
        for i, children in self._below(point):
            near += self._of_scores(i, point, children, limit)[0].tolist()
            near += self._of_ranks(i, point, children, limit)[0].tolist()
        return np.unique([self._key(self._read_exactly(self._rows[key], y)) for key in near]).astype(np.int64)

    def _read_exactly(self, row: Row, y: Sequence[Fraction]) -> Row:
        own = 1 << row.node
        above, below = row.read_above, row.read_below
        if row.ranked or above != own:
            above = self.forms.tightest(row.node, row.above, UPPER, row.kind, y)
        if row.ranked or below != own:
            below = self.forms.tightest(row.node, row.below, LOWER, row.kind, y)
        return row._replace(read_above=above, read_below=below)

    def exact(self, key: int, towards: int) -> list[Fraction]:
        row = self._rows[key]
        above, below = self.sides(key, towards)
        found = [high - low for high, low in zip(above, below, strict=True)]
        noise, rounding = self.margins(key)
        for leaf in self.nodes[row.node].leaves.tolist() if noise else []:
            found[leaf] += noise
        for unknown in self.forms.points(row.node).tolist() if rounding else []:
            found[unknown] += rounding
        return found

    def sides(self, key: int, towards: int) -> tuple[list[Fraction], list[Fraction]]:
        """U and L of a row, coefficients of every unknown."""
        row = self._rows[key]
        return (
            self.forms.one(row.node, row.above, row.read_above, UPPER, row.kind, towards),
            self.forms.one(row.node, row.below, row.read_below, LOWER, row.kind, towards),
        )

    def margins(self, key: int) -> tuple[Fraction, Fraction]:
        """What a row of ranks adds to the weights below its node for noise, and to points for rounding."""
        row = self._rows[key]
        if not row.ranked:
            return Fraction(0), Fraction(0)
        order = self.nodes[row.node].order
        pair = np.array([row.above * self._units + row.below])
        reading = np.array([row.read_above | row.read_below])
        noise = exact(order.noise) * (-1 if self._strictly(row.node, pair, reading)[0] else 1)
        return noise, -exact(order.step) * int(order.apart(pair)[0])

    def row(self, key: int) -> Row:
        return self._rows[key]

    def _table(self, keys: Ints) -> Ints:
        """(keys, 6): rows by their keys."""
        return np.array([self._rows[key] for key in keys.tolist()], dtype=np.int64).reshape(-1, 6)

    def _pairs(self, table: Ints) -> Ints:
        """Keys of the pairs that rows of ranks are about."""
        return np.asarray(table[:, 1] * self._units + table[:, 3])

    def matrix(self, keys: Ints) -> Floats:
        unknown = np.array([key for key in keys.tolist() if key not in self._lines], dtype=np.int64)
        self._lines.update(zip(unknown.tolist(), self._matrix(unknown), strict=True))
        return np.array([self._lines[key] for key in keys.tolist()]).reshape(-1, self.forms.size)

    def _matrix(self, keys: Ints) -> Floats:
        table = self._table(keys)
        found = np.zeros((len(keys), self.forms.size))
        for i, ranked in np.unique(table[:, [0, 5]], axis=0).tolist():
            chosen = np.flatnonzero((table[:, 0] == i) & (table[:, 5] == ranked))
            rows, kind = table[chosen], self._rows[keys[chosen[0]]].kind
            above = self.forms.many(i, rows[:, 1], rows[:, 2], UPPER, kind)
            found[chosen] = above - self.forms.many(i, rows[:, 3], rows[:, 4], LOWER, kind)
            if ranked:
                noise, rounding = self._margins(i, self._pairs(rows), rows[:, 2] | rows[:, 4])
                found[np.ix_(chosen, self.nodes[i].leaves)] += noise[:, None]
                found[np.ix_(chosen, self.forms.points(i))] += rounding[:, None]
        return found

    def strictly(self, keys: Ints) -> Bools:
        table = self._table(keys)
        found = np.zeros(len(keys), dtype=np.bool_)
        for i in range(len(self.nodes)):
            rows = (table[:, 0] == i) & (table[:, 5] == 1)
            found[rows] = self._strictly(i, self._pairs(table[rows]), table[rows, 2] | table[rows, 4])
        return found

    def units(self, keys: Ints) -> Floats:
        table = self._table(keys)
        widths = np.stack([node.own.unit for node in self.nodes])[table[:, 0], table[:, 1]]
        usable = (table[:, 5] == 0) & np.isfinite(widths) & (widths > 0)
        return np.where(usable, widths, 1.0)

    def owners(self, keys: Ints) -> Ints:
        rows = [self._owners(self._rows[key]) for key in keys.tolist()]
        width = max(map(len, rows), default=1)
        return np.array([row + row[:1] * (width - len(row)) for row in rows], dtype=np.int64).reshape(
            -1, width
        )

    def _owners(self, row: Row) -> list[int]:
        found = []
        for unit, reading in ((row.above, row.read_above), (row.below, row.read_below)):
            found += [self.number(i, unit, rank=False) for i in range(len(self.nodes)) if reading >> i & 1]
            found += [self.number(row.node, unit, rank=True)] if row.ranked else []
        return found

    def unattainable(self) -> int:
        return 0

    def only(self, figures: Iterable[int]) -> TreeRows:
        marked = np.zeros(self.figures, dtype=np.bool_)
        marked[list(figures)] = True
        kept = marked.reshape(len(self.nodes), 2, self._units)
        nodes = [
            replace(
                node,
                own=node.own.where(scores),
                ranked=node.ranked.where(scores),
                passed=node.passed.where(scores),
                order=node.order.only(np.flatnonzero(ranks).tolist()),
            )
            for node, scores, ranks in zip(self.nodes, kept[:, 0], kept[:, 1], strict=True)
        ]
        return TreeRows(replace(self.forms, nodes=tuple(nodes)))

    def complete(self) -> TreeRows:
        return self


def _summed(children: Sequence[Ends], absent: Bools, *, partly: bool) -> Ends:
    """Sum of the children's ends; NaN for units that lack one, or `partly` of those that they have."""
    values, reading = np.zeros(len(absent)), np.zeros(len(absent), dtype=np.int64)
    for at, child in enumerate(children):
        lacks = absent[:, at]
        values = values + np.where(lacks, 0.0 if partly else np.nan, child.values)
        reading = reading | np.where(lacks, 0, child.reading)
    return Ends(np.where(absent.all(axis=1), np.nan, values), reading)


def _smallest(slack: Floats, limit: float | None) -> Ints:
    """Where slack is at most a limit; without one, where the few smallest are."""
    if limit is not None:
        return np.flatnonzero(slack <= limit)
    few = np.argpartition(slack, AT_ONCE)[:AT_ONCE] if len(slack) > AT_ONCE else np.arange(len(slack))
    return np.sort(few[np.isfinite(slack[few])])


def _tighter(printed: Floats, below: Ends, bit: int, end: int) -> Ends:
    """The tighter of a printed end and that of the children; each where the other is not known."""
    first, second = (
        np.where(np.isfinite(one), one, np.inf if end == UPPER else -np.inf)
        for one in (printed, below.values)
    )
    takes = first < second if end == UPPER else first > second
    values = np.where(takes, first, second)
    return Ends(np.where(np.isfinite(values), values, np.nan), np.where(takes, bit, below.reading))
