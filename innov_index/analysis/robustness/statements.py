"""Statements about weights (a share, bounds, an order, ratios) → a set of weights."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from innov_index.analysis.robustness.weight_sets import ONE, ZERO, WeightSet, percent
from innov_index.errors import InnovIndexError, not_found

Row = tuple[Fraction, ...]


@dataclass(frozen=True)
class Statements:
    """What is stated about the weights; all statements hold together.

    Attributes
    ----------
    within : text, optional
        "20%": each weight differs from the given one by at most this share of it.
    bounds : texts
        "RI=0.2..0.5"
    orders : texts
        "RI>=IE>=EC"
    ratios : texts
        "RI/IE=1..2": the first weight is 1 to 2 times the second.
    """

    within: str | None = None
    bounds: Sequence[str] = field(default=())
    orders: Sequence[str] = field(default=())
    ratios: Sequence[str] = field(default=())


def weight_set(statements: Statements, nodes: Sequence[str], given: Sequence[Fraction]) -> WeightSet:
    """Make the set of weights that agree with every statement; all weights if nothing is stated.

    Raises
    ------
    InnovIndexError
        A statement cannot be read or names an unknown node, or no weights agree with all of them.
    """
    reader = _StatementReader({code: place for place, code in enumerate(nodes)})
    lower, upper = [ZERO] * len(nodes), [ONE] * len(nodes)
    words: list[str] = []
    if statements.within is not None:
        share = read_share(statements.within)
        lower = [weight * max(1 - share, ZERO) for weight in given]
        upper = [min(weight * (1 + share), ONE) for weight in given]
        words.append(f"within ±{percent(share)} of the given ones")
    for text in statements.bounds:
        place, low, high = reader.bound(text)
        lower[place], upper[place] = max(lower[place], low), min(upper[place], high)
        words.append(f"{nodes[place]} from {_shown(low)} to {_shown(high)}")
    rows: list[Row] = []
    for text in statements.orders:
        rows += reader.order(text)
        words.append(text.replace(" ", "").replace(">=", " ≥ "))
    for text in statements.ratios:
        rows += reader.ratio(text)
        words.append(text.replace("=", " from ").replace("..", " to "))
    return WeightSet(tuple(lower), tuple(upper), tuple(rows), ", ".join(words) or "any weights at all")


def read_share(text: str) -> Fraction:
    """Read "20%" or "0.2"."""
    share = _number(text.strip().removesuffix("%"), text)
    if text.strip().endswith("%"):
        share /= 100
    if share < 0:
        raise InnovIndexError(f"'{text}' is negative; expected a share such as 20%")
    return share


class _StatementReader:
    def __init__(self, places: dict[str, int]) -> None:
        self.places = places

    def bound(self, text: str) -> tuple[int, Fraction, Fraction]:
        code, _, span = text.rpartition("=")
        low, high = self._span(span, text, "RI=0.2..0.5")
        return self._place(code, text), low, high

    def order(self, text: str) -> list[Row]:
        codes = [part.strip() for part in re.split(r">=|≥", text)]
        if len(codes) < 2:
            raise InnovIndexError(f"'{text}' is not an order of weights; expected for example RI>=IE>=EC")
        places = [self._place(code, text) for code in codes]
        return [self._row({b: ONE, a: -ONE}) for a, b in pairwise(places)]

    def ratio(self, text: str) -> list[Row]:
        codes, _, span = text.rpartition("=")
        first, slash, second = codes.partition("/")
        if not slash:
            raise InnovIndexError(f"'{text}' is not a ratio of weights; expected for example RI/IE=1..2")
        low, high = self._span(span, text, "RI/IE=1..2")
        a, b = self._place(first, text), self._place(second, text)
        return [self._row({b: low, a: -ONE}), self._row({a: ONE, b: -high})]

    def _row(self, entries: dict[int, Fraction]) -> Row:
        if len(entries) < 2:
            raise InnovIndexError("a weight cannot be compared with itself")
        return tuple(entries.get(place, ZERO) for place in range(len(self.places)))

    def _place(self, code: str, text: str) -> int:
        code = code.strip()
        if code not in self.places:
            raise InnovIndexError(f"'{text}': {not_found('varied weight', code, self.places)}")
        return self.places[code]

    def _span(self, text: str, whole: str, example: str) -> tuple[Fraction, Fraction]:
        low, dots, high = text.partition("..")
        if not dots:
            raise InnovIndexError(f"'{whole}' states no range; expected for example {example}")
        return _number(low, whole), _number(high, whole)


def _number(text: str, whole: str) -> Fraction:
    try:
        return Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        raise InnovIndexError(f"'{whole}': '{text.strip()}' is not a number") from None


def _shown(number: Fraction) -> str:
    return f"{float(number):g}"
