"""What the columns of a table are likely to be: units, names, editions, indicators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from innov_index.analysis.look.printed_results import NO_RESULTS, PrintedResults, printed_results
from innov_index.errors import DataError
from innov_index.frozen import frozen
from innov_index.intake.arrangement import (
    EDITIONS,
    INDICATORS,
    VALUES,
    names_with_years,
    usual_column,
    year_columns,
)
from innov_index.intake.countries.register import register
from innov_index.intake.shape.header_rows import is_blank, is_numeric
from innov_index.intake.table import Column, Table
from innov_index.model.arrays import Floats
from innov_index.model.sheet import to_text

UNITS = (
    "ucode",
    "iso3",
    "iso3c",
    "iso_a3",
    "iso3_code",
    "country code",
    "country_code",
    "countrycode",
    "iso",
    "code",
    "geo",
    "geo_id",
    "ref_area",
    "economy",
    "area code (m49)",
    "office (code)",
    "iso code",
    "geo code",
    "unit",
    "country or area",
    "country",
    "geo (labels)",
    "country name",
    "economy name",
    "entity",
    "area",
    "city",
    "region",
    "university_name",
    "institution",
    "name",
)
"""Usual titles of a column of units, codes before names."""

_NAMES = ("uname", "country name", "country", "name", "entity", "area", "city", "economy name", "office")
_NO_INDICATORS = (
    "year",
    "rank",
    "no",
    "no.",
    "latitude",
    "longitude",
    "population code",
    "estimates start after",
)
_SAMPLED = 400


@frozen
class Guess:
    """What a table seems to hold.

    Attributes
    ----------
    unit
        Column with the codes or names of units.
    name
        Column with their names, if another.
    edition
        Column with editions; None where there are none, or columns or names of files say it.
    indicator, value
        Columns of a long table.
    indicators
        What the tree can be made of.
    refused
        Columns that look like indicators but cannot be read, and why.
    printed
        Columns with the scores and ranks of an index.
    """

    table: Table
    unit: str
    name: str | None = None
    edition: str | None = None
    indicator: str | None = None
    value: str | None = None
    indicators: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    printed: PrintedResults = NO_RESULTS


def guess(table: Table) -> Guess | None:
    """What a table seems to hold; None where no column can be one of units, or it describes indicators."""
    if "iCode" in table and "Parent" in table:
        return None  # COINr's iMeta
    columns = [column for column in table.found if table.columns.count(column.name) == 1]
    numeric = {column.name for column in columns if _share_of_numbers(column) > 0.5}
    years = year_columns(table)
    texts = [column for column in columns if column.name not in numeric and column.name not in years]
    unit = _unit(table, texts)
    if unit is None:
        return None
    edition = None if years else _edition(table, unit)
    name = usual_column(table, _NAMES)
    name = None if name == unit else name
    taken = {unit, name, edition, *years}
    long = _long_form(table, unit, edition, texts, numeric, taken)
    if long is not None:
        indicator, value = long
        found = tuple(dict.fromkeys(filter(None, table.text(indicator))))
        return Guess(table, unit, name, edition, indicator, value, found)
    if years:
        return Guess(table, unit, name, None, None, None, (Path(table.file).name.partition(".")[0],))
    candidates = [column.name for column in columns if column.name in numeric and column.name not in taken]
    numbers, refused = _readable(table, candidates)
    dated = names_with_years(list(numbers))
    printed = NO_RESULTS if dated else printed_results(_of_one_edition(table, edition, numbers))
    results = {printed.score, printed.rank}
    left = [title for title in numbers if title not in results and title.casefold() not in _NO_INDICATORS]
    indicators = tuple(dict.fromkeys(dated.get(title, title) for title in left))
    return Guess(table, unit, name, edition, None, None, indicators, refused, printed)


def has_aggregates(found: Guess) -> bool:
    """Whether most units are countries, and some are aggregates such as the World."""
    countries = register()
    texts = [text for text in dict.fromkeys(found.table.text(found.unit)) if text]
    known = sum(countries.match(text) is not None for text in texts)
    aggregates = sum(
        countries.match(text) is None and countries.aggregate(text) is not None for text in texts
    )
    return aggregates > 0 and known + aggregates > 0.8 * len(texts)


def _sample(column: Column) -> list[object]:
    cells = column.cells
    step = max(1, len(cells) // _SAMPLED)
    return [cell for cell in cells[::step] if not is_blank(cell)]


def _share_of_numbers(column: Column) -> float:
    """The share of cells that are numbers, marks of missing apart."""
    cells = [cell for cell in _sample(column) if to_text(cell).casefold() not in _MARKS]
    return sum(map(is_numeric, cells)) / len(cells) if cells else 0.0


_MARKS = frozenset(["..", "...", ":", "-", "–", "n/a", "na", "nan", "null", "no data", "x", "nd", "--"])


def _unit(table: Table, texts: Sequence[Column]) -> str | None:
    """A column of texts: of a usual title, or with codes of countries, or that tells most rows apart."""
    named = {column.name.casefold(): column.name for column in reversed(texts)}
    usual = [named[title] for title in UNITS if title in named]
    if usual:
        return next((name for name in usual if _tells_rows_apart(table, name)), usual[0])
    countries = register()
    for column in texts:
        cells = [to_text(cell) for cell in _sample(column)[:40]]
        if cells and 2 * sum(countries.match(cell) is not None for cell in cells) > len(cells):
            return column.name
    counts = [(len(set(map(to_text, column.cells))), -at, column.name) for at, column in enumerate(texts)]
    return max(counts)[2] if counts else None


def _tells_rows_apart(table: Table, name: str) -> bool:
    """Whether hardly two rows have the same text, or the same text and edition."""
    edition = usual_column(table, EDITIONS)
    editions = table.text(edition) if edition is not None and table.columns.count(edition) == 1 else ()
    keys = list(zip(table.text(name), editions or ("",) * table.rows, strict=True))
    return len(set(keys)) >= 0.98 * len(keys)


def _edition(table: Table, unit: str) -> str | None:
    column = usual_column(table, EDITIONS)
    if column is None or column == unit or table.columns.count(column) > 1:
        return None
    units = table.text(unit)
    return column if len(set(units)) < len(units) else None


def _long_form(
    table: Table,
    unit: str,
    edition: str | None,
    texts: Sequence[Column],
    numeric: set[str],
    taken: set[str | None],
) -> tuple[str, str | None] | None:
    """The column of indicators and, without columns of years, that of values, where rows of a unit repeat."""
    editions = table.text(edition) if edition else ("",) * table.rows
    keys = [key for key in zip(table.text(unit), editions, strict=True) if key[0]]
    usual = usual_column(table, INDICATORS)
    if len(set(keys)) >= 0.9 * len(keys):
        return (usual, None) if usual is not None and usual not in taken and year_columns(table) else None
    counts = {column.name: len(set(map(to_text, column.cells))) for column in texts}
    # the fewer texts, the likelier are they indicators
    others = sorted(
        (name for name in counts if name not in taken and counts[name] > 1), key=lambda name: counts[name]
    )
    candidates = [*([usual] if usual is not None and usual not in taken else []), *others]
    for name in dict.fromkeys(candidates):
        full = set(zip(table.text(unit), editions, table.text(name), strict=True))
        if len(full) >= 0.98 * table.rows:
            if year_columns(table):
                return name, None
            value = usual_column(table, VALUES) or next(
                (column for column in table.columns if column in numeric and column not in {*taken, name}),
                None,
            )
            return None if value is None else (name, value)
    return None


def _readable(
    table: Table, candidates: Sequence[str]
) -> tuple[dict[str, Floats], tuple[tuple[str, str], ...]]:
    """The columns that can be read as numbers and have some; and the others, with the reason."""
    numbers: dict[str, Floats] = {}
    refused = []
    for column in candidates:
        try:
            values = table.numbers([column])[:, 0]
        except DataError as error:
            refused.append((column, error.problems[0].message))
            continue
        if np.isfinite(values).any():
            numbers[column] = values
    return numbers, tuple(refused)


def _of_one_edition(table: Table, edition: str | None, numbers: Mapping[str, Floats]) -> Mapping[str, Floats]:
    """The numbers of the edition with most rows: ranks are those of an edition."""
    if edition is None:
        return numbers
    editions = table.text(edition)
    usual = max(dict.fromkeys(editions), key=editions.count)
    rows = np.array([text == usual for text in editions])
    return {name: values[rows] for name, values in numbers.items()}


def kinds_of(table: Table) -> Iterator[tuple[str, str, int, str]]:
    """Each column: its title, what it holds, how many cells are filled, and the first of them."""
    years = year_columns(table)
    for column in table.found:
        filled = [cell for cell in column.cells if not is_blank(cell)]
        share = _share_of_numbers(column)
        kind = (
            "year"
            if column.name in years
            else "numbers"
            if share > 0.95
            else "texts"
            if share < 0.05
            else "mixed"
        )
        yield column.name, kind if filled else "empty", len(filled), to_text(filled[0]) if filled else ""
