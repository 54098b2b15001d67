"""Rows of documents in compact form: which document, which author, which unit.

A document may be split over batches and files, so rows are kept until all have been read. As numbers they
take 16 bytes per document and 9 to 25 bytes per row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from innov_index.frozen import frozen
from innov_index.intake.records.text_columns import Hashes
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.sources.record_account import RecordAccount

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

    @property
    def held(self) -> int:
        """Bytes of the arrays."""
        arrays: list[NDArray[Any]] = [self.hashes, self.run, self.unit, self.masks, *self.numbers.values()]
        arrays += [array for array in (self.author, self.affiliation) if array is not None]
        return sum(array.nbytes for array in arrays)

    def take(self, rows: NDArray[Any]) -> DocumentRows:
        """Some of the rows, by position or by a mask."""
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
        )


def merged_rows(parts: Sequence[DocumentRows]) -> DocumentRows:
    """Concatenate the rows of several batches."""
    names = tuple(sorted({name for part in parts for name in part.names}))
    causes = tuple(sorted({cause for part in parts for cause in part.causes}))
    position = {name: index for index, name in enumerate(names)}
    position_of_cause = {cause: -1 - index for index, cause in enumerate(causes)}
    units, runs, before = [], [], 0
    for part in parts:
        # a cause is counted from the end of the table, as its number is negative
        of_causes = [position_of_cause[cause] for cause in reversed(part.causes)]
        table = np.array([*(position[name] for name in part.names), *of_causes], dtype=np.int32)
        units.append(table[part.unit])
        runs.append(part.run + np.int32(before))
        before += len(part.hashes)
    return DocumentRows(
        names,
        np.concatenate([part.hashes for part in parts]),
        np.concatenate(runs),
        np.concatenate(units),
        np.concatenate([part.masks for part in parts]),
        _joined([part.author for part in parts]),
        _joined([part.affiliation for part in parts]),
        {name: np.concatenate([part.numbers[name] for part in parts]) for name in parts[0].numbers},
        causes,
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
    """Partial result: the rows of each batch (concatenated at the end), and the account."""

    parts: tuple[DocumentRows, ...] = ()
    account: RecordAccount = field(default_factory=RecordAccount)

    def __add__(self, other: PartialDocuments) -> PartialDocuments:
        return PartialDocuments((*self.parts, *other.parts), self.account + other.account)

    @property
    def held(self) -> int:
        """Bytes of the rows."""
        return sum(part.held for part in self.parts)

    def split(self, buckets: int) -> list[PartialDocuments | None]:
        """Split the rows by the hash of their document; the account goes into the first bucket."""
        if not self.parts or buckets == 1:
            return [self, *[None] * (buckets - 1)]
        rows = merged_rows(self.parts)
        bucket = (rows.hashes[:, 0] % np.uint64(buckets)).astype(np.int16)
        order = np.argsort(bucket[rows.run], kind="stable")
        ends = np.cumsum(np.bincount(bucket[rows.run], minlength=buckets))
        pieces = [with_own_runs(rows.take(part)) for part in np.split(order, ends[:-1])]
        states = [PartialDocuments((piece,)) if len(piece.run) else None for piece in pieces]
        return [PartialDocuments(() if states[0] is None else states[0].parts, self.account), *states[1:]]


def with_own_runs(rows: DocumentRows) -> DocumentRows:
    """Drop the hashes of documents that have no row here."""
    starts = np.diff(rows.run, prepend=-1) != 0
    return replace(rows, hashes=rows.hashes[rows.run[starts]], run=(np.cumsum(starts) - 1).astype(np.int32))


@frozen
class RowsByDocument:
    """Rows grouped by document, regardless of the batches they came from.

    `document` is the number of each row's document, counted from 0, ascending.
    """

    rows: DocumentRows
    document: Ints
    documents: int

    @classmethod
    def of(cls, rows: DocumentRows) -> RowsByDocument:
        """Group rows by document."""
        number = number_documents(rows.hashes)
        document = number[rows.run]
        documents = int(number.max(initial=-1)) + 1
        if (document[1:] < document[:-1]).any():
            order = np.argsort(document, kind="stable")
            document = document[order]
            rows = rows.take(order)
        return cls(rows, document, documents)

    def where(self, mask: Bools) -> RowsByDocument:
        """The rows for which the mask is True; documents keep their numbers."""
        if mask.all():
            return self
        return RowsByDocument(self.rows.take(mask), self.document[mask], self.documents)


def number_documents(hashes: Hashes) -> Ints:
    """Number the documents of runs in order of first appearance."""
    first = _first_with_the_same(hashes)
    is_first = first == np.arange(len(first))
    return np.asarray((np.cumsum(is_first) - 1)[first])


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
