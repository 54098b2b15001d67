"""How records are prepared for every kind: repaired, looked up, filtered and assigned to units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import fields
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from innov_index.intake.patterns import Expression, expression
from innov_index.intake.records.batch import Batch
from innov_index.intake.records.files import Partition, partitions
from innov_index.intake.records.parsing import (
    day_number,
    has_entity,
)
from innov_index.intake.records.text_columns import Texts, combine
from innov_index.intake.row_filters import Condition
from innov_index.sources.currencies import (
    Rates,
)
from innov_index.sources.duplicates import RecordLines
from innov_index.sources.exploding import (
    columns_read,
)
from innov_index.sources.lookups import LookupTable
from innov_index.sources.record_account import (
    RecordAccount,
)
from innov_index.sources.record_source import RecordSource
from innov_index.sources.records import Records
from innov_index.sources.shifted_rows import SHIFTED, ColumnProfile, repaired

if TYPE_CHECKING:
    from innov_index.sources.places.placing import Placer

ENTITY = "escape of a web page (&amp;) turned into its letter"


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

    @property
    def decided_by(self) -> Hashable:
        """What decides how records are prepared: the source, apart from what is counted, and the places."""
        source = self.source
        stated = [repr(getattr(source, own.name)) for own in fields(RecordSource) if own.name != "kind"]
        of_filters = tuple(sorted(source.filtered_columns())), tuple(sorted(source.lined_columns))
        places = None if self.placer is None else repr(self.placer.places)
        return (*stated, *of_filters, places)

    def know_as(self, other: RecordPreparer) -> None:
        """Take over what another one, which prepares alike, knows of all records."""
        self.profile, self.repeated = other.profile, other.repeated

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
            if role in expression(pattern).names:
                _extracted(records, column, expression(pattern))

    def _extract_location(self, records: Records) -> None:
        """Make a location such as `Beijing @ China` a city and a country."""
        if "location" in self.source.columns:
            texts = records.column("location")
            parts = [text.partition("@") for text in texts.values]
            records.columns["city"] = Texts(texts.codes, tuple(city.strip() for city, _, _ in parts))
            records.columns["country"] = Texts(texts.codes, tuple(country.strip() for _, _, country in parts))

    def _extract(self, records: Records) -> None:
        for column, pattern in (self.source.extract or {}).items():
            if not all(group in records.columns for group in expression(pattern).names):
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


def _extracted(records: Records, column: str, pattern: Expression) -> None:
    """Make each named group a column; a text that does not match is kept whole in its own column."""
    texts = records.column(column)
    found = pattern.groups_of(texts.values)
    for name in pattern.names:
        unmatched = texts.values if name == column else ("",) * len(found)
        values = [
            other if groups is None else (groups[name] or "").strip()
            for groups, other in zip(found, unmatched, strict=True)
        ]
        records.columns[name] = Texts(texts.codes, tuple(values))
