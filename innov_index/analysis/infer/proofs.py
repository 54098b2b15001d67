"""Proofs that no weights exist, complete in themselves: any program can check them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from innov_index.analysis.infer.order_rows import OrderRows
from innov_index.analysis.infer.questions import Answer
from innov_index.analysis.infer.score_rows import ScoreRows
from innov_index.model.arrays import Floats


def proofs_of(answers: Sequence[Answer]) -> list[dict[str, object]]:
    """The proof of every answer that no weights exist."""
    return [found for found in map(proof, answers) if found is not None]


def proof(answer: Answer) -> dict[str, object] | None:
    """The proof that no weights exist; None where some do."""
    found, rows = answer.inference.disagreement, answer.inference.rows
    if found is None:
        return None
    local = found.contradiction.rows
    statements = [
        _statement(answer, local, key, multiplier)
        for key, multiplier in sorted(found.certificate.multipliers.items())
    ]
    return {
        "claim": "no weights (not negative, sum 1) exist",
        "node": answer.question.node,
        "children": list(answer.question.children),
        "power": answer.inference.power,
        "scaling": rows.scaling,
        "strict": rows.strict,
        "how": "multiply each statement's coefficients by its multiplier and add up: all sums of weights are "
        + ("at most 0" if rows.strict else "negative")
        + ", but every statement says: coefficients · weights "
        + ("> 0 (>= 0 between equals)" if rows.strict else ">= 0"),
        "statements": statements,
    }


def _statement(
    answer: Answer, rows: ScoreRows | OrderRows, key: int, multiplier: Fraction
) -> dict[str, object]:
    figures, units = answer.question.figures, answer.question.units
    if isinstance(rows, OrderRows):
        better, worse = rows.owners(np.array([key]))[0].tolist()
        return {
            "multiplier": str(multiplier),
            "better": units[better],
            "worse": units[worse],
            "equals": bool(rows.strict and not rows.strictly(np.array([key]))[0]),
            "better_at_most": _texts(figures.high[better]),
            "worse_at_least": _texts(figures.low[worse]),
        }
    unit, upper = int(rows.row_unit[key]), bool(rows.upper[key])
    parent = rows.parent.high[unit] if upper else rows.parent.low[unit]
    children = figures.low[unit] if upper else figures.high[unit]
    side = "at_most" if upper else "at_least"
    return {
        "multiplier": str(multiplier),
        "unit": units[unit],
        f"parent_{side}": repr(float(parent)),
        f"children_{'at_least' if upper else 'at_most'}": _texts(children),
    }


def _texts(figures: Floats) -> list[str | None]:
    return [None if math.isnan(figure) else repr(figure) for figure in figures.tolist()]
