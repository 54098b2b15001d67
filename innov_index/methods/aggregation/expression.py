"""A node's score by a formula over other nodes."""

from __future__ import annotations

from innov_index.methods.registry import NodeFormula, Trait
from innov_index.methods.steps import aggregation
from innov_index.model.arrays import Floats


@aggregation.method(
    "expression",
    Trait.IGNORES_WEIGHTS,
    Trait.NEEDS_ALL,
    example={"formula": "min(a, b) + c / max(d, 1)"},
    properties="unique independent alike",
)
def expression(values: Floats, *, formula: NodeFormula) -> Floats:
    """Compute a formula: a ratio, a product, a sum with a constant and a floor, a factor applied to others.

    The formula names children, or any nodes further down the tree; a code with dots or spaces stands in
    braces. It may contain numbers, + - * / **, parentheses, min, max, mean, clip(x, low, high), sqrt, log,
    exp, abs and first(a, b), which is the first that is present. Stated weights have no effect: a sum of all
    children, each times a number of at least 0, and perhaps of one more number (0.3*a + 0.7*b + 5), has the
    weights that it states, and any other formula none. The result is missing where an operand is, except
    through first.

    Formula: y = formula(x), e.g. {female} / {male} or max(0, 100 + {IN.1} / 2.5 - {IN.2})

    Undefined: a division by zero, a logarithm of zero or less, a root of a negative number, an overflow.

    Remedy: guard the operand, e.g. max({a}, 1), or leave the unit out.

    Source: undp2014 Gender Development Index, for the ratio

    Parameters
    ----------
    values : (..., units, operands)
        A column for each code of the formula, in the order of `formula.codes`.
    formula : Formula
        The formula over node codes.

    Returns
    -------
    (..., units)
    """
    return formula(values)
