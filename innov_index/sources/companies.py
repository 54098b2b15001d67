"""Lists of companies such as unicorns: number, valuation, date of joining."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Annotated, Literal

import numpy as np
from annotated_types import Len, MinLen

from innov_index.intake.options import options
from innov_index.intake.records.money import Money, money
from innov_index.intake.records.parsing import day_number, day_or_nan
from innov_index.limits import Digits
from innov_index.model.arrays import Bools, Floats
from innov_index.sources.currencies import NO_SUM, is_currency
from innov_index.sources.distinct_records import (
    DistinctRecord,
    RecordsByKey,
    account_of,
    counted_record,
    lines_that_count,
    merged_records,
    records_by_key,
    rows_that_count,
)
from innov_index.sources.filters import Filters
from innov_index.sources.near_duplicates import remarks_on_spellings
from innov_index.sources.record_account import RecordAccount
from innov_index.sources.records import Records, RecordSource
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
from innov_index.sources.values import NO_SHARES

NO_VALUATION = "no readable valuation (mostly the footer of the page)"
NEGATIVE = "negative valuation"

KEY = ("company", "country", "date")
"""Columns that together identify a company: names alone may repeat."""

_UNITS = {"dollars": 1, "thousand": 10**3, "million": 10**6, "billion": 10**9}


@options
class CompanyMeasure(Filters):
    """An indicator from a list of companies.

    Attributes
    ----------
    measure
        count, or sum, mean, median or max of the valuations (in the unit of the source)
    above
        only companies valued above this
    joined
        only companies that joined between these two dates, both included
    decimals
        decimals that the result is rounded to
    absent
        value of a unit without companies: zero (default for count and sum) or missing
    """

    measure: Literal["count", "sum", "mean", "median", "max"] = "count"
    above: float | None = None
    joined: Annotated[list[str], Len(2, 2)] | None = None
    decimals: Digits | None = None
    absent: Absent | None = None

    def __post_init__(self) -> None:
        for text in self.joined or ():
            if day_number(text, "month first") is None:
                raise ValueError(f"dates such as 2020-06-30 in joined; '{text}' is not one")

    @property
    def uses_valuations(self) -> bool:
        """Whether valuations are added up or compared."""
        return self.measure != "count" or self.above is not None

    def columns_used(self, stated: Mapping[str, object]) -> tuple[str, ...]:
        """Columns that the filters use, and the date for `joined`."""
        dated = ("date",) if self.joined is not None else ()
        return tuple(dict.fromkeys([*super().columns_used(stated), *dated]))


@options
class Companies(RecordSource):
    """A list of companies. Name, country and date together identify a company, never the name alone.

    What they mean is compared, not how they are written: 2017-04-07 and 4/7/2017 are one day, France and FR
    one country, `TARN` and `Tarn` one name; `Tarn` and `Tarn Ltd.` are two names, which is told.

    Columns
    -------
    company
        name; always needed
    valuation
        `$140B`, `$140`, `€1,2bn`, `USD 3 million`; needed where an indicator asks for the value of companies
    date
        day on which the company joined the list

    Attributes
    ----------
    unit
        unit of valuations written without B or M, and of the results
    indicators
        name: measure
    """

    kind: Literal["companies"]
    unit: Literal["dollars", "thousand", "million", "billion"] = "billion"
    shifted: Literal["repair", "keep"] = "repair"
    indicators: Annotated[dict[str, CompanyMeasure], MinLen(1)]

    def __post_init__(self) -> None:
        super().__post_init__()
        if "company" not in self.named and "company" not in self.made_columns():
            raise ValueError("columns: {company: …}, the column with the names of companies")
        needs_value = any(measure.uses_valuations for measure in self.indicators.values())
        if needs_value and "valuation" not in self.named:
            raise ValueError("columns: {valuation: …}, because an indicator uses valuations")


@dataclass
class PartialCompanies:
    """Partial result: each company once, by the columns of `key`, and the account."""

    by_key: RecordsByKey = field(default_factory=dict)
    account: RecordAccount = field(default_factory=RecordAccount)
    key: tuple[str, ...] = ()

    def __add__(self, other: PartialCompanies) -> PartialCompanies:
        by_key = merged_records(self.by_key, other.by_key)
        return PartialCompanies(by_key, self.account + other.account, self.key or other.key)


class CompaniesKind(SourceKind[PartialCompanies]):
    """See `SourceKind`."""

    source: Companies
    counting: frozenset[tuple[str, int]] = frozenset()
    """File and line of the records that count."""

    def of_records(self, records: Records) -> PartialCompanies:
        valuations, masks = self._measured(records)
        key = tuple(role for role in KEY if records.has(role))
        numbers = [] if valuations is None else [valuations]
        return PartialCompanies(records_by_key(records, key, masks, numbers), records.account, key)

    def _measured(self, records: Records) -> tuple[Floats | None, list[Bools]]:
        """Valuations in cents, and which records count for each indicator; those without one are left out."""
        valuations = self._valuations(records)
        days = None
        if records.has("date"):
            days = records.days()
            if unknown := int(np.isnan(days).sum()):
                records.account.unreadable["date"] += unknown
                records.note(np.flatnonzero(np.isnan(days)), "no readable date", "date")
        passing = records.masks(self.source.indicators)
        masks = {name: self._joined(passing[name], own, days) for name, own in self.source.indicators.items()}
        if valuations is not None:
            self._count_amounts(records, masks, valuations)
        return valuations, [
            self._above(masks[name], own, valuations) for name, own in self.source.indicators.items()
        ]

    def _valuations(self, records: Records) -> Floats | None:
        """Valuations in cents, of the records that have one; others are left out."""
        if not records.has("valuation"):
            return None
        decimal = records.decimal("valuation")
        amounts = {text: money(text, decimal) for text in records.column("valuation").values}
        known = {
            text: own for text, own in amounts.items() if own is not None and self._is_money(own, records)
        }
        cents = records.column("valuation").numbers(
            lambda text: self._cents(known[text]) if text in known else np.nan
        )
        currencies = {text: own.currency for text, own in known.items() if own.currency}
        values = np.rint(records.converted("valuation", cents, currencies))
        readable = ~np.isnan(values)
        records.keep(readable, NO_VALUATION, note="company")
        values = values[readable]
        records.keep(values >= 0, NEGATIVE, note="company")
        return values[values >= 0]

    def _is_money(self, amount: Money, records: Records) -> bool:
        return not amount.currency or is_currency(amount.currency, records.rates)

    def _cents(self, amount: Money) -> float:
        factor = _UNITS[self.source.unit] if amount.scale is None else 10**amount.scale
        return float(round(amount.digits * factor * 100))

    def _joined(self, mask: Bools, measure: CompanyMeasure, days: Floats | None) -> Bools:
        if measure.joined is None:
            return mask
        begin, end = (day_or_nan(text, "month first") for text in measure.joined)
        return mask & ((days >= begin) & (days <= end) if days is not None else False)

    def _above(self, mask: Bools, measure: CompanyMeasure, valuations: Floats | None) -> Bools:
        if measure.above is None or valuations is None:
            return mask
        return np.asarray(mask & (valuations > measure.above * _UNITS[self.source.unit] * 100))

    def _count_amounts(self, records: Records, masks: Mapping[str, Bools], valuations: Floats) -> None:
        """Tell the account which currencies and which sizes of amounts the indicators take together."""
        inside = records.units()[0] >= 0
        using = [name for name, measure in self.source.indicators.items() if measure.uses_valuations]
        for name in using or [NO_SUM]:
            mask = masks[name] if name in masks else np.ones(len(inside), dtype=np.bool_)
            records.count_currencies(name, ["valuation"], mask & inside)
            if name in using:
                records.count_magnitudes(name, "valuation", valuations, mask & inside)

    def finish(self, state: PartialCompanies | None) -> SourceResult:
        state = state or PartialCompanies()
        columns = {}
        for at, (name, measure) in enumerate(self.source.indicators.items()):
            units: dict[str, list[DistinctRecord]] = {}
            for record in map(counted_record, state.by_key.values()):
                if record.placement.unit is not None and record.counts[at]:
                    units.setdefault(record.placement.unit, []).append(record)
            usual: Absent = "zero" if measure.measure in ("count", "sum") else "missing"
            columns[name] = DerivedColumn(
                {unit: self._value(measure, units[unit]) for unit in sorted(units)},
                {unit: len(units[unit]) for unit in sorted(units)},
                absent_value(measure.absent, usual),
                describe_filters(self.source, measure),
            )
        account = state.account + account_of(state.by_key)
        doubts = remarks_on_spellings(self.source.title, state.key, state.by_key)
        return SourceResult(
            self.source.title, columns, account, self.preparer.files, (*self._remarks(), *doubts)
        )

    def _value(self, measure: CompanyMeasure, companies: list[DistinctRecord]) -> float:
        if measure.measure == "count":
            return float(len(companies))
        worth = sorted(int(company.numbers[0]) for company in companies)
        total = {
            "sum": sum(worth),
            "max": worth[-1],
            "median": median(worth),
            "mean": sum(worth) / len(worth),
        }[measure.measure]
        value = total / (_UNITS[self.source.unit] * 100)
        return value if measure.decimals is None else round(value, measure.decimals)

    def _remarks(self) -> tuple[str, ...]:
        if self.source.as_of is None:
            return ()
        return (
            f"{self.source.title}: companies of a later list that had joined by {self.source.as_of}. "
            "Those that left the list since then are missing, so it is not the list of that day",
        )

    def prepared_to_trace(self, count: PartialCompanies | None, unit: str) -> CompaniesKind:
        state = count or PartialCompanies()
        kind = CompaniesKind(self.source, self.preparer)
        kind.counting = lines_that_count(state.by_key, unit)
        return kind

    def why_no_shares(self, indicator: str) -> str:
        measure = self.source.indicators[indicator].measure
        return "" if measure in ("count", "sum") else NO_SHARES[measure]

    def traced(self, records: Records, indicator: str, unit: str) -> list[TracedRecord]:
        valuations, masks = self._measured(records)
        mask = masks[list(self.source.indicators).index(indicator)]
        key = [role for role in KEY if records.has(role)]
        rows = rows_that_count(records, rows_of_unit(records, unit, mask), key, self.counting)
        shares = None if self.why_no_shares(indicator) else np.ones(len(records.kept))
        if self.source.indicators[indicator].measure == "sum" and valuations is not None:
            shares = valuations / (_UNITS[self.source.unit] * 100)
        return traced_rows(records, rows, self.wanted(), shares)
