"""Records that may count only once each: kept until all have been read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from innov_index.frozen import frozen
from innov_index.intake.records.text_columns import combine
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.sources.meaning import meaning_of
from innov_index.sources.record_account import NotedRecord, Placement, PlaceTexts, RecordAccount, first_noted
from innov_index.sources.records import Records

REPEATED = "repeated record"
DIFFERENT = "repeated record with other figures or another place"


@frozen
class DistinctRecord:
    """A record: its placement, the indicators it counts for, its numbers, and its line in the file.

    `copies` is the number of equal records that it represents, itself included; `spellings` are the different
    texts of the columns that identify them.
    """

    placement: Placement
    place: PlaceTexts
    counts: tuple[bool, ...]
    numbers: tuple[float, ...]
    file: str
    line: int
    spellings: tuple[tuple[str, ...], ...]
    copies: int = 1

    @property
    def content(self) -> tuple[object, ...]:
        """The content of the record; as a sort key, it puts the record with the highest numbers first."""
        numbers = tuple((value != value, -value if value == value else 0.0) for value in self.numbers)
        unit = self.placement.unit
        where = ("", self.place) if unit is None else (unit, ())
        return not self.placement.located, numbers, where, self.counts


RecordsByKey: TypeAlias = Mapping[tuple[str, ...], tuple[DistinctRecord, ...]]
"""Records by what the columns that identify them mean.

Different records with the same key are all kept, sorted; equal ones are kept once."""


def records_by_key(
    records: Records, key: Sequence[str], masks: Sequence[Bools], numbers: Sequence[Floats]
) -> RecordsByKey:
    """The records of a batch by key."""
    placements, used = records.placements, np.unique(records.placed).tolist()
    places = dict(zip(used, records.place_texts(used), strict=True))
    rows = zip(
        zip(*(meaning_of(records, name).cells() for name in key), strict=True),
        zip(*(records.column(name).cells() for name in key), strict=True),
        records.placed.tolist(),
        zip(*(mask.tolist() for mask in masks), strict=True),
        zip(*(column.tolist() for column in numbers), strict=True) if numbers else ((),) * len(records.kept),
        records.lines.tolist(),
        strict=True,
    )
    by_key: dict[tuple[str, ...], tuple[DistinctRecord, ...]] = {}
    for at, stated, placed, counts, values, line in rows:
        place = placements[placed], places[placed]
        single = DistinctRecord(*place, counts, values, records.batch.file, line, (stated,))
        by_key[at] = _combined(by_key[at], (single,)) if at in by_key else (single,)
    return by_key


def merged_records(one: RecordsByKey, other: RecordsByKey) -> RecordsByKey:
    """Merge the records of disjoint batches."""
    if not one or not other:
        return one or other
    by_key = dict(one)
    for key, entries in other.items():
        by_key[key] = _combined(by_key[key], entries) if key in by_key else entries
    return by_key


def counted_record(entries: tuple[DistinctRecord, ...]) -> DistinctRecord:
    """The record that counts among those with the same key."""
    return entries[0]


def lines_that_count(by_key: RecordsByKey, unit: str) -> frozenset[tuple[str, int]]:
    """File and line of the records that count in a unit."""
    counting = map(counted_record, by_key.values())
    return frozenset((record.file, record.line) for record in counting if record.placement.unit == unit)


def rows_that_count(
    records: Records, rows: Ints, key: Sequence[str], counting: frozenset[tuple[str, int]]
) -> Ints:
    """Those of some rows that count, each key once: a line may have become several rows."""
    codes, _ = combine([meaning_of(records, name) for name in key])
    first: dict[int, int] = {}
    for row, line in zip(rows.tolist(), records.lines[rows].tolist(), strict=True):
        if (records.batch.file, line) in counting:
            first.setdefault(int(codes[row]), row)
    return np.array(list(first.values()), dtype=np.int64)


def account_of(by_key: RecordsByKey) -> RecordAccount:
    """The account of the records that count and of the repeated ones left out."""
    account = RecordAccount()
    noted = []
    for entries in by_key.values():
        account.add(entries[0].placement, entries[0].place)
        shown = " | ".join(entries[0].spellings[0])
        same = entries[0].copies - 1
        different = sum(entry.copies for entry in entries[1:])
        if same:
            account.left_out[REPEATED] += same
            noted.append(NotedRecord(entries[0].file, entries[0].line, REPEATED, shown))
        if different:
            account.left_out[DIFFERENT] += different
            noted += [
                NotedRecord(entry.file, entry.line, DIFFERENT, " | ".join(entry.spellings[0]))
                for entry in entries[1:]
            ]
    account.noted = first_noted(tuple(noted))
    return account


def _combined(
    one: tuple[DistinctRecord, ...], other: tuple[DistinctRecord, ...]
) -> tuple[DistinctRecord, ...]:
    """Combine equal records, located where the first of them is."""
    by_content: dict[tuple[object, ...], DistinctRecord] = {}
    for entry in (*one, *other):
        same = by_content.get(entry.content)
        if same is not None:
            earlier = min(entry, same, key=lambda single: (single.file, single.line))
            spellings = (
                same.spellings
                if entry.spellings == same.spellings
                else tuple(sorted({*entry.spellings, *same.spellings}))
            )
            entry = replace(earlier, copies=entry.copies + same.copies, spellings=spellings)
        by_content[entry.content] = entry
    return tuple(by_content[content] for content in sorted(by_content))
