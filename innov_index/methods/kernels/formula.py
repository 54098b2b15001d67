"""Formulas over node codes: text → a small tree of allowed operations → one array per evaluation.

No Python is evaluated: a formula consists of numbers, codes, + - * / **, parentheses and the functions in
`FUNCTIONS`, and nothing else. Precedence is the usual one: ** binds tighter than a sign, a sign tighter than
* and /, these tighter than + and -. A code is a name (letters, digits, _), or any text in braces: {IN.1.1}.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cache, cached_property, reduce
from typing import Literal, NamedTuple, NoReturn, Protocol, TypeAlias

import numpy as np

from innov_index.errors import OptionError, Problem, did_you_mean
from innov_index.frozen import frozen
from innov_index.methods.kernels.exactness import FEW, ROUNDOFF
from innov_index.model.arrays import Floats

MOST_CHARACTERS = 10_000
DEEPEST = 60

_TOKEN = (
    r"\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?P<code>\{[^{}]*\})|(?P<name>[^\W\d]\w*)"
    r"|(?P<sign>\*\*|[-+*/(),]))"
)

Operation = Callable[..., Floats]
Bounded: TypeAlias = tuple[Floats, Floats]
"""A value and the bound on its rounding error."""


class FormulaError(OptionError):
    """A text is not a formula; `position` counts characters from 0."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(Problem(f"{message} (character {position + 1})"))
        self.position = position


CONSTANT = -1
"""Where a linear form holds the number that stands alone."""

_Form = dict[int, Fraction]
"""A part as Σ factor × operand + constant: factors by operand, without those that are 0."""


class _Part(Protocol):
    def value(self, operands: Sequence[Floats]) -> Floats: ...

    def form(self) -> _Form | None:
        """The part as a linear form; None where it is none."""

    def bounded(self, operands: Sequence[Bounded]) -> Bounded:
        """The value, and how far rounding can have moved it."""
        ...


def _finite(operation: Operation, *values: Floats) -> Floats:
    """The result of the operation, missing where it is not finite: 1 / (1 / 0) is missing, not 0."""
    with np.errstate(all="ignore"):
        result = np.asarray(operation(*values))
    return np.where(np.isfinite(result), result, np.nan)


@frozen
class _Number:
    number: float

    def value(self, operands: Sequence[Floats]) -> Floats:
        return np.asarray(self.number)

    def form(self) -> _Form | None:
        return _constant(self.number)

    def bounded(self, operands: Sequence[Bounded]) -> Bounded:
        return np.asarray(self.number), np.asarray(ROUNDOFF * abs(self.number))


@frozen
class _Operand:
    index: int

    def value(self, operands: Sequence[Floats]) -> Floats:
        return operands[self.index]

    def form(self) -> _Form | None:
        return {self.index: Fraction(1)}

    def bounded(self, operands: Sequence[Bounded]) -> Bounded:
        return operands[self.index]


@frozen
class _Applied:
    operation: Operation
    parts: tuple[_Part, ...]

    def value(self, operands: Sequence[Floats]) -> Floats:
        return _finite(self.operation, *(part.value(operands) for part in self.parts))

    def form(self) -> _Form | None:
        forms = [form for part in self.parts if (form := part.form()) is not None]
        if len(forms) < len(self.parts):
            return None
        if self.operation is np.negative:
            return _times(forms[0], Fraction(-1))
        if self.operation is _mean:
            total: _Form = {}
            for form in forms:
                _add(total, form, 1)
            return _times(total, Fraction(1, len(forms)))
        if any(_names_operands(form) for form in forms):
            return None
        numbers = (np.asarray(float(form.get(CONSTANT, 0))) for form in forms)
        return _constant(float(_finite(self.operation, *numbers)))

    def bounded(self, operands: Sequence[Bounded]) -> Bounded:
        return _bounded(self.operation, *(part.bounded(operands) for part in self.parts))


@frozen
class _Chain:
    """Terms or factors from left to right, in a loop: a long sum needs no deep recursion."""

    first: _Part
    links: tuple[tuple[Operation, _Part], ...]

    def value(self, operands: Sequence[Floats]) -> Floats:
        result = self.first.value(operands)
        for operation, part in self.links:
            result = _finite(operation, result, part.value(operands))
        return result

    def form(self) -> _Form | None:
        result = self.first.form()
        result = None if result is None else dict(result)
        for operation, part in self.links:
            other = part.form()
            if result is None or other is None:
                return None
            if operation in (np.add, np.subtract):
                _add(result, other, 1 if operation is np.add else -1)
            elif operation is np.divide:
                by = other.get(CONSTANT, Fraction(0))
                if _names_operands(other) or not by:
                    return None
                result = _times(result, 1 / by)
            elif _names_operands(result) and _names_operands(other):
                return None
            else:
                factor, form = (result, other) if _names_operands(other) else (other, result)
                result = _times(form, factor.get(CONSTANT, Fraction(0)))
        return result

    def bounded(self, operands: Sequence[Bounded]) -> Bounded:
        result = self.first.bounded(operands)
        for operation, part in self.links:
            result = _bounded(operation, result, part.bounded(operands))
        return result


def _constant(number: float) -> _Form | None:
    """A number as it is written in decimals; None where it is not finite."""
    return {CONSTANT: Fraction(repr(float(number)))} if np.isfinite(number) else None


def _names_operands(form: _Form) -> bool:
    return any(index != CONSTANT for index in form)


def _times(form: _Form, factor: Fraction) -> _Form:
    return {index: number * factor for index, number in form.items()}


def _add(total: _Form, form: _Form, sign: int) -> None:
    for index, number in form.items():
        total[index] = total.get(index, Fraction(0)) + sign * number


@frozen
class Linear:
    """A formula that is Σ factor × node + constant; one factor a code."""

    factors: tuple[Fraction, ...]
    constant: Fraction


@frozen
class Formula:
    """A parsed formula.

    `codes` are the codes that it names, each once, in order of first appearance; `positions` are the places
    of these appearances.
    """

    text: str
    codes: tuple[str, ...]
    positions: tuple[int, ...]
    root: _Part

    def __call__(self, values: Floats) -> Floats:
        """The formula's value.

        Parameters
        ----------
        values : (..., codes)
            One column a code, in the order of `codes`.

        Returns
        -------
        (...)
            NaN where an operand is missing or an operation has no finite result.
        """
        columns = np.asarray(values, dtype=np.float64)
        result = self.root.value([columns[..., index] for index in range(len(self.codes))])
        return np.broadcast_to(result, columns.shape[:-1])

    @cached_property
    def linear(self) -> Linear | None:
        """The formula as Σ factor × node + constant, in exact numbers; None where it is no such sum."""
        form = self.root.form()
        if form is None:
            return None
        zero = Fraction(0)
        return Linear(tuple(form.get(i, zero) for i in range(len(self.codes))), form.get(CONSTANT, zero))

    def bounds(self, values: Floats, bounds: Floats) -> Floats:
        """How far rounding can have moved the formula's value, (...), given bounds of its operands."""
        operands = [(values[..., index], bounds[..., index]) for index in range(len(self.codes))]
        _, found = self.root.bounded(operands)
        return np.broadcast_to(found, values.shape[:-1])


@cache
def read_formula(text: str) -> Formula:
    """Parse a formula.

    Raises
    ------
    FormulaError
        The text is not a formula; the message states what is wrong, and where.
    """
    if len(text) > MOST_CHARACTERS:
        raise FormulaError(f"a formula has at most {MOST_CHARACTERS} characters", MOST_CHARACTERS)
    reader = _Reader(list(_tokens(text)))
    root = reader.sum()
    reader.expect_end()
    if not reader.codes:
        raise FormulaError("a formula must name at least one node", 0)
    return Formula(text, tuple(reader.codes), tuple(reader.codes.values()), root)


class _Token(NamedTuple):
    kind: Literal["number", "code", "name", "sign", "end"]
    text: str
    position: int


def _tokens(text: str) -> Iterator[_Token]:
    position, end, token = 0, len(text.rstrip()), re.compile(_TOKEN)
    while position < end:
        found = token.match(text, position)
        if found is None:
            position += len(text[position:]) - len(text[position:].lstrip())
            _refuse_character(text, position)
        kind = str(found.lastgroup)
        yield _Token(kind, found[kind], found.start(kind))  # type: ignore[arg-type]
        position = found.end()
    yield _Token("end", "the end", end)


def _refuse_character(text: str, position: int) -> NoReturn:
    character = text[position]
    if character == "{":
        raise FormulaError("a code in braces is not closed by '}'", position)
    if character == "^":
        raise FormulaError("'^' has no meaning; a power is written **", position)
    raise FormulaError(f"{character!r} has no meaning in a formula", position)


class _Reader:
    """Recursive descent, with one method for each level of the grammar."""

    def __init__(self, tokens: Sequence[_Token]) -> None:
        self.tokens = tokens
        self.next = 0
        self.depth = 0
        self.codes: dict[str, int] = {}

    @property
    def token(self) -> _Token:
        return self.tokens[self.next]

    def sum(self) -> _Part:
        return self._chain({"+": np.add, "-": np.subtract}, self.product)

    def product(self) -> _Part:
        return self._chain({"*": np.multiply, "/": np.divide}, self.signed)

    def signed(self) -> _Part:
        if self.token.text in ("-", "+") and self.token.kind == "sign":
            sign = self._take().text
            part = self._nested(self.signed)
            return _Applied(np.negative, (part,)) if sign == "-" else part
        return self.power()

    def power(self) -> _Part:
        base = self.atom()
        if not self._is("**"):
            return base
        self._take()
        return _Applied(np.power, (base, self._nested(self.signed)))

    def atom(self) -> _Part:
        token = self._take()
        if token.kind == "number":
            return _Number(float(token.text))
        if token.kind == "code":
            return self._operand(token.text[1:-1].strip(), token.position)
        if token.kind == "name":
            return self._function(token) if self._is("(") else self._operand(token.text, token.position)
        if token.text == "(":
            part = self._nested(self.sum)
            self._close(token)
            return part
        raise FormulaError(f"expected a number, a code or '(', found {_shown(token)}", token.position)

    def expect_end(self) -> None:
        if self.token.kind != "end":
            message = f"expected an operator, found {_shown(self.token)}"
            raise FormulaError(message, self.token.position)

    def _chain(self, operations: dict[str, Operation], deeper: Callable[[], _Part]) -> _Part:
        first = deeper()
        links: list[tuple[Operation, _Part]] = []
        while self.token.kind == "sign" and self.token.text in operations:
            operation = operations[self._take().text]
            links.append((operation, deeper()))
        return _Chain(first, tuple(links)) if links else first

    def _function(self, name: _Token) -> _Part:
        if name.text not in FUNCTIONS:
            known = ", ".join(FUNCTIONS)
            message = (
                f"no function '{name.text}'; the functions are {known}.{did_you_mean(name.text, FUNCTIONS)}"
            )
            raise FormulaError(message, name.position)
        opening = self._take()
        parts = [self._nested(self.sum)]
        while self._is(","):
            self._take()
            parts.append(self._nested(self.sum))
        self._close(opening)
        function = FUNCTIONS[name.text]
        if not function.least <= len(parts) <= function.most:
            message = f"{name.text} takes {function.expected}, found {len(parts)}"
            raise FormulaError(message, name.position)
        return _Applied(function.operation, tuple(parts))

    def _operand(self, code: str, position: int) -> _Part:
        if not code:
            raise FormulaError("empty braces; a code is expected between them", position)
        self.codes.setdefault(code, position)
        return _Operand(list(self.codes).index(code))

    def _nested(self, read: Callable[[], _Part]) -> _Part:
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError(f"nested more than {DEEPEST} deep", self.token.position)
        part = read()
        self.depth -= 1
        return part

    def _close(self, opening: _Token) -> None:
        if not self._is(")"):
            message = f"expected ')' for the '(' at character {opening.position + 1}, found "
            raise FormulaError(message + _shown(self.token), self.token.position)
        self._take()

    def _is(self, sign: str) -> bool:
        return self.token.kind == "sign" and self.token.text == sign

    def _take(self) -> _Token:
        token = self.token
        if token.kind != "end":
            self.next += 1
        return token


def _shown(token: _Token) -> str:
    return token.text if token.kind == "end" else f"'{token.text}'"


def _bounded(operation: Operation, *parts: Bounded) -> Bounded:
    """The result of an operation and its bound: the error that each operand passes on, and a rounding."""
    values = [value for value, _ in parts]
    result = _finite(operation, *values)
    with np.errstate(all="ignore"):
        passed_on = _PASSED_ON.get(operation, _largest)(result, values, [bound for _, bound in parts])
        found = passed_on + FEW * ROUNDOFF * np.abs(result)
    return result, np.where(np.isnan(result), np.nan, found)


def _largest(result: Floats, values: Sequence[Floats], bounds: Sequence[Floats]) -> Floats:
    """Of an operation that picks one of its operands or averages them."""
    return reduce(np.fmax, bounds)


_PASSED_ON: dict[Operation, Callable[[Floats, Sequence[Floats], Sequence[Floats]], Floats]] = {
    np.add: lambda y, x, e: e[0] + e[1],
    np.subtract: lambda y, x, e: e[0] + e[1],
    np.multiply: lambda y, x, e: np.abs(x[0]) * e[1] + np.abs(x[1]) * e[0],
    np.divide: lambda y, x, e: (e[0] + np.abs(y) * e[1]) / np.abs(x[1]),
    np.power: lambda y, x, e: (
        np.abs(y)
        * (
            np.where(e[0] > 0, np.abs(x[1]) * e[0] / np.abs(x[0]), 0.0)
            + np.where(e[1] > 0, np.abs(np.log(np.abs(x[0]))) * e[1], 0.0)
        )
    ),
    np.sqrt: lambda y, x, e: np.where(e[0] > 0, e[0] / np.maximum(y, np.sqrt(e[0])), 0.0),
    np.log: lambda y, x, e: e[0] / np.abs(x[0]),
    np.exp: lambda y, x, e: y * e[0],
}
"""What the errors e of operands x become in the result y, to first order; any other: `_largest`."""


@frozen
class Function:
    """A function that a formula may call, and its number of arguments."""

    operation: Operation
    least: int
    most: int
    description: str

    @property
    def expected(self) -> str:
        if self.least == self.most:
            return f"{self.least} argument{'s' if self.least > 1 else ''}"
        return f"at least {self.least} arguments"


MANY = 1_000


def _minimum(*parts: Floats) -> Floats:
    return reduce(np.minimum, parts)


def _maximum(*parts: Floats) -> Floats:
    return reduce(np.maximum, parts)


def _mean(*parts: Floats) -> Floats:
    return np.asarray(reduce(np.add, parts) / len(parts))


def _first(*parts: Floats) -> Floats:
    return reduce(lambda found, other: np.where(np.isnan(found), other, found), parts)


def _clip(value: Floats, low: Floats, high: Floats) -> Floats:
    return np.minimum(np.maximum(value, low), high)


FUNCTIONS: dict[str, Function] = {
    "min": Function(_minimum, 2, MANY, "the smallest"),
    "max": Function(_maximum, 2, MANY, "the largest"),
    "mean": Function(_mean, 2, MANY, "the arithmetic mean"),
    "clip": Function(_clip, 3, 3, "clip(x, low, high): x, kept between low and high"),
    "first": Function(_first, 2, MANY, "the first that is not missing"),
    "sqrt": Function(np.sqrt, 1, 1, "the square root"),
    "log": Function(np.log, 1, 1, "the natural logarithm"),
    "exp": Function(np.exp, 1, 1, "e to the power"),
    "abs": Function(np.abs, 1, 1, "the value without its sign"),
}
