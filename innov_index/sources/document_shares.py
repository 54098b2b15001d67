"""The share that each traced row of a document has in the count of a unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from innov_index.model.arrays import Floats
from innov_index.sources.document_counting import Counting, Credits, author_pairs
from innov_index.sources.document_rows import RowsByDocument
from innov_index.sources.source_kinds import TracedRecord

Key: TypeAlias = tuple[int, ...]
"""The two halves of the hash of a document; with an author, that of the author too."""


def credits_by_document(
    rows: RowsByDocument, parts: Credits, unit: str, weights: Floats | None
) -> dict[Key, float]:
    """What each document adds to a unit; `weights` are the numbers that are summed, 1 each by default."""
    if unit not in rows.rows.names:
        return {}
    own = parts.unit == rows.rows.names.index(unit)
    documents = parts.document[own]
    credit = parts.numerators[own] / parts.denominators[own]
    if weights is not None:
        credit = credit * np.nan_to_num(weights[documents])
    totals = np.zeros(rows.documents)
    np.add.at(totals, documents, credit)
    hashes = rows.hashes.tolist()
    of = {number: tuple(own) for number, own in zip(rows.document.tolist(), hashes, strict=True)}
    return {of[number]: float(totals[number]) for number in np.unique(documents).tolist()}


def affiliations_by_author(rows: RowsByDocument, counting: Counting) -> Mapping[Key, int] | None:
    """The number of rows of each author of a document, where authors count.

    None where a document counts as a whole in a unit; empty where each row of it counts the same.
    """
    if counting in ("whole", "fractional by unit"):
        return None
    if counting != "fractional by author" or rows.rows.author is None:
        return {}
    pair, affiliations = author_pairs(rows)
    hashes = rows.hashes.tolist()
    keys = ((*own, author) for own, author in zip(hashes, rows.rows.author.tolist(), strict=True))
    return dict(zip(keys, affiliations[pair].tolist(), strict=True))


def shared_rows(
    traced: Sequence[TracedRecord], credits: Mapping[Key, float], affiliations: Mapping[Key, int] | None
) -> list[TracedRecord]:
    """The rows with their shares in the credit of their document.

    A document that counts as a whole does so in its first row. Otherwise its rows share its credit: equally,
    or those of an author the part of the author.
    """
    documents = [record.belongs_to[:2] for record in traced]
    if affiliations is None:
        first = {key: at for at, key in reversed(list(enumerate(documents)))}
        parts = [float(first[key] == at) for at, key in enumerate(documents)]
    else:
        parts = [1 / affiliations.get(record.belongs_to, 1) for record in traced]
    totals: dict[Key, float] = {}
    for key, part in zip(documents, parts, strict=True):
        totals[key] = totals.get(key, 0.0) + part
    return [
        replace(record, share=credits.get(key, 0.0) * part / totals[key])
        for record, key, part in zip(traced, documents, parts, strict=True)
    ]
