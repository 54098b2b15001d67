"""A question about one node: which figures, published by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from innov_index.analysis.infer.constraint_rows import Scaling
from innov_index.analysis.infer.order_of_units import Groups, Order
from innov_index.analysis.infer.power_means import PLAIN, Line
from innov_index.dataset.printed_figures import Intervals, one_below_the_other
from innov_index.frozen import frozen
from innov_index.wording import listed


@frozen
class Question:
    """Which weights of `children` explain the figures of `node`?

    Scores of the parent, or an `order` of the units, or both. `ranked` holds what is known of the scores that
    ranks are taken from, where these are rounded. `noise` is what rounding may have done to the children's
    figures, as a share of the largest, `hidden` what rounding on the way to its parent hides of the node's
    score; `computed` names the children whose figures are not published. `weightless` says that the config
    states no weights of the children. `power` None: to be searched. `stated_scale` holds b and a of parent =
    a + b × mean where the config states them; stated weights are judged with it. `line` holds a and b
    of the a + b x whose power mean is meant. `editions` is the number of lists of units that stand one below
    the other. `remarks` say where the figures come from.
    """

    source: str
    edition: str | None
    node: str
    children: tuple[str, ...]
    names: tuple[str, ...]
    units: tuple[str, ...]
    figures: Intervals
    parent: Intervals | None
    order: Order
    power: float | None
    scaling: Scaling
    stated: tuple[Fraction, ...]
    remarks: tuple[str, ...]
    stated_scale: tuple[Fraction, Fraction] | None = None
    line: Line = PLAIN
    ranked: Intervals | None = None
    noise: float = 0.0
    hidden: float = 0.0
    computed: tuple[str, ...] = ()
    weightless: bool = False
    editions: int = 1

    @property
    def kind(self) -> str:
        """The figures that are asked about, in words."""
        if self.parent is None:
            return "order"
        return "scores" if self.order.says_nothing else "scores and ranks"

    @property
    def fault(self) -> str | None:
        """Why no scores whatever give the published places."""
        return self.order.fault

    def has_weights_of(self, other: Question) -> bool:
        """Whether both ask for the same weights: of the same children, on a scale that they share."""
        same = (
            (one.children, one.power, one.line, one.scaling, one.stated, one.stated_scale)
            for one in (self, other)
        )
        own_scale = self.scaling != "none" and self.stated_scale is None
        return len(set(same)) == 1 and (not own_scale or self is other)

    def is_ranked_as(self, other: Question) -> bool:
        """Whether one rule gives the ranks of both; no ranks are by any rule."""
        silent = self.order.says_nothing or other.order.says_nothing
        return silent or self._rule_of_ranks == other._rule_of_ranks

    @property
    def _rule_of_ranks(self) -> tuple[bool, float | None]:
        rounding = self.order.rounding
        return self.order.strict, None if rounding is None else rounding.step


def last_ranked(questions: Sequence[Question]) -> Question:
    """The last question that has ranks; the last one where none has."""
    return next((one for one in reversed(questions) if not one.order.says_nothing), questions[-1])


def joined(questions: Sequence[Question]) -> Question:
    """One question about the units of several editions, which have the same weights."""
    first, count = questions[-1], len(questions[0].units)

    def moved(groups: Groups, by: int) -> Groups:
        return tuple(tuple(unit + by * count for unit in group) for group in groups)

    def stacked(tables: Sequence[Intervals | None]) -> Intervals | None:
        there = [table for table in tables if table is not None]
        return one_below_the_other(there) if there else None

    order = replace(
        last_ranked(questions).order,
        chains=tuple(moved(chain, by) for by, one in enumerate(questions) for chain in one.order.chains),
        equals=tuple(group for by, one in enumerate(questions) for group in moved(one.order.equals, by)),
        fault=next((f"{one.edition}: {one.fault}" for one in questions if one.fault is not None), None),
    )
    return replace(
        first,
        edition=listed([one.edition or "" for one in questions]),
        units=tuple(f"{unit}, {one.edition}" for one in questions for unit in one.units),
        figures=one_below_the_other([one.figures for one in questions]),
        parent=stacked([one.parent for one in questions]),
        ranked=stacked([one.parent if one.ranked is None else one.ranked for one in questions]),
        order=order,
        remarks=tuple(dict.fromkeys(remark for one in questions for remark in one.remarks)),
        noise=max(one.noise for one in questions),
        editions=len(questions),
    )
