"""Columns computed from other columns: arithmetic (+ - * /) on column names and numbers."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from innov_index.model.arrays import Floats

_OPERATIONS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def columns_of(formula: str) -> tuple[str, ...]:
    """Names of the columns in a formula.

    Raises
    ------
    ValueError
        The text is not such a formula.
    """
    names = [node.id for node in ast.walk(_parsed(formula)) if isinstance(node, ast.Name)]
    return tuple(dict.fromkeys(names))


def evaluate(formula: str, column: Callable[[str], Floats]) -> Floats:
    """The result for each record; NaN where it is not finite."""
    with np.errstate(all="ignore"):
        values = np.asarray(_value(_parsed(formula), column), dtype=np.float64)
    return np.where(np.isfinite(values), values, np.nan)


def _parsed(formula: str) -> ast.expr:
    try:
        tree = ast.parse(formula, mode="eval").body
    except SyntaxError:
        raise ValueError(f"'{formula}' is not a formula such as 100 * joint / total") from None
    for node in ast.walk(tree):
        allowed = (ast.BinOp, ast.Name, ast.Load, ast.USub, ast.UnaryOp, *_OPERATIONS)
        number = isinstance(node, ast.Constant) and isinstance(node.value, int | float)
        if not (number or isinstance(node, allowed)):
            raise ValueError(f"'{formula}': a formula may contain only + - * /, column names and numbers")
    return tree


def _value(node: ast.expr, column: Callable[[str], Floats]) -> Any:
    if isinstance(node, ast.BinOp):
        return _OPERATIONS[type(node.op)](_value(node.left, column), _value(node.right, column))
    if isinstance(node, ast.UnaryOp):
        return -_value(node.operand, column)
    return column(node.id) if isinstance(node, ast.Name) else node.value  # type: ignore[attr-defined]
