"""The records of a batch that are kept, with their columns and units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from innov_index.errors import DataError, not_found
from innov_index.intake.number_texts import COMMA, POINT, Conventions, evidence_of
from innov_index.intake.records.batch import Batch, IdentifierRuns
from innov_index.intake.records.money import has_words, money
from innov_index.intake.records.nested_columns import rows_of_elements, texts_at
from innov_index.intake.records.parsing import (
    day_or_nan,
    is_plain,
    mark_left_out,
    number,
    order_shown,
)
from innov_index.intake.records.text_columns import Texts, combine
from innov_index.intake.records.year_columns import YEARS
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
    Rates,
    is_currency,
    is_known_currency,
    sort_of,
)
from innov_index.sources.exploding import (
    Explode,
    ListElements,
    PlaceLists,
    SplitCells,
    author_addresses,
    columns_read,
    order_and_share,
    place_lists,
    split_cells,
)
from innov_index.sources.filters import Filters, year_text
from innov_index.sources.lookups import Lookup, LookupTable
from innov_index.sources.record_account import (
    LOCATED,
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
from innov_index.sources.record_source import YEARS_ROLE, RecordSource

if TYPE_CHECKING:
    from innov_index.sources.places.placing import Placer

CURRENCY = "currency of "
"""Before the role of a column: what its amounts show of their currency, as a further column."""

DATE = "date"
"""Role of the column with the date of each record."""


@dataclass
class Records:
    """The records of a batch that are kept, with their columns and units.

    `kept` are the positions of these records in the batch; `columns` and `placed` (the position of each
    record's placement in `placements`) refer to them only. `stated` says of each placement whether a text
    describes the place. `shown` are the columns whose evidence the account has; `rates` make amounts one
    currency; `whole` says that the kept records are those of the batch, each once. `account` already counts
    the records left out. A kind may leave out more with `keep`, and completes the account with
    `count_placements`.
    """

    source: RecordSource
    batch: Batch
    columns: dict[str, Texts]
    kept: Ints
    account: RecordAccount
    placer: Placer | None
    placed: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    placements: list[Placement] = field(default_factory=list)
    stated: list[bool] = field(default_factory=list)
    shown: frozenset[str] = frozenset()
    rates: Rates | None = None
    whole: bool = True

    def of_kind(self, source: RecordSource) -> Records:
        """The same records for a kind of its own, with an account of its own."""
        return replace(self, source=source, columns=dict(self.columns), account=self.account.copied())

    def column(self, role: str) -> Texts:
        """A column of the kept records."""
        if role not in self.columns:
            lined = role in self.batch.columns and role in self.source.lined_columns
            texts = self.batch.columns[role].lined_texts if lined else self.batch.texts(role)
            self.columns[role] = texts if self.whole else texts.take(self.kept)
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
        # hashed as they are in the file: turning ids into texts would cost more than all other steps
        return self.batch.runs(roles, None if self.whole else self.kept)

    @property
    def lines(self) -> Ints:
        """Line of each kept record in its file."""
        return self.batch.lines if self.whole else self.batch.lines[self.kept]

    def lines_of(self, rows: Ints) -> Ints:
        """Lines of some of the kept records."""
        lines: Ints = self.batch.lines[self.kept[rows]]
        return lines

    def keep(self, mask: Bools, cause: str, *, note: str | None = None) -> None:
        """Leave out the records for which the mask is False, counted under `cause`.

        If `note` names a column, the records left out are also listed for review.
        """
        if mask.all():
            return
        self.account.left_out[cause] += int((~mask).sum())
        if note is not None:
            self.note(np.flatnonzero(~mask), cause, note)
        rows = np.flatnonzero(mask)
        self.become(rows)
        if len(self.placed):
            self.placed = self.placed[rows]

    def filter(self, mask: Bools, cause: str, role: str) -> None:
        """Leave out the records for which a filter does not hold; the account knows some of their cells."""
        name = f"filter `{cause}`"
        self._count_filter(name, ~mask, DROPPED, role)
        self.account.passed[name] += int(mask.sum())
        self.keep(mask, f"filter: {cause}")

    def _count_filter(self, name: str, dropped: Bools, sort: str, role: str) -> None:
        found = evidence_in_rows(dropped, self.column(role), self.batch.file, self.lines_of)
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
            self.become(rows)
        self.columns |= found.columns
        if lookup.required:
            self.keep(known, f"no row in {lookup.file}", note=lookup.on)

    def become(self, rows: Ints) -> None:
        """Make rows of the kept records; one may become several."""
        self.whole = False
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
        self.become(places.record)
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
        self.become(found.record)
        self.columns |= found.columns

    def only(self, rows: Ints) -> Records:
        """Some of the kept records, with an account of their own."""
        return replace(
            self,
            kept=self.kept[rows],
            columns={role: column.take(rows).used() for role, column in self.columns.items()},
            placed=self.placed[rows] if len(self.placed) else self.placed,
            account=RecordAccount(),
            whole=False,
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
                role = filters.column_of_filter(cause, stated)
                kept = self.passing(kept, holds, f"filter `{cause}` of '{indicator}'", role)
            found[indicator] = kept
        return found

    def passing(self, kept: Bools, holds: Bools, name: str, role: str) -> Bools:
        """Which of the records that were kept meet a condition on a column; the account counts the others."""
        self._count_filter(name, kept & ~holds, NOT_COUNTED, role)
        left = kept & holds
        self.account.passed[name] += int(left.sum())
        return left

    def units(self) -> tuple[Ints, tuple[str, ...]]:
        """Unit of each record as a position in the sorted names of units; -1: in none."""
        names = self.names_of_units()
        position = {name: index for index, name in enumerate(names)}
        of_outcome = np.array(
            [-1 if placement.unit is None else position[placement.unit] for placement in self.placements],
            dtype=np.int64,
        )
        codes = (
            of_outcome[self.placed] if len(self.placements) else np.full(len(self.kept), -1, dtype=np.int64)
        )
        return codes, names

    def names_of_units(self) -> tuple[str, ...]:
        """The units of the records, sorted."""
        return tuple(sorted({own.unit for own in self.placements if own.unit is not None}))

    def count_placements(self) -> None:
        """Add the placements of the kept records to the account."""
        counts = np.bincount(self.placed, minlength=len(self.placements)).tolist()
        shown: list[int] = []
        # most are alike: the first placement stands for all of its level, inside a unit or outside
        plain: dict[tuple[str, bool], tuple[Placement, int]] = {}
        for at, (placement, count) in enumerate(zip(self.placements, counts, strict=True)):
            if not count:
                continue
            if placement.cause in LOCATED and not is_doubtful(placement):
                key = placement.level, placement.unit is None
                first, others = plain.get(key, (placement, 0))
                plain[key] = first, others + count
            else:
                shown.append(at)
        for first, count in plain.values():
            self.account.add(first, (), count)
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
        columns = {role: self.column(role) for role in self.roles}
        self.placed, texts, self.placements = self.placer.place(columns)
        self.stated = list(map(any, texts))
        if any(placement.contradicts for placement in self.placements):
            marks = Texts(self.placed, tuple(ELSEWHERE * own.contradicts for own in self.placements))
            self.show("country", marks, "country")
            self.note(np.flatnonzero(marks.flags(bool)), "coordinates in another country", "country")
        said = {placement.said for placement in self.placements if placement.said} | {*self.placer.remarks}
        if self.has("latitude") and not used and not all(own.located for own in self.placements):
            why = "`places` has neither hubs nor polygons"
            text = f"{self.source.title}: coordinates find no unit where a name finds none; {why}"
            said.add(Remark(text, Gravity.CHOICE))
        self.account.said = merged_remarks(self.account.said, tuple(sorted(said)))
