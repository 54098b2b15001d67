"""`Dataset`: units × indicators, with editions as the leading axis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from innov_index.errors import InnovIndexError, not_found
from innov_index.frozen import frozen
from innov_index.model.arrays import Bools, Floats, read_only
from innov_index.wording import counted, listed

if TYPE_CHECKING:
    import pandas


@frozen
class Units:
    """The units that are ranked: unique codes, names, groups, and numeric columns such as population.

    Numeric columns have shape (editions, units); without editions, values are the same in each.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    columns: Mapping[str, Floats] = field(default_factory=dict)

    def __repr__(self) -> str:
        columns = (*self.groups, *self.columns)
        more = f" with {listed(columns, 8)}" if columns else ""
        return f"<Units: {len(self)}, {listed(self.codes[:5], 5)}{', …' if len(self) > 5 else ''}{more}>"[
            :1900
        ]

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def position(self) -> dict[str, int]:
        """Position of each unit by its code."""
        return {code: index for index, code in enumerate(self.codes)}

    def find(self, name: str) -> int:
        """Position of a unit by its code, or by its name where only one unit has it."""
        if name in self.position:
            return self.position[name]
        named = [position for position, known in enumerate(self.names) if known == name]
        if len(named) > 1:
            raise InnovIndexError(f"{len(named)} units have the name '{name}'; give the code of one of them")
        if not named:
            raise InnovIndexError(not_found("unit", name, dict.fromkeys((*self.codes, *self.names))))
        return named[0]


@frozen
class Dataset:
    """Raw values of the indicators.

    `values` has shape (editions, units, indicators); NaN is missing. `editions` is empty if the data have no
    editions; the edition axis then has length 1. `present` (editions, units) is False where a unit has no
    row in an edition.
    """

    units: Units
    indicators: tuple[str, ...]
    values: Floats
    present: Bools
    editions: tuple[str, ...] = ()

    def __repr__(self) -> str:
        editions, units, indicators = self.values.shape
        size = f"{counted(units, 'unit')}, {counted(indicators, 'indicator')}, {counted(editions, 'edition')}"
        missing = int(np.isnan(self.values[self.present]).sum())
        return f"<Dataset: {size}, {counted(missing, 'missing value')}; to_frame() is a table>"

    def __post_init__(self) -> None:
        expected = (max(len(self.editions), 1), len(self.units), len(self.indicators))
        if self.values.shape != expected:
            raise ValueError(f"values have shape {self.values.shape}, expected {expected}")
        read_only(self.values)
        read_only(self.present)

    def columns(self, indicators: tuple[str, ...]) -> Floats:
        """Values of the named indicators, in that order: (editions, units, len(indicators))."""
        if indicators == self.indicators:
            return self.values
        position = {name: index for index, name in enumerate(self.indicators)}
        return self.values[..., [position[name] for name in indicators]]

    def to_frame(self) -> pandas.DataFrame:
        """One row per unit (and edition), one column per indicator."""
        import pandas

        frames = []
        for index, edition in enumerate(self.editions or ("",)):
            frame = pandas.DataFrame(self.values[index], columns=list(self.indicators))
            frame.insert(0, "unit", list(self.units.codes))
            if self.editions:
                frame.insert(1, "edition", edition)
            frames.append(frame[np.asarray(self.present[index])])
        return pandas.concat(frames, ignore_index=True)
