"""Several nodes asked about at once: the figures of a node bind the weights above it and those below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice, product

import numpy as np

from innov_index.analysis.infer.contradictions import Contradiction, find_contradiction
from innov_index.analysis.infer.infeasibility import decide, violated
from innov_index.analysis.infer.inference import WeightSet, weight_set
from innov_index.analysis.infer.order_rows import order_rows
from innov_index.analysis.infer.polytope import TOLERANCE, EmptyError, Polytope
from innov_index.analysis.infer.power_means import Transform, transform_for
from innov_index.analysis.infer.questions import Question
from innov_index.analysis.infer.simple_weights import Weights, simple_weights
from innov_index.analysis.infer.tree_forms import TreeForms, TreeNode
from innov_index.analysis.infer.tree_rows import TreeRows
from innov_index.dataset.printed_figures import EXACT, Intervals, side_by_side
from innov_index.frozen import frozen
from innov_index.model.arrays import Floats

MOST_CELLS = 30_000
"""Trees with more units x nodes x weights at the bottom than this are cut off below: the time they take."""

FULL_DIGITS = 1e-6
"""Scores printed more finely than this share of the largest are taken as they are."""

MOST_COMBINED = 200
"""This many combinations of simple weights of single nodes are tried."""


@frozen
class Tree:
    """Questions about nodes of which the first is the top and every other is a child of one before it.

    `below` holds, for each question, what each of its children is: the number of a leaf, or (-1 - number) of
    a question. `apart` are codes of nodes below that would make it too large.
    """

    questions: tuple[Question, ...]
    below: tuple[tuple[int, ...], ...]
    apart: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(question.node for question in self.questions)

    @property
    def leaves(self) -> int:
        return 1 + max(child for children in self.below for child in children)

    @property
    def leaf_codes(self) -> list[str]:
        pairs = (
            (child, code)
            for question, children in zip(self.questions, self.below, strict=True)
            for child, code in zip(children, question.children, strict=True)
        )
        return [code for child, code in sorted(pairs) if child >= 0]

    def leaves_of(self, question: int) -> list[int]:
        """The leaves below a question."""
        found: list[int] = []
        for child in self.below[question]:
            found += [child] if child >= 0 else self.leaves_of(-1 - child)
        return found


@frozen
class Together:
    """What the figures of all nodes of a tree leave of their weights: a set for each node, or why none exist.

    A node whose weight can only be 0 has no set here. `stated` is whether all stated weights agree.
    """

    tree: Tree
    rows: TreeRows
    weights: tuple[WeightSet | None, ...]
    contradiction: Contradiction | None
    stated: bool

    @property
    def exists(self) -> bool:
        return self.contradiction is None

    @property
    def exact(self) -> bool:
        """Whether the rows hold all that the figures say: leaves are known exactly, or no ranks lie below."""
        ranked = any(len(node.order) for node in self.rows.nodes[1:])
        return not ranked or self.rows.child_figures.known_exactly


def trees_of(questions: Sequence[Question]) -> list[Tree]:
    """The trees that questions make up: a top with nodes below it that are asked with it, or apart."""
    above: dict[int, int] = {}
    for parent, question in enumerate(questions):
        for child, other in enumerate(questions):
            if other.node in question.children and _linked(question, other):
                above[child] = parent  # of several the lowest, which comes last
    tops = sorted({parent for parent in above.values() if parent not in above})
    return [_tree(questions, *_members(questions, top, above), above) for top in tops]


def _members(questions: Sequence[Question], top: int, above: dict[int, int]) -> tuple[list[int], list[int]]:
    """The top and the nodes below it, level by level, as many as can be asked about together.

    Then the nodes that would be too many; those below them are not named.
    """
    members, apart, leaves = [top], [], len(questions[top].children)
    for member in members:
        for child in (child for child, parent in above.items() if parent == member):
            more = leaves - 1 + len(questions[child].children)
            if (len(members) + 1) * more * len(questions[top].units) <= MOST_CELLS:
                members.append(child)
                leaves = more
            else:
                apart.append(child)
    return members, apart


def _linked(parent: Question, child: Question) -> bool:
    """Whether the child's weighted sums can stand in those of the parent."""
    same = all(one.source == parent.source and one.units == parent.units for one in (parent, child))
    asked = parent.edition == child.edition and parent.fault is None and child.fault is None
    means = child.power is not None and child.scaling == "none"
    means = means and (child.power, child.line) == (parent.power, parent.line)
    hides = child.node in parent.computed or _hides_digits(parent, child.node)
    return same and asked and means and hides and (child.power == 1 or not child.hidden)


def _hides_digits(parent: Question, child: str) -> bool:
    """Whether a child is printed so that its own children tell more of its score."""
    figures = parent.figures.of_node(parent.children.index(child))
    largest = np.nanmax(np.abs(figures.high), initial=0.0)
    return bool(np.nanmax(figures.high - figures.low, initial=0.0) > FULL_DIGITS * largest)


def _tree(
    questions: Sequence[Question], members: Sequence[int], apart: Sequence[int], above: dict[int, int]
) -> Tree:
    place = {questions[member].node: at for at, member in enumerate(members)}
    below: list[tuple[int, ...]] = []
    leaves = 0
    for member in members:
        children = []
        for code in questions[member].children:
            at = place.get(code)
            if at is not None and above.get(members[at]) == member:
                children.append(-1 - at)
            else:
                children.append(leaves)
                leaves += 1
        below.append(tuple(children))
    codes = tuple(questions[child].node for child in apart)
    return Tree(tuple(questions[member] for member in members), tuple(below), codes)


def rows_of(tree: Tree) -> TreeRows:
    """The rows of all nodes of a tree."""
    top = tree.questions[0]
    transform = transform_for(top.power or 0.0, top.parent, top.figures, top.line)
    columns: dict[int, Intervals] = {}
    passed: dict[int, Intervals] = {}
    for question, children in zip(tree.questions, tree.below, strict=True):
        for at, child in enumerate(children):
            column = question.figures.of_node(at)
            if child >= 0:
                columns[child] = column
            else:
                known = question.children[at] not in question.computed
                passed[-1 - child] = column if known else _nothing(column)
    nodes = [
        _node(tree, at, transform, passed.get(at, _nothing(columns[0]))) for at in range(len(tree.questions))
    ]
    figures = side_by_side([columns[leaf] for leaf in range(tree.leaves)])
    return TreeRows(TreeForms(tuple(nodes), figures, transform, top.scaling))


def _nothing(like: Intervals) -> Intervals:
    return like.where(np.zeros(like.low.shape, dtype=np.bool_))


def _node(tree: Tree, at: int, transform: Transform, passed: Intervals) -> TreeNode:
    question = tree.questions[at]
    order, _ = order_rows(question.figures, question.order, transform, noise=question.noise)
    printed = _nothing(passed) if question.parent is None else question.parent
    absent = question.figures.missing
    own = printed.widened(EXACT if question.noise else 0.0)
    if question.scaling != "none":
        # of a unit with gaps the scale would be multiplied by the weights of the children that it has
        own = own.where(~np.asarray(absent.any(axis=1)))
    return TreeNode(
        code=question.node,
        children=tree.below[at],
        leaves=np.array(tree.leaves_of(at), dtype=np.int64),
        own=own,
        ranked=printed if question.ranked is None else question.ranked,
        passed=passed,
        absent=absent,
        order=order.complete(),
        hidden=question.hidden,
    )


def ask_together(tree: Tree, alone: Sequence[WeightSet | None]) -> Together:
    """Answer the questions of a tree at once.

    Parameters
    ----------
    alone : weights of each node as its own figures leave them
        Their simple weights are tried in combination.
    """
    rows = rows_of(tree)
    polytope = Polytope(rows)
    verdict = decide(rows, polytope)
    stated = _agree(tree, rows, polytope, [question.stated for question in tree.questions])
    if verdict.certificate is not None:
        nothing = (None,) * len(tree.questions)
        return Together(tree, rows, nothing, find_contradiction(rows, verdict.certificate), stated)
    centre = _centre(polytope, verdict.witness or ())
    sets = [_set(tree, at, polytope, centre) for at in range(len(tree.questions))]
    return Together(tree, rows, tuple(_with_simple(tree, rows, polytope, sets, alone)), None, stated)


def _centre(polytope: Polytope, witness: Sequence[Fraction]) -> Floats:
    try:
        return polytope.centre().y
    except EmptyError:
        return np.array([float(entry) for entry in witness])


def _set(tree: Tree, at: int, polytope: Polytope, centre: Floats) -> WeightSet | None:
    """The weights in one node: of y for which those below it add up to 1."""
    forms = np.zeros((len(tree.below[at]), polytope.size))
    for row, child in enumerate(tree.below[at]):
        forms[row, [child] if child >= 0 else tree.leaves_of(-1 - child)] = 1.0
    normal = forms.sum(axis=0)
    if at == 0:
        normal = polytope.sum_of_weights
    try:
        ends = [
            [-polytope.extreme(-form, normal).value, polytope.extreme(form, normal).value] for form in forms
        ]
    except EmptyError:
        return None
    margins = np.array([-TOLERANCE, TOLERANCE])
    low, high = np.clip(np.array(ends) + margins, 0.0, 1.0).T
    mass = float(normal @ centre)
    middle = np.clip(forms @ centre / mass, low, high) if mass > 0 else (low + high) / 2
    return weight_set(polytope, low, high, middle, scaled=at == 0)


def _with_simple(
    tree: Tree,
    rows: TreeRows,
    polytope: Polytope,
    sets: Sequence[WeightSet | None],
    alone: Sequence[WeightSet | None],
) -> Iterator[WeightSet | None]:
    """The sets, with the first simple weights of single nodes that agree together."""
    offered = [_offered(found, own) for found, own in zip(sets, alone, strict=True)]
    fitting = (
        combined
        for combined in islice(product(*offered), MOST_COMBINED)
        if _agree(tree, rows, polytope, combined)
    )
    simple = next(fitting, None)
    for at, found in enumerate(sets):
        yield found if found is None or simple is None else replace(found, simple=(simple[at],))


def _offered(found: WeightSet | None, alone: WeightSet | None) -> list[Weights]:
    """Simple weights of one node between the ends that all figures leave, those of its own figures first."""
    if found is None:
        return []
    low, high = found.smallest, found.largest

    def between(weights: Weights) -> bool:
        values = np.array([float(weight) for weight in weights])
        return bool((low <= values).all() and (values <= high).all())

    own = [] if alone is None else list(filter(between, alone.simple))
    return list(dict.fromkeys([*own, *simple_weights(low, high, found.centre, between)]))


def _agree(tree: Tree, rows: TreeRows, polytope: Polytope, weights: Sequence[Weights]) -> bool:
    """Whether weights of every node meet all rows, for some scale where the top has one."""
    effective = effective_weights(tree, weights)
    if rows.scaling == "none":
        return violated(rows, effective) is None
    y = polytope.greatest_slack(weights=np.array([float(entry) for entry in effective])).y
    _, slack = rows.least(y)
    return bool(y[polytope.k] > 0 and slack.min(initial=0.0) >= -1e-12 * rows.magnitude)


def effective_weights(tree: Tree, weights: Sequence[Weights]) -> list[Fraction]:
    """Weights of the leaves in the top node, from those in every node."""
    effective = [Fraction(0)] * tree.leaves
    shares = [Fraction(1)] * len(tree.questions)
    for at, (children, own) in enumerate(zip(tree.below, weights, strict=True)):
        total = sum(own, Fraction(0))
        for child, weight in zip(children, own, strict=True):
            share = shares[at] * weight / total
            if child >= 0:
                effective[child] = share
            else:
                shares[-1 - child] = share
    return effective
