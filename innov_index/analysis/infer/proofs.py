"""Proofs that no weights exist, complete in themselves: any program can check them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from innov_index.analysis.infer.answering import Answer
from innov_index.analysis.infer.constraint_rows import TOWARDS_YES, ConstraintRows
from innov_index.analysis.infer.joint_rows import CHILDREN_OF_BETTER, CHILDREN_OF_WORSE, JointRows
from innov_index.analysis.infer.order_rows import OrderRows
from innov_index.analysis.infer.power_means import PLAIN, Line
from innov_index.analysis.infer.score_rows import ScoreRows
from innov_index.analysis.infer.together import Together
from innov_index.analysis.infer.tree_rows import TreeRows
from innov_index.model.arrays import Floats


def proofs_of(answers: Sequence[Answer]) -> list[dict[str, object]]:
    """The proof of every answer that no weights exist."""
    return [found for found in map(proof, answers) if found is not None]


def proof(answer: Answer) -> dict[str, object] | None:
    """The proof that no weights exist; None where some do."""
    if answer.contradicts_others and answer.together is not None:
        return _proof_together(answer.together, answer)
    found, rows = answer.inference.disagreement, answer.inference.rows
    if found is None:
        return None
    local = found.contradiction.rows
    multipliers = found.certificate.multipliers
    statements = [
        _statement(answer, local, key, multiplier) for key, multiplier in sorted(multipliers.items())
    ]
    strict = bool(local.strictly(np.array(list(multipliers), dtype=np.int64)).any())
    return {
        "claim": "no weights (not negative, sum 1) exist",
        "node": answer.question.node,
        "children": list(answer.question.children),
        "power": answer.inference.power,
        **_of_line(answer.question.line),
        "scaling": rows.scaling,
        "strict": strict,
        "how": "multiply each statement's coefficients by its multiplier and add up: all sums of weights are "
        + ("at most 0" if strict else "negative")
        + ", but every statement says: coefficients · weights "
        + ("> 0 (>= 0 of scores and between equals)" if strict else ">= 0"),
        "statements": statements,
    }


def _of_line(line: Line) -> dict[str, object]:
    """What the proof of a power mean of a + b x adds."""
    return {} if line == PLAIN else {"the power is of a + b x": list(line)}


def _proof_together(found: Together, answer: Answer) -> dict[str, object] | None:
    if found.contradiction is None:
        return None
    rows, multipliers = found.contradiction.rows, found.contradiction.certificate.multipliers
    if not isinstance(rows, TreeRows):
        raise TypeError(f"no statement about {type(rows).__name__}")
    strict = bool(rows.strictly(np.array(list(multipliers), dtype=np.int64)).any())
    children = {question.node: list(question.children) for question in found.tree.questions}
    return {
        "claim": "no weights (in each node not negative, sum 1; in the top more than 0) exist",
        "nodes": children,
        "power": answer.inference.power,
        **_of_line(answer.question.line),
        "scaling": rows.scaling,
        "strict": strict,
        "how": "unknown are effective weights in the first node, of all children that are no nodes "
        "themselves, in the order of `leaves`, then t and α of the scale; noise is added to the weights "
        "below the node, rounding too (in the first node on a scale: to t). Multiply at_most - at_least "
        "with these by the multiplier and add up: all sums of weights are "
        + ("at most 0, " if strict else "negative, ")
        + "but every statement says that its sum over the unknowns is "
        + (">= 0, and > 0 where it is strict" if strict else ">= 0"),
        "leaves": found.tree.leaf_codes,
        "statements": [
            _statement_together(rows, answer, key, multiplier)
            for key, multiplier in sorted(multipliers.items())
        ],
    }


def _statement_together(rows: TreeRows, answer: Answer, key: int, multiplier: Fraction) -> dict[str, object]:
    row, units = rows.row(key), answer.question.units
    noise, rounding = rows.margins(key)
    above, below = rows.sides(key, TOWARDS_YES)
    return {
        "multiplier": str(multiplier),
        "node": rows.nodes[row.node].code,
        "ranked" if row.ranked else "score": [units[row.above], units[row.below]],
        "at_most": [str(entry) for entry in above],
        "at_least": [str(entry) for entry in below],
        "noise": str(noise),
        "rounding": str(rounding),
        "strict": bool(rows.strictly(np.array([key]))[0]),
    }


def _statement(answer: Answer, rows: ConstraintRows, key: int, multiplier: Fraction) -> dict[str, object]:
    if not isinstance(rows, JointRows):
        return _of_one_kind(answer, rows, key, multiplier)
    between = rows.between(key)
    if between is None:
        return _of_one_kind(answer, *rows.own_key(key), multiplier)
    kind, better, worse = between
    figures, units, parent = answer.question.figures, answer.question.units, rows.printed
    said: dict[str, object] = {"multiplier": str(multiplier), "ranked": [units[better], units[worse]]}
    said |= {"margin": str(rows.margin(key)), "rounding": str(rows.rounding(key))}
    above, below = repr(float(parent.high[better])), repr(float(parent.low[worse]))
    if kind == CHILDREN_OF_BETTER:
        return {**said, "parent_at_least": below, "children_at_most": _texts(figures.high[better])}
    if kind == CHILDREN_OF_WORSE:
        return {**said, "parent_at_most": above, "children_at_least": _texts(figures.low[worse])}
    return {**said, "score_at_most": above, "score_at_least": below}


def _of_one_kind(answer: Answer, rows: ConstraintRows, key: int, multiplier: Fraction) -> dict[str, object]:
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
            "margin": str(rows.margin(key)),
            "rounding": str(rows.rounding(key)),
        }
    if not isinstance(rows, ScoreRows):
        raise TypeError(f"no statement about {type(rows).__name__}")
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
