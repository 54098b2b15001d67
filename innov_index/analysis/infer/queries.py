"""Questions about the published figures of a config."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Literal

import numpy as np

from innov_index.analysis.infer.constraint_rows import Scaling
from innov_index.analysis.infer.inference import order_of_ranks
from innov_index.analysis.infer.questions import Question, joined
from innov_index.analysis.reproduce.input_bounds import Bounds, input_bounds
from innov_index.config.nodes import Gaps, Kind, NodeArithmetic, Rescaling, Rounding, Weights
from innov_index.config.recipe import Recipe
from innov_index.dataset.printed_figures import (
    NOISE,
    Intervals,
    between,
    decimals_at,
    exact,
    known,
    printed,
    printed_child,
    side_by_side,
)
from innov_index.dataset.published import Published
from innov_index.errors import InnovIndexError, look_up, not_found
from innov_index.index import Index
from innov_index.model.arrays import Bools, Floats
from innov_index.model.framework import Framework
from innov_index.model.scores import Scores
from innov_index.pipeline.binding import Plan, bind
from innov_index.pipeline.levels import fixed_line
from innov_index.wording import listed

MOST_TOGETHER = 1000
"""At most this many units of several editions, the last ones, are asked about together."""

_SCALINGS: Mapping[Rescaling, Scaling] = {Rescaling.NONE: "none", Rescaling.AFFINE: "affine"}
"""What has to be recovered beside the weights of a node."""


@dataclass(frozen=True)
class Query:
    """What is asked; everything is optional.

    Attributes
    ----------
    nodes : codes
        All nodes with figures by default.
    children : codes
        Nodes below the one node (the root by default) whose weights are asked for; by default the nearest
        ones below each node with published scores.
    figures : "scores" or "ranks" of the parent
        By default both together, where both were published.
    published : name
        All published figures of the config by default.
    edition : name
        By default all with figures whose weights are those of the last one, together (the last ones, up to
        `MOST_TOGETHER` units); the last one alone
        where the power of the mean is searched.
    computed : bool
        Take the children's scores as this engine computes them, even where others are published.
    rest_last : bool
        Units without a published rank come after those with one.
    orders : texts "A > B = C > D"
        An order of units, instead of published figures.
    power : float, "search", or None for what the config says
    scaling : None for what the config says
    """

    nodes: Sequence[str] = ()
    children: Sequence[str] = ()
    figures: Literal["scores", "ranks"] | None = None
    published: str | None = None
    edition: str | None = None
    computed: bool = False
    rest_last: bool = False
    orders: Sequence[str] = ()
    power: float | Literal["search"] | None = None
    scaling: Scaling | None = None


def questions_of(index: Index, query: Query | None = None) -> tuple[Question, ...]:
    """Find what can be asked of an index: one question for each set of published figures and node.

    Raises
    ------
    InnovIndexError
        A name is not known, or nothing was published.
    """
    reader = _QueryReader(index, Query() if query is None else query)
    found = reader.of_orders() if reader.query.orders else reader.of_announcements()
    if not found:
        reasons = "".join(f"\n- {reason}" for reason in reader.reasons)
        raise InnovIndexError(f"{index.config.path}: no published figures to infer weights from{reasons}")
    return tuple(found)


@dataclass(frozen=True)
class Order:
    """Chains of groups of units, the best first; groups of equals; whether each place has a higher score.

    `fault` says why no scores whatever give the places.
    """

    chains: tuple[tuple[tuple[int, ...], ...], ...] = ()
    equals: tuple[tuple[int, ...], ...] = ()
    strict: bool = True
    fault: str | None = None


class _QueryReader:
    """Turns a query into questions; `reasons` say why a node gave none."""

    def __init__(self, index: Index, query: Query) -> None:
        self.index = index
        self.query = query
        self.framework: Framework = index.framework
        self.reasons: list[str] = []
        for code in query.nodes:
            if self.framework.nodes[self._position(code)].is_leaf:
                raise InnovIndexError(f"{code} is an indicator: it has no weights below it")

    def of_announcements(self) -> list[Question]:
        questions = []
        for published in (given.without_exceptions() for given in self._announcements()):
            for node in self._nodes():
                question = self._of_node(published, node, self.query.figures)
                if question is not None:
                    questions.append(question)
        return questions

    def of_orders(self) -> list[Question]:
        """One question: the orders that a person states."""
        node = self._nodes()[0]
        edition = self._edition(np.ones(len(self.scores.scores), dtype=np.bool_))
        if edition is None:
            return []
        chains = tuple(self._chain(text) for text in self.query.orders)
        source = "; ".join(self.query.orders)
        equals = tuple(group for chain in chains for group in chain if len(group) > 1)
        question = self._question(source, node, edition, None, None, Order(chains, equals))
        return [] if question is None else [question]

    @cached_property
    def scores(self) -> Scores:
        """The computed scores."""
        return self.index.score()

    @cached_property
    def _bounds(self) -> Bounds:
        """Between what the computed scores may lie, because the inputs are printed."""
        return input_bounds(self.index, self.scores.scores)

    def _of_node(
        self, published: Published, node: int, figures: Literal["scores", "ranks"] | None
    ) -> Question | None:
        ranked = (~np.isnan(published.ranks[..., node])).sum(axis=1) >= 2
        scored = (~np.isnan(published.scores[..., node])).sum(axis=1) >= 2
        code = self.framework.codes[node]
        from_scores = figures != "ranks" and scored.any()
        if not from_scores and (figures == "scores" or not ranked.any()):
            if self.query.nodes or node == 0:
                kind = figures or "scores or ranks"
                self.reasons.append(f"{published.name}: fewer than two units with {kind} of {code}")
            return None
        usable = scored if from_scores else ranked
        edition = self._edition(usable)
        if edition is None:
            return None

        def of_edition(edition: int) -> Question | None:
            parent = self._printed(published, node, edition) if from_scores else None
            with_ranks = not from_scores or (figures is None and ranked[edition])
            order = self._order(published, node, edition) if with_ranks else Order()
            return self._question(published.name, node, edition, published, parent, order)

        last = of_edition(edition)
        if last is None or last.power is None or self.query.edition is not None or usable.sum() < 2:
            return last
        most = max(1, MOST_TOGETHER // len(last.units))
        found = [of_edition(int(one)) for one in np.flatnonzero(usable)[-most:]]
        together = [one for one in found if one is not None and one.has_weights_of(last)]
        asked = joined(together) if len(together) > 1 else last
        left = int(usable.sum()) - len(together)
        told = (f"{len(together)} editions with the same weights together; {left} more have figures",)
        return replace(asked, remarks=(*asked.remarks, *told)) if left else asked

    def _order(self, published: Published, node: int, edition: int) -> Order:
        """What published ranks say of the order of the scores, the highest first."""
        ranks, last = published.ranks[edition, :, node], published.last_ranks[edition, :, node]
        chains = order_of_ranks(ranks, last, unranked_last=self.query.rest_last)
        if self.framework.direction < 0:
            chains = [chain[::-1] for chain in chains]
        strict = published.block.ties != "ordinal"
        equals: tuple[tuple[int, ...], ...] = ()
        if strict and self._recipe(edition).rounding(node) is Rounding.NONE:
            shared = [np.flatnonzero(ranks == rank).tolist() for rank in np.unique(ranks[ranks == last])]
            equals = tuple(tuple(group) for group in shared if len(group) > 1)
        fault = published.no_rankings.get((edition, node))
        return Order(tuple(tuple(tuple(group) for group in chain) for chain in chains), equals, strict, fault)

    def _question(
        self,
        source: str,
        node: int,
        edition: int,
        published: Published | None,
        parent: Intervals | None,
        order: Order,
    ) -> Question | None:
        mean = self._mean(node, edition, ordered=parent is None)
        if mean is None:
            return None
        power, scaling = mean
        children = self._children(node, published, edition)
        figures, computed = self._figures(node, children, published, edition)
        noise = 0.0
        remarks: tuple[str, ...] = ()
        if computed:
            codes = [self.framework.codes[child] for child in computed]
            remarks = (f"the scores of {listed(codes, 8)} are computed here, not published",)
            noise = 0.0 if power == 1 and self._as_in_data(computed, edition) else NOISE
        names = [self.framework.nodes[child].name for child in children]
        return Question(
            source=source,
            edition=self.scores.edition_name(edition),
            node=self.framework.codes[node],
            children=tuple(self.framework.codes[child] for child in children),
            names=tuple(names),
            units=self.index.dataset.units.names,
            figures=figures,
            parent=parent,
            chains=order.chains,
            strict=order.strict,
            equals=order.equals,
            noise=noise,
            fault=order.fault,
            power=power,
            scaling="none" if parent is None else scaling,
            stated=tuple(self._stated(node, child, edition) for child in children),
            remarks=(*self._skipped(node, children), *remarks),
            stated_scale=self._stated_scale(node, edition),
            weightless=any(self._is_weightless(node, child, edition) for child in children),
        )

    def _is_weightless(self, node: int, child: int, edition: int) -> bool:
        """Whether a node on the way down uses no weights."""
        way = self.framework.lineage(child)
        return bool(np.isnan(self.scores.weights[edition, way[: way.index(node)]]).any())

    def _recipe(self, edition: int) -> Recipe:
        return self.index.config.recipe.of_edition(self.index.dataset.editions, edition)

    def _account(self, node: int, edition: int) -> NodeArithmetic:
        """What the config makes of a node, in an edition."""
        return self._recipe(edition).node(node)

    def _mean(self, node: int, edition: int, *, ordered: bool) -> tuple[float | None, Scaling] | None:
        """Power (None: to be searched) and scale of a node: as asked for, otherwise as the config says.

        `ordered`: only the order of the scores is published, which any scale in the same order leaves alone.
        """
        account, code = self._account(node, edition), self.framework.codes[node]
        power = account.link if self.query.power is None else self.query.power
        if power is None:
            name = self._recipe(edition).setting("aggregation", node).method.name
            self.reasons.append(f"{code}: {name} is not a weighted mean; --power states which mean to try")
            return None
        scaling = self.query.scaling or _SCALINGS.get(account.rescaling)
        if scaling is None and ordered and account.rescaling is Rescaling.ORDER_KEEPING:
            scaling = "none"
        if scaling is None:
            name = self._recipe(edition).setting("rescaling", node).method.name
            self.reasons.append(
                f"{code}: rescaling {name} does not lie on a straight line over the means; --scaling states "
                "which scale to try"
            )
            return None
        if scaling == "none" and account.kind is Kind.SUM and self.query.scaling is None:
            scaling = "affine" if account.constant else "ratio"
        return None if power == "search" else power, scaling

    def _children(self, node: int, published: Published | None, edition: int) -> list[int]:
        if self.query.children:
            return [self._position(code) for code in self.query.children]

        def announced(child: int) -> bool:
            return published is not None and bool((~np.isnan(published.scores[edition, :, child])).any())

        if self.query.computed:
            return [int(child) for child in self.framework.children[node]]
        return _nearest(self.framework, node, announced)

    def _figures(
        self, node: int, children: list[int], published: Published | None, edition: int
    ) -> tuple[Intervals, list[int]]:
        """The children's figures, published where they exist, and the children whose figures are computed."""
        columns: list[Intervals] = []
        computed: list[int] = []
        for child in children:
            announced = None if published is None else published.scores[edition, :, child]
            if published is None or announced is None or self.query.computed or np.isnan(announced).all():
                computed.append(child)
                columns.append(self._computed(child, edition))
            else:
                columns.append(self._announced(published, child, edition))
        return self._without_unknown(node, children, edition, side_by_side(columns)), computed

    def _announced(self, published: Published, child: int, edition: int) -> Intervals:
        """A child's published figures as its parent gets them."""
        announced = published.scores[edition, :, child]
        if self._rounding(child, edition) is not None:
            return self._as_passed_on(child, edition, announced, self._printed(published, child, edition))
        name, code = self.scores.edition_name(edition), self.framework.codes[child]
        return printed_child(announced, decimals_at(published.block.decimals, name, code))

    def _computed(self, child: int, edition: int) -> Intervals:
        """A child's computed figures as its parent gets them."""
        low, high = self._bounds.low[edition, :, child], self._bounds.high[edition, :, child]
        if self._recipe(edition).rounding(child) is not Rounding.SCORES:
            return between(low, high)
        decimals = self._rounding(child, edition)
        return between(printed(low, decimals).low, printed(high, decimals).high)

    def _as_in_data(self, nodes: Sequence[int], edition: int) -> bool:
        """Whether computed scores are the very numbers of the data, so that no rounding error is in them."""
        leaves = self.framework.leaves.tolist()
        if not set(nodes) <= set(leaves):
            return False
        columns = [leaves.index(node) for node in nodes]
        data = self.index.dataset.columns(self.framework.indicators)[edition][:, columns]
        return bool(np.array_equal(data, self.scores.scores[edition][:, nodes], equal_nan=True))

    def _printed(self, published: Published, node: int, edition: int) -> Intervals:
        """What a node's published scores stand for before the config rounds them."""
        announced = published.scores[edition, :, node]
        name, code = self.scores.edition_name(edition), self.framework.codes[node]
        decimals, rounded = decimals_at(published.block.decimals, name, code), self._rounding(node, edition)
        if rounded is None:
            return printed(announced, decimals)
        shown = printed(announced, decimals)
        coarser = np.isnan(shown.unit) | (shown.unit > 1.5 * 10.0**-rounded)
        once, twice = printed(announced, rounded), shown.widened(0.5 * 10.0**-rounded)
        ends = zip((twice.low, twice.high, twice.unit), (once.low, once.high, once.unit), strict=True)
        return Intervals(*(np.where(coarser, wide, narrow) for wide, narrow in ends))

    def _rounding(self, node: int, edition: int) -> int | None:
        """Decimals that the config rounds a node's score to; None where it does not."""
        recipe = self._recipe(edition)
        if recipe.rounding(node) not in (Rounding.SCORES, Rounding.PARENTS):
            return None
        decimals = recipe.setting("rounding", node).options.get("decimals")
        return decimals if isinstance(decimals, int) else None

    def _as_passed_on(self, child: int, edition: int, announced: Floats, ends: Intervals) -> Intervals:
        """A child's figures as its parent gets them: exactly those printed where it gets them rounded so."""
        if self._recipe(edition).rounding(child) is not Rounding.PARENTS:
            return ends
        inwards = (ends.high - ends.low) * 1e-6
        rounding = self._plan(edition).rounding[child]
        lowest, highest = rounding(ends.low + inwards), rounding(ends.high - inwards)
        return known(announced) if np.array_equal(lowest, highest, equal_nan=True) else ends

    def _plan(self, edition: int) -> Plan:
        return bind(replace(self._recipe(edition), editions={}), self.index.dataset)

    def _stated_scale(self, node: int, edition: int) -> tuple[Fraction, Fraction] | None:
        """b and a of node = a + b × mean; None where they are learned, or asked to be found."""
        account = self._account(node, edition)
        if self.query.scaling is not None or account.link is None:
            return None
        total = self._stated_total(node, edition) if account.kind is Kind.SUM else Fraction(1)
        line = fixed_line(self._plan(edition), int(np.searchsorted(self.framework.inner, node)))
        if line is None:
            return None
        factor, offset = map(exact, line)
        return factor * total, offset + factor * account.constant

    def _without_unknown(self, node: int, children: list[int], edition: int, figures: Intervals) -> Intervals:
        """Drop units whose gaps have no known meaning for the node.

        A gap is closed by the weights of the siblings where the config says so and the siblings are children
        of the node itself; and where the unit has no such child, rather than no printed figure for it.
        """
        gaps = figures.missing
        if not gaps.any():
            return figures
        reweights = self._account(node, edition).gaps is not Gaps.GROUP_MEAN
        if reweights and not self._skipped(node, children):
            gaps = gaps & ~np.isnan(self.scores.scores[edition][:, children])
        return figures.of(np.asarray(~gaps.any(axis=1)))

    def _stated(self, node: int, child: int, edition: int) -> Fraction:
        """Weight of a descendant in a node: the product of the weights on the way down.

        A sum on the way counts as often as its stated weights add up to.
        """
        weight = Fraction(1)
        while child != node:
            parent = self.framework.nodes[child].parent
            counts = parent != node and self._account(parent, edition).kind is Kind.SUM
            weight *= self._local_weight(parent, child, edition) * (
                self._stated_total(parent, edition) if counts else 1
            )
            child = parent
        return weight

    def _local_weight(self, parent: int, child: int, edition: int) -> Fraction:
        siblings: list[int] = self.framework.children[parent].tolist()
        if self._account(parent, edition).weights is Weights.AS_STATED:
            stated = self._stated_weights(parent, edition)
            return stated[siblings.index(child)] / sum(stated, Fraction(0))
        weight = self.scores.weights[edition, child]
        # a method without weights states none: equal ones stand in
        return Fraction(1, len(siblings)) if np.isnan(weight) else exact(weight)

    def _stated_total(self, parent: int, edition: int) -> Fraction:
        return sum(self._stated_weights(parent, edition), Fraction(0))

    def _stated_weights(self, parent: int, edition: int) -> list[Fraction]:
        """Of the children of a node, in exact numbers: as stated, or as they stand in its formula."""
        terms = self._account(parent, edition).terms
        if terms is not None:
            return list(terms.values())
        return [exact(weight) for weight in self._recipe(edition).framework.stated_weights(parent)]

    def _skipped(self, node: int, children: list[int]) -> tuple[str, ...]:
        below = {self.framework.codes[self.framework.nodes[child].parent] for child in children}
        between = sorted(below - {self.framework.codes[node]})
        if not between:
            return ()
        return (f"weights are those in {self.framework.codes[node]} itself, past {', '.join(between)}",)

    def _announcements(self) -> list[Published]:
        found = list(self.index.published)
        wanted = self.query.published
        if wanted is None:
            return found
        names = [published.name for published in found]
        if wanted not in names:
            raise InnovIndexError(not_found("published figures called", wanted, names))
        return [published for published in found if published.name == wanted]

    def _nodes(self) -> list[int]:
        nodes = [self._position(code) for code in self.query.nodes]
        if self.query.children:
            return [self._above_children(nodes)]
        return nodes or [int(node) for node in self.framework.inner]

    def _above_children(self, nodes: list[int]) -> int:
        """The one node whose weights are asked for with --children; the root by default."""
        if len(nodes) > 1:
            raise InnovIndexError("--children takes the weights in one --node only")
        node = nodes[0] if nodes else 0
        for code in self.query.children:
            if node not in self.framework.lineage(self._position(code))[1:]:
                raise InnovIndexError(f"{code} is not below {self.framework.codes[node]}")
        return node

    def _position(self, code: str) -> int:
        return look_up(self.framework.position, code, "node")

    def _edition(self, usable: Bools) -> int | None:
        """Position of the edition asked for, or of the last one with figures."""
        names = self.index.dataset.editions
        if self.query.edition is None:
            return int(np.flatnonzero(usable)[-1])
        if self.query.edition not in names:
            raise InnovIndexError(not_found("edition", self.query.edition, names))
        at = names.index(self.query.edition)
        return at if usable[at] else None

    def _chain(self, text: str) -> tuple[tuple[int, ...], ...]:
        """'A > B = C' as groups of unit positions."""
        units = self.index.dataset.units
        known_units = {**{name: i for i, name in enumerate(units.names)}, **units.position}
        groups = [[unit.strip() for unit in group.split("=")] for group in text.split(">")]
        where = f"(--order '{text}')"
        chain = tuple(tuple(look_up(known_units, unit, "unit", where) for unit in group) for group in groups)
        if len(groups) < 2:
            raise InnovIndexError(f"--order '{text}': name the units from best to worst, separated by >")
        return chain


def _nearest(framework: Framework, node: int, announced: Callable[[int], bool]) -> list[int]:
    """The nearest nodes below with published scores; a child without any stays itself."""
    found: list[int] = []
    for child in framework.children[node].tolist():
        below = [] if announced(child) else _nearest(framework, child, announced)
        found += below if any(announced(one) for one in below) else [child]
    return found
