"""The arithmetic that a config states for its nodes, edition by edition: means, scales, exact weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from innov_index.analysis.infer.constraint_rows import Scaling
from innov_index.analysis.infer.order_of_units import RoundedFirst
from innov_index.config.nodes import Kind, NodeArithmetic, Rescaling, Rounding, Weights
from innov_index.config.recipe import Recipe
from innov_index.dataset.printed_figures import exact
from innov_index.frozen import frozen
from innov_index.index import Index
from innov_index.model.framework import Framework
from innov_index.model.scores import Scores
from innov_index.pipeline.binding import Plan, bind
from innov_index.pipeline.levels import fixed_line

_SCALINGS: Mapping[Rescaling, Scaling] = {Rescaling.NONE: "none", Rescaling.AFFINE: "affine"}
"""What has to be recovered beside the weights of a node."""


@frozen
class StatedArithmetic:
    """What the config of an index makes of each node."""

    index: Index

    @property
    def framework(self) -> Framework:
        return self.index.framework

    @cached_property
    def scores(self) -> Scores:
        """The computed scores, and the weights they were computed with."""
        return self.index.score()

    def recipe(self, edition: int) -> Recipe:
        return self.index.config.recipe.of_edition(self.index.dataset.editions, edition)

    def plan(self, edition: int) -> Plan:
        return bind(replace(self.recipe(edition), editions={}), self.index.dataset)

    def account(self, node: int, edition: int) -> NodeArithmetic:
        return self.recipe(edition).node(node)

    def no_mean(self, node: int, edition: int) -> str:
        """Why the weights of a node are not asked for."""
        name = self.recipe(edition).setting("aggregation", node).method.name
        return (
            f"{self.framework.codes[node]}: {name} is not a weighted mean; --power states which mean to try"
        )

    def scaling(self, node: int, edition: int, *, ordered: bool) -> Scaling | None:
        """What has to be recovered beside the weights of a node; None where that is no straight line.

        `ordered`: only the order of the scores is published, which any scale in the same order leaves alone.
        """
        account = self.account(node, edition)
        if account.rescaling is Rescaling.ORDER_KEEPING and ordered:
            return "none"
        scaling = _SCALINGS.get(account.rescaling)
        if scaling == "none" and account.kind is Kind.SUM:
            return "affine" if account.constant else "ratio"
        return scaling

    def no_line(self, node: int, edition: int) -> str:
        """Why the scale of a node is not recovered."""
        name = self.recipe(edition).setting("rescaling", node).method.name
        return (
            f"{self.framework.codes[node]}: rescaling {name} does not lie on a straight line over the means; "
            "--scaling states which scale to try"
        )

    def scale(self, node: int, edition: int) -> tuple[Fraction, Fraction] | None:
        """b and a of node = a + b × mean; None where they are learned."""
        account = self.account(node, edition)
        if account.link is None:
            return None
        total = self._total(node, edition) if account.kind is Kind.SUM else Fraction(1)
        line = fixed_line(self.plan(edition), int(np.searchsorted(self.framework.inner, node)))
        if line is None:
            return None
        factor, offset = map(exact, line)
        return factor * total, offset + factor * account.constant

    def ranks_rounded(self, node: int, edition: int) -> RoundedFirst | None:
        """How the scores of a node are rounded that its ranks are taken from; None where they are not."""
        recipe = self.recipe(edition)
        decimals = recipe.setting("rounding", node).options.get("decimals")
        if recipe.rounding(node) is Rounding.NONE or not isinstance(decimals, int):
            return None
        return RoundedFirst(float(f"1e{-decimals}"), self.plan(edition).rounding[node])

    def hidden(self, node: int, edition: int) -> float:
        """By how much the score that a node's parent gets may differ from the node's own."""
        decimals = self.decimals(node, edition)
        if decimals is None or self.recipe(edition).rounding(node) is not Rounding.PARENTS:
            return 0.0
        return 0.5 * float(f"1e{-decimals}")

    def decimals(self, node: int, edition: int) -> int | None:
        """Decimals that a node's score is rounded to; None where it is not."""
        recipe = self.recipe(edition)
        if recipe.rounding(node) not in (Rounding.SCORES, Rounding.PARENTS):
            return None
        decimals = recipe.setting("rounding", node).options.get("decimals")
        return decimals if isinstance(decimals, int) else None

    def weight(self, node: int, child: int, edition: int) -> Fraction:
        """Weight of a descendant in a node: the product of the weights on the way down.

        A sum on the way counts as often as its stated weights add up to.
        """
        weight = Fraction(1)
        while child != node:
            parent = self.framework.nodes[child].parent
            counts = parent != node and self.account(parent, edition).kind is Kind.SUM
            weight *= self._local_weight(parent, child, edition) * (
                self._total(parent, edition) if counts else 1
            )
            child = parent
        return weight

    def is_weightless(self, node: int, child: int, edition: int) -> bool:
        """Whether a node on the way down uses no weights."""
        way = self.framework.lineage(child)
        return bool(np.isnan(self.scores.weights[edition, way[: way.index(node)]]).any())

    def skipped(self, node: int, children: Sequence[int]) -> list[str]:
        """The nodes between a node and descendants of it."""
        below = {self.framework.codes[self.framework.nodes[child].parent] for child in children}
        return sorted(below - {self.framework.codes[node]})

    def _local_weight(self, parent: int, child: int, edition: int) -> Fraction:
        siblings: list[int] = self.framework.children[parent].tolist()
        if self.account(parent, edition).weights is Weights.AS_STATED:
            stated = self._stated(parent, edition)
            return stated[siblings.index(child)] / sum(stated, Fraction(0))
        weight = self.scores.weights[edition, child]
        # a method without weights states none: equal ones stand in
        return Fraction(1, len(siblings)) if np.isnan(weight) else exact(weight)

    def _total(self, parent: int, edition: int) -> Fraction:
        return sum(self._stated(parent, edition), Fraction(0))

    def _stated(self, parent: int, edition: int) -> list[Fraction]:
        """Of the children of a node, in exact numbers: as stated, or as they stand in its formula."""
        terms = self.account(parent, edition).terms
        if terms is not None:
            return list(terms.values())
        return [exact(weight) for weight in self.recipe(edition).framework.stated_weights(parent)]
