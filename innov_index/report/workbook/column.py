"""One column of a step, and the writers that put a method into it as formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np

from innov_index.frozen import frozen
from innov_index.methods.kernels.column_statistics import quantiles
from innov_index.methods.registry import Method
from innov_index.model.arrays import Floats
from innov_index.report.workbook.sheet_cells import UnitPage, figure, if_number, of_squares, text

Writer = TypeVar("Writer", bound=Callable[..., Any])

Body: TypeAlias = Callable[[str], str]
"""The formula of a cell, given the reference to it before the step."""

EXTREMES = ("minimum", "maximum")
"""Labels of `Column.smallest` and `Column.largest`."""


class Formulas(Generic[Writer]):
    """Writers of formulas by the function of the method that they write; labels of what they put above."""

    def __init__(self) -> None:
        self._writers: dict[Callable[..., Any], Writer] = {}
        self._labels: dict[Callable[..., Any], Sequence[str]] = {}

    def of(self, *functions: Callable[..., Any], labels: Sequence[str] = ()) -> Callable[[Writer], Writer]:
        """Register the decorated writer for the methods that these functions are."""

        def register(writer: Writer) -> Writer:
            for function in functions:
                self._writers[function], self._labels[function] = writer, labels
            return writer

        return register

    def __contains__(self, method: Method) -> bool:
        return method.function in self._writers

    def __getitem__(self, method: Method) -> Writer:
        return self._writers[method.function]

    def get(self, method: Method) -> Writer | None:
        """The writer of a method; None: it has no formula."""
        return self._writers.get(method.function)

    def labels(self, method: Method) -> Sequence[str]:
        """What stands above a column of the method."""
        return self._labels.get(method.function, ())


@frozen
class Column:
    """A method applied to one indicator, or to the scores of one node.

    `learned` holds the values that statistics come from where they are not those of the column itself: no
    formula can find them then, and they are written as values. `doubt`: at most how far rounding can have
    moved a value before it is normalised or rescaled.
    """

    before: UnitPage
    page: UnitPage
    column: int
    options: Mapping[str, Any]
    values: Floats
    result: Floats
    learned: Floats | None = None
    doubt: float = 0.0

    @property
    def area(self) -> str:
        """The column before the step, over all units."""
        return self.before.over(self.column)

    @property
    def known(self) -> Floats:
        """The values that statistics come from, without gaps."""
        values = self.values if self.learned is None else self.learned.ravel()
        return np.asarray(values[~np.isnan(values)])

    def found(self, statistic: Callable[[Floats], Any]) -> float:
        """A statistic of the known values, which it gets as one column; NaN where there are none."""
        known = self.known[:, None]
        return float(np.asarray(statistic(known)).item()) if len(known) else float("nan")

    def quantile(self, share: float) -> float:
        """A quantile of the known values."""
        return self.found(lambda known: quantiles(known, [share])[0])

    def words(self, label: str, words: str, style: str = "note") -> None:
        self.page.set(label, self.column, text(words, style))

    def statistic(self, label: str, formula: str, value: float, *, array: bool = False) -> str:
        """Put a learned statistic above the column; return the reference to it.

        A column without numbers has none, and the value is NaN.
        """
        if self.learned is not None:
            self.page.set(label, self.column, figure(value, style="marked"))
        else:
            whole = f'IF(COUNT({self.area})=0,"",{formula})' if np.isnan(value) else formula
            self.page.set(label, self.column, figure(value, f"={whole}", array=array))
        return self.page.parameter(label, self.column)

    def squares(self, label: str, name: str, value: float) -> str:
        """As `statistic`, of a function such as STDEV or SKEW, which squares the values."""
        formula, array = of_squares(name, self.area, self.known)
        return self.statistic(label, formula, value, array=array)

    def stated(self, label: str, value: float | None, style: str = "input") -> str:
        """Put a number of the config above the column; return the reference to it."""
        if value is None:
            return ""
        self.page.set(label, self.column, figure(float(value), style=style))
        return self.page.parameter(label, self.column)

    def smallest(self) -> str:
        return self.statistic(EXTREMES[0], f"MIN({self.area})", self.found(np.min))

    def largest(self) -> str:
        return self.statistic(EXTREMES[1], f"MAX({self.area})", self.found(np.max))

    def write(self, formula: Body) -> None:
        """Write the formula of each unit's cell, given the reference to its cell before the step."""
        for row, value in enumerate(self.result):
            cell = self.before.of(row, self.column)
            self.page.put(row, self.column, figure(float(value), if_number(cell, formula(cell))))

    def write_values(self) -> None:
        """Write the engine's results as values: the method has no formula."""
        for row, value in enumerate(self.result):
            self.page.put(row, self.column, figure(float(value), style="marked"))
