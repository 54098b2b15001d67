"""Ways of counting documents whose authors are in several units.

Each way credits the rows of a document with fractions a / d of integers. Counts are kept as integers by
denominator and divided once, at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Literal, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from innov_index.errors import DataError
from innov_index.frozen import frozen
from innov_index.intake.records.text_columns import distinct, distinct_pairs, distinct_sorted
from innov_index.model.arrays import Floats, Ints
from innov_index.sources.document_rows import RowsByDocument
from innov_index.sources.exact_sums import exact_sums, sum_of_parts

Counting: TypeAlias = Literal[
    "whole", "fractional by author", "fractional by affiliation", "fractional by unit", "rows"
]
"""Whole: the document counts 1 in each of its units. By author: 1/n for each of its n authors, divided
equally among the author's affiliations. By affiliation: an equal share for each affiliation, which is a row
unless a column says which it is of. By unit: 1/k for each of its k units. Rows: every row counts 1."""

Key = TypeVar("Key", str, int)

_LARGEST_DENOMINATOR = 1 << 40


@frozen
class Credits:
    """Credits of units for documents: in row i, unit[i] gets numerator[i] / denominator[i] of document[i]."""

    document: Ints
    unit: Ints
    numerator: Ints
    denominator: Ints


@frozen
class UnitCounts:
    """Counts of units: integers by unit and denominator, and the total of the world.

    If documents are weighted, the integers are exact sums in units of 2^-1127 (see `exact_sums`); otherwise
    they count documents.
    """

    by_unit: Mapping[str, Mapping[int, int]]
    documents: Mapping[str, int]
    world: int
    weighted: bool = False

    def __add__(self, other: UnitCounts) -> UnitCounts:
        units = {**self.by_unit, **other.by_unit}
        return UnitCounts(
            {unit: _sums(self.by_unit.get(unit, {}), other.by_unit.get(unit, {})) for unit in units},
            _sums(self.documents, other.documents),
            self.world + other.world,
            self.weighted or other.weighted,
        )

    def value(self, unit: str) -> Fraction:
        """The count of a unit."""
        total = sum_of_parts(self.by_unit.get(unit, {}))
        return total / (1 << 1127) if self.weighted else total

    @property
    def world_value(self) -> Fraction:
        """The count of all documents, placed or not."""
        return Fraction(self.world, (1 << 1127) if self.weighted else 1)


def _sums(one: Mapping[Key, int], other: Mapping[Key, int]) -> dict[Key, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in {**one, **other}}


def credits_of(
    rows: RowsByDocument, counting: Counting, unplaced: Literal["lost", "redistributed"]
) -> Credits:
    """The credits of each unit for each document."""
    ways: Mapping[str, Callable[[RowsByDocument], Credits]] = {
        "whole": _whole,
        "fractional by author": _by_author,
        "fractional by affiliation": _by_affiliation,
        "fractional by unit": _by_unit,
        "rows": _rows,
    }
    parts = ways[counting](rows)
    return (
        _redistributed(parts) if unplaced == "redistributed" and counting.startswith("fractional") else parts
    )


def counted(rows: RowsByDocument, parts: Credits, weight: Floats | None) -> UnitCounts:
    """Add up credits by unit and denominator; `weight` is that of each document (1 by default)."""
    names = rows.rows.names
    placed = parts.unit >= 0
    below = parts.denominator[placed]
    code, denominators = distinct(below, int(below.max(initial=0)) + 1)
    size = len(denominators)
    keys = parts.unit[placed] * max(size, 1) + code
    numerators = parts.numerator[placed]
    if weight is None:
        totals = np.bincount(keys, weights=None if (numerators == 1).all() else numerators).tolist()
        totals = list(map(round, totals))
        world = len(distinct_sorted(rows.document))
    else:
        # weights are mostly integers; their products with numerators must be exact
        totals = _weighted(keys, numerators, weight[parts.document[placed]], max(size * len(names), 1))
        documents = distinct_sorted(rows.document)
        world = exact_sums(np.zeros(len(documents), dtype=np.int64), np.nan_to_num(weight[documents]), 1)[0]
    by_unit: dict[str, dict[int, int]] = {}
    for key, total in enumerate(totals):
        if total:
            unit, denominator = divmod(key, size)
            by_unit.setdefault(names[unit], {})[int(denominators[denominator])] = total
    return UnitCounts(by_unit, _documents(rows, parts), world, weight is not None)


def _weighted(keys: Ints, numerators: Ints, weights: Floats, size: int) -> list[int]:
    totals = [0] * size
    for numerator in np.unique(numerators).tolist():
        same = numerators == numerator
        for key, total in enumerate(exact_sums(keys[same], np.nan_to_num(weights[same]), size)):
            totals[key] += total * numerator
    return totals


def _documents(rows: RowsByDocument, parts: Credits) -> dict[str, int]:
    """Number of documents that each unit has a credit for."""
    names = rows.rows.names
    placed = parts.unit >= 0
    _, units = distinct_pairs(parts.document[placed], parts.unit[placed], len(names))
    counts = np.bincount(units, minlength=len(names)).tolist()
    return {name: count for name, count in zip(names, counts, strict=True) if count}


def _whole(rows: RowsByDocument) -> Credits:
    document, unit = _document_units(rows)
    ones = np.ones(len(document), dtype=np.int64)
    return Credits(document, unit, ones, ones)


def _by_unit(rows: RowsByDocument) -> Credits:
    document, unit = _document_units(rows)
    units = np.bincount(document, minlength=rows.documents)
    return Credits(document, unit, np.ones(len(document), dtype=np.int64), units[document])


def _rows(rows: RowsByDocument) -> Credits:
    ones = np.ones(len(rows.document), dtype=np.int64)
    return Credits(rows.document, rows.rows.unit.astype(np.int64), ones, ones)


def _by_affiliation(rows: RowsByDocument) -> Credits:
    if rows.rows.affiliation is not None:
        rows = _one_of_each_address(rows, rows.rows.affiliation)
    each = np.bincount(rows.document, minlength=rows.documents)
    ones = np.ones(len(rows.document), dtype=np.int64)
    return Credits(rows.document, rows.rows.unit.astype(np.int64), ones, each[rows.document])


def _one_of_each_address(rows: RowsByDocument, addresses: NDArray[np.uint64]) -> RowsByDocument:
    """One row for each address of a document, in a unit if any of them is; none without an address."""
    order = np.lexsort((-rows.rows.unit, addresses, rows.document))
    of, where = rows.document[order], addresses[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (of[1:] != of[:-1]) | (where[1:] != where[:-1])
    chosen = np.sort(order[first & (where != 0)])
    return RowsByDocument(rows.rows.take(chosen), rows.document[chosen], rows.documents)


def _by_author(rows: RowsByDocument) -> Credits:
    if rows.rows.author is None:
        return _by_affiliation(rows)
    author, affiliations = author_pairs(rows)
    authors = _author_numbers(rows, author)
    ones = np.ones(len(rows.document), dtype=np.int64)
    denominator = authors[rows.document] * affiliations[author]
    return Credits(rows.document, rows.rows.unit.astype(np.int64), ones, denominator)


def author_pairs(rows: RowsByDocument) -> tuple[Ints, Ints]:
    """Number the (document, author) pairs: the pair of each row, and the number of rows of each pair."""
    hashed = rows.rows.author
    assert hashed is not None
    order = np.lexsort((hashed, rows.document))
    new = np.ones(len(order), dtype=np.bool_)
    same_document = np.diff(rows.document[order]) == 0
    new[1:] = ~(same_document & (hashed[order][1:] == hashed[order][:-1]))
    author = np.empty(len(order), dtype=np.int64)
    author[order] = np.cumsum(new) - 1
    return author, np.bincount(author)


def _author_numbers(rows: RowsByDocument, author: Ints) -> Ints:
    """Number of authors of each document: as stated, or those that have rows."""
    if "authors" not in rows.rows.numbers:
        first = np.unique(author, return_index=True)[1]
        return np.bincount(rows.document[first], minlength=rows.documents)
    numbers = largest_stated(rows, "authors").astype(np.int64)
    if (numbers[rows.document] < 1).any():
        raise DataError(
            "a document has rows of authors, but its number of authors is below 1 (column 'authors')"
        )
    return numbers


def largest_stated(rows: RowsByDocument, column: str) -> Floats:
    """The number stated for each document: the largest if its rows differ, 0 if they state none."""
    numbers = np.full(rows.documents, -np.inf)
    np.fmax.at(numbers, rows.document, rows.rows.numbers[column])
    return np.where(np.isfinite(numbers), numbers, 0.0)


def _document_units(rows: RowsByDocument) -> tuple[Ints, Ints]:
    """The distinct (document, unit) pairs, without rows outside all units."""
    placed = rows.rows.unit >= 0
    return distinct_pairs(rows.document[placed], rows.rows.unit[placed], len(rows.rows.names))


def _redistributed(parts: Credits) -> Credits:
    """Redistribute credits without a unit among the other units of the document, in proportion."""
    placed = parts.unit >= 0
    document, unit = parts.document[placed], parts.unit[placed]
    common = np.ones(int(document.max(initial=-1)) + 1, dtype=np.int64)
    np.lcm.at(common, document, parts.denominator[placed])
    if (common > _LARGEST_DENOMINATOR).any() or (common < 1).any():
        raise DataError(
            "a document has too many different numbers of affiliations for redistributed counting"
        )
    numerator = parts.numerator[placed] * (common[document] // parts.denominator[placed])
    total = np.zeros(len(common), dtype=np.int64)
    np.add.at(total, document, numerator)
    shared = np.gcd(numerator, total[document])
    return Credits(document, unit, numerator // shared, total[document] // shared)
