"""Lists of companies such as unicorns: number, valuation, date of joining."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median
from typing import Annotated, Literal, TypeAlias

import numpy as np
from annotated_types import Len, MinLen

from innov_index.intake.options import options
from innov_index.intake.records.money import Money, money
from innov_index.intake.records.parsing import DayOrder, day_number, day_or_nan, number
from innov_index.intake.records.text_columns import Texts, combine
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
from innov_index.sources.exploding import split
from innov_index.sources.filters import Filters
from innov_index.sources.near_duplicates import remarks_on_spellings
from innov_index.sources.record_account import RecordAccount
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
from innov_index.sources.values import NO_SHARES

NO_VALUATION = "no readable valuation (mostly the footer of the page)"
NEGATIVE = "negative valuation"

KEY = ("id", "company", "country", "date")
"""Columns that together identify a company: names alone may repeat."""

VALUATION = "valuation"

UNDATED = "?"
"""In place of amounts of which it is not known when they held: no amount."""

Unit: TypeAlias = Literal["dollars", "thousand", "million", "billion"]

_UNITS = {"dollars": 1, "thousand": 10**3, "million": 10**6, "billion": 10**9}


@options
class LatestOf:
    """The last amount that was known on a day, of several in a cell.

    Attributes
    ----------
    values, dates
        columns with several values in a cell: amounts, and the date of each
    until
        the day, included
    by
        text between the values of a cell
    """

    values: str
    dates: str
    until: str
    by: Annotated[str, MinLen(1)] = ";"

    def __post_init__(self) -> None:
        if day_number(self.until, "month first") is None:
            raise ValueError(f"a date such as 2020-06-30 in until; '{self.until}' is not one")

    @property
    def column(self) -> str:
        """The name of the column that is made."""
        return f"{self.values} until {self.until}"

    def chosen(self, values: str, dates: str, order: DayOrder) -> str:
        """The amount as written; nothing where no date is as early, a mark where the dates do not suit."""
        amounts, days = (split(cell, self.by) if cell else [] for cell in (values, dates))
        numbers = [day_or_nan(day, order) for day in days]
        if len(amounts) != len(days) or any(day != day for day in numbers):
            return UNDATED if values else ""
        last = day_or_nan(self.until, "month first")
        known = [(day, at) for at, day in enumerate(numbers) if day <= last]
        return amounts[max(known)[1]] if known else ""


@options
class CompanyMeasure(Filters):
    """An indicator from a list of companies.

    Attributes
    ----------
    measure
        count, or sum, mean, median or max of the valuations (in the unit of the source)
    of
        column with the amounts that are taken in place of the valuations, of which a cell may be empty; or
        {values: …, dates: …, until: …}, the last of several amounts until a day
    unit
        unit of the results, of `min` and of `above`; that of the source by default
    min, above
        only companies valued at least at this, above this
    joined
        only companies that joined between these two dates, both included
    decimals
        decimals that the result is rounded to
    absent
        value of a unit without companies: zero (default for count and sum) or missing
    """

    measure: Literal["count", "sum", "mean", "median", "max"] = "count"
    of: str | LatestOf | None = None
    unit: Unit | None = None
    min: float | None = None
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
        return self.measure != "count" or self.above is not None or self.min is not None

    @property
    def amounts(self) -> str | None:
        """The column of amounts that it uses."""
        if not self.uses_valuations:
            return None
        return self.of.column if isinstance(self.of, LatestOf) else self.of or VALUATION

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
    id
        what tells companies of one name apart, where a list has it
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
    unit: Unit = "billion"
    shifted: Literal["repair", "keep"] = "repair"
    indicators: Annotated[dict[str, CompanyMeasure], MinLen(1)]

    def __post_init__(self) -> None:
        super().__post_init__()
        if "company" not in self.named and "company" not in self.made_columns():
            raise ValueError("columns: {company: …}, the column with the names of companies")
        needs_value = any(measure.amounts == VALUATION for measure in self.indicators.values())
        if needs_value and VALUATION not in {*self.named, *self.made_columns()}:
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

    def further_columns(self) -> list[str]:
        stated = [measure.of for measure in self.source.indicators.values() if measure.of is not None]
        return [
            name for of in stated for name in ((of.values, of.dates) if isinstance(of, LatestOf) else (of,))
        ]

    def of_records(self, records: Records) -> PartialCompanies:
        amounts, masks = self._measured(records)
        key = tuple(role for role in KEY if records.has(role))
        by_key = records_by_key(records, key, masks, [*amounts.values()])
        return PartialCompanies(by_key, records.account, key)

    def _columns_of_amounts(self) -> list[str]:
        """Columns with the amounts that are stated or used."""
        source = self.source
        stated = [VALUATION] if VALUATION in {*source.columns, *source.made_columns()} else []
        return list(
            dict.fromkeys([*stated, *(own.amounts for own in source.indicators.values() if own.amounts)])
        )

    def _measured(self, records: Records) -> tuple[dict[str, Floats], list[Bools]]:
        """Amounts in cents by column, and which records count; those without a valuation are left out."""
        self._make_latest(records)
        columns = self._columns_of_amounts()
        first = {VALUATION: self._valuations(records)} if VALUATION in columns else {}
        amounts = {role: first[role] if role in first else self._amounts(records, role) for role in columns}
        for role, cents in amounts.items():
            if lacking := int((records.column(role).flags(bool) & np.isnan(cents)).sum()):
                records.account.unreadable[role] += lacking
        days = None
        if records.has("date"):
            days = records.days()
            if unknown := int(np.isnan(days).sum()):
                records.account.unreadable["date"] += unknown
                records.note(np.flatnonzero(np.isnan(days)), "no readable date", "date")
        passing = records.masks(self.source.indicators)
        masks = {
            name: passing[name] if own.joined is None else self._joined(records, passing[name], name, days)
            for name, own in self.source.indicators.items()
        }
        self._count_amounts(records, masks, amounts)
        return amounts, [
            self._valued(records, masks[name], name, own, amounts)
            for name, own in self.source.indicators.items()
        ]

    def _valuations(self, records: Records) -> Floats:
        """Valuations in cents, of the records that have one; others are left out."""
        values = self._amounts(records, VALUATION)
        readable = ~np.isnan(values)
        records.keep(readable, NO_VALUATION, note="company")
        values = values[readable]
        records.keep(values >= 0, NEGATIVE, note="company")
        return values[values >= 0]

    def _make_latest(self, records: Records) -> None:
        for measure in self.source.indicators.values():
            if isinstance(of := measure.of, LatestOf) and of.column not in records.columns:
                codes, cells = combine([records.column(of.values), records.column(of.dates)])
                chosen = tuple(of.chosen(values, dates, self.source.order) for values, dates in cells)
                records.columns[of.column] = Texts(codes, chosen)

    def _amounts(self, records: Records, role: str) -> Floats:
        """The amounts of a column in cents; NaN for none."""
        decimal = records.decimal(role)
        amounts = {text: self._amount(text, decimal, records) for text in records.column(role).values}
        known = {
            text: own for text, own in amounts.items() if own is not None and self._is_money(own, records)
        }
        cents = records.column(role).numbers(
            lambda text: self._cents(known[text]) if text in known else np.nan
        )
        currencies = {text: own.currency for text, own in known.items() if own.currency}
        return np.asarray(np.rint(records.converted(role, cents, currencies)))

    def _amount(self, text: str, decimal: str, records: Records) -> Money | None:
        """The amount of a cell; of a range what the source states about ranges."""
        amount = money(text, decimal)
        if amount is not None or records.conventions.ranges is None:
            return amount
        value = number(text, decimal, records.conventions)
        return Money(Decimal(repr(value)), None, "") if value == value else None

    def _is_money(self, amount: Money, records: Records) -> bool:
        return not amount.currency or is_currency(amount.currency, records.rates)

    def _cents(self, amount: Money) -> float:
        factor = _UNITS[self.source.unit] if amount.scale is None else 10**amount.scale
        return float(round(amount.digits * factor * 100))

    def _joined(self, records: Records, mask: Bools, name: str, days: Floats | None) -> Bools:
        if days is None:
            return mask & False
        begin, end = (day_or_nan(text, "month first") for text in self.source.indicators[name].joined or ())
        return records.passing(mask, (days >= begin) & (days <= end), f"filter `joined` of '{name}'", "date")

    def _valued(
        self, records: Records, mask: Bools, name: str, measure: CompanyMeasure, amounts: Mapping[str, Floats]
    ) -> Bools:
        if measure.amounts is None:
            return mask
        role, unit, values = measure.amounts, self._unit(measure), amounts[measure.amounts]
        if measure.min is not None:
            mask = records.passing(mask, values >= measure.min * unit, f"filter `min` of '{name}'", role)
        if measure.above is not None:
            mask = records.passing(mask, values > measure.above * unit, f"filter `above` of '{name}'", role)
        return mask

    def _unit(self, measure: CompanyMeasure) -> int:
        """The unit of a measure, in cents."""
        return _UNITS[measure.unit or self.source.unit] * 100

    def _count_amounts(
        self, records: Records, masks: Mapping[str, Bools], amounts: Mapping[str, Floats]
    ) -> None:
        """Tell the account which currencies and which sizes of amounts the indicators take together."""
        inside = records.units()[0] >= 0
        using = any(measure.amounts is not None for measure in self.source.indicators.values())
        if not using and VALUATION in amounts:
            records.count_currencies(NO_SUM, [VALUATION], inside)
        for name, measure in self.source.indicators.items():
            if measure.amounts is not None:
                records.count_currencies(name, [measure.amounts], masks[name] & inside)
                values = amounts[measure.amounts]
                records.count_magnitudes(name, measure.amounts, values, masks[name] & inside)

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
        at = self._columns_of_amounts().index(str(measure.amounts))
        worth = sorted(int(own.numbers[at]) for own in companies if own.numbers[at] == own.numbers[at])
        if not worth:
            return 0.0 if measure.measure == "sum" else float("nan")
        total = {
            "sum": sum(worth),
            "max": worth[-1],
            "median": median(worth),
            "mean": sum(worth) / len(worth),
        }[measure.measure]
        value = total / self._unit(measure)
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
        amounts, masks = self._measured(records)
        measure = self.source.indicators[indicator]
        mask = masks[list(self.source.indicators).index(indicator)]
        key = [role for role in KEY if records.has(role)]
        rows = rows_that_count(records, rows_of_unit(records, unit, mask), key, self.counting)
        shares = None if self.why_no_shares(indicator) else np.ones(len(records.kept))
        if measure.measure == "sum":
            shares = np.nan_to_num(amounts[str(measure.amounts)]) / self._unit(measure)
        return traced_rows(records, rows, self.wanted(), shares)
