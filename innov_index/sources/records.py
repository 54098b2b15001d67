"""How records are prepared for every kind: repaired, looked up, filtered and assigned to units."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from annotated_types import MinLen

from innov_index.errors import DataError, not_found
from innov_index.intake.formats.database import is_url, shown_url
from innov_index.intake.number_texts import COMMA, POINT, Conventions, evidence_of
from innov_index.intake.options import expression, options
from innov_index.intake.records.batch import Batch, IdentifierRuns
from innov_index.intake.records.column_paths import column_path
from innov_index.intake.records.files import FileOptions, Partition, partitions
from innov_index.intake.records.money import has_words, money
from innov_index.intake.records.nested_columns import rows_of_elements, texts_at
from innov_index.intake.records.parsing import (
    DayOrder,
    day_number,
    day_or_nan,
    has_entity,
    is_plain,
    mark_left_out,
    number,
    order_shown,
)
from innov_index.intake.records.text_columns import Texts, combine, distinct
from innov_index.intake.records.wanted_columns import NONE, WantedColumns
from innov_index.intake.records.year_columns import YEARS, has_year
from innov_index.intake.row_filters import Condition
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.model.result import Gravity, Remark
from innov_index.sources.column_evidence import (
    DROPPED,
    ELSEWHERE,
    MAGNITUDE,
    NOT_COUNTED,
    added,
    evidence_in,
    evidence_in_rows,
)
from innov_index.sources.currencies import (
    UNKNOWN,
    Currency,
    Rates,
    is_currency,
    is_known_currency,
    sort_of,
)
from innov_index.sources.document_counting import Counting
from innov_index.sources.duplicates import RecordLines
from innov_index.sources.exploding import (
    Explode,
    ListElements,
    PlaceLists,
    SplitCells,
    author_addresses,
    columns_made,
    columns_read,
    order_and_share,
    place_lists,
    split_cells,
)
from innov_index.sources.filters import Filters, year_text
from innov_index.sources.lookups import Lookup, LookupTable
from innov_index.sources.places.place_options import Places
from innov_index.sources.record_account import (
    ROLES,
    STATED_ROLES,
    NotedRecord,
    Placement,
    PlaceTexts,
    RecordAccount,
    first_noted,
    is_doubtful,
    merged_remarks,
)
from innov_index.sources.shifted_rows import SHIFTED, ColumnProfile, repaired

if TYPE_CHECKING:
    from innov_index.sources.places.placing import Placer

YEARS_ROLE = "year"
"""The role of the years of columns such as `hdi_{year}`."""

AT = re.compile(r"(?P<city>.*?)\s*@\s*(?P<country>.*)")
"""A location such as `Beijing @ China`."""

CURRENCY = "currency of "
"""Before the role of a column: what its amounts show of their currency, as a further column."""

DATE = "date"
"""Role of the column with the date of each record."""

LINE_BREAK = "\n"

ENTITY = "escape of a web page (&amp;) turned into its letter"


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
                groups = expression(pattern).groupindex
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
        made |= {role for pattern in (self.extract or {}).values() for role in expression(pattern).groupindex}
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


@dataclass
class Records:
    """The records of a batch that are kept, with their columns and units.

    `kept` are the positions of these records in the batch; `columns` and `placed` (the position of each
    record's placement in `placements`) refer to them only. `shown` are the columns whose evidence the account
    has; `rates` make amounts one currency. `account` already counts the records left out. A kind may leave
    out more with `keep`, and completes the account with `count_placements`.
    """

    source: RecordSource
    batch: Batch
    columns: dict[str, Texts]
    kept: Ints
    account: RecordAccount
    placer: Placer | None
    placed: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    placements: list[Placement] = field(default_factory=list)
    shown: frozenset[str] = frozenset()
    rates: Rates | None = None

    def column(self, role: str) -> Texts:
        """A column of the kept records."""
        if role not in self.columns:
            lined = role in self.batch.columns and role in self.source.lined_columns
            texts = self.batch.columns[role].lined_texts if lined else self.batch.texts(role)
            self.columns[role] = texts.take(self.kept)
        return self.columns[role]

    def numbers(self, role: str) -> Floats:
        """A column as numbers; the account counts the cells without a number."""
        values = self.numbers_or_nan(role)
        if missing := int(np.isnan(values).sum()):
            self.account.unreadable[role] += missing
        return values

    def days(self, role: str = DATE) -> Floats:
        """Dates as day numbers, NaN for none; the account knows what they show of their order."""
        if role not in self.shown:
            self.shown |= {role}
            self.show(DATE, self.column(role).map(order_shown), role)
        return self.column(role).numbers(lambda text: day_or_nan(text, self.source.order))

    def show(self, name: str, sorts: Texts, role: str, mask: Bools | None = None) -> None:
        """Add to the account what the cells of a column show, or those for which the mask is True."""
        cells, lines = self.column(role), self.lines
        if mask is not None:
            sorts, cells, lines = sorts.take(mask), cells.take(mask), lines[mask]
        found = evidence_in(name, sorts, cells, self.batch.file, lines)
        self.account.evidence = added(self.account.evidence, found)

    def converted(self, role: str, values: Floats, written: Mapping[str, str]) -> Floats:
        """Amounts in one currency, where rates are stated; NaN where the currency is unknown.

        `written` is the currency beside the number in each text of the column that has one.
        """
        if not written:
            return values
        columns = [self.column(role).map(lambda text: written.get(text, "")), *self._years_of_rates()]
        codes, combinations = combine(columns)
        known = [sort_of(currency, "".join(year), self.rates) for currency, *year in combinations]
        sorts = Texts(codes, tuple(sort for sort, _ in known))
        self.columns[CURRENCY + role] = sorts
        self.show(role, sorts.map(lambda sort: sort if sort.startswith(UNKNOWN) else ""), role)
        return np.asarray(values * np.array([factor for _, factor in known])[codes])

    def _years_of_rates(self) -> tuple[Texts, ...]:
        """The year of each record, where rates differ by year."""
        if self.rates is None or not self.rates.by_year:
            return ()
        role = next((role for role in ("year", DATE) if self.has(role)), None)
        if role is None:
            raise DataError(f"{self.source.title}: rates by year need a column `year` or `date`")
        return (self.column(role).map(year_text),)

    def count_currencies(self, indicator: str, roles: Iterable[str], mask: Bools | None = None) -> None:
        """Add to the account which currencies an indicator takes together, where the mask is True."""
        for role in roles:
            if CURRENCY + role in self.columns:
                self.show(indicator, self.columns[CURRENCY + role], role, mask)

    def numbers_or_nan(self, role: str) -> Floats:
        """A column as numbers; the account counts cells of which a mark is left out."""
        column, conventions, decimal = self.column(role), self.conventions, self.decimal(role)
        usual = replace(conventions, decimal=None) == Conventions()
        odd: list[str] = []
        currencies: dict[str, str] = {}

        def read(text: str) -> float:
            if usual and decimal == POINT and is_plain(text):
                return float(text)
            amount = money(text, decimal) if has_words(text) else None
            plain = number(text, decimal, conventions)
            # capitals beside a number that can be read are flags, unless they are a currency that is known
            judge = is_currency if np.isnan(plain) else is_known_currency
            if amount is not None and judge(amount.currency, self.rates):
                currencies[text] = amount.currency
                return float(amount.digits.scaleb(amount.scale or 0))
            odd.append(text)
            return plain

        values = self.converted(role, column.numbers(read), currencies)
        for text in conventions.missing or ():  # however they are written
            values[values == number(text)] = np.nan
        left_out = {text: mark for text in odd if (mark := mark_left_out(text, decimal, conventions))}
        if left_out:
            marks = column.map(lambda text: left_out.get(text, "")).take(~np.isnan(values)).cells()
            self.account.repaired.update(f"{role}: {mark}" for mark in marks if mark)
        return values

    @property
    def conventions(self) -> Conventions:
        """How numbers are printed: as a person states, or the file itself."""
        own = self.batch.conventions
        return self.source.tables.conventions if own is None else own

    def decimal(self, role: str) -> str:
        """The decimal mark of a column: stated, shown by its cells, or by the other columns of the table."""
        if self.conventions.decimal is not None:
            return self.conventions.decimal
        shown = evidence_of(self.column(role).values)
        if bool(shown.comma) == bool(shown.point) and (shown.open_comma or shown.open_point):
            shown = self.batch.evidence()._replace(open_comma=shown.open_comma)
        comma = bool(shown.comma) and not shown.point
        if comma:
            self.account.repaired[f"{role}: ',' read as the decimal mark"] += len(self.kept)
        elif shown.open_comma:
            self.account.repaired[f"{role}: ',' read as a mark of thousands"] += len(self.kept)
        return COMMA if comma else POINT

    def has(self, role: str) -> bool:
        """Whether the records have this column."""
        return role in self.columns or role in self.batch.columns

    def identifiers(self, roles: Sequence[str]) -> IdentifierRuns:
        """Identifiers of the kept records, made of one or several columns."""
        if any(role not in self.batch.columns for role in roles):
            columns: dict[str, Any] = {role: self.column(role) for role in roles}
            return replace(self.batch, lines=self.lines, columns=columns).runs(roles)
        runs = self.batch.runs(roles)
        if len(self.kept) == len(self.batch):
            return runs
        # hashed as they are in the file: turning ids into texts would cost more than all other steps
        run = runs.run[self.kept]
        code, used = distinct(run, len(runs.hashes))
        return IdentifierRuns(code, runs.hashes[used])

    @property
    def lines(self) -> Ints:
        """Line of each kept record in its file."""
        return self.batch.lines[self.kept]

    def keep(self, mask: Bools, cause: str, *, note: str | None = None) -> None:
        """Leave out the records for which the mask is False, counted under `cause`.

        If `note` names a column, the records left out are also listed for review.
        """
        if mask.all():
            return
        self.account.left_out[cause] += int((~mask).sum())
        if note is not None:
            self.note(np.flatnonzero(~mask), cause, note)
        self.kept = self.kept[mask]
        self.columns = {role: column.take(mask) for role, column in self.columns.items()}
        if len(self.placed):
            self.placed = self.placed[mask]

    def filter(self, mask: Bools, cause: str, role: str) -> None:
        """Leave out the records for which a filter does not hold; the account knows some of their cells."""
        name = f"filter `{cause}`"
        self._count_filter(name, ~mask, DROPPED, role)
        self.account.passed[name] += int(mask.sum())
        self.keep(mask, f"filter: {cause}")

    def _count_filter(self, name: str, dropped: Bools, sort: str, role: str) -> None:
        found = evidence_in_rows(dropped, self.column(role), self.batch.file, self.lines)
        if found is not None:
            self.account.evidence = added(self.account.evidence, {(name, sort): found})

    def count_magnitudes(self, indicator: str, role: str, values: Floats, mask: Bools) -> None:
        """Add to the account how large the numbers are that an indicator adds up, by powers of ten."""
        sized = mask & np.isfinite(values) & (values != 0)
        if sized.any():
            powers = np.floor(np.log10(np.abs(values[sized]))).astype(np.int64)
            lowest = int(powers.min())
            codes = np.zeros(len(values), dtype=np.int64)
            codes[sized] = powers - lowest + 1
            names = [f"{MAGNITUDE}{power:+d}" for power in range(lowest, int(powers.max()) + 1)]
            self.show(indicator, Texts(codes, ("", *names)), role)

    def look_up(self, lookup: Lookup, table: LookupTable) -> None:
        """Add the columns of a table; a record becomes as many rows as the table has about it."""
        found = table.find(self.column(lookup.on))
        self.account.said = merged_remarks(self.account.said, table.said)
        self.account.sought[lookup.title] += int((~found.empty).sum())
        self.account.missed[lookup.title] += int((~found.known & ~found.empty).sum())
        known = found.known
        if found.times is not None:
            rows = np.repeat(np.arange(len(self.kept), dtype=np.int64), found.times)
            known = known[rows]
            self._become(rows)
        self.columns |= found.columns
        if lookup.required:
            self.keep(known, f"no row in {lookup.file}", note=lookup.on)

    def _become(self, rows: Ints) -> None:
        """Make rows of the kept records; one may become several."""
        self.kept = self.kept[rows]
        self.columns = {role: column.take(rows) for role, column in self.columns.items()}

    def explode_lists(self) -> None:
        """Make a row of each element of nested lists."""
        cells = self.batch.columns
        nested = {role: column.nested for role, column in cells.items() if column.nested is not None}
        if not nested.keys() - {YEARS}:  # years are those of other sources of the file
            return
        places = rows_of_elements(nested, self.kept, self.batch.file)
        self.batch = replace(
            self.batch, columns={role: column for role, column in cells.items() if role not in nested}
        )
        self._become(places.record)
        for role, column in nested.items():
            name = YEARS_ROLE if role == YEARS else role
            self.columns[name] = texts_at(cells[role].texts, places.element[column.lists[-1]])
        for step in self.source.explode or ():
            if isinstance(step, ListElements):
                if step.of not in places.order:
                    raise DataError(f"{self.source.title}: {not_found('list', step.of, list(places.order))}")
                self.columns |= order_and_share(step, places.order[step.of], places.size[step.of])

    def explode(self, step: Explode) -> None:
        """Make a row of each value of some cells."""
        if isinstance(step, ListElements):
            return
        if isinstance(step, SplitCells):
            found = split_cells(step, [self.column(role) for role in step.columns])
        elif isinstance(step, PlaceLists):
            found = place_lists(step, [self.column(role) for role in columns_read(step)])
        else:
            found = author_addresses(step, self.column(step.authors), self.column(step.addresses))
        if found.uneven:
            columns = " and ".join(columns_read(step))
            told = f"{columns} with different numbers of values: the last ones are empty"
            self.account.repaired[told] += found.uneven
        self._become(found.record)
        self.columns |= found.columns

    def only(self, rows: Ints) -> Records:
        """Some of the kept records, with an account of their own."""
        return replace(
            self,
            kept=self.kept[rows],
            columns={role: column.take(rows).used() for role, column in self.columns.items()},
            placed=self.placed[rows] if len(self.placed) else self.placed,
            account=RecordAccount(),
        )

    def note(self, rows: Ints, cause: str, role: str) -> None:
        """List records for review."""
        texts, lines = self.column(role).shown(), self.lines
        noted = [
            NotedRecord(self.batch.file, int(lines[row]), cause, texts.values[texts.codes[row]])
            for row in rows[:1000].tolist()
        ]
        self.account.noted = first_noted((*self.account.noted, *noted))

    def mask(self, filters: Filters) -> Bools:
        """Which records pass the filters of an indicator."""
        stated = {**self.source.columns, **dict.fromkeys(self.source.made_columns())}
        kept = np.ones(len(self.kept), dtype=np.bool_)
        for _, holds in filters.masks(self, stated):
            kept &= holds
        return kept

    def masks(self, indicators: Mapping[str, Filters]) -> dict[str, Bools]:
        """Which records pass the filters of each indicator; the account knows cells that do not."""
        stated = {**self.source.columns, **dict.fromkeys(self.source.made_columns())}
        found = {}
        for indicator, filters in indicators.items():
            kept = np.ones(len(self.kept), dtype=np.bool_)
            for cause, holds in filters.masks(self, stated):
                name = f"filter `{cause}` of '{indicator}'"
                role = filters.column_of_filter(cause, stated)
                self._count_filter(name, kept & ~holds, NOT_COUNTED, role)
                kept &= holds
                self.account.passed[name] += int(kept.sum())
            found[indicator] = kept
        return found

    def units(self) -> tuple[Ints, tuple[str, ...]]:
        """Unit of each record as a position in the sorted names of units; -1: in none."""
        names = sorted({placement.unit for placement in self.placements if placement.unit is not None})
        position = {name: index for index, name in enumerate(names)}
        of_outcome = np.array(
            [-1 if placement.unit is None else position[placement.unit] for placement in self.placements],
            dtype=np.int64,
        )
        codes = (
            of_outcome[self.placed] if len(self.placements) else np.full(len(self.kept), -1, dtype=np.int64)
        )
        return codes, tuple(names)

    def count_placements(self) -> None:
        """Add the placements of the kept records to the account."""
        counts = np.bincount(self.placed, minlength=len(self.placements)).tolist()
        shown: list[int] = []
        for at, (placement, count) in enumerate(zip(self.placements, counts, strict=True)):
            if not count:
                continue
            if placement.located and not is_doubtful(placement):
                self.account.add(placement, (), count)
            else:
                shown.append(at)
        for at, texts in zip(shown, self.place_texts(shown), strict=True):
            self.account.add(self.placements[at], texts, counts[at])

    def place_texts(self, placements: Sequence[int]) -> list[PlaceTexts]:
        """What records with each of these placements state about their place."""
        first = np.zeros(len(self.placements), dtype=np.int64)
        first[self.placed[::-1]] = np.arange(len(self.placed) - 1, -1, -1)
        rows = first[np.array(placements, dtype=np.int64)]
        cells = [self.column(role).take(rows).shown().cells() for role in self.roles]
        return [tuple(zip(self.roles, texts, strict=True)) for texts in zip(*cells, strict=True)]

    @property
    def roles(self) -> tuple[str, ...]:
        """Roles of the columns that describe the records' places."""
        return tuple(role for role in ROLES if self.has(role))

    def place(self) -> None:
        """Find the unit of each record."""
        if self.placer is None:
            return
        if not self.roles:
            because = self.source.no_place
            raise DataError(
                f"{self.source.title}: no column describes a place{f', as {because}' if because else ''}; "
                f"`columns` needs one of {', '.join(STATED_ROLES)}"
            )
        used = self.placer.uses_coordinates(self.roles)
        self.placed, self.placements = self.placer.place({role: self.column(role) for role in self.roles})
        if any(placement.contradicts for placement in self.placements):
            marks = Texts(self.placed, tuple(ELSEWHERE * own.contradicts for own in self.placements))
            self.show("country", marks, "country")
            self.note(np.flatnonzero(marks.flags(bool)), "coordinates in another country", "country")
        said = {placement.said for placement in self.placements if placement.said}
        if self.has("latitude") and not used:
            text = f"{self.source.title}: coordinates find no unit; `places` has neither hubs nor polygons"
            said.add(Remark(text, Gravity.CHOICE))
        self.account.said = merged_remarks(self.account.said, tuple(sorted(said)))


class RecordPreparer:
    """Turns batches of a source into placed records. Cheap to send: each process reads the tables itself."""

    def __init__(
        self, source: RecordSource, placer: Placer | None, folder: Path, profile: ColumnProfile | None = None
    ) -> None:
        self.source = source
        self.placer = placer
        self.folder = folder
        self.profile = profile
        self.repeated: RecordLines = {}

    def __getstate__(self) -> dict[str, Any]:
        kept = ("source", "placer", "folder", "profile", "repeated")
        return {name: self.__dict__[name] for name in kept}

    def partitions(self) -> list[Partition]:
        """Everything that the source's `file` names."""
        return partitions(self.source, self.folder)

    @property
    def files(self) -> tuple[Path, ...]:
        """Files of lookups, of rates and of places."""
        lookups = [self.folder / str(lookup.file) for lookup in self.source.lookup or ()]
        currency = self.source.currency
        rates = [self.folder / currency.rates] if currency and isinstance(currency.rates, str) else []
        return (*lookups, *rates, *(self.placer.files if self.placer is not None else ()))

    def prepare(self, batch: Batch) -> Records:
        """Repair, extend, filter and place the records of a batch."""
        batch, moved = repaired(batch, self.profile) if self.profile is not None else (batch, [])
        account = RecordAccount(read=Counter({batch.file: len(batch)}), said=batch.said)
        everything = np.arange(len(batch), dtype=np.int64)
        records = Records(self.source, batch, {}, everything, account, self.placer, rates=self._rates)
        if moved:
            account.repaired[SHIFTED] += len(moved)
            records.note(np.array(moved), SHIFTED, next(iter(self.source.columns)))
        self._count_entities(records)
        if (again := self.repeated.get(batch.file)) is not None:
            columns = " or ".join(self.source.duplicates or ())
            records.keep(~np.isin(batch.lines, again), f"repeats the {columns} of an earlier record")
        records.explode_lists()
        self._extract_location(records)
        self._explode(records)
        for lookup, table in zip(self.source.lookup or (), self._lookups, strict=True):
            self._extract_for(lookup.on, records)
            records.look_up(lookup, table)
        self._extract(records)
        self._filter(records)
        records.place()
        return records

    def _count_entities(self, records: Records) -> None:
        for column in records.batch.columns.values():
            texts = [text for text in column.raw if "&" in text] if isinstance(column.raw, list) else []
            if count := sum(map(has_entity, texts)):
                records.account.repaired[ENTITY] += count

    def _explode(self, records: Records) -> None:
        for step in self.source.explode or ():
            for role in columns_read(step):
                self._extract_for(role, records)
            records.explode(step)

    def _extract_for(self, role: str, records: Records) -> None:
        """Make a column that is to be taken apart or looked up, if a pattern makes it."""
        if records.has(role):
            return
        for column, pattern in (self.source.extract or {}).items():
            if role in expression(pattern).groupindex:
                _extracted(records, column, expression(pattern))

    def _extract_location(self, records: Records) -> None:
        if "location" in self.source.columns:
            _extracted(records, "location", AT, whole="city")

    def _extract(self, records: Records) -> None:
        for column, pattern in (self.source.extract or {}).items():
            if not all(group in records.columns for group in expression(pattern).groupindex):
                _extracted(records, column, expression(pattern))
        for column, parts in (self.source.join or {}).items():
            codes, cells = combine([records.column(role) for role in parts])
            records.columns[column] = Texts(codes, tuple("-".join(filter(None, own)) for own in cells))
        for column, texts in (self.source.replace or {}).items():
            records.columns[column] = records.column(column).map(partial(_replaced, texts))

    def _filter(self, records: Records) -> None:
        source = self.source
        stated = {**source.columns, **dict.fromkeys(source.made_columns())}
        # each filter sees only the records that earlier ones kept
        for cause, mask in source.masks(records, stated):
            records.filter(mask, cause, source.column_of_filter(cause, stated))
        if source.as_of is not None:
            last = day_number(source.as_of, "month first") or 0
            days = records.days()
            records.keep(~np.isnan(days), "no readable date", note="date")
            records.keep(days[~np.isnan(days)] <= last, f"after {source.as_of}")

    @cached_property
    def _rates(self) -> Rates | None:
        stated = self.source.currency
        return None if stated is None else Rates.read(stated, self.folder)

    @cached_property
    def _lookups(self) -> list[LookupTable]:
        filtered = self.source.filtered_columns()
        return [
            LookupTable.read(lookup, self.folder, lookup.several_are(filtered))
            for lookup in self.source.lookup or ()
        ]


def _replaced(replacements: Mapping[str, str], text: str) -> str:
    """What is stated for a text, or for the first pattern that it is of; else the text itself."""
    if text in replacements:
        return replacements[text]
    patterns = (stated for stated in replacements if "*" in stated and Condition((stated,)).meets(text))
    return replacements.get(next(patterns, ""), text)


def _extracted(records: Records, column: str, pattern: re.Pattern[str], whole: str | None = None) -> None:
    """Make each named group a column; a text that does not match is kept whole in the column `whole`."""
    texts = records.column(column)
    matches = [pattern.fullmatch(value) for value in texts.values]
    for group in pattern.groupindex:
        unmatched = texts.values if group == (whole or column) else ("",) * len(matches)
        values = [
            other if match is None else (match[group] or "").strip()
            for match, other in zip(matches, unmatched, strict=True)
        ]
        records.columns[group] = Texts(texts.codes, tuple(values))
