"""The walk over the nodes, from the deepest up to the root: weights, aggregation, rescaling, rounding."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from innov_index.reference import (
    aggregation,
    comparing,
    criteria,
    expressions,
    imputation,
    normalisation,
    places,
    weighting,
)
from innov_index.reference.equality import joined_panel
from innov_index.reference.indicator_steps import (
    Claimed,
    Handed,
    Panels,
    as_found,
    compares_editions,
    or_missing,
    scaled,
)
from innov_index.reference.moments import mean
from innov_index.reference.statement import Column, Panel, Setting, Statement, Tables, Value

TOTAL = "sum"
FORMULA = "expression"
WITHOUT_WEIGHTS = (
    *("minimum", "maximum", "owa"),
    *("bod", "directional_bod", "geometric_bod", "order_m", "unobserved_components"),
)
"""Aggregations for which the weights of children have no effect."""

OF_ONE_SIGN = ("minimum", "maximum", "median", "geometric", "harmonic")
"""Aggregations that choose one of the children, or in which nothing cancels."""

LINKED = "linked_mean"

OF_ALL_UNITS = {**comparing.OF_ALL_UNITS, **criteria.RATIOS}
"""Aggregations whose score of a unit depends on the others."""

KNOWN = (TOTAL, FORMULA, *aggregation.OF_A_UNIT, *OF_ALL_UNITS)
"""Aggregations that have a formula here."""


@dataclass(frozen=True)
class Claim:
    """A result without a formula here, such as the best by some measure: somebody else's, to be checked.

    `children` are the scores of the operands, `weights` their weights, `stated` those that the config states;
    `changed` says whether the result was rescaled or rounded afterwards, `scored` which units have enough
    children for a score.
    """

    step: str
    node: int
    edition: int
    setting: Setting
    children: list[Column]
    weights: list[float]
    result: Column
    stated: list[float] = field(default_factory=list)
    changed: bool = False
    scored: list[bool] = field(default_factory=list)


@dataclass
class Tree:
    """Scores of every node, weights of its children, and what was taken from somebody else.

    `found` are the scores as the formulas give them; `scores` those that parents and ranks take, in which
    equal ones are the same.
    """

    statement: Statement
    tables: Tables
    claimed: Claimed
    has: list[list[bool]]
    applies: list[list[bool]]
    handed: Handed = as_found
    found: Panels = field(default_factory=dict)
    scores: Panels = field(default_factory=dict)
    weights: list[list[Value]] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    drawn: Sequence[Value] = ()

    @property
    def editions(self) -> range:
        return range(len(self.tables.editions))

    def uses_weights(self, node: int) -> bool:
        """Whether the weights of the children of a node say anything."""
        setting = self.statement.steps["aggregation"][node]
        if setting.rule == FORMULA:
            return terms_of(self.statement, node) is not None
        return setting.rule not in WITHOUT_WEIGHTS or len(self.statement.children(node)) == 1


def tree_scores(
    statement: Statement,
    tables: Tables,
    normalised: Panels,
    claimed: Claimed,
    drawn: Sequence[Value] = (),
    handed: Handed = as_found,
) -> Tree:
    """Take normalised indicators to scores of every node.

    Where all children of a node have a `drawn` weight, by position, these take the place of its own weights.
    """
    has, there = (scope(statement, tables, left_out) for left_out in ((), statement.lacking))
    tree = Tree(statement, tables, claimed, has, there, handed, drawn=drawn)
    tree.weights = [[1.0] * len(statement.nodes) for _ in tree.editions]
    for leaf, panel in normalised.items():
        tree.found[leaf] = [where(tree.has[leaf], rounded(tree, leaf, c, "parents")) for c in panel]
    tree.scores |= handed("scores", dict(tree.found))
    inner = [place for place, node in enumerate(statement.nodes) if node.indicator is None]
    for node in sorted(inner, key=lambda place: -statement.nodes[place].level):
        score_node(tree, node)
    for kind in (tree.found, tree.scores):
        for node, panel in kind.items():
            kind[node] = [rounded(tree, node, column, "scores") for column in panel]
    return tree


def scope(statement: Statement, tables: Tables, left_out: Collection[int]) -> list[list[bool]]:
    """Whether a unit is in the scope of a node, and of each above it: by node and unit."""
    own = [[True] * len(tables.units) for _ in statement.nodes]
    for node, columns in statement.applies_to.items():
        if node in left_out:
            continue
        own[node] = [
            all(tables.groups[column][unit] in texts for column, texts in columns.items())
            for unit in range(len(tables.units))
        ]
    for place, below in enumerate(statement.nodes):
        if below.parent >= 0:
            own[place] = [a and b for a, b in zip(own[place], own[below.parent], strict=True)]
    return own


def where(there: Sequence[bool], column: Column) -> Column:
    return [v if here else None for v, here in zip(column, there, strict=True)]


def rounded(tree: Tree, node: int, column: Column, reach: str) -> Column:
    """Scores rounded where the rounding of the node goes that far."""
    setting = tree.statement.steps["rounding"][node]
    if setting.rule == "none" or setting.of_step["used_for"] != reach:
        return column
    formula = places.ROUNDINGS[setting.rule]
    return [None if v is None else formula(v, **setting.options) for v in column]


def score_node(tree: Tree, node: int) -> None:
    """Fill in the scores of a node in every edition, as its parent gets them."""
    for edition in tree.editions:
        own_weights = weights_of(tree, node, edition)
        for child, weight in zip(tree.statement.children(node), own_weights, strict=True):
            tree.weights[edition][child] = weight
    panel = [aggregate(tree, node, edition) for edition in tree.editions]
    largest = [sizes(tree, node, edition, column) for edition, column in enumerate(panel)]
    together = compares_editions(tree.statement.steps["rescaling"][node])
    settled = joined_panel(panel, largest, tree.statement.noise, together)
    if tree.statement.steps["aggregation"][node].rule in KNOWN:
        passed = [rounded(tree, node, column, "parents") for column in rescaled(tree, node, settled)]
        panel, settled = (panel if passed == settled else passed), passed
    tree.found[node] = panel
    tree.scores[node] = tree.handed("scores", {node: settled})[node]


def rescaled(tree: Tree, node: int, panel: Panel) -> Panel:
    """Scores of a node on another scale, by a normalisation with direction +1."""
    setting = tree.statement.steps["rescaling"][node]
    if setting.rule == "none":
        return panel
    if setting.rule not in normalisation.KNOWN:
        columns = [tree.claimed("rescaling", node, edition) for edition in tree.editions]
        for edition, column in enumerate(columns):
            tree.claims.append(Claim("rescaling", node, edition, setting, [panel[edition]], [], column))
        return columns
    return scaled(setting, tree.tables, panel, 1)


def operands_of(tree: Tree, node: int) -> list[int]:
    """The nodes whose scores a node takes: its children, or those that its formula names."""
    setting = tree.statement.steps["aggregation"][node]
    if setting.rule != FORMULA:
        return tree.statement.children(node)
    position = {own.code: place for place, own in enumerate(tree.statement.nodes)}
    return [position[code] for code in expressions.codes_in(setting.options["formula"])]


def sizes(tree: Tree, node: int, edition: int, column: Column) -> list[float]:
    """For each unit the largest number that its score was computed from."""
    operands = [tree.scores[child][edition] for child in operands_of(tree, node)]
    setting = tree.statement.steps["aggregation"][node]
    found_elsewhere = setting.rule not in KNOWN
    if (
        found_elsewhere
        or setting.rule in OF_ONE_SIGN
        or (setting.rule == "power" and setting.options["p"] != 1)
    ):
        return [abs(v or 0.0) for v in column]
    if setting.rule in OF_ALL_UNITS:
        largest = max((abs(v) for v in column if v is not None), default=0.0)
        return [largest] * len(column)
    # where the line of a linked mean is zero
    origin = abs(setting.options["offset"] / setting.options["factor"]) if setting.rule == LINKED else 0.0
    return [
        max([origin, *(abs(v) for own in (*operands, column) if (v := own[unit]) is not None)])
        for unit in range(len(column))
    ]


def stated_weights(tree: Tree, node: int) -> list[float]:
    """Stated weights of the children, 1 where none is stated; the numbers in the formula of a sum."""
    statement = tree.statement
    children = statement.children(node)
    terms = terms_of(statement, node)
    if terms is not None:
        return [terms[0][statement.nodes[child].code] for child in children]
    weights = [statement.nodes[child].weight for child in children]
    return [1.0 if weight is None else weight for weight in weights]


def terms_of(statement: Statement, node: int) -> tuple[dict[str, float], float] | None:
    """The numbers of a formula that is a sum of all children; None for anything else."""
    setting = statement.steps["aggregation"][node]
    if setting.rule != FORMULA:
        return None
    codes = [statement.nodes[child].code for child in statement.children(node)]
    return expressions.terms_of(setting.options["formula"], codes)


def drawn_weights(tree: Tree, node: int) -> list[float] | None:
    """Weights of the children from elsewhere; None where one of them has none."""
    weights = [tree.drawn[child] for child in tree.statement.children(node)] if tree.drawn else []
    known = [weight for weight in weights if weight is not None]
    return known if known and len(known) == len(weights) else None


def multipliers(tree: Tree, node: int) -> list[float]:
    """What a sum multiplies its children by: the stated weights, or drawn ones on their scale."""
    stated, drawn = stated_weights(tree, node), drawn_weights(tree, node)
    return stated if drawn is None else [weight * math.fsum(stated) for weight in drawn]


def weights_of(tree: Tree, node: int, edition: int) -> list[float]:
    """Weights of the children of a node, which sum to 1."""
    drawn = drawn_weights(tree, node)
    if drawn is not None:
        return drawn
    statement, children = tree.statement, tree.statement.children(node)
    if len(children) == 1:
        return [1.0]
    setting = statement.steps["weighting"][node]
    if statement.steps["aggregation"][node].rule == TOTAL or terms_of(statement, node) is not None:
        setting = Setting("given")
    columns = [tree.scores[child][edition] for child in children]
    stated = stated_weights(tree, node)
    if setting.rule not in weighting.FORMULAS:
        result = tree.claimed("weighting", node, edition)
        claim = Claim("weighting", node, edition, setting, columns, [], result, stated)
        tree.claims.append(claim)
        return [math.nan if weight is None else weight for weight in result]
    formula = weighting.FORMULAS[setting.rule]
    inputs = weight_inputs(statement, setting, children, stated)
    return [math.nan if w is None else w for w in or_missing(lambda own: formula(own, **inputs), columns)]


def weight_inputs(
    statement: Statement, setting: Setting, children: Sequence[int], stated: list[float]
) -> dict[str, Any]:
    """Options of a weighting, with what it takes of the tree."""
    taken: dict[str, Any] = dict(setting.options)
    if setting.rule in ("given", "rank_order_centroid", "rank_sum", "rank_reciprocal", "rancom"):
        taken["stated"] = stated
    if setting.rule == "equal":
        taken["leaves"] = [len(statement.leaves_below(child)) for child in children]
    if setting.rule == "critic_undirected":
        taken["signs"] = [statement.nodes[child].sign for child in children]
    return taken


def aggregate(tree: Tree, node: int, edition: int) -> Column:
    """Scores of a node before rescaling; missing where too few of its operands are there."""
    setting, operands = tree.statement.steps["aggregation"][node], operands_of(tree, node)
    columns = [filled(tree, setting, child, edition) for child in operands]
    table = [list(row) for row in zip(*columns, strict=True)]
    scored = [enough(tree, setting, node, operands, unit, row) for unit, row in enumerate(table)]
    if setting.rule not in KNOWN:
        result = tree.claimed("aggregation", node, edition)
        own = [w or 0.0 for w in (tree.weights[edition][child] for child in operands)]
        changed = any(tree.statement.steps[s][node].rule != "none" for s in ("rescaling", "rounding"))
        tree.claims.append(
            Claim("aggregation", node, edition, setting, columns, own, result, changed=changed, scored=scored)
        )
    elif setting.rule in OF_ALL_UNITS:
        result = or_missing(lambda rows: compared(tree, setting, node, edition, rows), table)
    else:
        result = [
            or_missing(lambda rows: [of_unit(tree, node, edition, rows[0])], [row])[0] if ok else None
            for row, ok in zip(table, scored, strict=True)
        ]
    return [v if ok else None for v, ok in zip(result, scored, strict=True)]


def filled(tree: Tree, setting: Setting, child: int, edition: int) -> Column:
    """Scores of a child; where it is missing, the mean of the unit's group if that is the rule."""
    column, rule = tree.scores[child][edition], setting.of_step["missing"]
    if not isinstance(rule, dict):
        return column
    by = tree.tables.groups[rule["mean_of"]]
    return where(tree.applies[child], imputation.of_group([column], mean, by=by, otherwise="missing")[0])


def enough(
    tree: Tree, setting: Setting, node: int, operands: Sequence[int], unit: int, row: Sequence[Value]
) -> bool:
    """Whether a unit has enough of the operands that apply to it."""
    concerned = [v for child, v in zip(operands, row, strict=True) if tree.applies[child][unit]]
    there = sum(value is not None for value in row)
    if not there or not tree.has[node][unit]:
        return False
    if setting.of_step["missing"] == "propagate":
        return None not in concerned
    return there >= len(concerned) * (float(setting.of_step["min_coverage"]) - 1e-12)


def compared(tree: Tree, setting: Setting, node: int, edition: int, table: list[list[Value]]) -> Column:
    """Scores by a method that compares units."""
    children = tree.statement.children(node)
    weights = [tree.weights[edition][child] or 0.0 for child in children]
    options = dict(setting.options)
    if setting.rule == "ampi":
        reference = setting.of_step.get("reference", "own")
        editions = [edition]
        if reference == "pooled":
            editions = list(tree.editions)
        elif isinstance(reference, dict):
            editions = [list(tree.tables.editions).index(str(reference["edition"]))]
        options["learned"] = [
            list(row)
            for e in editions
            for row in zip(*(filled(tree, setting, child, e) for child in children), strict=True)
        ]
    return OF_ALL_UNITS[setting.rule](table, weights, **options)


def of_unit(tree: Tree, node: int, edition: int, row: Sequence[Value]) -> Value:
    """The score of a unit from its own operands."""
    statement = tree.statement
    setting, operands = statement.steps["aggregation"][node], operands_of(tree, node)
    codes = [statement.nodes[child].code for child in operands]
    terms = terms_of(statement, node)
    if terms is not None and drawn_weights(tree, node) is not None:
        children = [statement.nodes[child].code for child in statement.children(node)]
        own = dict(zip(codes, row, strict=True))
        added = of_terms(multipliers(tree, node), [own[code] for code in children])
        return None if added is None else added + terms[1]
    if setting.rule == FORMULA:
        return expressions.value_of(setting.options["formula"], dict(zip(codes, row, strict=True)))
    if setting.rule == TOTAL:
        return of_terms(multipliers(tree, node), row)
    return of_mean(tree, setting, operands, edition, row)


def of_terms(factors: Sequence[float], row: Sequence[Value]) -> Value:
    """Σ w x; missing where a term is; a child with weight 0 is not a term"""
    terms = [(w, x) for w, x in zip(factors, row, strict=True) if w != 0]
    return None if any(x is None for _, x in terms) else math.fsum(w * (x or 0.0) for w, x in terms)


def of_mean(
    tree: Tree, setting: Setting, operands: Sequence[int], edition: int, row: Sequence[Value]
) -> Value:
    """The score by a method of `aggregation.py`, with the weights of missing children left out."""
    if setting.rule in aggregation.NEEDS_ALL and None in row:
        return None
    weights = [tree.weights[edition][child] or 0.0 for child in operands]
    there = [place for place, value in enumerate(row) if value is not None]
    total = math.fsum(weights[place] for place in there)
    if total == 0 and setting.rule not in ("minimum", "maximum", "owa"):
        return None
    own = [weights[place] / total if total else 0.0 for place in there]
    options = {
        name: [value[place] if isinstance(value, list) else value for place in there]
        if name in aggregation.OF_A_CHILD.get(setting.rule, ())
        else value
        for name, value in setting.options.items()
    }
    return aggregation.OF_A_UNIT[setting.rule]([row[place] or 0.0 for place in there], own, **options)
