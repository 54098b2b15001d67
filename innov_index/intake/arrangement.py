"""Where the values of a table are: which columns hold them, and of which unit, edition and indicator each is.

A table is wide (a column for each indicator), long (a row for each value), or has a column for each year or
for each indicator and year. What a config does not state follows from the names that its tree asks for,
which are read literally first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path

from innov_index.errors import DataError, Problem, not_found
from innov_index.frozen import frozen
from innov_index.intake.number_columns import texts_of
from innov_index.intake.table import Table
from innov_index.wording import listed

_YEAR = r"(?P<year>-?(?:1[5-9]|20|21)\d\d)"
_YEAR_TITLES = re.compile(rf"(?:YR|Y|FY)?{_YEAR}(?:\s*\[YR\d{{4}}\])?")
_IN_A_NAME = rf"(?<!\d){_YEAR}(?!\d)"
EDITIONS = (
    "edition",
    "year",
    "time_period",
    "time period",
    "time",
    "period",
    "date",
    "jahr",
    "année",
    "año",
    "anno",
)
VALUES = ("value", "obs_value", "val", "amount", "score", "observation value")
INDICATORS = (
    "indicator code",
    "series code",
    "indicator",
    "indicator_id",
    "indicator id",
    "series",
    "measure",
    "variable",
    "indic",
    "subject code",
)
_FLAGS = (
    "obs_flag",
    "obs_status",
    "flag",
    "flags",
    "value footnotes",
    "note",
    "footnotes",
    "observation status",
)
_NO_NOTE = frozenset(["", "A"])
"""Marks that say that a value is as it should be (SDMX: A, normal value)."""


@frozen
class Stated:
    """What a person says of where values are.

    Attributes
    ----------
    unit
        Column with the unit.
    edition
        Column with the edition.
    year_of
        The edition is the year of the date in the `edition` column.
    edition_from, indicator_from
        The name of the file or of the sheet says which edition or indicator it is about.
    indicator
        Columns whose texts, joined, name the indicator.
    joint
        Between these texts.
    value
        Column with the value of a long table.
    """

    unit: str
    edition: str | None = None
    year_of: bool = False
    edition_from: str | None = None
    indicator: tuple[str, ...] = ()
    joint: str = " / "
    indicator_from: str | None = None
    value: str | None = None


@frozen
class ValueColumn:
    """A column of values: of one indicator and edition, or where None stands of those of each row."""

    column: str
    indicator: str | None = None
    edition: str | None = None


@frozen
class Arrangement:
    """The values of a table, and what its rows are about; without editions they hold for any edition."""

    table: Table
    unit: str
    values: tuple[ValueColumn, ...]
    indicators: tuple[str, ...] | None = None
    edition: str | None = None
    editions: tuple[str, ...] | None = None
    flags: str | None = None

    @property
    def has_editions(self) -> bool:
        return self.editions is not None or any(value.edition is not None for value in self.values)

    @property
    def names(self) -> set[str]:
        """The indicators that are here."""
        named = {value.indicator for value in self.values if value.indicator is not None}
        return named if self.indicators is None else named | set(self.indicators)


def arrange(table: Table, stated: Stated, wanted: Collection[str]) -> Arrangement:
    """Find the values of a table.

    Parameters
    ----------
    table : Table
    stated : Stated
    wanted : names
        The indicators that are asked for; those that are not here are left out.

    Raises
    ------
    DataError
        A stated column is missing.
    """
    named = [name for name in (stated.edition, stated.value, *stated.indicator) if name is not None]
    table.require([stated.unit, *named], "the indicators")
    indicators = _stated_indicators(table, stated)
    if indicators is not None or stated.value is not None:
        values, indicators = _of_rows(table, stated, indicators, wanted)
    else:
        values, indicators = _found(table, stated, wanted)
    found = Arrangement(table, stated.unit, values, indicators)
    return _with_editions(found, stated)


def _stated_indicators(table: Table, stated: Stated) -> tuple[str, ...] | None:
    """The indicator of each row, where columns for it are stated, or the name of the file or sheet."""
    if stated.indicator:
        columns = [table.text(column) for column in stated.indicator]
        return tuple(stated.joint.join(texts) for texts in zip(*columns, strict=True))
    if stated.indicator_from is not None:
        return (_origin(table, stated.indicator_from),) * table.rows
    return None


def _origin(table: Table, which: str) -> str:
    """The name of a table's file, without endings, or of its sheet."""
    return table.sheet if which == "sheet" else plain_name(table.file)


def plain_name(file: str) -> str:
    """The name of a file without endings."""
    return Path(file).name.partition(".")[0]


def _of_rows(
    table: Table, stated: Stated, indicators: tuple[str, ...] | None, wanted: Collection[str]
) -> tuple[tuple[ValueColumn, ...], tuple[str, ...] | None]:
    """A long table: the value stands in one column, or in one for each year."""
    if indicators is None:
        found = _indicator_column(table, wanted, stated)
        if found is None:
            names = listed(table.columns, 12)
            raise DataError(f"{table.file}: `value` is stated, but not `indicator`. Columns are: {names}")
        indicators = table.text(found)
    if stated.value is not None:
        return (ValueColumn(stated.value),), indicators
    years = year_columns(table)
    if years:
        _tell_years(table, years)
        return tuple(ValueColumn(column, None, year) for column, year in years.items()), indicators
    column = usual_column(table, VALUES)
    if column is None:
        names = listed(table.columns, 12)
        raise DataError(
            f"{table.file}: which column holds the values? Set `value` beside `indicator`. Columns: {names}"
        )
    _tell(table, f"values are read from the column {column}")
    return (ValueColumn(column),), indicators


def _found(
    table: Table, stated: Stated, wanted: Collection[str]
) -> tuple[tuple[ValueColumn, ...], tuple[str, ...] | None]:
    """The values of the wanted indicators, by columns of their name, by years, or by rows."""
    values = [ValueColumn(name, name) for name in wanted if name in table]
    values += _by_name_and_year(table, [name for name in wanted if name not in table])
    if values:
        return tuple(values), None
    column = _indicator_column(table, wanted, stated)
    years = year_columns(table)
    if column is not None and (years or usual_column(table, VALUES)):
        _tell(table, f"indicators are the texts of the column {column}")
        return _of_rows(table, stated, table.text(column), wanted)
    origins = (_origin(table, "sheet"), _origin(table, "file"), *table.titles.values())
    named = next((name for name in origins if name in wanted), None)
    if years and (named is not None or len(wanted) == 1):
        _tell_years(table, years)
        name = named or next(iter(wanted))
        return tuple(ValueColumn(column, name, year) for column, year in years.items()), None
    value = usual_column(table, VALUES)
    if value is not None and named is not None:
        _tell(table, f"the column {value} holds {named}")
        return (ValueColumn(value, named),), None
    return (), None


def year_columns(table: Table) -> dict[str, str]:
    """Columns with the title of a year, such as 2019, YR2019 or 2019 [YR2019], and that year."""
    found = {
        name: match["year"] for name in table.columns if (match := _YEAR_TITLES.fullmatch(name)) is not None
    }
    return found if len(found) > 1 else {}


def _tell_years(table: Table, years: dict[str, str]) -> None:
    names = list(years.values())
    _tell(
        table,
        f"columns are editions: {names[0]} to {names[-1]}"
        if len(names) > 3
        else f"columns are editions: {listed(names)}",
    )


def _by_name_and_year(table: Table, wanted: Sequence[str]) -> list[ValueColumn]:
    """Columns such as hdi_1990 for indicators that have no column of their own."""
    found: dict[str, list[ValueColumn]] = {}
    for column in table.columns:
        name, _, year = column.rpartition("_")
        if name in wanted and re.fullmatch(_YEAR, year):
            found.setdefault(name, []).append(ValueColumn(column, name, year))
    for name, values in found.items():
        _tell(table, f"the editions of {name} are {values[0].column} to {values[-1].column}")
    return [value for values in found.values() for value in values]


def _indicator_column(table: Table, wanted: Collection[str], stated: Stated) -> str | None:
    """The column with the most of the wanted indicators among its texts; then that of a usual name."""
    names = set(wanted)
    best, most = None, (0, 0)
    for column in table.found:
        if column.name == stated.unit or table.columns.count(column.name) > 1:
            continue
        score = len(names.intersection(texts_of(column.cells))), column.name.casefold() in INDICATORS
        if score[0] and score > most:
            best, most = column.name, score
    return best


def usual_column(table: Table, usual: Sequence[str]) -> str | None:
    """The column with the first of some usual names, in small letters or not."""
    folded = {name.casefold(): name for name in reversed(table.columns)}
    return next((folded[name] for name in usual if name in folded), None)


def names_with_years(columns: Sequence[str]) -> dict[str, str]:
    """The name of columns such as hdi_1990, where several years have it."""
    found: dict[str, list[str]] = {}
    for column in columns:
        name, _, year = column.rpartition("_")
        if name and re.fullmatch(_YEAR, year):
            found.setdefault(name, []).append(column)
    return {column: name for name, several in found.items() if len(several) > 1 for column in several}


def _with_editions(found: Arrangement, stated: Stated) -> Arrangement:
    table = found.table
    flags = usual_column(table, _FLAGS) if found.indicators is not None and len(found.values) == 1 else None
    column = stated.edition
    if column is None and not found.has_editions:
        column = _edition_column(found)
    if column is not None:
        texts = table.text(column)
        years = tuple(map(_year_of, texts)) if stated.year_of else texts
        units = table.text(found.unit) if "" in texts else ()
        lacking_one = [row for row, unit in enumerate(units) if unit and not texts[row]]
        if lacking_one:
            raise DataError(Problem("a row without an edition", table.mark(lacking_one[0], column)))
        return _replaced(found, column, years, flags)
    if stated.edition_from is not None:
        edition = edition_of_name(_origin(table, stated.edition_from))
        return _replaced(found, None, (edition,) * table.rows, flags)
    return _replaced(found, None, None, flags)


def _replaced(
    found: Arrangement, column: str | None, editions: tuple[str, ...] | None, flags: str | None
) -> Arrangement:
    return Arrangement(found.table, found.unit, found.values, found.indicators, column, editions, flags)


def _edition_column(found: Arrangement) -> str | None:
    """The column `edition`, or one with a usual name where units are repeated without it and not with it."""
    table = found.table
    if EDITIONS[0] in table:
        return EDITIONS[0]
    units = table.text(found.unit)
    if found.indicators is None and table.is_key(found.unit):
        return None
    keys = units if found.indicators is None else zip(units, found.indicators, strict=True)
    if len(set(keys)) == len(units):
        return None
    taken = {value.column for value in found.values}
    column = usual_column(table, EDITIONS)
    if column is None or column in taken:
        return None
    _tell(table, f"editions are the texts of the column {column}")
    return column


def edition_of_name(name: str) -> str:
    """The edition that the name of a file or sheet states: the year in it, or else the name."""
    year = re.search(_IN_A_NAME, name)
    return year["year"] if year else name


def _year_of(text: str) -> str:
    found = re.search(_IN_A_NAME, text)
    return found["year"] if found is not None else text


def years_of_names(tables: Sequence[Table]) -> list[str] | None:
    """The edition of each table by a year in the name of its sheet or file; None if names do not tell it."""
    for which in ("sheet", "file"):
        found = years_in([_origin(table, which) for table in tables])
        if found is not None:
            return found
    return None


def years_in(names: Sequence[str]) -> list[str] | None:
    """The year in each of several names, if each has one and no two have the same."""
    years = [re.search(_IN_A_NAME, name) for name in names]
    found = [year["year"] for year in years if year is not None]
    return found if len(found) == len(names) and len(set(found)) == len(found) > 1 else None


def lacking(tables: Sequence[Arrangement], wanted: Sequence[str]) -> list[Problem]:
    """What to say of wanted indicators that no table has."""
    here = sorted(set().union(*(found.names for found in tables)))
    problems = []
    for name in [name for name in wanted if name not in here]:
        table = tables[0].table
        where = "" if len(tables) == 1 else f"in {listed([Path(each.table.file).name for each in tables], 5)}"
        place = table.places.mark(table.header_at, 0)
        if tables[0].indicators is not None:
            problems.append(Problem(f"{table.file}: {not_found('row for indicator', name, here, where)}"))
        else:
            problems.append(
                Problem(not_found("column", name, table.columns, where or "(the indicators)"), place)
            )
    return problems


def note_of(text: str) -> str:
    """A mark in a column of flags, empty where it says nothing."""
    return "" if text in _NO_NOTE else text


def _tell(table: Table, what: str) -> None:
    table.said[f"{Path(table.file).name}: {what}"] = None
