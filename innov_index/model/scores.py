"""The result of scoring: scores and ranks of every node, and what each step did on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from innov_index.errors import InnovIndexError, not_found
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats, Ints, read_only
from innov_index.model.dataset import Units
from innov_index.model.framework import Framework
from innov_index.model.notebook import ROWS_SHOWN, html_of
from innov_index.model.sheet import Sheet
from innov_index.wording import counted, listed

if TYPE_CHECKING:
    import pandas

Changing: TypeAlias = Literal["imputation", "treatment"]
"""Steps that change single cells."""

Column: TypeAlias = tuple[tuple[str | float | None, ...], ...]

IMPUTED = "imputed"
"""Column of a table of units: how many of the unit's indicators are imputed."""

FEW_TREATED = 0.34
"""Up to this share of treated units a treated value is told apart from the others."""


@frozen
class ChangedCell:
    """A value that imputation filled or treatment changed.

    `unit` and `leaf` (among the leaves) are positions. `before` is NaN where there was no value.
    """

    unit: int
    leaf: int
    step: Changing
    method: str
    before: float
    after: float


@frozen
class Changes:
    """The values of one indicator (among the leaves) that one step changed, see `ChangedCell`."""

    leaf: int
    step: Changing
    method: str
    units: Ints
    before: Floats
    after: Floats


@frozen
class GivenRanks:
    """Ranks that are known already, (editions, units, nodes), as a rule of ranking."""

    ranks: Floats

    def __call__(self, scores: Floats) -> Floats:
        return self.ranks[..., : scores.shape[-1]]


@frozen
class Scores:
    """Scores and ranks.

    Attributes
    ----------
    scores : (editions, units, nodes)
        Nodes in tree order: position 0 is the index. NaN: no score. The edition axis has length 1 where the
        data have no editions.
    ranking : callable
        Gives ranks of scores, (..., units, nodes), of the nodes in order or the first of them.
    bounds : (editions, units, inner nodes)
        How far rounding can have moved the score of an inner node. Scores that it does not tell apart are
        equal.
    weights : (editions, nodes)
        Weight of each node among its siblings; they sum to 1. NaN below a node that uses no weights, such as
        a minimum, or a formula that is no weighted sum.
    effective_weights : (editions, nodes)
        Product of the weights from the node up to the root; NaN where one of them is.
    steps : mapping
        Values after each step, each (editions, units, indicators) in the order of the leaves: raw,
        denominated, imputed, screened, treated, normalised.
    kept : (editions, units)
        False for a unit without a row, and for one that screening removed.
    imputed, treated : (editions, units, indicators)
        Cells that imputation filled, and cells that treatment changed.
    changed_by : mapping
        For imputation and treatment the name of the method of each indicator, (editions, indicators).
    remarks : texts
        What a reader of the result should know.
    columns : mapping
        What the config adds to the ranking, each (editions, units): the class of the index, its rank inside
        a group of units, a rank change.
    group_filled : (editions, units, nodes), optional
        Missing scores for which the parent takes the mean of the unit's group; None where no node does.
    """

    name: str
    framework: Framework
    units: Units
    editions: tuple[str, ...]
    scores: Floats
    bounds: Floats
    ranking: Callable[[Floats], Floats] = field(repr=False, compare=False)
    weights: Floats
    effective_weights: Floats
    steps: Mapping[str, Floats]
    kept: Bools
    imputed: Bools
    treated: Bools
    changed_by: Mapping[Changing, Sequence[Sequence[str]]] = field(default_factory=dict)
    remarks: tuple[str, ...] = field(default=())
    columns: Mapping[str, Column] = field(default_factory=dict)
    group_filled: Bools | None = None

    def __repr__(self) -> str:
        editions, units, nodes = self.scores.shape
        size = f"{counted(units, 'unit')}, {counted(nodes, 'node')}, {counted(editions, 'edition')}"
        return f"<Scores of {self.name!r}: {size}; to_frame() is a table>"

    def _repr_html_(self) -> str:
        """The first rows of the table, for notebooks."""
        columns, rows = self._rows(ROWS_SHOWN + 1)
        whole = int(self.kept.sum())
        note = f"{whole:,} rows in all; to_frame() has all" if whole > len(rows) else ""
        return html_of(self.name, Sheet(columns, rows[:ROWS_SHOWN]), self.remarks, note)

    def __getitem__(self, key: str | tuple[str, ...]) -> float:
        """The score of a unit: of the index, or of a node; NaN where it has none.

        Parameters
        ----------
        key : unit, or (unit, node), or (unit, node, edition)
            The unit by code or name, the node by code; the last edition by default.

        Raises
        ------
        InnovIndexError
            There is no such unit, node or edition.

        Examples
        --------
        >>> import innov_index
        >>> columns = {"unit": ["A", "B", "C"], "x": [1, 2, 3], "y": [2, 1, 3]}
        >>> scores = innov_index.from_frame(columns).score()
        >>> scores["A"], scores["A", "y"]
        (25.0, 50.0)
        """
        return float(self.scores[self._position(key)])

    def rank(self, unit: str, node: str | None = None, edition: str | None = None) -> float:
        """The rank of a unit, as `scores[unit, node, edition]` gives its score; NaN where it has none."""
        return float(self.ranks[self._position((unit, node, edition))])

    def _position(self, key: str | tuple[str | None, ...]) -> tuple[int, int, int]:
        """Positions of edition, unit and node."""
        given = (key,) if isinstance(key, str) else key
        if not isinstance(given, tuple) or not 1 <= len(given) <= 3 or not isinstance(given[0], str):
            raise InnovIndexError(
                f"found {key!r:.60}; expected a unit, a unit and a node, or these and an edition"
            )
        unit, node, edition = (*given, None, None)[:3]
        position = self.framework.position
        if node is not None and node not in position:
            raise InnovIndexError(not_found("node", str(node), position))
        column = 0 if node is None else position[node]
        return self.edition_position(edition), self.units.find(str(unit)), column

    def __post_init__(self) -> None:
        arrays = (self.scores, self.bounds, self.weights, self.effective_weights)
        for array in (*arrays, *self.steps.values()):
            read_only(array)
        for mask in (self.kept, self.imputed, self.treated):
            read_only(mask)

    @cached_property
    def ranks(self) -> Floats:
        """Ranks of every node, (editions, units, nodes), made when somebody asks for them.

        Ranks are within an edition; 1 is the best score: the highest, or the lowest where less is better in
        the index (`framework.direction`).
        """
        return read_only(self.ranking(self.scores))

    @cached_property
    def index_ranks(self) -> Floats:
        """Ranks of the index, (editions, units)."""
        return read_only(self.ranking(self.scores[..., :1])[..., 0])

    @cached_property
    def coverage(self) -> Floats:
        """Share of the indicators below each node that were measured, (editions, units, nodes)."""
        below = self.framework.leaf_matrix
        measured = (~np.isnan(self.steps["raw"])).astype(np.float64)
        return read_only(np.asarray(measured @ (below / below.sum(axis=0))))

    def with_ranks(self, ranks: Floats) -> Scores:
        """The same scores with other ranks, (editions, units, nodes)."""
        return replace(self, ranking=GivenRanks(ranks))

    @property
    def changes_cells(self) -> bool:
        """Whether any indicator is imputed or treated by some method, even if no cell needed it."""
        names = (name for step in self.changed_by.values() for edition in step for name in edition)
        return any(names)

    def edition_position(self, name: str | None) -> int:
        """Position of an edition by its name; the last one by default."""
        if name is None:
            return len(self.scores) - 1
        if not self.editions:
            raise InnovIndexError(f"no edition '{name}': the data have no edition column")
        if name not in self.editions:
            raise InnovIndexError(not_found("edition", name, self.editions))
        return self.editions.index(name)

    def edition_name(self, position: int) -> str | None:
        """Name of an edition by its position; None where the data have none."""
        return self.editions[position] if self.editions else None

    def titled(self, edition: int) -> str:
        """Name of the index, and of the edition where there are any."""
        return self.name + self.suffix(edition)

    def suffix(self, edition: int) -> str:
        """What a title says of an edition: nothing where the data have none."""
        return f", edition {self.editions[edition]}" if self.editions else ""

    def scored_edition(self, name: str | None) -> int:
        """Position of an edition in which at least one unit has a score; the last one by default."""
        position = self.edition_position(name)
        if np.isnan(self.scores[position, :, 0]).all():
            where = f" in edition {self.editions[position]}" if self.editions else ""
            raise InnovIndexError(f"no unit has a score{where}")
        return position

    def about_weights(self, edition: int) -> str:
        """Below which nodes no node has a weight, in one line; "" where all have one."""
        weightless = np.flatnonzero(np.isnan(self.weights[edition])).tolist()
        if not weightless:
            return ""
        below = sorted({self.framework.nodes[node].parent for node in weightless})
        nodes = listed((self.framework.codes[node] for node in below), 5)
        return f"no weights below {nodes}: the formula or method there uses none"

    def changed_cells(self, edition: int = 0) -> tuple[ChangedCell, ...]:
        """What imputation filled and treatment changed, each indicator by indicator and unit by unit."""
        return tuple(
            ChangedCell(unit, found.leaf, found.step, found.method, before, after)
            for found in self.changes(edition)
            for unit, before, after in zip(
                found.units.tolist(), found.before.tolist(), found.after.tolist(), strict=True
            )
        )

    def changes(self, edition: int = 0) -> Iterator[Changes]:
        """The same by columns: for each step and indicator the units whose values it changed."""
        steps: tuple[tuple[Changing, Bools, str, str], ...] = (
            ("imputation", self.imputed, "denominated", "screened"),
            ("treatment", self.treated, "screened", "treated"),
        )
        for step, changed, before, after in steps:
            for leaf in np.flatnonzero(changed[edition].any(axis=0)).tolist():
                units = np.flatnonzero(changed[edition, :, leaf])
                yield Changes(
                    leaf=leaf,
                    step=step,
                    method=self.changed_by[step][edition][leaf],
                    units=units,
                    before=self.steps[before][edition, units, leaf],
                    after=self.steps[after][edition, units, leaf],
                )

    def order(self, edition: int = 0) -> Ints:
        """Positions of the kept units from the best to the worst; units without a score come last."""
        signed = self.framework.direction * self.scores[edition, :, 0]
        score = np.where(np.isnan(signed), -np.inf, signed)
        rank = np.where(np.isnan(self.index_ranks[edition]), np.inf, self.index_ranks[edition])
        order = np.lexsort((np.arange(len(self.units)), -score, rank))
        return np.asarray(order[self.kept[edition, order]], dtype=np.int64)

    def leaders(self, edition: int = 0) -> Ints:
        """Positions of the units that share the first place, in the order of `order`; none without scores."""
        order = self.order(edition)
        ranks, scores = self.index_ranks[edition, order], self.scores[edition, order, 0]
        if not len(order) or np.isnan(ranks[0]):
            return order[:0]
        # a ranking that gives every unit a place of its own has equal scores too
        equal = np.isclose(scores, scores[0], rtol=1e-12, atol=0.0)
        return np.asarray(order[(ranks == ranks[0]) | equal], dtype=np.int64)

    def capped(self, edition: int) -> Bools:
        """Cells (units, indicators) that treatment changed one by one.

        Where it changed more than a third of the units it gave the indicator another scale, which says
        nothing of a single unit.
        """
        changed = self.treated[edition]
        kept = self.kept[edition]
        share = changed[kept].mean(axis=0) if kept.any() else np.zeros(changed.shape[-1])
        return np.asarray(changed & (share <= FEW_TREATED))

    def of(self, code: str) -> Floats:
        """Scores of one node, (editions, units)."""
        return self.scores[..., self.framework.position[code]]

    @property
    def imputes(self) -> bool:
        """Whether any indicator is imputed by some method, even if no cell needed it."""
        return any(name for edition in self.changed_by.get("imputation", ()) for name in edition)

    @cached_property
    def imputed_below(self) -> Ints:
        """How many of the indicators below each node are imputed, (editions, units, nodes)."""
        return read_only(np.rint(self.imputed @ self.framework.leaf_matrix).astype(np.int64))

    @cached_property
    def imputed_indicators(self) -> Ints:
        """How many indicators of each unit are imputed, (editions, units)."""
        return read_only(self.imputed.sum(axis=-1))

    def note(self, edition: int, unit: int, node: int) -> str:
        """What is particular about one score: imputed, treated, and the flags of the indicator.

        Of a dimension: how many of its indicators are imputed.
        """
        filled = self.group_filled is not None and bool(self.group_filled[edition, unit, node])
        taken = ("missing: the mean of its group counts",) if filled else ()
        if not self.framework.nodes[node].is_leaf:
            imputed = self.imputed_below[edition, unit, node]
            below = int(self.framework.leaf_matrix[:, node].sum())
            rests = (f"{imputed} of {below} {IMPUTED}",) if imputed else ()
            return "; ".join((*taken, *rests))
        column = int(np.searchsorted(self.framework.leaves, node))
        words = [
            word
            for word, mask in ((IMPUTED, self.imputed), ("treated", self.treated))
            if mask[edition, unit, column]
        ]
        return "; ".join((*taken, *words, *self.framework.nodes[node].flags))

    def to_frame(self) -> pandas.DataFrame:
        """One row a unit (and edition), best first: unit, (edition,) name, rank, score, inner nodes."""
        import pandas

        columns, rows = self._rows(None)
        return pandas.DataFrame(rows, columns=columns)

    def _rows(self, most: int | None) -> tuple[list[str], list[list[Any]]]:
        """Titles and rows of the table: all, or so many of each edition."""
        inner = self.framework.inner[1:]
        codes = [self.framework.codes[i] for i in inner]
        marks = [IMPUTED] if self.imputes else []
        edition_title = ["edition"] if self.editions else []
        columns = ["unit", *edition_title, "name", "rank", "score", *marks, *self.columns, *codes]
        rows = [
            [
                self.units.codes[unit],
                *([self.editions[edition]] if self.editions else []),
                self.units.names[unit],
                self.index_ranks[edition, unit],
                self.scores[edition, unit, 0],
                *([self.imputed_indicators[edition, unit]] if marks else []),
                *(column[edition][unit] for column in self.columns.values()),
                *self.scores[edition, unit, inner],
            ]
            for edition in range(len(self.scores))
            for unit in self.order(edition)[:most]
        ]
        return columns, rows
