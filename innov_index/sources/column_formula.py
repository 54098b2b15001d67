"""Formulas over columns of records: numbers, names of columns, + - * / and parentheses, of any length.

A name with other letters stands in backticks, or alone. Nothing of it is run as Python, and nothing is done
level by level, so that neither depth nor length matters.
"""

from __future__ import annotations

import ast
import operator
import re
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from innov_index.model.arrays import Floats

_TOKEN = re.compile(
    r"\s*+(?:(?P<number>(?:\d++(?:_\d++)*+(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?)(?!\w)"
    r"|`(?P<quoted>[^`]++)`|(?P<name>[^\W\d]\w*+)|(?P<sign>[-+*/()]))"
)
_NAME_ALONE = r"(?:(?! - )[^+*/`])+"
"""A name that is no formula whatever it means: Amount ($B)."""

_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_NEGATIVE = "negative"
_BINDING = {"(": 0, "+": 1, "-": 1, "*": 2, "/": 2, _NEGATIVE: 3}


class _Step(NamedTuple):
    """A number, a column, or a sign between the last two values (of the last one: `negative`)."""

    kind: str
    text: str


def columns_of(formula: str) -> tuple[str, ...]:
    """Names of the columns in a formula; without names its numbers are names, as in 2020 / 2019.

    Raises
    ------
    ValueError
        The text is not such a formula.
    """
    return tuple(dict.fromkeys(step.text for step in _steps(formula) if step.kind == "column"))


def years_in(formula: str) -> tuple[int, ...]:
    """Numbers in a formula that may be meant as a part of a column's name, such as 2020 in v-2020."""
    texts = [step.text for step in _steps(formula) if step.kind == "number"]
    numbers = [int(text) for text in texts if text.isdecimal() and len(text) == 4]
    return tuple(number for number in numbers if 1500 <= number <= 2200)


def evaluate(formula: str, column: Callable[[str], Floats]) -> Floats:
    """The result for each record; NaN where it is not finite."""
    values: list[Any] = []
    with np.errstate(all="ignore"):
        for kind, text in _steps(formula):
            if kind == "number":
                values.append(np.float64(text))
            elif kind == "column":
                values.append(column(text))
            elif text == _NEGATIVE:
                values.append(-values.pop())
            else:
                right, left = values.pop(), values.pop()
                values.append(_BINARY[text](left, right))
    (result,) = values
    found = np.asarray(result, dtype=np.float64)
    return np.where(np.isfinite(found), found, np.nan)


@cache
def _steps(formula: str) -> tuple[_Step, ...]:
    """The formula with each sign behind what it joins."""
    steps = _in_order(formula)
    if steps is None:
        _refuse_other_expressions(formula)
        return (_Step("column", formula.strip()),)
    if any(step.kind == "column" for step in steps):
        return steps
    return tuple(_Step("column", step.text) if step.kind == "number" else step for step in steps)


def _refuse_other_expressions(formula: str) -> None:
    """Raise where a text is no name that stands alone."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(formula.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        if re.fullmatch(_NAME_ALONE, formula):
            return
        raise ValueError(
            f"'{formula}' is not a formula such as 100 * joint / total; names of columns with other letters "
            "stand in backticks: `Amount ($B)`"
        ) from None
    raise ValueError(f"'{formula}': a formula may contain only + - * /, column names and numbers")


def _in_order(formula: str) -> tuple[_Step, ...] | None:
    """The values and signs in the order in which they are applied; None where the text is no formula."""
    done: list[_Step] = []
    waiting: list[str] = []
    after_value = False
    for kind, text in _tokens(formula):
        if kind != "sign":
            if after_value:
                return None
            done.append(_Step(kind, text))
            after_value = True
        elif text == "(" or (text == "-" and not after_value):
            if after_value:
                return None
            waiting.append("(" if text == "(" else _NEGATIVE)
        elif not after_value:
            return None
        elif text == ")":
            _apply(done, waiting, 1)
            if not waiting:
                return None
            waiting.pop()
        else:
            _apply(done, waiting, _BINDING[text])
            waiting.append(text)
            after_value = False
    _apply(done, waiting, 1)
    return tuple(done) if after_value and not waiting else None


def _apply(done: list[_Step], waiting: list[str], binding: int) -> None:
    """Apply the signs that bind at least as tightly as the one that follows."""
    while waiting and _BINDING[waiting[-1]] >= binding:
        done.append(_Step("sign", waiting.pop()))


def _tokens(formula: str) -> Iterator[tuple[str, str]]:
    """The kind and the text of each part; a sign that ends nothing where a part is none of them."""
    text = formula.rstrip()
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            yield "sign", ")"
            yield "sign", ")"
            return
        kind = str(found.lastgroup)
        yield {"quoted": "column", "name": "column"}.get(kind, kind), found[kind].strip()
        at = found.end()
