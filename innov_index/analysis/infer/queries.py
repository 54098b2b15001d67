"""Questions about the published figures of a config."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from innov_index.analysis.infer.constraint_rows import Scaling
from innov_index.analysis.infer.node_figures import NodeFigures
from innov_index.analysis.infer.order_of_units import Order, order_of_ranks, read_order, shared_ranks
from innov_index.analysis.infer.power_means import PLAIN, Line
from innov_index.analysis.infer.questions import Question, joined, last_ranked
from innov_index.analysis.infer.stated_arithmetic import StatedArithmetic
from innov_index.config.nodes import Kind, Rescaling
from innov_index.dataset.printed_figures import NOISE, Intervals
from innov_index.dataset.published import Published
from innov_index.errors import InnovIndexError, look_up, not_found
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.model.arrays import Bools
from innov_index.model.framework import Framework
from innov_index.wording import counted, listed

MOST_TOGETHER = 1000
"""At most this many units of several editions, the last ones, are asked about together."""


@frozen
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


class _QueryReader:
    """Turns a query into questions; `reasons` say why a node gave none."""

    def __init__(self, index: Index, query: Query) -> None:
        self.index = index
        self.query = query
        self.framework: Framework = index.framework
        self.arithmetic = StatedArithmetic(index)
        self.figures = NodeFigures(self.arithmetic)
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
        edition = self._edition(np.ones(max(len(self.index.dataset.editions), 1), dtype=np.bool_))
        if edition is None:
            return []
        chains = tuple(read_order(text, self.index.dataset.units) for text in self.query.orders)
        source = "; ".join(self.query.orders)
        equals = tuple(group for chain in chains for group in chain if len(group) > 1)
        question = self._question(source, node, edition, None, None, Order(chains, equals))
        return [] if question is None else [question]

    def _of_node(
        self, published: Published, node: int, figures: Literal["scores", "ranks"] | None
    ) -> Question | None:
        ranked = (~np.isnan(published.ranks[..., node])).sum(axis=1) >= 2
        scores = (~np.isnan(published.scores[..., node])).sum(axis=1)
        scored = (scores >= 2) | ((scores == 1) & ranked & (figures is None))
        code = self.framework.codes[node]
        from_scores = figures != "ranks" and self._of_edition(scored)
        if not from_scores and (figures == "scores" or not ranked.any()):
            if self.query.nodes or node == 0:
                kind = figures or "scores or ranks"
                self.reasons.append(f"{published.name}: fewer than two units with {kind} of {code}")
            return None
        usable = (scored if figures == "scores" else scored | ranked) if from_scores else ranked
        edition = self._edition(usable)
        if edition is None:
            return None

        def of_edition(edition: int) -> Question | None:
            with_ranks = not from_scores or (figures is None and ranked[edition])
            if from_scores:
                parent = self.figures.published(published, node, edition)
                order = self._order(published, node, edition, parent) if with_ranks else Order()
                found = self._question(published.name, node, edition, published, parent, order)
                if found is not None or not with_ranks:
                    return found
            order = self._order(published, node, edition, None)
            return self._question(published.name, node, edition, published, None, order)

        last = of_edition(edition)
        if last is None or last.power is None or self.query.edition is not None or usable.sum() < 2:
            return last
        most = max(1, MOST_TOGETHER // len(last.units))
        found = [of_edition(int(one)) for one in np.flatnonzero(usable)[-most:]]
        alike = [one for one in found if one is not None and one.has_weights_of(last)]
        together = [one for one in alike if one.is_ranked_as(last_ranked(alike))]
        asked = joined(together) if len(together) > 1 else last
        left = int(usable.sum()) - len(together)
        told = (
            f"{counted(len(together), 'edition')} with the same weights together; {left} more with figures",
        )
        return replace(asked, remarks=(*asked.remarks, *told)) if left else asked

    def _order(self, published: Published, node: int, edition: int, parent: Intervals | None) -> Order:
        """What published ranks say of the order of the scores, the highest first."""
        ranks, last = published.ranks[edition, :, node], published.last_ranks[edition, :, node]
        found = order_of_ranks(ranks, last, unranked_last=self.query.rest_last)
        chains = tuple(tuple(map(tuple, chain[:: self.framework.direction])) for chain in found)
        strict = published.block.ties != "ordinal"
        fault = published.no_rankings.get((edition, node))
        equals = shared_ranks(ranks, last) if strict else ()
        rounding = self.arithmetic.ranks_rounded(node, edition)
        if rounding is None:
            return Order(chains, equals, strict, None, fault)
        account = self.arithmetic.account(node, edition)
        plain = account.kind is Kind.MEAN and account.rescaling is Rescaling.NONE
        in_points = parent is not None or (plain and self.query.scaling in (None, "none"))
        own = None if account.link is None else account.link.power
        if in_points and (own if self.query.power is None else self.query.power) == 1:
            return Order(chains, equals, strict, rounding, fault)
        # without a measure of leads only that a better place needs a higher score can be said
        known_rule = replace(rounding, step=0.0) if in_points else None
        return Order(chains if strict else (), (), strict, known_rule, fault)

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
        power, line, scaling = mean
        arithmetic = self.arithmetic
        children = self._children(node, published, edition)
        announced = None if self.query.computed else published
        figures, computed = self.figures.of_children(node, children, announced, edition)
        noise = 0.0
        remarks: tuple[str, ...] = ()
        if computed:
            codes = [self.framework.codes[child] for child in computed]
            remarks = (f"the scores of {listed(codes, 8)} are computed here, not published",)
            noise = 0.0 if power == 1 and self.figures.as_in_data(computed, edition) else NOISE
        skipped = arithmetic.skipped(node, children)
        if skipped:
            weights = f"weights are those in {self.framework.codes[node]} itself, past {', '.join(skipped)}"
            remarks = (weights, *remarks)
        return Question(
            source=source,
            edition=arithmetic.scores.edition_name(edition),
            node=self.framework.codes[node],
            children=tuple(self.framework.codes[child] for child in children),
            names=tuple(self.framework.nodes[child].name for child in children),
            units=self.index.dataset.units.names,
            figures=figures,
            parent=parent,
            order=order,
            ranked=self._ranked(published, node, edition, parent, order),
            noise=noise,
            hidden=arithmetic.hidden(node, edition),
            computed=tuple(self.framework.codes[child] for child in computed),
            power=power,
            scaling="none" if parent is None else scaling,
            stated=tuple(arithmetic.weight(node, child, edition) for child in children),
            remarks=remarks,
            stated_scale=arithmetic.scale(node, edition) if self.query.scaling is None else None,
            line=line,
            weightless=any(arithmetic.is_weightless(node, child, edition) for child in children),
        )

    def _ranked(
        self,
        published: Published | None,
        node: int,
        edition: int,
        parent: Intervals | None,
        order: Order,
    ) -> Intervals | None:
        """Between what the scores lie that ranks are taken from; None: those of `parent`."""
        if published is None or parent is None or order.rounding is None or not order.rounding.step:
            return None
        return self.figures.ranked(published, node, edition, order.rounding)

    def _mean(self, node: int, edition: int, *, ordered: bool) -> tuple[float | None, Line, Scaling] | None:
        """Power (None: to be searched), line and scale of a node: as asked for, else as the config says.

        `ordered`: only the order of the scores is published, which any scale in the same order leaves alone.
        """
        asked = self.query.power
        power = None if asked == "search" else asked
        link = self.arithmetic.account(node, edition).link
        if asked is None:
            if link is None:
                self.reasons.append(self.arithmetic.no_mean(node, edition))
                return None
            power = link.power
        line = PLAIN if link is None else (link.offset, link.factor)
        scaling = self.query.scaling or self.arithmetic.scaling(node, edition, ordered=ordered)
        if scaling is None:
            self.reasons.append(self.arithmetic.no_line(node, edition))
            return None
        return power, line, scaling

    def _children(self, node: int, published: Published | None, edition: int) -> list[int]:
        if self.query.children:
            return [self._position(code) for code in self.query.children]

        def announced(child: int) -> bool:
            return published is not None and bool((~np.isnan(published.scores[edition, :, child])).any())

        if self.query.computed:
            return [int(child) for child in self.framework.children[node]]
        return _nearest(self.framework, node, announced)

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

    def _of_edition(self, there: Bools) -> bool:
        """Whether something is there in the edition asked for; in any of them where none is."""
        names = self.index.dataset.editions
        return bool(there[names.index(self.query.edition)] if self.query.edition in names else there.any())

    def _edition(self, usable: Bools) -> int | None:
        """Position of the edition asked for, or of the last one with figures."""
        names = self.index.dataset.editions
        if self.query.edition is None:
            return int(np.flatnonzero(usable)[-1])
        if self.query.edition not in names:
            raise InnovIndexError(not_found("edition", self.query.edition, names))
        at = names.index(self.query.edition)
        return at if usable[at] else None


def _nearest(framework: Framework, node: int, announced: Callable[[int], bool]) -> list[int]:
    """The nearest nodes below with published scores; a child without any stays itself."""
    found: list[int] = []
    for child in framework.children[node].tolist():
        below = [] if announced(child) else _nearest(framework, child, announced)
        found += below if any(announced(one) for one in below) else [child]
    return found
