"""Rows of documents, compact: which document, which author, which unit.

A document may be split over batches and files. So rows are kept until all are there, as numbers: 16 bytes a
document and 4 to 16 a row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.sources.account import Account
from innov_index.sources.columns import Hashes

Units = NDArray[np.int32]


@dataclass
class Rows:
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
        (rows,): a bit for each indicator that the row counts for
    author
        hash of each row's author; None where every row is one
    numbers
        columns of numbers about the documents
    """

    names: tuple[str, ...]
    hashes: Hashes
    run: Units
    unit: Units
    masks: NDArray[np.uint64]
    author: NDArray[np.uint64] | None
    numbers: Mapping[str, Floats] = field(default_factory=dict)


def merged_rows(parts: Sequence[Rows]) -> Rows:
    """The rows of several batches, one after the other."""
    names = tuple(sorted({name for part in parts for name in part.names}))
    position = {name: index for index, name in enumerate(names)}
    units, runs, before = [], [], 0
    for part in parts:
        table = np.array([*(position[name] for name in part.names), -1], dtype=np.int32)
        units.append(table[part.unit])
        runs.append(part.run + np.int32(before))
        before += len(part.hashes)
    return Rows(
        names,
        np.concatenate([part.hashes for part in parts]),
        np.concatenate(runs),
        np.concatenate(units),
        np.concatenate([part.masks for part in parts]),
        None if parts[0].author is None else np.concatenate([_authors(part) for part in parts]),
        {name: np.concatenate([part.numbers[name] for part in parts]) for name in parts[0].numbers},
    )


def _authors(part: Rows) -> NDArray[np.uint64]:
    assert part.author is not None
    return part.author


@dataclass
class Documents:
    """Partial result: the rows of each batch (joined at the end), and the account."""

    parts: tuple[Rows, ...] = ()
    account: Account = field(default_factory=Account)

    def __add__(self, other: Documents) -> Documents:
        return Documents((*self.parts, *other.parts), self.account + other.account)


@dataclass(frozen=True)
class Regrouped:
    """All rows, those of one document together, whatever batches they came from.

    `document` numbers the documents from 0 in every row, ascending.
    """

    rows: Rows
    document: Ints
    documents: int

    @classmethod
    def of(cls, rows: Rows) -> Regrouped:
        """Bring the rows of each document together."""
        number = number_documents(rows.hashes)
        document = number[rows.run]
        documents = int(number.max(initial=-1)) + 1
        if (np.diff(document) < 0).any():
            order = np.argsort(document, kind="stable")
            document = document[order]
            rows = Rows(
                rows.names,
                rows.hashes,
                rows.run[order],
                rows.unit[order],
                rows.masks[order],
                None if rows.author is None else rows.author[order],
                {name: values[order] for name, values in rows.numbers.items()},
            )
        return cls(rows, document, documents)

    def where(self, mask: Bools) -> Regrouped:
        """Only the rows for which the mask holds; documents keep their numbers."""
        if mask.all():
            return self
        rows = self.rows
        kept = Rows(
            rows.names,
            rows.hashes,
            rows.run[mask],
            rows.unit[mask],
            rows.masks[mask],
            None if rows.author is None else rows.author[mask],
            {name: values[mask] for name, values in rows.numbers.items()},
        )
        return Regrouped(kept, self.document[mask], self.documents)


def number_documents(hashes: Hashes) -> Ints:
    """Number the documents of runs in the order in which they first stand."""
    if not len(hashes):
        return np.zeros(0, dtype=np.int64)
    first = _first_with_the_same(hashes[:, 0])
    if (hashes[first, 1] != hashes[:, 1]).any():  # two documents with the same first half
        whole = np.ascontiguousarray(hashes).view([("high", np.uint64), ("low", np.uint64)]).reshape(-1)
        first = _first_with_the_same(whole)
    is_first = first == np.arange(len(first))
    return (np.cumsum(is_first) - 1)[first]


def _first_with_the_same(keys: NDArray[Any]) -> Ints:
    """For each key, where it stands for the first time."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.ones(len(keys), dtype=np.bool_)
    starts[1:] = ordered[1:] != ordered[:-1]
    first = np.empty(len(keys), dtype=np.int64)
    first[order] = order[starts][np.cumsum(starts) - 1]
    return first
