"""The index without each of its elements: only the aggregation above the element changes."""

from __future__ import annotations

import numpy as np

from innov_index.analysis.compare.agreement import mean_of_known, shifts
from innov_index.errors import OptionError, UndefinedError
from innov_index.frozen import frozen
from innov_index.model.arrays import Floats, Ints
from innov_index.model.framework import Framework
from innov_index.pipeline.binding import Plan
from innov_index.pipeline.levels import aggregate_node


@frozen
class Removal:
    """The index with one element after another left out.

    Attributes
    ----------
    elements : (elements,)
        Positions in the tree.
    scores, ranks : (elements, editions, units)
        Of the index without the element. NaN for an element that cannot be left out.
    shifts : (elements, editions, units)
        Places gained by its removal (positive: a better rank) among the units that both rankings have.
    mean_shift : (elements, editions)
        Mean of the absolute shifts over the units that have a rank in both.
    vanished : (elements, editions)
        Number of units that have a rank, and none without the element.
    refused : mapping of element to reason
        Elements that cannot be left out.
    """

    elements: Ints
    scores: Floats
    ranks: Floats
    shifts: Floats
    mean_shift: Floats
    vanished: Ints
    refused: dict[int, str]


def index_without_each(plan: Plan, scores: Floats, weights: Floats) -> Removal:
    """Leave out each node below the root, one at a time. Source: coinr remove_elements.

    The siblings keep their weights, scaled to sum to 1: weights learned from the data are not learned again,
    which separates the removal of an element from a change of all weights. Unlike a weight of zero, removal
    also takes the element from methods without weights. A sum, which a formula may be, loses a term: the
    others stay as stated. An only child takes its parent with it.

    Parameters
    ----------
    plan : Plan
    scores : (editions, units, nodes)
        Of the whole index.
    weights : (editions, nodes)
        Local weights of the whole index.
    """
    order = np.arange(1, len(plan.framework), dtype=np.int64)
    without = _Without(plan, scores, weights)
    index_scores = without.index(order)
    base = plan.ranking(scores[..., :1])[..., 0]
    ranks = plan.ranking(index_scores[..., None])[..., 0] if len(order) else index_scores
    moved = shifts(base, ranks, plan.ranking.call)
    vanished = (~np.isnan(base) & np.isnan(ranks)).sum(axis=-1)
    mean = mean_of_known(np.abs(moved))
    return Removal(order, index_scores, ranks, moved, mean, vanished, without.refused)


class _Without:
    """Walks from each element up to the root; all elements below a node share one call of its method."""

    def __init__(self, plan: Plan, scores: Floats, weights: Floats) -> None:
        self.plan = plan
        self.scores = scores
        # a method without weights takes the rest of the family, whatever stands here
        self.weights = np.where(np.isnan(weights), 1.0, weights)
        self.refused: dict[int, str] = {}
        self.position = {int(node): index for index, node in enumerate(plan.framework.inner)}

    def index(self, elements: Ints) -> Floats:
        """Scores of the root without each element: (elements, editions, units)."""
        framework = self.plan.framework
        changed = {int(element): _top_of_chain(framework, int(element)) for element in elements}
        above = {element: framework.nodes[top].parent for element, top in changed.items()}
        altered: dict[int, Floats] = {}  # element → scores of the highest node reached so far
        for node in reversed(range(len(framework))):
            if len(framework.children[node]) == 0:
                continue
            self._pass_on(node, changed, altered)
            for element, top in changed.items():
                if above[element] == node and element not in altered:
                    altered[element] = self._dropped(element, node, top)
                    changed[element] = node
        result = np.full((len(elements), *self.scores.shape[:-1]), np.nan)
        for row, element in enumerate(elements):
            if int(element) not in self.refused:
                result[row] = altered[int(element)]
        return result

    def _dropped(self, element: int, node: int, child: int) -> Floats:
        """Scores of a node without one of its children."""
        family = self.plan.framework.children[node]
        rest = family[family != child]
        weights = self.weights[..., rest]
        total = weights.sum(axis=-1, keepdims=True)
        if len(rest) == 0 or not (total > 0).all():
            self.refused[element] = "no sibling with a weight remains"
            return np.full(self.scores.shape[:-1], np.nan)
        values = self.scores[None][..., rest]
        return np.asarray(self._aggregated([element], node, rest, values, weights / total)[0])

    def _pass_on(self, node: int, changed: dict[int, int], altered: dict[int, Floats]) -> None:
        """Take the altered scores of children of a node up to the node, all elements at once."""
        family = self.plan.framework.children[node]
        waiting = [e for e in altered if changed[e] in family and e not in self.refused]
        if not waiting:
            return
        values = np.repeat(self.scores[None][..., family], len(waiting), axis=0)
        for row, element in enumerate(waiting):
            values[row][..., family == changed[element]] = altered[element][..., None]
        results = self._aggregated(waiting, node, family, values, self.weights[..., family])
        for element, result in zip(waiting, results, strict=True):
            altered[element] = result
            changed[element] = node

    def _aggregated(
        self, elements: list[int], node: int, children: Ints, values: Floats, weights: Floats
    ) -> Floats:
        """Scores of a node, (elements, editions, units); element by element where one of them is refused."""
        index = self.position[node]
        operands = self.plan.operands[index]
        plain = operands is self.plan.framework.children[node] or self.plan.nodes[index].terms is not None
        if not plain and not np.isin(operands, children).all():
            codes = self.plan.framework.codes
            reason = f"the formula of {codes[node]} uses nodes that would be missing"
            self.refused |= dict.fromkeys(elements, reason)
            return np.full(values.shape[:-1], np.nan)
        spread = np.broadcast_to(weights, (len(elements), *weights.shape))
        try:
            return np.asarray(aggregate_node(self.plan, index, children, values, spread))
        except (OptionError, UndefinedError) as error:
            if len(elements) == 1:
                self.refused[elements[0]] = error.problems[0].message
                return np.full(values.shape[:-1], np.nan)
        return np.concatenate(
            [
                self._aggregated([element], node, children, values[row : row + 1], weights)
                for row, element in enumerate(elements)
            ]
        )


def _top_of_chain(framework: Framework, element: int) -> int:
    """The highest node whose only leaves are those of the element: it leaves the tree with it."""
    top = element
    while framework.nodes[top].parent != 0 and len(framework.children[framework.nodes[top].parent]) == 1:
        top = framework.nodes[top].parent
    return top
