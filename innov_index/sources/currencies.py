"""Amounts of several currencies: made one currency by stated rates, or never added up."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from annotated_types import Gt, MinLen

from innov_index.errors import DataError, Problem
from innov_index.frozen import frozen
from innov_index.intake.options import options
from innov_index.intake.reading import read_table
from innov_index.intake.records.money import currency_of, is_like_a_currency
from innov_index.model.result import Gravity, Remark
from innov_index.sources.column_evidence import SortOfCell
from innov_index.sources.record_account import RecordAccount
from innov_index.wording import listed

OF = "currency "
NO_RATE = "no rate of "
UNKNOWN = "unknown currency "
"""What evidence says of amounts, before the currency."""

NO_SUM = ""
"""In place of an indicator: amounts that no indicator adds up."""


@options
class Currency:
    """One currency for all amounts.

    Attributes
    ----------
    to
        the currency of the results, and of amounts without a currency: USD
    rates
        what one unit of each other currency is worth in it, {EUR: 1.12, JPY: 0.0068}; or a table with the
        columns currency and rate, and year where rates differ by the year of the record (column `year` or
        `date`). A key may be a sign as the file has it, such as $ for Canadian dollars
    """

    to: str
    rates: Annotated[dict[str, Annotated[float, Gt(0)]], MinLen(1)] | str


@frozen
class Rates:
    """What one unit of a currency is worth in another one, by its text or code and its year, if any."""

    to: str
    by_written: Mapping[tuple[str, str], float]
    by_year: bool = False

    @classmethod
    def read(cls, stated: Currency, folder: Path) -> Rates:
        """The rates that a config states or a table has."""
        if not isinstance(stated.rates, str):
            return cls(stated.to, {(written, ""): rate for written, rate in stated.rates.items()})
        table = read_table(folder / stated.rates)
        table.require(["currency", "rate"], "rates of currencies")
        by_year = "year" in table.columns
        numbers = table.numbers(["rate", *(["year"] if by_year else [])])
        rates: dict[tuple[str, str], float] = {}
        problems = []
        for row, (written, own) in enumerate(zip(table.text("currency"), numbers.tolist(), strict=True)):
            key = written, f"{own[1]:.0f}" if by_year and math.isfinite(own[1]) else ""
            if not own[0] > 0:
                problems.append(Problem("a rate must be above 0", table.mark(row, "rate")))
            elif key in rates and rates[key] != own[0]:
                problems.append(Problem(f"a second rate of {_shown(*key)}", table.mark(row, "currency")))
            rates[key] = own[0]
        DataError.raise_if(problems)
        return cls(stated.to, rates, by_year)

    def of(self, written: str, year: str) -> float | None:
        """The rate of a currency as a file writes it; None where there is none."""
        code = currency_of(written) or written
        for name in (written, code):
            for own in (year, ""):
                if (name, own) in self.by_written:
                    return self.by_written[name, own]
        return 1.0 if self.to in (written, code) or currency_of(self.to) == code else None

    def knows(self, written: str) -> bool:
        """Whether a text is a currency that the rates name."""
        return written == self.to or any(written == name for name, _ in self.by_written)


def sort_of(written: str, year: str, rates: Rates | None) -> tuple[str, float]:
    """What an amount shows of its currency, and the factor that it is multiplied by."""
    if not written:
        return "", 1.0
    if rates is not None:
        rate = rates.of(written, year)
        return (
            ("", rate) if rate is not None else (NO_RATE + _shown(currency_of(written) or written, year), 1.0)
        )
    code = currency_of(written)
    return (OF + code, 1.0) if code is not None else (UNKNOWN + written, math.nan)


def is_currency(written: str, rates: Rates | None) -> bool:
    """Whether a text beside a number is a currency, known or not, and no flag or unit."""
    return is_like_a_currency(written) or is_known_currency(written, rates)


def is_known_currency(written: str, rates: Rates | None) -> bool:
    """Whether a text beside a number is a currency of the list, or one that the rates name."""
    return currency_of(written) is not None or (rates is not None and rates.knows(written))


def _shown(currency: str, year: str) -> str:
    return currency if not year else f"{currency} in {year}"


def remarks(title: str, account: RecordAccount) -> list[Remark]:
    """What is to be told of currencies.

    Raises
    ------
    DataError
        An indicator adds up amounts of several currencies, or amounts that no rate is stated of.
    """
    by_indicator: dict[str, dict[str, SortOfCell]] = {}
    for (name, sort), cells in sorted(account.evidence.items()):
        if sort.startswith((OF, NO_RATE)):
            by_indicator.setdefault(name, {})[sort] = cells
    not_summed = by_indicator.pop(NO_SUM, {})
    for name, sorts in by_indicator.items():
        _refuse_several(title, name, sorts)
    unknown = {sort: cells for (_, sort), cells in account.evidence.items() if sort.startswith(UNKNOWN)}
    found = [
        Remark(f"{title}: {cells.counted('amount')} in the {sort} not read", Gravity.FIGURE, _KIND)
        for sort, cells in sorted(unknown.items())
    ]
    if len(not_summed) > 1:
        names = listed(sort.removeprefix(OF) for sort in not_summed)
        found.append(Remark(f"{title}: amounts are in {names}; no indicator adds them up", kind=_KIND))
    return found


_KIND = "sources with amounts of several currencies"


def _refuse_several(title: str, indicator: str, sorts: Mapping[str, SortOfCell]) -> None:
    lacking = {sort: cells for sort, cells in sorts.items() if sort.startswith(NO_RATE)}
    if lacking:
        shown = listed((f"{sort} ({cells.counted('amount')})" for sort, cells in lacking.items()), 3)
        raise DataError(f"{title}: `currency` has {shown}, which '{indicator}' uses")
    if len(sorts) > 1:
        often = sorted(sorts, key=lambda sort: (-sorts[sort].count, sort))
        codes = [sort.removeprefix(OF) for sort in often]
        shown = listed(
            f"{code} ({sorts[sort].counted('amount')})" for code, sort in zip(codes, often, strict=True)
        )
        rates = ", ".join(f"{code}: …" for code in codes[1:])
        raise DataError(
            f"{title}: '{indicator}' takes amounts of several currencies together: {shown}. State rates: "
            f"currency: {{to: {codes[0]}, rates: {{{rates}}}}}"
        )
