"""The children of the index as voters on its units: places, who is ahead of whom, winners, orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from innov_index.analysis.audit.audited import Audit
from innov_index.analysis.audit.social_choice import (
    MOST_ORDERED,
    best_orders,
    condorcet_winner,
    cycles,
    frequencies,
    majorities,
    outranking,
)
from innov_index.analysis.audit.structure_findings import Finding
from innov_index.model.arrays import Floats
from innov_index.model.sheet import Cell, Sheet
from innov_index.wording import counted, listed

MOST_SHOWN = 100
"""Units up to which each is compared with each."""


def _ballots(audit: Audit) -> tuple[Floats, Floats]:
    """Scores of the children of the index, (units, children), and their weights; equal where it uses none."""
    children = audit.framework.children[0]
    weights = audit.weights[children]
    if np.isnan(weights).any():
        weights = np.full(len(children), 1 / len(children))
    return audit.node_values[:, children] * audit.framework.direction, weights


def _matrix(audit: Audit) -> Floats:
    return outranking(*_ballots(audit))


def _codes(audit: Audit) -> list[str]:
    return [audit.scores.units.codes[int(unit)] for unit in audit.units]


def _names(audit: Audit) -> list[str]:
    return [audit.scores.units.names[int(unit)] for unit in audit.units]


def votes_sheet(audit: Audit) -> Sheet:
    """One row a unit: weight of the children that put it first and last, points, majorities."""
    if len(audit.units) > MOST_SHOWN:
        return _too_many(audit, "unit")
    values, weights = _ballots(audit)
    matrix = outranking(values, weights)
    there = ~np.isnan(values)
    first = (values == np.nanmax(np.where(there, values, -np.inf), axis=0)) & there
    last = (values == np.nanmin(np.where(there, values, np.inf), axis=0)) & there
    ahead, behind = majorities(matrix).sum(axis=1), majorities(matrix).sum(axis=0)
    level = len(matrix) - 1 - ahead - behind
    rows: list[list[Cell]] = [
        [
            code,
            name,
            float(first[row] @ weights),
            float(last[row] @ weights),
            float(matrix[row].sum()),
            int(ahead[row]),
            int(behind[row]),
            int(level[row]),
        ]
        for row, (code, name) in enumerate(zip(_codes(audit), _names(audit), strict=True))
    ]
    columns = ["unit", "name", "first", "last", "points", "ahead of", "behind", "level with"]
    return Sheet(columns, rows)


def outranking_sheet(audit: Audit) -> Sheet:
    """One row and one column a unit: weight of the children in which the row's unit is ahead."""
    return _square(audit, _matrix, _codes(audit), "unit")


def places_sheet(audit: Audit) -> Sheet:
    """One row a place, one column a unit: weight of the children that put the unit there."""

    def of_places(audit: Audit) -> Floats:
        return frequencies(*_ballots(audit))

    return _square(audit, of_places, [str(at + 1) for at in range(len(audit.units))], "place")


def _square(audit: Audit, matrix: Callable[[Audit], Floats], rows: list[str], title: str) -> Sheet:
    if len(audit.units) > MOST_SHOWN:
        return _too_many(audit, title)
    codes = _codes(audit)
    found = matrix(audit)
    return Sheet([title, *codes], [[name, *map(float, row)] for name, row in zip(rows, found, strict=True)])


def _too_many(audit: Audit, title: str) -> Sheet:
    return Sheet([title], [[f"{len(audit.units):,} units: shown of up to {MOST_SHOWN}"]])


def orders_sheet(audit: Audit) -> Sheet:
    """One row an order with the largest support: the weight, over all pairs of units, that agrees with it."""
    codes = _codes(audit)
    if len(codes) > MOST_ORDERED:
        text = f"{len(codes):,} units: all orders are tried of up to {MOST_ORDERED}"
        return Sheet(["order", "support"], [[text, None]])
    orders, support = best_orders(_matrix(audit))
    rows: list[list[Cell]] = [[" > ".join(codes[unit] for unit in order), support] for order in orders]
    return Sheet(["order", "support"], rows)


def vote_findings(audit: Audit) -> Iterator[Finding]:
    """No unit that beats all others, circles of majorities, several best orders."""
    codes, names = audit.framework.codes, _names(audit)
    if len(audit.framework.children[0]) < 2 or not 2 < len(names) <= MOST_SHOWN:
        return
    matrix = _matrix(audit)
    for circle in cycles(matrix):
        text = f"units ahead of each other in a circle of majorities: {listed((names[u] for u in circle), 6)}"
        yield Finding(codes[0], float(len(circle)), text)
    leader = int(np.argmax(audit.scores.scores[audit.edition][audit.rows, 0] * audit.framework.direction))
    winner = condorcet_winner(matrix)
    if winner is not None and winner != leader:
        text = f"weight with which {names[winner]} is ahead of {names[leader]}, the first by score"
        why = f"{text}; {names[winner]} has a majority against every other unit"
        yield Finding(codes[0], float(matrix[winner, leader]), why)
    if len(names) <= MOST_ORDERED:
        orders, support = best_orders(matrix)
        if len(orders) > 1:
            text = f"support of each of {counted(len(orders), 'order')} that are equally good"
            yield Finding(codes[0], support, text)


VOTE_SECTIONS: dict[str, tuple[str, Callable[[Audit], Sheet]]] = {
    "votes": ("The children of the index as voters", votes_sheet),
    "outranking": ("Who is ahead of whom", outranking_sheet),
    "places": ("Who is in which place", places_sheet),
    "orders": ("Orders with the largest support", orders_sheet),
}
"""Title and table of each section, in the order of display."""
