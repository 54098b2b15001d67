"""One pass over the records of several sources that read the same files.

Records are read once, prepared once for all kinds that want the same of them, and the rows of documents are
collected and grouped once for all kinds that count the same documents.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from functools import cached_property
from typing import Any, TypeAlias

from innov_index.engine.executors import FileRange
from innov_index.frozen import frozen
from innov_index.intake.records.batch import Batch
from innov_index.intake.records.files import FileOptions, Partition
from innov_index.intake.records.wanted_columns import WantedColumns
from innov_index.intake.records.year_columns import YEARS
from innov_index.sources.document_collection import MOST_INDICATORS, CountsDocuments, collected, counts_of
from innov_index.sources.editions import Splits
from innov_index.sources.records import Records
from innov_index.sources.source_kinds import SourceKind

States: TypeAlias = tuple[Any, ...]
"""The state of each collector; None for nothing."""

Counts: TypeAlias = tuple[Any, ...]
"""The count of each kind; None for nothing."""


@frozen
class Collector:
    """Kinds that have one partial result: a kind alone, or several that count the same documents.

    `positions` are those of the kinds in the job.
    """

    positions: tuple[int, ...]
    kinds: tuple[SourceKind[Any], ...]

    def of_records(self, records: Records) -> Any:
        """The partial result of prepared records."""
        if len(self.kinds) > 1:
            return collected(self._of_documents(), records)
        (kind,) = self.kinds
        return kind.of_records(records.of_kind(kind.source))

    def counted(self, state: Any) -> Counts:
        """The count of each kind."""
        return (
            counts_of(self._of_documents(), state) if len(self.kinds) > 1 else (self.kinds[0].counted(state),)
        )

    def _of_documents(self) -> list[CountsDocuments]:
        return [kind for kind in self.kinds if isinstance(kind, CountsDocuments)]


@frozen
class SharedFilesJob:
    """The `CountingJob` of several sources that read the same files: one pass over the records for all."""

    kinds: tuple[SourceKind[Any], ...]

    @cached_property
    def _prepared_alike(self) -> list[list[Collector]]:
        """The collectors of the kinds whose records are prepared alike."""
        return [self._collectors(positions) for positions in grouped(map(prepared_by, self.kinds))]

    def _collectors(self, positions: Sequence[int]) -> list[Collector]:
        kinds = [self.kinds[at] for at in positions]
        together = len(positions) > 1 and sum(len(kind.source.measures) for kind in kinds) <= MOST_INDICATORS
        groups = grouped(_documents_of(kind) if together else None for kind in kinds)
        return [
            Collector(tuple(positions[at] for at in group), tuple(kinds[at] for at in group))
            for group in groups
        ]

    def partial(self, partition: Partition) -> States | None:
        """The partial result of each collector from a partition."""
        return partition.reduce(self._wanted(), self._of_batch, self.merge)

    def files_read(self) -> tuple[FileRange, ...]:
        """See `ReadsFiles`."""
        return tables_of(self.kinds)

    def _wanted(self) -> WantedColumns:
        """The columns of all kinds, each once, by its possible names."""
        return {_key(names): names for kind in self.kinds for names in kind.wanted().values()}

    def _of_batch(self, batch: Batch) -> States:
        states: list[Any] = []
        for collectors in self._prepared_alike:
            kind = collectors[0].kinds[0]
            records = kind.preparer.prepare(_as_wanted(batch, kind.wanted()))
            states += (collector.of_records(records) for collector in collectors)
        return tuple(states)

    def merge(self, one: tuple[Any, ...], other: tuple[Any, ...]) -> tuple[Any, ...]:
        """Merge two sets of states, or of counts, one by one."""
        return tuple(
            mine if theirs is None else theirs if mine is None else mine + theirs
            for mine, theirs in zip(one, other, strict=True)
        )

    def records(self, states: States) -> int:
        """Number of records read, the same for every kind."""
        return int(next((state.account.records for state in states if state is not None), 0))

    def held(self, states: States) -> int:
        """Bytes of rows that are held until their documents are complete."""
        return sum(state.held for state in states if isinstance(state, Splits))

    def split(self, states: States, buckets: int) -> list[States | None]:
        """Split rows of documents into buckets; everything else goes into the first one."""
        nothing = [None] * (buckets - 1)
        pieces = [
            state.split(buckets) if isinstance(state, Splits) else [state, *nothing] for state in states
        ]
        return [
            None if all(piece is None for piece in bucket) else bucket for bucket in zip(*pieces, strict=True)
        ]

    def counted(self, states: States) -> Counts:
        """The count of each kind in a bucket."""
        found: list[Any] = [None] * len(self.kinds)
        collectors = [own for alike in self._prepared_alike for own in alike]
        for collector, state in zip(collectors, states, strict=True):
            if state is not None:
                for at, own in zip(collector.positions, collector.counted(state), strict=True):
                    found[at] = own
        return tuple(found)

    def added(self, one: Counts, other: Counts) -> Counts:
        """Merge two sets of counts, kind by kind."""
        return self.merge(one, other)


def tables_of(kinds: Iterable[SourceKind[Any]]) -> tuple[FileRange, ...]:
    """The tables that sources of these kinds read beside the records."""
    return tuple(map(FileRange, dict.fromkeys(file for kind in kinds for file in kind.preparer.files)))


def by_file(kinds: Sequence[SourceKind[Any]]) -> list[list[int]]:
    """Group the positions of kinds that read the same files in the same way."""
    # a file that is read as a whole is not shared
    return grouped(None if kind.whole_files() else _reading(kind.source) for kind in kinds)


def grouped(keys: Iterable[Hashable]) -> list[list[int]]:
    """The positions of equal keys; None is equal to no other."""
    found: dict[Hashable, list[int]] = {}
    for at, key in enumerate(keys):
        found.setdefault((at,) if key is None else (key, None), []).append(at)
    return list(found.values())


def prepared_by(kind: SourceKind[Any]) -> Hashable:
    """What decides how the records of a kind are prepared."""
    wanted = tuple((role, names) for role, names in kind.wanted().items())
    return (kind.preparer.decided_by, wanted)


def _documents_of(kind: SourceKind[Any]) -> Hashable:
    """What identifies the documents that a kind counts; None where it counts none."""
    columns = kind.identified_by() if isinstance(kind, CountsDocuments) else None
    return None if columns is None else tuple(columns)


def _reading(source: FileOptions) -> tuple[str, ...]:
    return tuple(repr(getattr(source, option.name)) for option in fields(FileOptions))


def _key(names: Sequence[str]) -> str:
    return "\n".join(names)


def _as_wanted(batch: Batch, wanted: WantedColumns) -> Batch:
    """The batch as if only these columns had been read."""

    def own(columns: Mapping[str, Any]) -> dict[str, Any]:
        years = {YEARS: columns[YEARS]} if YEARS in columns else {}
        return years | {
            role: columns[_key(names)] for role, names in wanted.items() if _key(names) in columns
        }

    rows = batch.rows
    if rows is not None:
        rows = replace(rows, positions=own(rows.positions))
    return replace(batch, columns=own(batch.columns), rows=rows)
