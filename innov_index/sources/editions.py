"""Records of several editions: each edition of a source gives values of its own, whatever its kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, runtime_checkable

import numpy as np

from innov_index.intake.arrangement import edition_of_name, plain_name
from innov_index.intake.records.text_columns import Texts
from innov_index.sources.filters import year_text
from innov_index.sources.record_account import RecordAccount
from innov_index.sources.record_source import NameOf, YearOf
from innov_index.sources.records import Records
from innov_index.sources.source_kinds import (
    DerivedColumn,
    SharesLater,
    SourceKind,
    SourceResult,
    TracedRecord,
)

NO_EDITION = "no edition"


@runtime_checkable
class Splits(Protocol):
    """A state with rows that are held until those that belong together have been collected."""

    @property
    def held(self) -> int:
        """Bytes of the rows."""

    def split(self, buckets: int) -> list[Any]:
        """The state in this many buckets; None for an empty one."""


@dataclass
class EditionStates:
    """The state of each edition; the account of what no edition accounts for."""

    states: Mapping[str, Any] = field(default_factory=dict)
    account: RecordAccount = field(default_factory=RecordAccount)

    def __add__(self, other: EditionStates) -> EditionStates:
        states = dict(self.states)
        for edition, state in other.states.items():
            states[edition] = states[edition] + state if edition in states else state
        return EditionStates(states, self.account + other.account)

    @property
    def held(self) -> int:
        """See `Splits`."""
        return sum(state.held for state in self.states.values() if isinstance(state, Splits))

    def split(self, buckets: int) -> list[EditionStates | None]:
        """See `Splits`."""
        pieces: list[dict[str, Any]] = [{} for _ in range(buckets)]
        for edition, state in self.states.items():
            parts = state.split(buckets) if isinstance(state, Splits) else [state]
            for piece, part in zip(pieces, parts, strict=False):
                if part is not None:
                    piece[edition] = part
        others = [EditionStates(piece) if piece else None for piece in pieces[1:]]
        return [EditionStates(pieces[0], self.account), *others]


class EditionsKind(SourceKind[EditionStates]):
    """A kind whose records are of editions: the same work for each of them."""

    def __init__(self, kind: SourceKind[Any]) -> None:
        super().__init__(kind.source, kind.preparer)
        self.kind = kind
        self.traced_by: Mapping[str, SourceKind[Any]] = {}

    def used_columns(self) -> list[str]:
        return self.kind.used_columns()

    def of_records(self, records: Records) -> EditionStates:
        states: dict[str, Any] = {}
        for edition, own in self._by_edition(records):
            state = self.kind.of_records(own)
            states[edition] = states[edition] + state if edition in states else state
        return EditionStates(states, records.account)

    def _by_edition(self, records: Records) -> Iterator[tuple[str, Records]]:
        """The records of each edition; those of none are left out."""
        editions = self._editions(records)
        stated = editions.flags(bool)
        records.keep(stated, NO_EDITION, note=next(iter(self.source.columns)))
        editions = editions.take(stated).used()
        order = np.argsort(editions.codes, kind="stable")
        ends = np.cumsum(np.bincount(editions.codes, minlength=len(editions.values)))
        rows = np.split(order, ends[:-1]) if len(order) else []
        for edition, own in zip(editions.values, rows, strict=bool(rows)):
            yield edition, records.only(own)

    def _editions(self, records: Records) -> Texts:
        """The edition of each record; empty where it has none."""
        stated = self.source.edition
        if isinstance(stated, NameOf):
            batch = records.batch
            name = batch.sheet if stated.name_of == "sheet" else plain_name(batch.file)
            return Texts.constant(edition_of_name(name), len(records.kept))
        if isinstance(stated, YearOf):
            return records.column(stated.year_of).map(year_text)
        return records.column(str(stated))

    def counted(self, state: EditionStates) -> EditionStates:
        return replace(
            state, states={edition: self.kind.counted(own) for edition, own in state.states.items()}
        )

    def finish(self, count: EditionStates | None) -> SourceResult:
        count = count or EditionStates()
        results = {edition: self.kind.finish(count.states[edition]) for edition in sorted(count.states)}
        nothing = self.kind.finish(None)
        account = sum((result.account for result in results.values()), count.account)
        exports = {
            f"{edition}.{name}": content
            for edition, result in results.items()
            for name, content in result.exports.items()
        }
        return replace(
            nothing,
            columns={name: _column(name, column, results) for name, column in nothing.columns.items()},
            account=account,
            remarks=tuple(_remarks([nothing, *results.values()])),
            exports=exports,
            editions={edition: result.account.kept for edition, result in results.items()},
        )

    def prepared_to_trace(self, count: EditionStates | None, unit: str) -> EditionsKind:
        states = (count or EditionStates()).states
        kind = EditionsKind(self.kind)
        kind.traced_by = {edition: self.kind.prepared_to_trace(own, unit) for edition, own in states.items()}
        return kind

    def why_no_shares(self, indicator: str) -> str:
        return self.kind.why_no_shares(indicator)

    def traced(self, records: Records, indicator: str, unit: str) -> list[TracedRecord]:
        return [
            replace(record, edition=edition)
            for edition, own in self._by_edition(records)
            for record in self.traced_by[edition].traced(own, indicator, unit)
        ]

    def belonging(self, records: Records, traced: frozenset[tuple[int, ...]]) -> EditionStates:
        """See `SharesLater`."""
        states: dict[str, Any] = {}
        if isinstance(self.kind, SharesLater):
            for edition, own in self._by_edition(records):
                state = self.kind.belonging(own, traced)
                states[edition] = states[edition] + state if edition in states else state
        return EditionStates(states)

    def shared(
        self,
        traced: Sequence[TracedRecord],
        state: EditionStates | None,
        indicator: str,
        unit: str,
        values: Mapping[str, float],
    ) -> list[TracedRecord]:
        """See `SharesLater`."""
        if not isinstance(self.kind, SharesLater) or state is None:
            return list(traced)
        found = []
        for edition, own in state.states.items():
            records = [record for record in traced if record.edition == edition]
            value = {"": values.get(edition, float("nan"))}
            found += self.kind.shared(records, own, indicator, unit, value)
        return sorted(found)


def _column(name: str, empty: DerivedColumn, results: Mapping[str, SourceResult]) -> DerivedColumn:
    return replace(empty, editions={edition: result.columns[name] for edition, result in results.items()})


def _remarks(results: Iterable[SourceResult]) -> dict[str, None]:
    return dict.fromkeys(remark for result in results for remark in result.remarks)
