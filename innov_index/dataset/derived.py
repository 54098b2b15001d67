"""Indicators derived from raw records, as further columns of the dataset."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from innov_index.config.load import Config
from innov_index.dataset.config_tables import in_order
from innov_index.errors import ConfigError, DataError, Mark, Problem
from innov_index.frozen import frozen
from innov_index.intake.table import Column, Table
from innov_index.model.arrays import Floats
from innov_index.model.result import Gravity, Remark
from innov_index.model.sheet import Cell, Sheet
from innov_index.wording import counted, listed

if TYPE_CHECKING:
    from innov_index.engine.executors import Executor, Progress
    from innov_index.sources.record_source import RecordSource
    from innov_index.sources.source_kinds import DerivedColumn, SourceResult


Number = TypeVar("Number", int, float)

CITY_NODE = "city "
"""Prefix of the node of a place outside all units."""


@frozen
class DerivedIndicators:
    """The results of a config's sources.

    `names` holds the names of units that are places of a gazetteer, whose codes are numbers or two letters.
    """

    sources: tuple[SourceResult, ...]
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> Mapping[str, DerivedColumn]:
        """Every derived indicator by name."""
        return {name: column for source in self.sources for name, column in source.columns.items()}

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that was read."""
        return tuple(dict.fromkeys(file for source in self.sources for file in source.files))

    @property
    def units(self) -> Sheet:
        """Units found in the records: clusters, or all units with a value."""
        sheets = [source.units for source in self.sources if source.units is not None]
        if sheets:
            return sheets[0]
        units = sorted({unit for column in self.columns.values() for unit in column.units})
        return Sheet(("unit", "name"), [(unit, self.names.get(unit, unit)) for unit in units])

    @property
    def editions(self) -> tuple[str, ...]:
        """The editions of the records, in order; none where no source has any."""
        return in_order([edition for source in self.sources for edition in source.editions])

    def values(self, name: str, units: Sequence[str], edition: str = "") -> Floats:
        """The values of a derived indicator in an edition, one for each unit."""
        column = self._of_edition(name, edition)
        if column is None:
            return np.full(len(units), np.nan)
        absent = np.nan if meets_none(column, units) else column.absent
        return np.array([column.values.get(unit, absent) for unit in units], dtype=np.float64)

    def _of_edition(self, name: str, edition: str) -> DerivedColumn | None:
        """An indicator as it is in an edition; None where no record is of it."""
        column = self.columns[name]
        return column.editions.get(edition) if column.editions else column

    def sheet(self, units: Sequence[str]) -> Sheet:
        """One row per unit, or per unit and edition; one column per indicator."""
        rows: list[tuple[Cell, ...]] = []
        for edition in self.editions or ("",):
            keys = [units, (edition,) * len(units)] if self.editions else [units]
            if self.names:
                keys.insert(1, [self.names.get(unit, unit) for unit in units])
            columns = [_cells(self.values(name, units, edition)) for name in self.columns]
            rows += zip(*keys, *columns, strict=True)
        named = ("name",) if self.names else ()
        return Sheet((*self._keys[:1], *named, *self._keys[1:], *self.columns), rows)

    def cells(self, units: Sequence[str]) -> Sheet:
        """One row per value: number of records behind it, and which records count."""
        rows: list[tuple[Cell, ...]] = []
        for source in self.sources:
            for name, column in source.columns.items():
                for edition in self.editions or ("",):
                    own = self._of_edition(name, edition)
                    records = {} if own is None else own.records
                    values = _cells(self.values(name, units, edition))
                    key = (edition,) if self.editions else ()
                    rows += [
                        (unit, *key, name, value, records.get(unit, 0), source.title, column.filters)
                        for unit, value in zip(units, values, strict=True)
                    ]
        return Sheet((*self._keys, "indicator", "value", "records", "source", "filters"), rows)

    def renamed(self, codes: Mapping[str, str]) -> DerivedIndicators:
        """The indicators with the codes of units in place of other names for them.

        Raises
        ------
        DataError
            A source has values for two names of one unit.
        """
        if not codes:
            return self
        return replace(self, sources=tuple(_renamed(source, codes) for source in self.sources))

    @property
    def _keys(self) -> tuple[str, ...]:
        return ("unit", "edition") if self.editions else ("unit",)

    def remarks(self, units: Sequence[str]) -> tuple[str, ...]:
        """One sentence per source on what became of its records, and further remarks."""
        return tuple(
            remark
            for source in self.sources
            for remark in (
                Remark(_sentence(source), kind="sources of records"),
                *source.remarks,
                *_unknown_units(source, set(units), self.names),
                *_met_none(source, units),
            )
        )


def _renamed(source: SourceResult, codes: Mapping[str, str]) -> SourceResult:
    def column(own: DerivedColumn) -> DerivedColumn:
        return replace(
            own,
            values=keyed(own.values),
            records=keyed(own.records),
            editions={edition: column(each) for edition, each in own.editions.items()},
        )

    def keyed(values: Mapping[str, Number]) -> dict[str, Number]:
        found: dict[str, Number] = {}
        for unit in sorted(values, key=lambda unit: codes.get(unit, unit)):
            code = codes.get(unit, unit)
            if code in found:
                both = listed(sorted(name for name in values if codes.get(name, name) == code))
                raise DataError(f"{source.title}: {both} are one unit, {code}; `replace` makes them one text")
            found[code] = values[unit]
        return found

    return replace(source, columns={name: column(own) for name, own in source.columns.items()})


def meets_none(column: DerivedColumn, units: Sequence[str]) -> bool:
    """Whether records count, but none of them in one of the units: then nothing is known, not even a zero."""
    known = column.units
    return bool(known) and not any(unit in known for unit in units)


def derive_indicators(
    config: Config,
    executor: Executor | None = None,
    progress: Progress | None = None,
    wanted: Collection[str] | None = None,
) -> DerivedIndicators:
    """Derive the indicators of the config's sources.

    Parameters
    ----------
    config : Config
    executor : Executor, optional
        Where partial results are computed; on this computer by default.
    progress : callable, optional
        Called with the number of further records read.
    wanted : names, optional
        Only these indicators; all by default.

    Raises
    ------
    ConfigError
        The config has no sources.
    DataError
        A file cannot be read, or too few records have a known place.
    """
    from innov_index.sources.places.placing import Placer
    from innov_index.sources.run_sources import derive

    if config.derivation is None:
        raise ConfigError(Problem("the config has no `sources`: nothing to derive", config.document.mark))
    derivation = config.derivation
    sources = derivation.sources
    if wanted is not None:
        sources = tuple(own for source in sources if (own := narrowed(source, wanted)))
    found = tuple(derive(sources, derivation.places, config.folder, executor, progress))
    names: dict[str, str] = {}
    for source, result in zip(sources, found, strict=True):
        if source.is_placed and not source.states_units:
            units = {unit for column in result.columns.values() for unit in column.units}
            names |= Placer(source.places or derivation.places, config.folder).names_of(units)
    return DerivedIndicators(found, names)


def narrowed(source: RecordSource, wanted: Collection[str]) -> RecordSource | None:
    """The source with only the wanted indicators; None if it has none of them."""
    stated = getattr(source, "indicators", None)
    if not isinstance(stated, Mapping):
        return source
    kept = {name: measure for name, measure in stated.items() if name in wanted}
    return replace(source, indicators=kept) if kept else None  # type: ignore[call-arg]


def as_table(sheet: Sheet) -> Table:
    """A sheet as a table, as if read from a file."""
    cells = list(zip(*sheet.rows, strict=True)) or [()] * len(sheet.columns)
    columns = tuple(Column(name, cells[at], at) for at, name in enumerate(sheet.columns))
    return Table(_NoPlaces(), np.arange(len(sheet.rows), dtype=np.int64), -1, columns)


class _NoPlaces:
    """Places of cells that are not in a file."""

    file = "derived records"

    def mark(self, row: int, column: int) -> Mark:
        return Mark(self.file)

    def row(self, row: int) -> str:
        return f"row {row + 1}"


def _cells(values: Floats) -> list[Cell]:
    """Numbers as cells; integers if all of them are."""
    present = values[np.isfinite(values)]
    if (present == np.round(present)).all() and (np.abs(present) < 2**53).all():
        return [None if value != value else int(value) for value in values.tolist()]
    return [None if value != value else value for value in values.tolist()]


def _sentence(source: SourceResult) -> str:
    account = source.account
    parts = [f"{source.title}: {counted(account.records, 'record')}"]
    if account.left_out:
        parts.append(f"left out {_by_cause(account.left_out)}")
    if account.not_placed or account.outside:
        parts.append(
            f"{account.share_placed:.1%} with a known place ({account.inside} in a unit, "
            f"{account.outside} elsewhere)"
        )
    if account.not_placed:
        common = sorted(account.unplaced.items(), key=lambda entry: (-entry[1], entry[0]))[:3]
        names = ", ".join(
            f"{', '.join(text for _, text in texts if text) or 'nothing'} ({count}, {cause})"
            for (cause, texts), count in common
        )
        parts.append(f"{account.not_placed} without a known place, such as {names}")
    doubts = {"ambiguous": "an ambiguous name", "similar name": "a misspelt city, taken for a similar one"}
    for doubt, shown in doubts.items():
        found = sum(count for (cause, _, _), count in account.doubtful.items() if cause == doubt)
        if found:
            parts.append(f"{found} with {shown} (see `innov-index derive --review`)")
    if account.repaired:
        parts.append(f"repaired {_by_cause(account.repaired)}")
    if account.unreadable:
        parts.append(f"without a number or date {_by_cause(account.unreadable)}")
    return "; ".join(parts)


def _by_cause(causes: Mapping[str, int]) -> str:
    return ", ".join(f"{count} ({cause})" for cause, count in sorted(causes.items()))


def _met_none(source: SourceResult, units: Sequence[str]) -> list[str]:
    """A remark on indicators whose records are in none of the units."""
    names = [name for name, column in source.columns.items() if meets_none(column, units)]
    if not names:
        return []
    text = (
        f"{source.title}: no record is in one of the units, so {listed(names, 5)} is missing for all of them"
    )
    return [Remark(text, Gravity.FIGURE)]


def _unknown_units(source: SourceResult, units: set[str], known: Mapping[str, str]) -> list[str]:
    """A remark on units of records that are not in the table of units (nodes of networks need not be)."""
    if source.exports or source.units is not None:
        return []
    every = {unit for column in source.columns.values() for unit in column.units}
    found = {unit for unit in every if unit not in units and not unit.startswith(CITY_NODE)}
    if not found:
        return []
    number = counted(len(found), "unit")
    names = listed([f"{known[unit]} ({unit})" if unit in known else unit for unit in sorted(found)], 5)
    text = f"{source.title}: some records are in {number} missing from the table of units: {names}"
    return [Remark(text, Gravity.DATA, "sources with records in units missing from the table of units")]
