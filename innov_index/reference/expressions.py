"""Formulas over node codes, evaluated by Python's own grammar: operators bind as they do in Python.

`{IN.1}` names a node by its code. A part without a number, such as one with a missing operand, is None.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from innov_index.reference.moments import Undefined, mean
from innov_index.reference.statement import Value

Operands = Mapping[str, Value]
Form = tuple[dict[str, Fraction], Fraction]
"""Σ factor × node + constant."""


def parsed(formula: str) -> tuple[ast.expr, dict[str, str]]:
    """The formula as Python parses it, and the code of each name in it."""
    codes: dict[str, str] = {}

    def named(found: re.Match[str]) -> str:
        name = f"node_{len(codes)}_"
        codes[name] = found.group(1).strip()
        return f" {name} "

    text = re.sub(r"\{([^{}]*)\}", named, formula).strip()
    return ast.parse(" ".join(text.split()), mode="eval").body, codes


def codes_in(formula: str) -> list[str]:
    """Codes of the nodes that a formula names, each once, in order."""
    tree, codes = parsed(formula)
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called]
    names.sort(key=lambda name: (name.lineno, name.col_offset))
    return list(dict.fromkeys(codes.get(name.id, name.id) for name in names))


def value_of(formula: str, operands: Operands) -> Value:
    """formula(x): None where an operand is missing, except through first"""
    tree, codes = parsed(formula)
    return _value(tree, {name: operands[codes.get(name, name)] for name in _names(tree)})


def _names(tree: ast.expr) -> list[str]:
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return [n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called]


def _value(part: ast.expr, operands: Operands) -> Value:
    if isinstance(part, ast.Constant):
        return float(part.value)  # type: ignore[arg-type]
    if isinstance(part, ast.Name):
        return operands[part.id]
    if isinstance(part, ast.UnaryOp):
        inner = _value(part.operand, operands)
        return None if inner is None else (-inner if isinstance(part.op, ast.USub) else inner)
    if isinstance(part, ast.BinOp):
        left, right = _value(part.left, operands), _value(part.right, operands)
        return None if left is None or right is None else float(_OPERATORS[type(part.op)](left, right))
    assert isinstance(part, ast.Call)
    assert isinstance(part.func, ast.Name)
    given = [_value(argument, operands) for argument in part.args]
    if part.func.id == "first":
        return next((value for value in given if value is not None), None)
    known = [value for value in given if value is not None]
    return None if len(known) < len(given) else float(_FUNCTIONS[part.func.id](*known))


def _raised(base: float, exponent: float) -> float:
    found = base**exponent
    if isinstance(found, complex):
        raise Undefined("a root of a negative number")
    return float(found)


_OPERATORS: Mapping[type, Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: _raised,
}
_FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "min": min,
    "max": max,
    "mean": lambda *x: mean(x),
    "clip": lambda x, low, high: min(max(x, low), high),
    "sqrt": math.sqrt,
    "log": math.log,
    "exp": math.exp,
    "abs": abs,
}


def terms_of(formula: str, children: list[str]) -> tuple[dict[str, float], float] | None:
    """Number by child, and the constant, of a sum of all children, each times at least 0; or None."""
    tree, codes = parsed(formula)
    form = _form(tree, codes)
    if form is None or set(codes_in(formula)) != set(children):
        return None
    factors = [form[0].get(code, Fraction(0)) for code in children]
    if min(factors) < 0 or not any(factors):
        return None
    return {code: float(f) for code, f in zip(children, factors, strict=True)}, float(form[1])


def _form(part: ast.expr, codes: Mapping[str, str]) -> Form | None:
    """The part as a sum of nodes, each times a number, plus a number; None where it is none."""
    if isinstance(part, ast.Constant):
        return {}, Fraction(repr(part.value))
    if isinstance(part, ast.Name):
        return {codes.get(part.id, part.id): Fraction(1)}, Fraction(0)
    if isinstance(part, ast.UnaryOp):
        return _scaled(_form(part.operand, codes), Fraction(-1 if isinstance(part.op, ast.USub) else 1))
    if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "mean":
        total: Form | None = ({}, Fraction(0))
        for argument in part.args:
            total = _sum(total, _form(argument, codes), 1)
        return _scaled(total, Fraction(1, len(part.args)))
    if not isinstance(part, ast.BinOp):
        return None
    left, right = _form(part.left, codes), _form(part.right, codes)
    if left is None or right is None:
        return None
    if isinstance(part.op, ast.Add | ast.Sub):
        return _sum(left, right, 1 if isinstance(part.op, ast.Add) else -1)
    if isinstance(part.op, ast.Mult) and not (left[0] and right[0]):
        return _scaled(left, right[1]) if left[0] else _scaled(right, left[1])
    if isinstance(part.op, ast.Div) and not right[0] and right[1]:
        return _scaled(left, 1 / right[1])
    return None


def _sum(a: Form | None, b: Form | None, sign: int) -> Form | None:
    if a is None or b is None:
        return None
    factors = {code: a[0].get(code, Fraction(0)) + sign * b[0].get(code, Fraction(0)) for code in a[0] | b[0]}
    return {code: factor for code, factor in factors.items() if factor}, a[1] + sign * b[1]


def _scaled(form: Form | None, number: Fraction) -> Form | None:
    if form is None:
        return None
    return {code: number * factor for code, factor in form[0].items() if number * factor}, number * form[1]
