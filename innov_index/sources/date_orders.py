"""The order of day and month in a column of dates: stated, or shown by dates that have only one reading."""

from __future__ import annotations

from innov_index.errors import DataError
from innov_index.intake.records.parsing import DAY_FIRST, EITHER, MONTH_FIRST, DayOrder
from innov_index.model.result import Gravity, Remark
from innov_index.sources.record_account import RecordAccount
from innov_index.sources.record_source import RecordSource
from innov_index.sources.records import DATE

KIND = "sources with dates of a doubtful order"


def order_to_read(source: RecordSource, account: RecordAccount) -> DayOrder | None:
    """The order that dates must be read in once more; None where they were read as they should be.

    Raises
    ------
    DataError
        Some dates can only be read day first, others only month first, and the source states no order.
    """
    day, month = (account.evidence.get((DATE, order)) for order in (DAY_FIRST, MONTH_FIRST))
    if source.dates is not None or day is None:
        return None
    if month is not None:
        raise DataError(
            f"{source.title}: {day.counted('date')} can only be read day first, {month.counted('date')} only "
            "month first; state `dates: day first` or `dates: month first`"
        )
    return "day first"


def remarks(source: RecordSource, account: RecordAccount) -> list[Remark]:
    """What was guessed of the order, or contradicts the one that is stated."""
    evidence = account.evidence
    if source.dates is None:
        either = evidence.get((DATE, EITHER))
        if either is None or (DATE, MONTH_FIRST) in evidence:
            return []
        text = (
            f"{source.title}: dates are read month first: none shows the order, and another one would change "
            f"{either.counted('date')}; `dates` states it"
        )
        return [Remark(text, Gravity.DATA, KIND)]
    other = evidence.get((DATE, MONTH_FIRST if source.dates == "day first" else DAY_FIRST))
    if other is None:
        return []
    text = f"{source.title}: {other.counted('date')} cannot be read {source.dates}, as `dates` states"
    return [Remark(text, Gravity.FIGURE, KIND)]


def guessed(source: RecordSource, account: RecordAccount) -> Remark:
    """Why dates are read day first though nobody says so."""
    day = account.evidence[DATE, DAY_FIRST]
    text = f"{source.title}: dates are read day first, the only order of {day.counted('date')}"
    return Remark(text, Gravity.DATA, KIND)
