"""How large a number may be that somebody states: one range for each kind of number, wherever it is stated.

The same annotated types check the keys of a config (pydantic reads them), the options of methods and of
commands, and the arguments in Python. A count beyond them would run for days or need all memory.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, TypeAlias, get_args

from innov_index.errors import InnovIndexError
from innov_index.frozen import frozen


@frozen
class Between:
    """Both ends of a range, as annotated-types groups them: `--help` needs no import of that package."""

    low: float
    high: float
    __is_annotated_types_grouped_metadata__: ClassVar[bool] = True

    def __iter__(self) -> Iterator[object]:
        from annotated_types import Ge, Le

        return iter((Ge(self.low), Le(self.high)))


Draws: TypeAlias = Annotated[int, Between(1, 10_000_000)]
"""Draws of a simulation."""

DrawNumber: TypeAlias = Annotated[int, Between(0, 9_999_999)]
"""The number of one draw, from 0."""

BaseRuns: TypeAlias = Annotated[int, Between(16, 131_072)]
"""Base runs of a sensitivity analysis; each input adds as many."""

Seed: TypeAlias = Annotated[int, Between(0, 2**63 - 1)]

Threads: TypeAlias = Annotated[int, Between(1, 1024)]

Rows: TypeAlias = Annotated[int, Between(1, 1_000_000)]
"""Units to show or to watch."""

RowNumber: TypeAlias = Annotated[int, Between(1, 1_000_000_000)]
"""A row of a file, from 1."""

RowsAbove: TypeAlias = Annotated[int, Between(0, 1_000_000_000)]
"""Rows of a file above its header."""

Level: TypeAlias = Annotated[int, Between(1, 1000)]
"""A level of the tree below the root."""

Natural: TypeAlias = Annotated[int, Between(0, 1_000_000)]
AtLeastOne: TypeAlias = Annotated[int, Between(1, 1_000_000)]
"""Counts of units, indicators, years, iterations."""

Lead: TypeAlias = Annotated[int, Between(-1000, 1000)]
"""Editions by which a series runs ahead of others, or behind them."""

Few: TypeAlias = Annotated[int, Between(1, 1000)]
Several: TypeAlias = Annotated[int, Between(2, 1000)]
"""Counts of what takes memory or time each: classes, tables, steps."""

Digits: TypeAlias = Annotated[int, Between(0, 15)]
"""Decimals or significant digits; a float has no more than 15 to rely on."""

Seconds: TypeAlias = Annotated[float, Between(0, 604_800)]
"""Up to a week."""

Gigabytes: TypeAlias = Annotated[float, Between(0, 100_000)]
"""Of memory."""

Millimetres: TypeAlias = Annotated[float, Between(60, 400)]
"""Width of a figure."""

StandardError: TypeAlias = Annotated[float, Between(0.0001, 1)]
"""Of a probability that is simulated; 10 million draws bring it to 0.00016 at most."""


def range_of(kind: Any) -> tuple[float, float]:
    """The smallest and the largest number of a kind."""
    numeric, limits = get_args(kind)
    return numeric(limits.low), numeric(limits.high)


def expected(kind: Any) -> str:
    """What a number of a kind must be, as it follows "must be"."""
    noun = "a whole number" if get_args(kind)[0] is int else "a number"
    low, high = range_of(kind)
    return f"{noun} from {in_words(low)} to {in_words(high)}"


def in_words(number: float) -> str:
    """A limit as a person reads it: 10,000,000 or 0.0001."""
    return f"{number:,}" if isinstance(number, int) else f"{number:,.6g}"


def ensure_within(kind: Any, **numbers: float | None) -> None:
    """Raise where a number that a caller stated is not of its kind; None is one that nobody stated."""
    low, high = range_of(kind)
    for name, number in numbers.items():
        if number is None:
            continue
        whole = get_args(kind)[0] is not int or float(number).is_integer()
        if math.isnan(number) or not whole or not low <= number <= high:
            raise InnovIndexError(f"{name} must be {expected(kind)}; got {in_words(number)}")
