"""What a config states of a source of records, whatever its kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal

from annotated_types import MinLen

from innov_index.intake.formats.database import is_url, shown_url
from innov_index.intake.options import options
from innov_index.intake.patterns import expression
from innov_index.intake.records.column_paths import column_path
from innov_index.intake.records.files import FileOptions
from innov_index.intake.records.parsing import (
    DayOrder,
    day_number,
)
from innov_index.intake.records.wanted_columns import NONE, WantedColumns
from innov_index.intake.records.year_columns import has_year
from innov_index.sources.currencies import (
    Currency,
)
from innov_index.sources.document_counting import Counting
from innov_index.sources.exploding import (
    Explode,
    ListElements,
    SplitCells,
    columns_made,
    columns_read,
)
from innov_index.sources.filters import Filters
from innov_index.sources.lookups import Lookup
from innov_index.sources.places.place_options import Places

if TYPE_CHECKING:
    pass

YEARS_ROLE = "year"
"""The role of the years of columns such as `hdi_{year}`."""

LINE_BREAK = "\n"


@options
class YearOf:
    """The year of the dates in a column.

    Attributes
    ----------
    year_of
        column with dates
    """

    year_of: str


@options
class NameOf:
    """What the name of each file or sheet says.

    Attributes
    ----------
    name_of
        the name of the file or of the sheet
    """

    name_of: Literal["file", "sheet"]


@options
class RecordSource(FileOptions, Filters):
    """Records of one kind, and how they are read, filtered and assigned to units.

    Columns
    -------
    unit
        the unit itself, where records state it
    city, state, country
        names or codes of the place
    location
        city and country in one text: `Beijing @ China`
    latitude, longitude
        coordinates of the place, in degrees
    institution
        name of an institution, for a crosswalk or rules on names
    address
        institution, city and country in one text: `Inst of Physics, Hangzhou 310027, Peoples R China`
    year, date, class, venue, keywords, status
        what filters look at; filters and formulas may name any other column too

    Attributes
    ----------
    kind
        companies, documents, collaboration, values or clusters; needed unless `format` says it
    format
        layout of a well-known source, such as openalex or scopus: stands for most of the other keys
    lookup_files
        files of the further tables of that layout, by their names: {institutions: institutions/*.gz}
    name
        name of the source in messages; the file's name by default
    columns
        role of a column: its name in the file, or several names of which the file has one; of JSON and
        Parquet also a path: geo.city, authors[0].name (the first), authors[].name (a row of each),
        topics[*].id (all in one cell, of which one must pass a filter); with years as columns, `hdi_{year}`
        makes a row of each, and the role `year`
    usual
        columns that such files usually have, by role: read if something uses them; empty, and told, where a
        file lacks them; `columns` come first
    lookup
        tables with more columns about each record
    extract
        column: regular expression; each named group becomes a column: (?P<city>.*), .*
    join
        column to make: columns of which it joins the filled cells by hyphens, such as {date: [year, month]}
    replace
        column: {text: replacement}; ZZ* is a pattern
    explode
        cells with several values, of which each becomes a row
    countings
        ways of counting that the records allow; any other is refused
    no_place
        why the records have no place, where they have none; told if one is needed
    duplicates
        columns each of which identifies a record, such as [id, doi]: a record that says in one of them what
        an earlier one says is left out, and counted; DOIs are compared without resolver and capitals
    edition
        column with the edition of each record, {year_of: column of dates}, or {name_of: file} or sheet: each
        edition has values of its own; without it a value holds for every edition
    dates
        whether 4/7/2017 is April 7 (month first) or July 4 (day first); by default month first, unless dates
        such as 25/4/2017 show that the column goes by day first
    as_of
        last date; later records are left out
    currency
        one currency for amounts such as €1,2B and USD 3m; without it, amounts of several currencies are never
        taken together
    places
        how places become units, in place of the config's `places`
    shifted
        repair rows whose cells have shifted to the left, or keep them as they are
    """

    kind: str
    format: str | None = None
    lookup_files: dict[str, str | Annotated[list[str], MinLen(1)]] | None = None
    name: str | None = None
    columns: dict[str, str | Annotated[list[str], MinLen(1)]] = field(default_factory=dict)
    usual: dict[str, str | Annotated[list[str], MinLen(1)]] | None = None
    lookup: list[Lookup] | None = None
    extract: dict[str, str] | None = None
    join: dict[str, Annotated[list[str], MinLen(1)]] | None = None
    replace: dict[str, dict[str, str]] | None = None
    explode: list[Explode] | None = None
    countings: Annotated[list[Counting], MinLen(1)] | None = None
    no_place: str | None = None
    duplicates: Annotated[list[str], MinLen(1)] | None = None
    edition: Annotated[str, MinLen(1)] | YearOf | NameOf | None = None
    dates: DayOrder | None = None
    as_of: str | None = None
    currency: Currency | None = None
    places: Places | None = None
    shifted: Literal["repair", "keep"] = "keep"

    def __post_init__(self) -> None:
        for pattern in (self.extract or {}).values():
            try:
                groups = expression(pattern).names
            except ValueError as error:
                raise ValueError(
                    f"a regular expression in extract; '{pattern}' is not one ({error})"
                ) from None
            if not groups:
                raise ValueError(f"named groups such as (?P<city>.*) in extract; '{pattern}' has none")
        if self.as_of is not None and day_number(self.as_of, "month first") is None:
            raise ValueError(f"a date such as 2020-06-30 in as_of; '{self.as_of}' is not one")

    @property
    def measures(self) -> Mapping[str, Any]:
        """The indicators by name; every kind's options state them."""
        return getattr(self, "indicators", {})

    @property
    def is_placed(self) -> bool:
        """Whether records have places to be assigned to units."""
        return True

    @property
    def states_units(self) -> bool:
        """Whether a column says in which unit each record is."""
        return "unit" in {*self.columns, *self.made_columns(), *(self.usual or {})}

    @property
    def order(self) -> DayOrder:
        """The order in which dates are read."""
        return self.dates or "month first"

    @property
    def title(self) -> str:
        """Name of the source in messages."""
        stated = [self.file] if isinstance(self.file, str) else self.file
        return self.name or ", ".join(shown_url(name) if is_url(name) else name for name in stated)

    @property
    def named(self) -> Mapping[str, str | list[str]]:
        """All columns by role, stated and usual."""
        return {**(self.usual or {}), **self.columns}

    def made_columns(self) -> set[str]:
        """Columns added by lookups and extractions."""
        made = {role for lookup in self.lookup or () for role in lookup.columns}
        made |= {role for step in self.explode or () for role in columns_made(step)}
        made |= {YEARS_ROLE} if any(has_year(name) for name in self._names()) else set()
        made |= {role for pattern in (self.extract or {}).values() for role in expression(pattern).names}
        made |= {*(self.join or {})}
        return made | ({"city", "country"} if "location" in self.columns else set())

    def _names(self) -> Iterator[str]:
        """All names that columns may have in the file."""
        for names in self.columns.values():
            yield from (names,) if isinstance(names, str) else names

    def wanted(self, more: Iterable[str] = ()) -> WantedColumns:
        """Columns to read: those stated, and `more` under their own names."""
        made = self.made_columns()
        names = [*more, *self.used_columns()]
        own = {name: name for name in names if name not in made and name not in self.columns}
        stated = {**own, **self.columns}
        wanted = {role: (name,) if isinstance(name, str) else tuple(name) for role, name in stated.items()}
        lacking = {role for role, name in (self.usual or {}).items() if self.columns.get(role) == name}
        return {role: (*own, NONE) if role in lacking else own for role, own in wanted.items()}

    def used_columns(self) -> list[str]:
        """Columns that the source uses, whatever its indicators do."""
        used = [*(lookup.on for lookup in self.lookup or ()), *(self.extract or {}), *(self.replace or {})]
        used += [role for step in self.explode or () for role in columns_read(step) or self._inside(step)]
        used += self.duplicates or ()
        used += [role for parts in (self.join or {}).values() for role in parts]
        edition = self.edition.year_of if isinstance(self.edition, YearOf) else self.edition
        used += [edition] if isinstance(edition, str) else []
        return [*used, *self.columns_of(self), *(("date",) if self.as_of is not None else ())]

    def _inside(self, step: Explode) -> list[str]:
        """A column inside the list that a step is about: its elements are rows only where one is read."""
        paths = {
            role: column_path(name)
            for role, names in self.named.items()
            for name in ([names] if isinstance(names, str) else names)
        }
        lists = {role: path.lists for role, path in paths.items() if path is not None}
        of = step.of if isinstance(step, ListElements) else None
        return [role for role, own in lists.items() if of in own][:1]

    def filtered_columns(self) -> set[str]:
        """Columns that filters use, of the source or of an indicator."""
        return {name for own in self._filters() for name in self.columns_of(own)}

    def _filters(self) -> Iterator[Filters]:
        yield self
        yield from (measure for measure in self.measures.values() if isinstance(measure, Filters))

    @cached_property
    def lined_columns(self) -> frozenset[str]:
        """Columns of cells whose values stand on lines of their own."""
        exploded = [step for step in self.explode or () if isinstance(step, SplitCells)]
        split = {role for step in exploded if step.by == LINE_BREAK for role in step.columns}
        return frozenset(split).union(*(own.columns_split_by(LINE_BREAK) for own in self._filters()))

    def columns_of(self, filters: Filters) -> tuple[str, ...]:
        """Columns that some filters use."""
        return filters.columns_used({**self.columns, **dict.fromkeys(self.made_columns())})
