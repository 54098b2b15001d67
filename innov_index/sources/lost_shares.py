"""What a count of documents loses because rows have no unit, by cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

import numpy as np

from innov_index.frozen import frozen
from innov_index.intake.records.text_columns import Numbers, distinct, distinct_pairs
from innov_index.model.arrays import Ints
from innov_index.sources.document_counting import Credits
from innov_index.sources.document_rows import RowsByDocument
from innov_index.sources.exact_sums import sum_of_parts

NO_PLACE = "no place stated"
"""Cause of a row that says nothing of its place."""


@frozen
class Loss:
    """What is lost for one cause.

    Attributes
    ----------
    documents
        Number of documents of which a row has no unit for this cause.
    parts
        Sums of what these rows would count, by denominator; empty in whole counting.
    """

    documents: int = 0
    parts: Mapping[int, int] = field(default_factory=dict)

    def __add__(self, other: Loss) -> Loss:
        parts = dict(self.parts)
        for denominator, number in other.parts.items():
            parts[denominator] = parts.get(denominator, 0) + number
        return Loss(self.documents + other.documents, parts)

    @property
    def share(self) -> float | None:
        """What is lost of the count, in documents; None in whole counting."""
        return float(sum_of_parts(self.parts)) if self.parts else None


Losses = Mapping[str, Loss]
"""By cause."""


def losses(rows: RowsByDocument, parts: Credits, counting: str) -> Losses:
    """What the documents of some rows lose; `parts` are the credits of the rows."""
    causes = rows.rows.causes
    unplaced = np.flatnonzero(rows.rows.unit < 0)
    _, cause = distinct_pairs(rows.document[unplaced], -1 - rows.rows.unit[unplaced], len(causes))
    documents = np.bincount(cause, minlength=len(causes)).tolist()
    found = {name: Loss(count) for name, count in zip(causes, documents, strict=True) if count}
    if not counting.startswith("fractional") or counting == "fractional by unit":
        return found
    lost = parts.unit < 0
    for cause_at, denominator, number in _sums(-1 - parts.unit[lost], parts.denominators[lost]):
        found[causes[cause_at]] = found.get(causes[cause_at], Loss()) + Loss(0, {denominator: number})
    counts, has_rows = np.zeros((2, rows.documents), dtype=np.bool_)
    counts[parts.document] = True
    has_rows[rows.document] = True
    # of a document without any address, no row counts
    if without := int((has_rows & ~counts).sum()):
        found[NO_PLACE] = found.get(NO_PLACE, Loss()) + Loss(0, {1: without})
    return found


def _sums(cause: Numbers, denominator: Ints) -> list[tuple[int, int, int]]:
    """(cause, denominator, number of credits) where there are any."""
    code, denominators = distinct(denominator, int(denominator.max(initial=0)) + 1)
    size = max(len(denominators), 1)
    counts = np.bincount(cause * size + code).tolist()
    return [
        (key // size, int(denominators[key % size]), number) for key, number in enumerate(counts) if number
    ]


def added_losses(one: Losses, other: Losses) -> Losses:
    """The losses of two sets of documents."""
    return {cause: one.get(cause, Loss()) + other.get(cause, Loss()) for cause in {**one, **other}}
