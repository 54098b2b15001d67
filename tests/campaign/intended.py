"""A table as it is meant, and what a reader may make of a file in which something was changed."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

import numpy as np

from innov_index.errors import InnovIndexError
from innov_index.index import Index, load
from tests.campaign.crashes import crash_of
from tests.campaign.folders import CONFIG


class Outcome(Enum):
    """What must come of a file."""

    READ = "read"
    REFUSED = "refused"
    EITHER = "read right, or refused"


@dataclass(frozen=True)
class Intended:
    """Values of units (rows) in indicators (columns); NaN where there is none."""

    units: tuple[str, ...]
    codes: tuple[str, ...]
    values: np.ndarray

    def cells(self) -> Iterator[tuple[str, str, float]]:
        for unit, row in zip(self.units, self.values.tolist(), strict=True):
            for code, value in zip(self.codes, row, strict=True):
                yield unit, code, value


SUBNORMAL = 5e-324
"""By which half of a number may be another one, where numbers have a single digit."""

Allowed = tuple[float, ...]
"""What may be read of a cell; empty: anything."""


@dataclass(frozen=True)
class Written:
    """A file in which something was changed, and what may come of it.

    Attributes
    ----------
    change : str
        In a few words.
    name : str
    content : bytes
    outcome : Outcome
    allowed : mapping
        By unit and indicator, where it is not what was meant.
    place : str
        Pattern of what a refusal must say.
    options : str
        How the config reads the file.
    units_certain : bool
        Whether every unit must be there.
    """

    change: str
    name: str
    content: bytes
    outcome: Outcome = Outcome.READ
    allowed: Mapping[tuple[str, str], Allowed] = field(default_factory=dict)
    place: str = ""
    options: str = ""
    units_certain: bool = True


@dataclass(frozen=True)
class TableCase:
    """A table of indicators with one thing changed."""

    meant: Intended
    written: Written

    @property
    def config(self) -> str:
        leaves = ", ".join(f"{{indicator: {code}}}" for code in self.meant.codes)
        return f"""\
units: {{id: unit}}
indicators: {{file: {self.written.name}{self.written.options}}}
normalisation: {{method: none}}
index: {{code: I, children: [{leaves}]}}
"""

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / self.written.name).write_bytes(self.written.content)
        (folder / CONFIG).write_text(self.config, "utf-8")
        about = {"change": self.written.change, "must be": self.written.outcome.value}
        meant = {unit: dict(zip(self.meant.codes, row, strict=True)) for unit, row in self._rows()}
        (folder / "meant.json").write_text(json.dumps({**about, "values": meant}, indent=1), "utf-8")
        return folder / CONFIG

    def smaller(self) -> Iterator[TableCase]:
        """It is small."""
        yield from ()

    def _rows(self) -> Iterator[tuple[str, list[float]]]:
        yield from zip(self.meant.units, self.meant.values.tolist(), strict=True)


def fault_of_table(case: TableCase, folder: Path) -> str:
    """What is wrong with what was read, in a line."""
    path = case.write(folder)
    index = load(path)
    try:
        scores = index.score().scores
    except InnovIndexError as error:
        return fault_of_refusal(case.written, str(error))
    except Exception as error:
        return f"{case.written.change}: {crash_of(error)}"
    if case.written.outcome is Outcome.REFUSED:
        return f"{case.written.change}: read"
    return _fault_of_values(case, index) or _fault_of_scores(case, index, scores)


def fault_of_refusal(written: Written, said: str) -> str:
    """A refusal must be due, and say where."""
    if written.outcome is Outcome.READ:
        return (
            f"{written.change}: refused: {re.sub(r'[0-9]+', '#', said.splitlines()[0].split('/')[-1])[:90]}"
        )
    if not re.search(written.place or re.escape(written.name), said):
        return f"{written.change}: refused without its place: {said.splitlines()[0].split('/')[-1][:90]}"
    return ""


def _fault_of_values(case: TableCase, index: Index) -> str:
    dataset = index.dataset
    if _as_thousands(case, index):
        return ""
    position = {unit: at for at, unit in enumerate(dataset.units.codes)}
    for unit, code, value in case.meant.cells():
        if unit not in position:
            if case.written.units_certain:
                return f"{case.written.change}: a unit is lost"
            continue
        allowed = case.written.allowed.get((unit, code), (value,))
        found = float(dataset.values[0, position[unit], dataset.indicators.index(code)])
        if allowed and not any(same(found, one) for one in allowed):
            return f"{case.written.change}: another value"
    return ""


def _as_thousands(case: TableCase, index: Index) -> bool:
    """Whether every number that was left as meant has three decimals, was read without a mark, and is told.

    Where -6.844 and 5.432 stand beside 1.234,5, that is how they read.
    """
    meant, found = case.meant.values, index.dataset.values[0]
    if meant.shape != found.shape:
        return False
    told = sum(" is read as " in remark for remark in index.score().remarks)
    differ = ~np.isclose(found, meant * 1000, rtol=1e-12, atol=0, equal_nan=True)
    return bool(told) and int(differ.sum()) <= 1


def same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def _fault_of_scores(case: TableCase, index: Index, scores: np.ndarray) -> str:
    """Each score is the mean of what was read of the unit."""
    values = index.dataset.values[0]
    if np.isinf(scores).any():
        return f"{case.written.change}: infinite scores"
    if not np.isfinite(values).any() or np.nanmax(np.abs(values)) > 1e300:
        return ""
    present = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        means = np.where(present, values, 0).sum(axis=1) / present.sum(axis=1)
    size = np.nanmax(np.abs(values), axis=1, initial=0.0)
    close = np.abs(scores[0, :, 0] - means) <= 1e-12 * size + SUBNORMAL
    return "" if (close | ~present.any(axis=1)).all() else f"{case.written.change}: another score"
