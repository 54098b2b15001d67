"""Rows of documents, compact: which document, which author, which unit.

A document may be split over batches and files. So rows are kept until all are there, as numbers: 16 bytes a
document and 4 to 16 a row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
        unit of each row, a position in `names`; -1 for none
    masks
        (rows,): a bit for each indicator that the row counts for, in as few bytes as they need
    author
        hash of each row's author; None where every row is one
    numbers
        columns of numbers about the documents
    """

    names: tuple[str, ...]
    hashes: Hashes
    run: Units
    unit: Units
    masks: Masks
    author: NDArray[np.uint64] | None
    numbers: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def held(self) -> int:
        """Bytes of the arrays."""
        arrays: list[NDArray[Any]] = [self.hashes, self.run, self.unit, self.masks, *self.numbers.values()]
        return sum(array.nbytes for array in (arrays if self.author is None else [*arrays, self.author]))

    def take(self, rows: NDArray[Any]) -> DocumentRows:
        """Some of the rows, by position or by a mask."""
        return DocumentRows(
            self.names,
            self.hashes,
            self.run[rows],
            self.unit[rows],
            self.masks[rows],
            None if self.author is None else self.author[rows],
            {name: values[rows] for name, values in self.numbers.items()},
        )


def merged_rows(parts: Sequence[DocumentRows]) -> DocumentRows:
    """The rows of several batches, one after the other."""
    names = tuple(sorted({name for part in parts for name in part.names}))
    position = {name: index for index, name in enumerate(names)}
    units, runs, before = [], [], 0
    for part in parts:
        table = np.array([*(position[name] for name in part.names), -1], dtype=np.int32)
        units.append(table[part.unit])
        runs.append(part.run + np.int32(before))
        before += len(part.hashes)
    return DocumentRows(
        names,
        np.concatenate([part.hashes for part in parts]),
        np.concatenate(runs),
        np.concatenate(units),
        np.concatenate([part.masks for part in parts]),
        None if parts[0].author is None else np.concatenate([_authors(part) for part in parts]),
        {name: np.concatenate([part.numbers[name] for part in parts]) for name in parts[0].numbers},
    )


def _authors(part: DocumentRows) -> NDArray[np.uint64]:
    assert part.author is not None
    return part.author


def counts_for(masks: Masks, indicator: int) -> Bools:
    """Which rows count for the indicator at this position."""
    return np.asarray((masks >> masks.dtype.type(indicator)) & masks.dtype.type(1) == 1)


@dataclass
class PartialDocuments:
    """Partial result: the rows of each batch (joined at the end), and the account."""

    parts: tuple[DocumentRows, ...] = ()
    account: RecordAccount = field(default_factory=RecordAccount)

    def __add__(self, other: PartialDocuments) -> PartialDocuments:
        return PartialDocuments((*self.parts, *other.parts), self.account + other.account)

    @property
    def held(self) -> int:
        """Bytes of the rows."""
        return sum(part.held for part in self.parts)

    def split(self, buckets: int) -> list[PartialDocuments | None]:
        """The rows by the hash of their document; the account is in the first bucket."""
        if not self.parts or buckets == 1:
            return [self, *[None] * (buckets - 1)]
        rows = merged_rows(self.parts)
        bucket = (rows.hashes[:, 0] % np.uint64(buckets)).astype(np.int16)
        order = np.argsort(bucket[rows.run], kind="stable")
        ends = np.cumsum(np.bincount(bucket[rows.run], minlength=buckets))
        pieces = [_with_own_runs(rows.take(part)) for part in np.split(order, ends[:-1])]
        states = [PartialDocuments((piece,)) if len(piece.run) else None for piece in pieces]
        return [PartialDocuments(() if states[0] is None else states[0].parts, self.account), *states[1:]]


def _with_own_runs(rows: DocumentRows) -> DocumentRows:
    """The rows with the hashes of their own documents only."""
    starts = np.diff(rows.run, prepend=-1) != 0
    return replace(rows, hashes=rows.hashes[rows.run[starts]], run=(np.cumsum(starts) - 1).astype(np.int32))


@dataclass(frozen=True)
class RowsByDocument:
    """All rows, those of one document together, whatever batches they came from.

    `document` numbers the documents from 0 in every row, ascending.
    """

    rows: DocumentRows
    document: Ints
    documents: int

    @classmethod
    def of(cls, rows: DocumentRows) -> RowsByDocument:
        """Bring the rows of each document together."""
        number = number_documents(rows.hashes)
        document = number[rows.run]
        documents = int(number.max(initial=-1)) + 1
        if (document[1:] < document[:-1]).any():
            order = np.argsort(document, kind="stable")
            document = document[order]
            rows = rows.take(order)
        return cls(rows, document, documents)

    def where(self, mask: Bools) -> RowsByDocument:
        """Only the rows for which the mask holds; documents keep their numbers."""
        if mask.all():
            return self
        return RowsByDocument(self.rows.take(mask), self.document[mask], self.documents)


def number_documents(hashes: Hashes) -> Ints:
    """Number the documents of runs in the order in which they first stand."""
    first = _first_with_the_same(hashes)
    is_first = first == np.arange(len(first))
    return np.asarray((np.cumsum(is_first) - 1)[first])


def _first_with_the_same(hashes: Hashes) -> Ints:
    """For each hash, where it stands for the first time."""
    rows = len(hashes)
    # a hash's upper bits and its place in one number: sorting numbers is five times faster than argsort
    place = np.uint64((1 << rows.bit_length()) - 1)
    keys = (hashes[:, 0] & ~place) | np.arange(rows, dtype=np.uint64)
    keys.sort()
    order = (keys & place).astype(np.int64)
    keys &= ~place
    starts = np.ones(rows, dtype=np.bool_)
    starts[1:] = keys[1:] != keys[:-1]
    first = np.empty(rows, dtype=np.int64)
    first[order] = order[starts][np.cumsum(starts) - 1]
    # the first of those that have the same upper bits only by chance is settled; the others are fewer
    high, low = hashes[:, 0], hashes[:, 1]
    others = np.flatnonzero((high[first] != high) | (low[first] != low))
    if len(others):
        first[others] = others[_first_with_the_same(hashes[others])]
    return first
