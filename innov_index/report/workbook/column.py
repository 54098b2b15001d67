"""One column of a step: the values before it, those after it, and what stands above it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from innov_index.model.arrays import Floats
from innov_index.report.workbook.excel_formulas import if_number
from innov_index.report.workbook.sheet_cells import UnitPage, figure, text


@dataclass(frozen=True)
class Column:
    """A method applied to one indicator, or to the scores of one node.

    `learned` holds the values that statistics come from where they are not those of the column itself: then
    no formula can find them, and they are values.
    """

    before: UnitPage
    page: UnitPage
    column: int
    options: Mapping[str, Any]
    values: Floats
    result: Floats
    learned: Floats | None = None
    column_before: int | None = None

    @property
    def area(self) -> str:
        """The column before the step, over all units."""
        return self.before.over(self._came_from)

    @property
    def _came_from(self) -> int:
        return self.column if self.column_before is None else self.column_before

    @property
    def known(self) -> Floats:
        """The values that statistics come from, without gaps."""
        values = self.values if self.learned is None else self.learned.ravel()
        return np.asarray(values[~np.isnan(values)])

    def words(self, label: str, words: str, style: str = "note") -> None:
        self.page.set(label, self.column, text(words, style))

    def statistic(self, label: str, formula: str, value: float, *, array: bool = False) -> str:
        """Put a learned statistic above the column; return the reference to it."""
        if self.learned is not None:
            self.page.set(label, self.column, figure(value, style="marked"))
        else:
            self.page.set(label, self.column, figure(value, f"={formula}", array=array))
        return self.page.parameter(label, self.column)

    def stated(self, label: str, value: float | None, style: str = "input") -> str:
        """Put a number of the config above the column; return the reference to it."""
        if value is None:
            return ""
        self.page.set(label, self.column, figure(float(value), style=style))
        return self.page.parameter(label, self.column)

    def smallest(self) -> str:
        return self.statistic("minimum", f"MIN({self.area})", _or_nan(np.min, self.known))

    def largest(self) -> str:
        return self.statistic("maximum", f"MAX({self.area})", _or_nan(np.max, self.known))

    def write(self, formula: Callable[[str], str]) -> None:
        """Write the formula of each unit's cell, given the reference to its cell before the step."""
        for row, value in enumerate(self.result):
            cell = self.before.of(row, self._came_from)
            self.page.put(row, self.column, figure(float(value), if_number(cell, formula(cell))))

    def write_values(self) -> None:
        """Write the engine's results as values: the method has no formula."""
        for row, value in enumerate(self.result):
            self.page.put(row, self.column, figure(float(value), style="marked"))


def _or_nan(reduce: Callable[[Floats], Any], values: Floats) -> float:
    return float(reduce(values)) if len(values) else float("nan")
