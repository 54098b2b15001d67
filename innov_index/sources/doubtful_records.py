"""What looks wrong once all records have been read: filters, countries, sizes of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from innov_index.model.result import Gravity, Remark
from innov_index.sources.column_evidence import DROPPED, ELSEWHERE, MAGNITUDE, NOT_COUNTED, SortOfCell
from innov_index.sources.record_account import RecordAccount
from innov_index.wording import counted

FEW_PASS = 0.01
"""Share of records, at most, that a filter keeps for it to be told."""

MANY_SEEN = 20
"""Number of records from which on a small share is told."""

EMPTY_POWERS = 3
"""Powers of ten without a number between the usual numbers of a column and some others."""

FEW_OTHERS = 0.1
"""Share of numbers, at most, that are of another size than the others."""


def remarks(title: str, account: RecordAccount) -> Iterator[Remark]:
    """One remark for each filter, column or indicator in doubt."""
    yield from _filters(title, account)
    elsewhere = account.evidence.get(("country", ELSEWHERE))
    if elsewhere is not None:
        text = (
            f"{title}: the coordinates of {elsewhere.counted('record')} lead to another country than it "
            "states (see `innov-index derive --review`)"
        )
        yield Remark(text, Gravity.DATA, "sources with coordinates in another country")
    yield from _magnitudes(title, account)


def _filters(title: str, account: RecordAccount) -> Iterator[Remark]:
    for (name, sort), dropped in sorted(account.evidence.items()):
        if sort not in (DROPPED, NOT_COUNTED):
            continue
        passed = account.passed[name]
        seen = passed + dropped.count
        few = sort == DROPPED and seen >= MANY_SEEN and passed <= FEW_PASS * seen
        if few or not passed:
            text = (
                f"{title}: the {name} keeps {passed:,} of {counted(seen, 'record')}; "
                f"the first that it drops says {dropped.example}"
            )
            yield Remark(text, Gravity.DATA if passed else Gravity.FIGURE, "filters that keep few records")


def _magnitudes(title: str, account: RecordAccount) -> Iterator[Remark]:
    powers: dict[str, dict[int, SortOfCell]] = {}
    for (indicator, sort), cells in account.evidence.items():
        if sort.startswith(MAGNITUDE):
            powers.setdefault(indicator, {})[int(sort.removeprefix(MAGNITUDE))] = cells
    for indicator, by_power in sorted(powers.items()):
        others = _of_another_size(by_power)
        if others is not None:
            usual = max(by_power.values(), key=lambda cells: cells.count)
            text = (
                f"{title}: '{indicator}' adds up numbers of different sizes: {others.counted('number')}, and "
                f"others such as {usual.example}; are they in one unit?"
            )
            yield Remark(text, Gravity.DATA, "indicators with numbers of different sizes")


def _of_another_size(by_power: dict[int, SortOfCell]) -> SortOfCell | None:
    """A few numbers that are at least a thousand times larger or smaller than all others."""
    total = sum(cells.count for cells in by_power.values())
    ordered = sorted(by_power)
    for before, after in pairwise(ordered):
        if after - before <= EMPTY_POWERS:
            continue
        parts = [
            [cells for power, cells in by_power.items() if (power <= before) is lower]
            for lower in (True, False)
        ]
        few = min(parts, key=lambda part: sum(cells.count for cells in part))
        count = sum(cells.count for cells in few)
        if count <= max(FEW_OTHERS * total, 1) and count < total - count:
            first = sorted(cell for cells in few for cell in cells.first)
            return SortOfCell(count, tuple(first))
    return None
