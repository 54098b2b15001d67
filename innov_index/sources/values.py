"""Records with a place and mostly a number (laureates, supercomputers …) → count, sum, mean by unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Literal

import numpy as np
from annotated_types import MinLen

from innov_index.intake.options import options
from innov_index.intake.records.wanted_columns import IF_THERE, WantedColumns
from innov_index.limits import Digits
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.sources.column_formula import columns_of, evaluate, years_in
from innov_index.sources.distinct_records import (
    RecordsByKey,
    account_of,
    counted_record,
    lines_that_count,
    merged_records,
    records_by_key,
    rows_that_count,
)
from innov_index.sources.exact_sums import exact_ratio, exact_sums, nearest_float
from innov_index.sources.filters import Filters
from innov_index.sources.record_account import RecordAccount, merged_remarks
from innov_index.sources.record_source import RecordSource
from innov_index.sources.records import Records
from innov_index.sources.source_kinds import (
    Absent,
    DerivedColumn,
    SourceKind,
    SourceResult,
    TracedRecord,
    absent_value,
    describe_filters,
    rows_of_unit,
    traced_rows,
)
from innov_index.wording import listed

NO_SHARES = {
    "mean": "the mean of the records' numbers",
    "median": "the median of the records' numbers",
    "max": "the largest of the records' numbers",
    "min": "the smallest of the records' numbers",
    "ratio": "a ratio of two sums over the records",
}
"""What a value is that is no sum of shares of its records."""

Key = tuple[str, str]
"""Indicator, unit."""


@dataclass(frozen=True, slots=True)
class Tallied:
    """The records of one unit that count for one indicator.

    `numbers` is how many of them have a number; `total` and `over` are exact sums (see `exact_sums`) of the
    two columns.
    """

    records: int = 0
    numbers: int = 0
    total: int = 0
    over: int = 0
    highest: float = -np.inf
    lowest: float = np.inf

    def __add__(self, other: Tallied) -> Tallied:
        return Tallied(
            self.records + other.records,
            self.numbers + other.numbers,
            self.total + other.total,
            self.over + other.over,
            max(self.highest, other.highest),
            min(self.lowest, other.lowest),
        )

    def value(self, measure: str) -> float:
        """The value of a measure; NaN if no record has a number for it."""
        if measure == "count":
            return float(self.records)
        if not self.numbers:
            return float("nan")
        if measure == "ratio":
            ratio = exact_ratio(self.total, self.over)
            return float("nan") if ratio is None else float(ratio)
        if measure == "mean":
            return float(exact_ratio(self.total, self.numbers << 1127) or 0)
        return {"sum": nearest_float(self.total), "max": self.highest, "min": self.lowest}[measure]


def tallied(
    indicator: str,
    units: Ints,
    names: Sequence[str],
    mask: Bools,
    of: Floats | None = None,
    over: Floats | None = None,
) -> dict[Key, Tallied]:
    """Tally the records of a batch for one indicator.

    Parameters
    ----------
    indicator : str
    units : (records,)
        Unit of each record as a position in `names`; -1 for none.
    names : sequence of str
    mask : (records,)
        Which records count.
    of, over : (records,), optional
        The numbers. A record with NaN only adds to the number of records.
    """
    mask = mask & (units >= 0)
    records = np.bincount(units[mask], minlength=len(names))
    finite = mask.copy()
    for column in (of, over):
        if column is not None:
            finite &= np.isfinite(column)
    at = units[finite]
    numbers = (
        np.bincount(at, minlength=len(names)) if of is not None else np.zeros(len(names), dtype=np.int64)
    )
    totals = exact_sums(at, of[finite], len(names)) if of is not None else [0] * len(names)
    overs = exact_sums(at, over[finite], len(names)) if over is not None else [0] * len(names)
    highest, lowest = np.full(len(names), -np.inf), np.full(len(names), np.inf)
    if of is not None:
        np.maximum.at(highest, at, of[finite])
        np.minimum.at(lowest, at, of[finite])
    return {
        (indicator, names[unit]): Tallied(
            int(records[unit]),
            int(numbers[unit]),
            totals[unit],
            overs[unit],
            float(highest[unit]),
            float(lowest[unit]),
        )
        for unit in np.flatnonzero(records).tolist()
    }


def added(one: Mapping[Key, Tallied], other: Mapping[Key, Tallied]) -> dict[Key, Tallied]:
    """Add the tallies of disjoint sets of records."""
    total = dict(one)
    for key, tally in other.items():
        mine = total.get(key)
        total[key] = tally if mine is None else mine + tally
    return total


@options
class ValueMeasure(Filters):
    """An indicator from records with a place.

    Attributes
    ----------
    measure
        count; sum, mean, max or min of the column `of`; ratio: sum of `of` divided by sum of `over`
    of, over
        columns of numbers, or formulas such as 100 * joint / total; names with other letters stand in
        backticks: 100 * `joint papers` / total
    scale
        factor that the result is multiplied by
    decimals
        decimals that the result is rounded to
    absent
        value of a unit without records: zero (default for count and sum) or missing
    """

    measure: Literal["count", "sum", "mean", "max", "min", "ratio"] = "count"
    of: str | None = None
    over: str | None = None
    scale: float = 1.0
    decimals: Digits | None = None
    absent: Absent | None = None

    def __post_init__(self) -> None:
        if self.measure != "count" and self.of is None:
            raise ValueError(f"`of`, the column to take the {self.measure} of")
        if self.measure == "ratio" and self.over is None:
            raise ValueError("`over`, the column of the denominator")
        for formula in self.formulas:
            columns_of(formula)

    @property
    def formulas(self) -> tuple[str, ...]:
        """The columns or formulas that the measure uses."""
        return tuple(formula for formula in (self.of, self.over) if formula is not None)

    def result(self, value: float) -> float:
        """The value, scaled and rounded."""
        value = value * self.scale if self.scale != 1.0 else value
        return value if self.decimals is None else round(value, self.decimals)


@options
class Values(RecordSource):
    """Records with a place, and mostly a number.

    Attributes
    ----------
    distinct
        columns that together identify a record; records that agree in all of them count once
    indicators
        name: measure
    """

    kind: Literal["values"]
    distinct: Annotated[list[str], MinLen(1)] | None = None
    indicators: Annotated[dict[str, ValueMeasure], MinLen(1)]


@dataclass
class PartialValues:
    """Partial result: tallies, or the records themselves where each may count only once."""

    tallies: Mapping[Key, Tallied] = field(default_factory=dict)
    by_key: RecordsByKey = field(default_factory=dict)
    account: RecordAccount = field(default_factory=RecordAccount)

    def __add__(self, other: PartialValues) -> PartialValues:
        return PartialValues(
            added(self.tallies, other.tallies),
            merged_records(self.by_key, other.by_key),
            self.account + other.account,
        )


class ValuesKind(SourceKind[PartialValues]):
    """See `SourceKind`."""

    source: Values
    counting: frozenset[tuple[str, int]] = frozenset()
    """File and line of the records that count, where each may count only once."""

    def further_columns(self) -> list[str]:
        used = [name for formula in self._formulas() for name in columns_of(formula)]
        return [*used, *(self.source.distinct or ())]

    def wanted(self) -> WantedColumns:
        """Columns to read; a column that is named as a formula is comes before what the formula names."""
        found = dict(super().wanted())
        source = self.source
        filtered = [name for measure in source.indicators.values() for name in source.columns_of(measure)]
        others = source.wanted([*filtered, *(source.distinct or ())])
        formulas = [formula for formula in self._formulas() if _may_be_a_name(formula)]
        for formula in formulas:
            for name in columns_of(formula):
                using = [own for own in self._formulas() if name in columns_of(own)]
                if name not in others and using == [formula]:
                    found[name] = (*found[name], f"{IF_THERE}{formula}")
        return {**{formula: (formula, IF_THERE) for formula in formulas}, **found}

    def _formulas(self) -> list[str]:
        """All formulas that the indicators use, sorted."""
        measures = self.source.indicators.values()
        return sorted({formula for measure in measures for formula in measure.formulas})

    def of_records(self, records: Records) -> PartialValues:
        numbers = self._numbers(records)
        masks = records.masks(self.source.indicators)
        units, names = records.units()
        for name, measure in self.source.indicators.items():
            used = {column for formula in measure.formulas for column in _columns(records, formula)}
            inside = masks[name] & (units >= 0)
            records.count_currencies(name, sorted(used), inside)
            if measure.measure in ("sum", "mean") and used == {measure.of}:
                records.count_magnitudes(name, str(measure.of), numbers[str(measure.of)], inside)
        if self.source.distinct is not None:
            by_key = records_by_key(records, self.source.distinct, [*masks.values()], [*numbers.values()])
            return PartialValues(by_key=by_key, account=records.account)
        records.count_placements()
        return PartialValues(self._tallied(units, names, masks, numbers), account=records.account)

    def _numbers(self, records: Records) -> dict[str, Floats]:
        """The values of each formula; cells without a number are counted by column."""
        column = cache(records.numbers)
        rows = len(records.kept)
        return {
            formula: column(formula)
            if _columns(records, formula) == (formula,)
            else np.broadcast_to(evaluate(formula, column), (rows,)).astype(np.float64)
            for formula in self._formulas()
        }

    def _tallied(
        self, units: Ints, names: Sequence[str], masks: Mapping[str, Bools], numbers: Mapping[str, Floats]
    ) -> dict[Key, Tallied]:
        tallies: dict[Key, Tallied] = {}
        for indicator, measure in self.source.indicators.items():
            columns = [numbers[formula] for formula in measure.formulas]
            tallies |= tallied(indicator, units, names, masks[indicator], *columns)
        return tallies

    def finish(self, state: PartialValues | None) -> SourceResult:
        state = state or PartialValues()
        tallies, account = state.tallies, state.account
        if self.source.distinct is not None:
            account = account + account_of(state.by_key)
            tallies = self._tallies_by_key(state.by_key)
        columns = {}
        for name, measure in self.source.indicators.items():
            own = {unit: tally for (indicator, unit), tally in sorted(tallies.items()) if indicator == name}
            usual: Absent = "zero" if measure.measure in ("count", "sum") else "missing"
            columns[name] = DerivedColumn(
                {unit: measure.result(tally.value(measure.measure)) for unit, tally in own.items()},
                {unit: tally.records for unit, tally in own.items()},
                absent_value(measure.absent, usual),
                describe_filters(self.source, measure),
            )
        return SourceResult(self.source.title, columns, account, self.preparer.files, self._remarks())

    def _remarks(self) -> tuple[str, ...]:
        """Formulas with a number that may be meant as a part of a column's name."""
        return tuple(
            f"{self.source.title}: in '{formula}' {listed(years_in(formula))} is a number; a column of that "
            "name stands in backticks"
            for formula in self._formulas()
            if years_in(formula)
        )

    def _tallies_by_key(self, by_key: RecordsByKey) -> dict[Key, Tallied]:
        rows = [
            record for record in map(counted_record, by_key.values()) if record.placement.unit is not None
        ]
        names = sorted({str(record.placement.unit) for record in rows})
        position = {name: index for index, name in enumerate(names)}
        units = np.array([position[str(record.placement.unit)] for record in rows], dtype=np.int64)
        masks = {
            indicator: np.array([record.counts[at] for record in rows], dtype=np.bool_)
            for at, indicator in enumerate(self.source.indicators)
        }
        numbers = {
            formula: np.array([record.numbers[at] for record in rows], dtype=np.float64)
            for at, formula in enumerate(self._formulas())
        }
        return self._tallied(units, names, masks, numbers)

    def prepared_to_trace(self, count: PartialValues | None, unit: str) -> ValuesKind:
        kind = ValuesKind(self.source, self.preparer)
        kind.counting = lines_that_count((count or PartialValues()).by_key, unit)
        return kind

    def why_no_shares(self, indicator: str) -> str:
        measure = self.source.indicators[indicator].measure
        return "" if measure in ("count", "sum") else NO_SHARES[measure]

    def traced(self, records: Records, indicator: str, unit: str) -> list[TracedRecord]:
        measure = self.source.indicators[indicator]
        numbers = self._numbers(records)
        rows = rows_of_unit(records, unit, records.mask(measure))
        if self.source.distinct is not None:
            rows = rows_that_count(records, rows, self.source.distinct, self.counting)
        shares = None if self.why_no_shares(indicator) else np.full(len(records.kept), measure.scale)
        if measure.measure == "sum":
            shares = numbers[str(measure.of)] * measure.scale
        return traced_rows(records, rows, self.wanted(), shares)


def _may_be_a_name(formula: str) -> bool:
    """Whether a column, not a path to a value, may have the text of a formula as its name."""
    return columns_of(formula) != (formula,) and not {".", "[", "`"} & set(formula)


def _columns(records: Records, formula: str) -> tuple[str, ...]:
    """The columns that a formula stands for: the one of its very name, where there is one, which is told."""
    if not _may_be_a_name(formula) or not records.has(formula):
        return columns_of(formula)
    told = f"{records.batch.file}: '{formula}' is the column of that name, not what the formula gives"
    records.account.said = merged_remarks(records.account.said, (told,))
    return (formula,)
