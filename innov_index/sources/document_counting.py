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
from innov_index.intake.records.text_columns import Numbers, distinct, distinct_sorted
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
    """Credits of units for documents: in row i, unit[i] gets numerator[i] / denominator[i] of document[i].

    `numerator` or `denominator` is None where it is 1 in every row. `rows` are those that have the credits;
    all their units have some.
    """

    rows: RowsByDocument
    document: Numbers
    unit: Numbers
    numerator: Ints | None = None
    denominator: Ints | None = None

    @property
    def numerators(self) -> Ints:
        """The numerator of each row."""
        return np.ones(len(self.unit), dtype=np.int64) if self.numerator is None else self.numerator

    @property
    def denominators(self) -> Ints:
        """The denominator of each row."""
        return np.ones(len(self.unit), dtype=np.int64) if self.denominator is None else self.denominator

    def placed(self) -> Credits:
        """The credits of units, without those of rows outside all units."""
        without = self.unit < 0
        if not without.any():
            return self
        kept = np.flatnonzero(~without)
        above, below = (None if part is None else part[kept] for part in (self.numerator, self.denominator))
        return Credits(self.rows, self.document[kept], self.unit[kept], above, below)


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
    placed = parts.placed()
    keys: Numbers = placed.unit
    denominators, size = np.ones(1, dtype=np.int64), 1
    if placed.denominator is not None and len(keys):
        code, denominators = distinct(placed.denominator, int(placed.denominator.max()) + 1)
        size = len(denominators)
        keys = keys.astype(np.int64) * size + code
    if weight is None:
        totals = list(map(round, np.bincount(keys, weights=placed.numerator).tolist()))
        world = rows.number
    else:
        # weights are mostly integers; their products with numerators must be exact
        totals = _weighted(keys, placed.numerators, weight[placed.document], max(size * len(names), 1))
        documents = distinct_sorted(rows.document)
        world = exact_sums(np.zeros(len(documents), dtype=np.int64), np.nan_to_num(weight[documents]), 1)[0]
    by_unit: dict[str, dict[int, int]] = {}
    for key, total in enumerate(totals):
        if total:
            of, denominator = divmod(key, size)
            by_unit.setdefault(names[of], {})[int(denominators[denominator])] = total
    credited = zip(names, parts.rows.documents_of_units.tolist(), strict=True)
    of_units = {name: count for name, count in credited if count}
    return UnitCounts(by_unit, of_units, world, weight is not None)


def _weighted(keys: Numbers, numerators: Ints, weights: Floats, size: int) -> list[int]:
    totals = [0] * size
    for numerator in np.unique(numerators).tolist():
        same = numerators == numerator
        for key, total in enumerate(exact_sums(keys[same], np.nan_to_num(weights[same]), size)):
            totals[key] += total * numerator
    return totals


def _whole(rows: RowsByDocument) -> Credits:
    return Credits(rows, *rows.units)


def _by_unit(rows: RowsByDocument) -> Credits:
    document, unit = rows.units
    units = np.bincount(document, minlength=rows.documents)
    return Credits(rows, document, unit, None, units[document])


def _rows(rows: RowsByDocument) -> Credits:
    return Credits(rows, rows.document, rows.rows.unit)


def _by_affiliation(rows: RowsByDocument) -> Credits:
    if rows.rows.affiliation is not None:
        rows = _one_of_each_address(rows, rows.rows.affiliation)
    each = np.bincount(rows.document, minlength=rows.documents)
    return Credits(rows, rows.document, rows.rows.unit, None, each[rows.document])


def _one_of_each_address(rows: RowsByDocument, addresses: NDArray[np.uint64]) -> RowsByDocument:
    """One row for each address of a document, in a unit if any of them is; none without an address."""
    order = np.lexsort((-rows.rows.unit, addresses, rows.document))
    of, where = rows.document[order], addresses[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (of[1:] != of[:-1]) | (where[1:] != where[:-1])
    chosen = np.zeros(len(order), dtype=np.bool_)
    chosen[order[first & (where != 0)]] = True
    return rows.where(chosen)


def _by_author(rows: RowsByDocument) -> Credits:
    if rows.rows.author is None:
        return _by_affiliation(rows)
    author, affiliations = author_pairs(rows)
    authors = _author_numbers(rows, author)
    denominator = authors[rows.document] * affiliations[author]
    return Credits(rows, rows.document, rows.rows.unit, None, denominator)


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


def _redistributed(parts: Credits) -> Credits:
    """Redistribute credits without a unit among the other units of the document, in proportion."""
    parts = parts.placed()
    document, unit, below = parts.document, parts.unit, parts.denominators
    common = np.ones(int(document.max(initial=-1)) + 1, dtype=np.int64)
    np.lcm.at(common, document, below)
    if (common > _LARGEST_DENOMINATOR).any() or (common < 1).any():
        raise DataError(
            "a document has too many different numbers of affiliations for redistributed counting"
        )
    numerator = parts.numerators * (common[document] // below)
    total = np.zeros(len(common), dtype=np.int64)
    np.add.at(total, document, numerator)
    shared = np.gcd(numerator, total[document])
    return Credits(parts.rows, document, unit, numerator // shared, total[document] // shared)
