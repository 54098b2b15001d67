"""Reading an index as linear in the weights of some of its nodes; refusing where it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from innov_index.analysis.robustness.enclosures import Enclosure, Gap
from innov_index.analysis.robustness.linear import (
    DIGITS,
    LinearScores,
    exact_weights,
    integers,
    linked,
    unlinked,
)
from innov_index.config.nodes import Gaps, Kind, Rescaling, Rounding
from innov_index.config.recipe import Recipe
from innov_index.errors import InnovIndexError, did_you_mean
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.methods.imputation.centre import group_mean
from innov_index.methods.kernels.powers import ARITHMETIC, Link
from innov_index.methods.kernels.ranks import round_significant
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.model.framework import Framework
from innov_index.model.scores import Scores
from innov_index.pipeline.binding import Plan, bind
from innov_index.pipeline.levels import aggregate, fixed_line
from innov_index.pipeline.undefined import Counted
from innov_index.wording import counted, listed

MEANS = {1.0: "arithmetic", 0.0: "geometric", -1.0: "harmonic"}
"""What the nodes above the varied weights may be, by the power of their link; others by a number."""

_MOST_CELLS = 20_000_000
"""Scores that are computed at once."""


@frozen
class Reading:
    """An index as exact statements see it.

    Attributes
    ----------
    linear : LinearScores
        The units whose score is linear in the weights; before it is rounded.
    enclosure : Enclosure, optional
        All ranked units; None where `linear` holds them all, and ranks are taken from it.
    remarks : texts
        Which units, or what, is left out of the statements about `linear`.
    """

    linear: LinearScores
    enclosure: Enclosure | None = None
    remarks: tuple[str, ...] = ()


def linear_scores(
    index: Index,
    level: int | None = None,
    nodes: Sequence[str] = (),
    edition: str | None = None,
    scores: Scores | None = None,
) -> LinearScores:
    """The units whose score is linear in the weights of some nodes; parameters are those of `read_index`."""
    return read_index(index, level, nodes, edition, scores).linear


def read_index(
    index: Index,
    level: int | None = None,
    nodes: Sequence[str] = (),
    edition: str | None = None,
    scores: Scores | None = None,
) -> Reading:
    """Read an index as linear in the weights of some nodes.

    Parameters
    ----------
    index : Index
    level : int, optional
        The nodes at this distance from the root (a leaf above it stands for itself); 1, the root's
        children, by default.
    nodes : codes, optional
        These nodes in place of a level; every indicator must stand below exactly one of them.
    edition : str, optional
        The last one by default.
    scores : Scores, optional
        The index's scores, where they are known already.

    Raises
    ------
    InnovIndexError
        The score is not linear in these weights; the message says where and why.
    """
    scores = index.score_edition(edition) if scores is None else scores
    chosen = _chosen(index.framework, level, nodes)
    return _Reader(index, scores, scores.scored_edition(edition), chosen).read()


def _described(link: Link) -> str:
    """A kind of mean in words, as it follows a node's code."""
    sign = "-" if link.factor < 0 else "+"
    line = "" if link.is_plain else f" of {link.offset:g} {sign} {abs(link.factor):g} x"
    return MEANS.get(link.power, f"of power {link.power:g}") + line


def _chosen(framework: Framework, level: int | None, codes: Sequence[str]) -> list[int]:
    """Positions of the nodes whose weights vary: every leaf stands below exactly one."""
    if not codes:
        asked = 1 if level is None else level
        deepest = int(framework.levels.max())
        if not 1 <= asked <= deepest:
            raise InnovIndexError(f"level {asked}: the nodes of this tree stand at levels 1 to {deepest}")
        return sorted({int(node) for node in framework.ancestors_at(asked)})
    unknown = [code for code in codes if code not in framework.position]
    if unknown:
        suggestion = did_you_mean(unknown[0], framework.codes)
        raise InnovIndexError(f"no node '{unknown[0]}' in the index.{suggestion}")
    chosen = sorted({framework.position[code] for code in codes})
    covered = framework.leaf_matrix[:, chosen].sum(axis=1)
    for leaf, times in zip(framework.leaves, covered, strict=True):
        if times != 1:
            code = framework.codes[leaf]
            what = "below none of them" if times == 0 else "below several of them"
            raise InnovIndexError(f"nodes {', '.join(codes)}: indicator {code} stands {what}")
    return chosen


class _Reader:
    """Reads one edition of an index as linear in the weights of the chosen nodes."""

    def __init__(self, index: Index, scores: Scores, at: int, chosen: list[int]) -> None:
        self.scores, self.at, self.chosen = scores, at, chosen
        self.recipe: Recipe = index.config.recipe.of_edition(scores.editions, at)
        self.plan: Plan = bind(replace(self.recipe, editions={}), index.dataset)
        self.framework: Framework = self.recipe.framework
        self.above = sorted({node for start in chosen for node in self.framework.lineage(start)[1:]})
        self.link = self._link()
        self.lines = {node: self._line(node) for node in self.above}
        self.rows: Ints = np.flatnonzero(~np.isnan(scores.ranks[at, :, 0]))
        table = self._table()[self.rows]
        self._refuse_zeros(table)
        self._linked_table: Floats = linked(table, self.link)

    def _refuse_zeros(self, table: Floats) -> None:
        """Raise where a score has no logarithm or reciprocal: it is the mean whatever the weights."""
        zeros = np.argwhere(self.link.on_line(table) == 0)
        if self.link.power <= 0 and len(zeros):
            row, column = zeros[0]
            unit, code = self.scores.units.names[self.rows[row]], self.framework.codes[self.chosen[column]]
            power, score = self.link.power, f"{table[row, column]:g}"
            mean = f"{MEANS[power]} mean" if power in MEANS else f"mean of power {power:g}"
            raise InnovIndexError(
                f"{unit} has the score {score} in {code}, with which a {mean} is {score} whatever the "
                "weights: scores are not linear in them"
            )

    def read(self) -> Reading:
        table = self._linked_table
        missing = np.isnan(table)
        complete = np.flatnonzero(~missing.any(axis=1))
        # gaps take a number that their column has
        lowest = np.where(missing, np.inf, table).min(axis=0)
        lowest = np.where(np.isfinite(lowest), lowest, np.nanmin(table))
        values, step = integers(self.framework.direction * np.where(missing, lowest, table))
        units = self.scores.units
        whole = LinearScores(
            tuple(units.codes[row] for row in self.rows),
            tuple(units.names[row] for row in self.rows),
            tuple(self.framework.codes[node] for node in self.chosen),
            values,
            step,
            exact_weights(self._shares()),
            self.link,
            self.framework.direction,
        )
        linear = whole if len(complete) == len(whole) else whole.among(complete.tolist())
        scores = self.scores.scores[self.at, self.rows[complete], 0]
        self._refuse_other_order(linear, self.framework.direction * scores)
        return self._enclosed(linear, whole, table, missing)

    def _link(self) -> Link:
        """The one link that takes the chosen nodes to the root."""
        links: dict[str, Link] = {}
        for node in self.above:
            account, code = self.recipe.node(node), self.framework.codes[node]
            if account.kind is Kind.MEAN and len(self.framework.children[node]) == 1:
                continue  # whatever the power, the mean of one child is that child
            if account.link is None:
                raise InnovIndexError(f"aggregation[{code}] is {self._no_mean(node)}")
            links[code] = account.link
        if len(set(links.values())) > 1:
            mixed = ", ".join(f"{code} {_described(link)}" for code, link in links.items())
            raise InnovIndexError(
                f"means of different powers above the varied weights ({mixed}): scores are not linear in "
                "them; vary the weights of a level with one kind of mean above it"
            )
        return next(iter(links.values()), ARITHMETIC)

    def _no_mean(self, node: int) -> str:
        needed = "exact statements need a mean or a sum of the children above the varied weights"
        if self.recipe.node(node).kind is Kind.FORMULA:
            return (
                "a formula that is no sum of the node's children, each times a number of at least 0, and of "
                f"one more number: {needed}"
            )
        return f"{self.recipe.setting('aggregation', node).method.name}: {needed}"

    def _line(self, node: int) -> tuple[float, float] | None:
        """Factor and offset of a node over the weighted mean of its children.

        None for the root where its scale is learned: ranks rest on its order.

        Raises
        ------
        InnovIndexError
            The score is not linear in the weights below.
        """
        account = self.recipe.node(node)
        total = float(self.recipe.stated_weights(node).sum()) if account.kind is Kind.SUM else 1.0
        if account.rescaling is Rescaling.NONE:
            return total, float(account.constant)
        line = fixed_line(self.plan, int(np.searchsorted(self.framework.inner, node)))
        code, name = self.framework.codes[node], self.recipe.setting("rescaling", node).method.name
        if node == 0 and account.rescaling is Rescaling.OTHER:
            raise InnovIndexError(
                f"rescaling[{code}] is {name}{self._by_group()}, which need not keep the order of the "
                "scores, or tells too few of them apart: exact statements are about the order of the means"
            )
        if node and account.rescaling is not Rescaling.AFFINE:
            raise InnovIndexError(
                f"rescaling[{code}] is {name}, which is no straight line over the scores: the index is not "
                f"linear in the weights below {code}; choose that node, or nodes above it"
            )
        if node and line is None:
            raise InnovIndexError(
                f"rescaling[{code}] is {name}: its scale is learned from scores that depend on the weights "
                "below it, so the index is not linear in them; choose that node, or nodes above it"
            )
        changed = line is not None and (
            line[1] or account.constant or not (self.link.is_plain or line[0] == 1)
        )
        if node and changed and self.link != ARITHMETIC:
            raise InnovIndexError(
                f"rescaling[{code}] is {name}: it moves a score whose mean with others is not "
                f"arithmetic, so the index is not linear in the weights below {code}; choose that node, or "
                "nodes above it"
            )
        if line is None:
            return None
        return total * line[0], line[1] + line[0] * float(account.constant)

    def _by_group(self) -> str:
        reference = self.recipe.setting("rescaling", 0).step_options["reference"]
        by_group = isinstance(reference, dict) and "group" in reference
        return f", with a scale of its own for each {reference['group']}" if by_group else ""

    def _counts(self, node: int) -> float:
        """How many times as much a node counts in the means above it because of its factor."""
        line = self.lines[node]
        return 1.0 if line is None or node == 0 else float(line[0] ** self.link.power)

    def _shares(self) -> list[float]:
        """Shares of the chosen nodes in the index; a node with a factor counts that many times as much."""
        local = self.framework.or_equal(self.scores.weights[self.at]).copy()
        for node in self.above:
            local[self.framework.children[node]] *= self._counts(node)
        products = [float(np.prod(local[self.framework.lineage(node)])) for node in self.chosen]
        return [product / sum(products) for product in products]

    def _table(self) -> Floats:
        """Scores of the chosen nodes as their parents get them, (units, chosen), means of groups in gaps.

        A mean of the unit's group is a constant in the weights above: no weight goes to another node.
        """
        found = self.scores.scores[self.at]
        if any(self.recipe.rounding(node) is Rounding.SCORES for node in self.chosen):
            found = self._unrounded()
        table: Floats = found[:, self.chosen].copy()
        for column, node in enumerate(self.chosen):
            parent = self.framework.nodes[node].parent
            if self.recipe.node(parent).gaps is Gaps.GROUP_MEAN:
                index = int(np.searchsorted(self.framework.inner, parent))
                filled = group_mean(
                    table[:, [column]], by=self.plan.aggregation[index].step_options["missing"]
                )
                applies = True if self.plan.applies is None else self.plan.applies[:, node]
                table[:, column] = np.where(applies, filled[:, 0], table[:, column])
        return table

    def _unrounded(self) -> Floats:
        """Scores of all nodes without the rounding that no parent gets."""
        passed = {
            node: call
            for node, call in self.plan.rounding.items()
            if self.recipe.rounding(node) is Rounding.PARENTS
        }
        normalised = np.asarray(self.scores.steps["normalised"])
        tree = aggregate(replace(self.plan, rounding=passed), normalised, undefined=Counted(len(normalised)))
        return np.asarray(tree.scores[self.at])

    def _refuse_other_order(self, linear: LinearScores, scores: Floats) -> None:
        """Raise where the linear reading does not give the index's own order: then it is not that index."""
        if self._rounded_on_the_way() or len(linear) < 2:
            return
        ours = np.array([float(score) for score in linear.exact_scores(linear.given)]) * linear.step
        spread = max(float(np.ptp(ours)), 1e-300)
        order = np.lexsort((ours, scores))
        if (np.diff(ours[order]) < -1e-7 * spread).any():
            raise InnovIndexError(
                "the scores of this index are not a weighted mean of the chosen nodes, so no exact statement "
                "about their weights can be made"
            )

    def _enclosed(self, linear: LinearScores, whole: LinearScores, table: Floats, missing: Bools) -> Reading:
        """Add what encloses ranks that are not those of the linear scores."""
        below, above = self._errors(table, whole.step)[:: self.framework.direction]
        margin = self._margin(table, whole.step)
        exact = not missing.any() and not above.any() and margin is not None and not margin.any()
        if exact:
            return Reading(linear)
        gaps, unbounded = self._gaps(missing)
        empty = replace(whole, values=np.where(missing, 0, whole.values))
        enclosure = Enclosure(empty, gaps, unbounded, below, above, margin, self._scores_at())
        return Reading(linear, enclosure, tuple(self._remarks(missing, bool(above.any()), margin)))

    def _remarks(self, missing: Bools, rounded: bool, margin: Ints | None) -> Iterator[str]:
        lacking = np.flatnonzero(missing.any(axis=1))
        if len(lacking):
            others = listed((self.scores.units.names[self.rows[unit]] for unit in lacking[1:]), 5)
            have = "has" if len(lacking) == 2 else "have"
            too = f" ({others} {have} gaps too)" if len(lacking) > 1 else ""
            gap = self._gap(int(lacking[0]), int(np.flatnonzero(missing[lacking[0]])[0]))
            others = counted(len(missing) - len(lacking), "unit")
            rest = "no unit is without gaps"
            if len(missing) > len(lacking):
                rest = f"other statements are about the {others} without gaps"
            yield f"{gap}{too}: ranks that depend on it are enclosed; {rest}"
        if rounded or margin is None or margin.any():
            what = listed(self._what_hides_leads(), 3)
            yield f"{what}: ranks that this decides are enclosed; other statements are about scores before it"

    def _what_hides_leads(self) -> Iterator[str]:
        codes = [self.framework.codes[node] for node in (0, *self._rounded_on_the_way())]
        if self.recipe.rounding(0) is not Rounding.NONE:
            yield f"scores are rounded (rounding[{codes[0]}])"
        if codes[1:]:
            yield f"scores on the way are rounded ({listed((f'rounding[{code}]' for code in codes[1:]), 3)})"
        if self._few_digits():
            yield f"scores are compared in {self.recipe.ranking.options['digits']} digits (ranking.digits)"
        if not self._keeps_leads():
            name = self.recipe.setting("rescaling", 0).method.name
            yield f"units with different means may have equal scores (rescaling[{codes[0]}] is {name})"

    def _gap(self, unit: int, column: int) -> str:
        """Whose gap, and what closes it."""
        row, node = int(self.rows[unit]), self.chosen[column]
        why = self._why_not_linear(self.scores.scores[self.at, row], node)
        name, code = self.scores.units.names[row], self.framework.codes[node]
        return f"the score of {name} is not linear in the weights: it has no score for {code}, and {why}"

    def _why_not_linear(self, scores: Floats, node: int) -> str:
        """What closes a unit's gap at a node, or at the highest node above it that is missing too."""
        missing = self._highest_missing(scores, node)
        above = self.framework.nodes[missing].parent
        if self.recipe.node(above).gaps is not Gaps.GROUP_MEAN:
            return f"the weight of {self.framework.codes[missing]} goes to the other nodes"
        rule = f"aggregation[{self.framework.codes[above]}].missing: mean_of"
        if missing == node:
            return f"as its group has no mean there ({rule}), its weight goes to the other nodes"
        code = self.framework.codes[missing]
        return f"the mean of its group takes the place of {code} ({rule}) and depends on these weights too"

    def _highest_missing(self, scores: Floats, node: int) -> int:
        missing = node
        while np.isnan(scores[self.framework.nodes[missing].parent]):
            missing = self.framework.nodes[missing].parent
        return missing

    def _gaps(self, missing: Bools) -> tuple[tuple[Gap, ...], Bools]:
        """Gaps of the ranked units, and the units whose score they leave open altogether."""
        gaps: list[Gap] = []
        unbounded = np.zeros(len(missing), dtype=np.bool_)
        lines = [line for node, line in self.lines.items() if node and line is not None]
        stretched = any(factor != 1 or offset for factor, offset in lines)
        for unit in np.flatnonzero(missing.any(axis=1)).tolist():
            # factors and constants of nodes count with the weights of those that are present
            unbounded[unit] = stretched
            scores = self.scores.scores[self.at, self.rows[unit]]
            by_node: dict[tuple[int, bool], list[int]] = {}
            for column in np.flatnonzero(missing[unit]).tolist():
                highest = self._highest_missing(scores, self.chosen[column])
                parent = self.framework.nodes[highest].parent
                filled = self.recipe.node(parent).gaps is Gaps.GROUP_MEAN and highest != self.chosen[column]
                by_node.setdefault((parent, filled), []).append(column)
            for (parent, filled), columns in sorted(
                by_node.items(), key=lambda one: -self.framework.levels[one[0][0]]
            ):
                others = [
                    place
                    for place, node in enumerate(self.chosen)
                    if parent in self.framework.lineage(node) and place not in columns
                ]
                gaps.append(Gap(unit, np.array(columns), None if filled or not others else np.array(others)))
        return tuple(gaps), unbounded

    def _rounded_on_the_way(self) -> list[int]:
        return [node for node in self.above if node and self.recipe.rounding(node) is Rounding.PARENTS]

    def _errors(self, table: Floats, step: float) -> tuple[Ints, Ints]:
        """How far rounding between the chosen nodes and the root may take scores down and up, in steps."""
        down, up = np.zeros(table.shape), np.zeros(table.shape)
        for node in self._rounded_on_the_way():
            columns = [
                place for place, leaf in enumerate(self.chosen) if node in self.framework.lineage(leaf)
            ]
            half = 0.5 * 10.0 ** -float(self.recipe.setting("rounding", node).options["decimals"])
            line = self.lines[node]
            half /= 1.0 if line is None else line[0]
            low, high = self._ends(table[:, columns])
            fall, rise = self._moved(low, high, half)
            down[:, columns] += fall[:, None]
            up[:, columns] += rise[:, None]
        noise = (down > 0) | (up > 0)
        return (np.ceil(down / step).astype(np.int64) + noise), (np.ceil(up / step).astype(np.int64) + noise)

    def _ends(self, linked_scores: Floats) -> tuple[Floats, Floats]:
        """Lowest and highest of some linked scores of each unit; of all units where it has none."""
        low, high = (
            np.nanmin(linked_scores, axis=1, initial=np.inf),
            np.nanmax(linked_scores, axis=1, initial=-np.inf),
        )
        none = ~np.isfinite(low)
        return np.where(none, low.min(), low), np.where(none, high.max(), high)

    def _moved(self, low: Floats, high: Floats, by: float) -> tuple[Floats, Floats]:
        """The most that linked scores between two ends fall and rise where the scores move by `by`.

        The slope of the link is largest at one of the ends. A move without limit is one past all scores.
        """
        if self.link == ARITHMETIC:
            return np.full(low.shape, by), np.full(low.shape, by)
        ends = np.stack([low, high])
        scores = unlinked(ends, self.link)
        past_all = 4 * (high.max() - low.min()) + 1.0

        def moved(to: Floats) -> Floats:
            with np.errstate(invalid="ignore", divide="ignore"):
                change = np.abs(linked(to, self.link) - ends)
            limited = (self.link.on_line(to) > 0) & np.isfinite(change)
            return np.asarray(np.where(limited, change, past_all).max(axis=0))

        return moved(scores - by), moved(scores + by)

    def _few_digits(self) -> bool:
        return bool(0 < self.recipe.ranking.options["digits"] < DIGITS)

    def _factors(self) -> list[float]:
        """Of each chosen node: the product of the factors of the nodes between it and the root."""
        lines = {node: line for node, line in self.lines.items() if node and line is not None}
        return [
            float(np.prod([lines[node][0] for node in self.framework.lineage(leaf)[1:] if node in lines]))
            for leaf in self.chosen
        ]

    def _root_ends(self, table: Floats) -> tuple[float, float] | None:
        """Between what the root's means may lie, whatever the weights; None where constants count too."""
        if any(line is not None and line[1] for node, line in self.lines.items() if node):
            return None
        total = float(self.recipe.stated_weights(0).sum()) if self.recipe.node(0).kind is Kind.SUM else 1.0
        scores = unlinked(np.array([np.nanmin(table), np.nanmax(table)]), self.link)
        ends = np.outer(scores, [min(self._factors()), max(self._factors())]) * total
        constant = float(self.recipe.node(0).constant)
        return float(ends.min()) + constant, float(ends.max()) + constant

    def _keeps_leads(self) -> bool:
        """Whether units with different means always have different scores, before they are rounded."""
        kind = self.recipe.node(0).rescaling
        if kind is Rescaling.ORDER_KEEPING:
            return not self._ties_with_other_means()
        return kind is not Rescaling.CUT_OFF or self._cuts_nothing()

    def _ties_with_other_means(self) -> bool:
        """Whether units with different means have equal scores, as at the end of a scale that levels off."""
        shares = np.array(self._shares())
        means = self._linked_table @ (shares / shares.sum())
        scores = self._unrounded()[self.rows, 0]
        order = np.argsort(means)
        apart = np.diff(means[order]) > 1e-9 * np.nanmax(np.abs(means), initial=0.0)
        return bool((apart & (np.diff(scores[order]) <= 1e-11 * np.abs(scores[order][1:]))).any())

    def _cuts_nothing(self) -> bool:
        """Whether all means, whatever the weights, lie between the ends of the scale."""
        call, shape = self.plan.rescaling[0], (*self.plan.present.shape, 1)
        own = isinstance(call.step_options["reference"], str) or "reference" not in call.method.inputs
        ends = self._root_ends(self._linked_table)
        if ends is None or shape[1] < 3 or not own:
            return False
        values = np.broadcast_to(np.linspace(*ends, shape[1])[:, None], shape)
        steps = np.diff(call(values, direction=np.ones(1), reference=values)[0, :, 0])
        return bool(steps.min() > 0 and np.ptp(steps) <= 1e-9 * steps.max())

    def _margin(self, table: Floats, step: float) -> Ints | None:
        """For each unit, the lead of another over it that rounding at the end cannot hide, in steps.

        None where it may hide any lead.
        """
        if not self._keeps_leads():
            return None
        hidden = 0.0
        if self.recipe.rounding(0) is not Rounding.NONE:
            hidden += 10.0 ** -float(self.recipe.setting("rounding", 0).options["decimals"])
        line, ends = self.lines[0], self._root_ends(table)
        if self._few_digits():
            largest = (
                np.inf if ends is None or line is None else max(abs(line[1] + line[0] * end) for end in ends)
            )
            digits = int(self.recipe.ranking.options["digits"])
            hidden += 10.0 ** (np.floor(np.log10(largest)) - digits + 1) if 0 < largest < np.inf else np.inf
        if not hidden:
            return np.zeros(len(table), dtype=np.int64)
        if (
            line is None
            or not np.isfinite(hidden)
            or (self.link != ARITHMETIC and self._rounded_on_the_way())
        ):
            return None
        low, high = self._ends(table)
        gaps = np.isnan(table).any(axis=1)
        low, high = np.where(gaps, low.min(), low), np.where(gaps, high.max(), high)
        fall, rise = self._moved(low, high, hidden / (line[0] * min(self._factors())))
        ahead = rise if self.framework.direction > 0 else fall
        return np.asarray(np.ceil(ahead / step).astype(np.int64) + 1)

    def _scores_at(self) -> Callable[[Floats], Floats]:
        """What the index compares, (draws, ranked units), with weights (draws, chosen)."""
        plan, framework, editions = self.plan, self.framework, slice(None)
        if plan.editions_apart:
            editions = slice(self.at, self.at + 1)
        normalised = np.asarray(self.scores.steps["normalised"])[editions]
        own = np.stack([framework.or_equal(local) for local in self.scores.weights[editions]])
        digits = int(self.recipe.ranking.options["digits"])
        at_once = max(1, _MOST_CELLS // (normalised.shape[0] * normalised.shape[1] * len(framework)))

        def of_block(weights: Floats) -> Floats:
            values = np.zeros((len(weights), len(framework)))
            values[:, self.chosen] = weights
            local = np.repeat(own[None], len(weights), axis=0)
            for node in reversed(self.above):
                children = framework.children[node]
                total = values[:, children].sum(axis=1, keepdims=True)
                equal = np.full((len(weights), len(children)), 1 / len(children))
                shares = np.divide(values[:, children], total, out=equal, where=total > 0)
                local[:, :, children] = shares[:, None]
                values[:, node] = total[:, 0] / self._counts(node)
            tree = aggregate(plan, normalised, local, Counted(len(weights)))
            compared = plan.ranking.compared(tree.scores[..., :1])[:, self.at - (editions.start or 0), :, 0]
            return np.asarray(round_significant(compared, digits)[:, self.rows])

        def of(weights: Floats) -> Floats:
            blocks = range(0, len(weights), at_once)
            return np.concatenate([of_block(weights[start : start + at_once]) for start in blocks])

        return of
