"""Rows of documents in compact form: which document, which author, which unit.

A document may be split over batches and files, so rows are kept until all have been read. As numbers they
take 16 bytes per document and 9 to 25 bytes per row.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from innov_index.frozen import frozen
from innov_index.intake.records.text_columns import (
    Hashes,
    Numbers,
    distinct_pairs,
    distinct_sorted,
    stable_order,
)
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.sources.record_account import RecordAccount

MOST_BITS = 63
"""Bits of the numbers that rows are sorted by."""

FEW = 64
"""One of this many is few enough to be looked for one by one."""

Units = NDArray[np.int32]
Masks = NDArray[np.unsignedinteger[Any]]


@dataclass
class DocumentRows:
    """Rows in the order in which they were read.

    Attributes
    ----------
    names
        units, sorted
    hashes
        (runs, 2): the document of each run of rows
    run
        run of each row
    unit
        unit of each row, a position in `names`; -1 - c where it has none, for the cause at position c
    masks
        (rows,): one bit for each indicator, set if the row counts for it, in as few bytes as possible
    author
        hash of each row's author; None if every row is a separate author
    affiliation
        hash of each row's address, 0 where it has none; None if every row is a separate one
    numbers
        columns of numbers about the documents
    causes
        why rows have no unit, sorted
    once
        whether each unit of a document stands once, ascending, and the number of rows has no meaning
    """

    names: tuple[str, ...]
    hashes: Hashes
    run: Units
    unit: Units
    masks: Masks
    author: NDArray[np.uint64] | None
    affiliation: NDArray[np.uint64] | None = None
    numbers: Mapping[str, Floats] = field(default_factory=dict)
    causes: tuple[str, ...] = ()
    once: bool = False

    @property
    def held(self) -> int:
        """Bytes of the arrays."""
        arrays: list[NDArray[Any]] = [self.hashes, self.run, self.unit, self.masks, *self.numbers.values()]
        arrays += [array for array in (self.author, self.affiliation) if array is not None]
        return sum(array.nbytes for array in arrays)

    def take(self, rows: NDArray[Any]) -> DocumentRows:
        """Some of the rows, by ascending positions or by a mask."""
        return DocumentRows(
            self.names,
            self.hashes,
            self.run[rows],
            self.unit[rows],
            self.masks[rows],
            None if self.author is None else self.author[rows],
            None if self.affiliation is None else self.affiliation[rows],
            {name: values[rows] for name, values in self.numbers.items()},
            self.causes,
            self.once,
        )

    def distinct(self) -> DocumentRows:
        """Each unit of a document once, and each cause, with each mask.

        Only for rows without author, affiliation and numbers.
        """
        if self.masks.dtype == np.object_:
            return self
        causes = np.int32(len(self.causes))
        bits_of_unit = (len(self.names) + int(causes)).bit_length()
        # a mask that all rows have needs no bits
        same = self.masks[0]
        bits_of_mask = int((self.masks ^ same).max()).bit_length()
        if len(self.hashes).bit_length() + bits_of_unit + bits_of_mask > MOST_BITS:
            return self
        keys = self.run.astype(np.int64)
        keys <<= bits_of_unit
        keys |= self.unit + causes
        if bits_of_mask:
            keys <<= bits_of_mask
            keys |= (self.masks ^ same).astype(np.int64)
        keys = distinct_sorted(keys)
        masks = np.full(len(keys), same)
        if bits_of_mask:
            masks ^= (keys & ((1 << bits_of_mask) - 1)).astype(masks.dtype)
            keys >>= bits_of_mask
        unit = (keys & ((1 << bits_of_unit) - 1)).astype(np.int32) - causes
        keys >>= bits_of_unit
        run = keys.astype(np.int32)
        return replace(self, run=run, unit=unit, masks=masks, once=not bits_of_mask)

    def parted(self, again: NDArray[np.uint64]) -> tuple[DocumentRows, DocumentRows | None]:
        """The rows of documents with other hashes than these, and the rows of those with one of them."""
        # few hashes have the last bits of one of these
        ends = np.zeros(1 << 16, dtype=np.bool_)
        ends[again & np.uint64(0xFFFF)] = True
        halves = self.hashes[:, 0]
        runs = np.flatnonzero(ends[halves & np.uint64(0xFFFF)])
        runs = runs[np.isin(halves[runs], again)]
        if not len(runs):
            return self, None
        among = np.zeros(len(halves), dtype=np.bool_)
        among[runs] = True
        of_these = among[self.run]
        return self.take(np.flatnonzero(~of_these)), with_own_runs(self.take(np.flatnonzero(of_these)))


def merged_rows(parts: Sequence[DocumentRows]) -> DocumentRows:
    """Concatenate the rows of several batches."""
    return replace(_end_to_end(parts), hashes=np.concatenate([part.hashes for part in parts]))


def _end_to_end(parts: Sequence[DocumentRows]) -> DocumentRows:
    """The rows of several batches, without the hashes, which take as much memory as everything else."""
    names = tuple(sorted({name for part in parts for name in part.names}))
    causes = tuple(sorted({cause for part in parts for cause in part.causes}))
    position = {name: index for index, name in enumerate(names)}
    position_of_cause = {cause: -1 - index for index, cause in enumerate(causes)}
    unit, run = np.empty((2, sum(len(part.run) for part in parts)), dtype=np.int32)
    start = before = 0
    for part in parts:
        # a cause is counted from the end of the table, as its number is negative
        of_causes = [position_of_cause[cause] for cause in reversed(part.causes)]
        table = np.array([*map(position.__getitem__, part.names), *of_causes], dtype=np.int32)
        end = start + len(part.run)
        unit[start:end] = table[part.unit]
        np.add(part.run, np.int32(before), out=run[start:end])
        start, before = end, before + len(part.hashes)
    return DocumentRows(
        names,
        np.zeros((0, 2), dtype=np.uint64),
        run,
        unit,
        np.concatenate([part.masks for part in parts]),
        _joined([part.author for part in parts]),
        _joined([part.affiliation for part in parts]),
        {name: np.concatenate([part.numbers[name] for part in parts]) for name in parts[0].numbers},
        causes,
        all(part.once for part in parts),
    )


def _joined(parts: Sequence[NDArray[np.uint64] | None]) -> NDArray[np.uint64] | None:
    """What all batches have, or none of them."""
    stated = [part for part in parts if part is not None]
    return np.concatenate(stated) if stated else None


def counts_for(masks: Masks, indicator: int) -> Bools:
    """Which rows count for the indicator at a position."""
    return np.asarray((masks >> masks.dtype.type(indicator)) & masks.dtype.type(1) == 1)


@dataclass
class PartialDocuments:
    """Partial result: the rows of each batch (concatenated at the end), and the account of each kind.

    `accounts` is empty for some of the rows alone.
    """

    parts: tuple[DocumentRows, ...] = ()
    accounts: tuple[RecordAccount, ...] = ()

    def __add__(self, other: PartialDocuments) -> PartialDocuments:
        accounts = self.accounts or other.accounts
        if self.accounts and other.accounts:
            accounts = tuple(map(operator.add, self.accounts, other.accounts))
        return PartialDocuments((*self.parts, *other.parts), accounts)

    @property
    def account(self) -> RecordAccount:
        """The account of the first kind."""
        return self.accounts[0] if self.accounts else RecordAccount()

    @property
    def held(self) -> int:
        """Bytes of the rows."""
        return sum(part.held for part in self.parts)

    def split(self, buckets: int) -> list[PartialDocuments | None]:
        """Split the rows by the hash of their document; the accounts go into the first bucket."""
        if not self.parts or buckets == 1:
            return [self, *[None] * (buckets - 1)]
        rows = merged_rows(self.parts)
        bucket = (rows.hashes[:, 0] % np.uint64(buckets)).astype(np.int16)
        order = np.argsort(bucket[rows.run], kind="stable")
        ends = np.cumsum(np.bincount(bucket[rows.run], minlength=buckets))
        pieces = [with_own_runs(rows.take(part)) for part in np.split(order, ends[:-1])]
        states = [PartialDocuments((piece,)) if len(piece.run) else None for piece in pieces]
        first = () if states[0] is None else states[0].parts
        return [PartialDocuments(first, self.accounts), *states[1:]]


def with_own_runs(rows: DocumentRows) -> DocumentRows:
    """Drop the hashes of documents that have no row here."""
    starts = np.diff(rows.run, prepend=-1) != 0
    return replace(rows, hashes=rows.hashes[rows.run[starts]], run=(np.cumsum(starts) - 1).astype(np.int32))


@frozen
class RowsByDocument:
    """Rows grouped by document, regardless of the batches they came from.

    `document` is the number of each row's document, counted from 0, ascending; `pieces` are the hashes of all
    documents, which `rows` lacks.
    """

    rows: DocumentRows
    document: Numbers
    documents: int
    pieces: tuple[Hashes, ...]

    @classmethod
    def of(cls, parts: Sequence[DocumentRows]) -> RowsByDocument:
        """Group the rows of several batches.

        Rows of a document mostly stand together in one batch: only the others have to be brought together.
        """
        again = _repeated(np.concatenate([part.hashes[:, 0] for part in parts]))
        alone: list[DocumentRows] = []
        others = list(parts)
        if len(again) * FEW < sum(len(part.hashes) for part in parts):
            parted = [part.parted(again) for part in parts]
            alone = [own for own, _ in parted]
            others = [rest for _, rest in parted if rest is not None]
        whole = [part if _is_ascending(part.run) else _regrouped(part) for part in alone]
        whole += [_regrouped(merged_rows(others))] if others else []
        rows = _end_to_end(whole)
        return cls(rows, rows.run, sum(len(part.hashes) for part in whole), tuple(p.hashes for p in whole))

    @property
    def hashes(self) -> Hashes:
        """The hash of each row's document."""
        return np.concatenate(self.pieces)[self.document]

    def where(self, mask: Bools) -> RowsByDocument:
        """The rows for which the mask is True; documents keep their numbers."""
        if mask.all():
            return self
        kept = np.flatnonzero(mask)
        return RowsByDocument(self.rows.take(kept), self.document[kept], self.documents, self.pieces)

    @cached_property
    def units(self) -> tuple[Numbers, Numbers]:
        """The distinct (document, unit) pairs, ascending, without rows outside all units."""
        unit = self.rows.unit
        placed = np.flatnonzero(unit >= 0)
        if self.rows.once:
            return self.document[placed], unit[placed]
        return distinct_pairs(self.document[placed], unit[placed], len(self.rows.names))

    @property
    def number(self) -> int:
        """Number of documents that have a row."""
        return int(np.count_nonzero(self.document[1:] != self.document[:-1])) + bool(len(self.document))

    @cached_property
    def documents_of_units(self) -> Ints:
        """Number of documents of each unit."""
        return np.bincount(self.units[1], minlength=len(self.rows.names))


def _is_ascending(numbers: Numbers) -> bool:
    return bool((numbers[1:] >= numbers[:-1]).all())


def _regrouped(rows: DocumentRows) -> DocumentRows:
    """The same rows with one run for each document, ascending."""
    number = number_documents(rows.hashes)
    first = np.zeros(int(number.max(initial=-1)) + 1, dtype=np.int64)
    first[number[::-1]] = np.arange(len(number) - 1, -1, -1)
    document = number[rows.run]
    order = stable_order(document)
    found = replace(
        rows.take(order), hashes=rows.hashes[first], run=document[order].astype(np.int32), once=False
    )
    return found.distinct() if rows.once else found


def number_documents(hashes: Hashes) -> Ints:
    """Number the documents of runs in order of first appearance."""
    first = _first_with_the_same(hashes)
    is_first = first == np.arange(len(first))
    return np.asarray((np.cumsum(is_first) - 1)[first])


def _repeated(halves: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The numbers that are there several times, ascending."""
    ordered = np.sort(halves)
    again: NDArray[np.uint64] = ordered[1:][ordered[1:] == ordered[:-1]]
    return again


def _first_with_the_same(hashes: Hashes) -> Ints:
    """Position of the first occurrence of each hash."""
    rows = len(hashes)
    # upper bits of a hash and its position in one number: sorting these is five times faster than argsort
    place = np.uint64((1 << rows.bit_length()) - 1)
    keys = (hashes[:, 0] & ~place) | np.arange(rows, dtype=np.uint64)
    keys.sort()
    order = (keys & place).astype(np.int64)
    keys &= ~place
    starts = np.ones(rows, dtype=np.bool_)
    starts[1:] = keys[1:] != keys[:-1]
    first = np.empty(rows, dtype=np.int64)
    first[order] = order[starts][np.cumsum(starts) - 1]
    # upper bits may agree by chance: the first of such hashes is done, the few others are searched again
    high, low = hashes[:, 0], hashes[:, 1]
    others = np.flatnonzero((high[first] != high) | (low[first] != low))
    if len(others):
        first[others] = others[_first_with_the_same(hashes[others])]
    return first
