"""Companies that may be listed twice: under two spellings that mean the same, or nearly so."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from itertools import combinations

from innov_index.intake.records.parsing import MONTHS_OF_A_YEAR
from innov_index.model.result import Gravity, Remark
from innov_index.sources.distinct_records import DistinctRecord, RecordsByKey
from innov_index.sources.meaning import without_legal_form
from innov_index.wording import counted, listed

SHOWN = 3
"""Pairs that a remark shows."""


def remarks_on_spellings(title: str, roles: Sequence[str], by_key: RecordsByKey) -> list[Remark]:
    """Companies that count once under several spellings, and companies that may be one and count each.

    `roles` are those of the columns of the key.
    """
    found = []
    once = sorted(spellings for entries in by_key.values() if len(spellings := _spellings(entries)) > 1)
    if once:
        text = (
            f"{title}: {counted(len(once), 'company', 'companies')} spelt in several ways, counted once each"
        )
        found.append(_remark(text, once, "companies spelt in several ways"))
    if pairs := sorted(_nearly_the_same(roles, by_key)):
        text = f"{title}: {counted(len(pairs), 'pair')} of companies that may be one, counted as two each"
        found.append(_remark(text, pairs, "companies that may be listed twice"))
    return found


def _remark(text: str, groups: Sequence[Sequence[str]], kind: str) -> Remark:
    shown = listed([" / ".join(group) for group in groups], SHOWN)
    return Remark(f"{text}: {shown}", Gravity.DATA, kind)


def _spellings(entries: Sequence[DistinctRecord]) -> tuple[str, ...]:
    return tuple(sorted({", ".join(filter(None, stated)) for entry in entries for stated in entry.spellings}))


def _nearly_the_same(roles: Sequence[str], by_key: RecordsByKey) -> Iterator[tuple[str, str]]:
    """Pairs that differ in the legal form, in the order of a date, or in that one states no country."""
    groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for key, entries in by_key.items():
        means = dict(zip(roles, key, strict=True))
        if name := without_legal_form(means["company"]):
            same = groups.setdefault((name, _in_either_order(means.get("date", ""))), [])
            same.append((means.get("country", ""), _spellings(entries)[0]))
    for group in groups.values():
        for (country, one), (another, other) in combinations(group, 2):
            if country == another or not (country and another):
                yield min(one, other), max(one, other)


def _in_either_order(day: str) -> str:
    """The number of a day; the earlier one where day and month could be turned round."""
    if not day.isdigit() or not 0 < int(day) <= datetime.date.max.toordinal():
        return day
    date = datetime.date.fromordinal(int(day))
    if date.day > MONTHS_OF_A_YEAR:
        return day
    return str(min(int(day), date.replace(day=date.month, month=date.day).toordinal()))
