"""The records behind one value, and the share that each of them has in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from innov_index.engine.executors import Executor, FileRange
from innov_index.frozen import frozen
from innov_index.intake.records.batch import Batch
from innov_index.intake.records.files import Partition
from innov_index.sources.date_orders import order_to_read
from innov_index.sources.places.place_options import Places
from innov_index.sources.record_source import RecordSource
from innov_index.sources.run_sources import no_progress, partitions_of, prepare
from innov_index.sources.shared_passes import SharedFilesJob, tables_of
from innov_index.sources.source_kinds import SharesLater, SourceKind, SourceResult, TracedRecord, kind_of


@frozen
class Trace:
    """The records behind a value, sorted by file and line.

    `values` is the value in each edition, or the one value under "", before it is rounded. Where
    `why_no_shares` is empty, the shares of the records add up to it.
    """

    records: tuple[TracedRecord, ...]
    values: Mapping[str, float]
    why_no_shares: str


@frozen
class _TracePartition:
    """Finds the records of a partition behind one value."""

    kind: SourceKind[Any]
    indicator: str
    unit: str

    def files_read(self) -> tuple[FileRange, ...]:
        """See `ReadsFiles`."""
        return tables_of([self.kind])

    def __call__(self, partition: Partition) -> list[TracedRecord] | None:
        return partition.reduce(self.kind.wanted(), self._of_batch, _added)

    def _of_batch(self, batch: Batch) -> list[TracedRecord]:
        return self.kind.traced(self.kind.preparer.prepare(batch), self.indicator, self.unit)


@frozen
class _WholePartition:
    """Collects what the records of a partition say that belong together with traced ones."""

    kind: Any
    traced: frozenset[tuple[int, ...]]

    def files_read(self) -> tuple[FileRange, ...]:
        """See `ReadsFiles`."""
        return tables_of([self.kind])

    def __call__(self, partition: Partition) -> Any:
        return partition.reduce(self.kind.wanted(), self._of_batch, _added)

    def _of_batch(self, batch: Batch) -> Any:
        return self.kind.belonging(self.kind.preparer.prepare(batch), self.traced)


class Tracing:
    """The records of a source, counted once and ready to be traced. Records are read with their own lines."""

    def __init__(self, source: RecordSource, places: Places, folder: Path, executor: Executor) -> None:
        self.executor = executor
        folder = executor.folder(folder)
        self.kind, self.count = self._counted(source, places, folder)
        order = order_to_read(source, self.result.account)
        if order is not None:
            self.kind, self.count = self._counted(replace(source, dates=order), places, folder)

    def _counted(self, source: RecordSource, places: Places, folder: Path) -> tuple[SourceKind[Any], Any]:
        kind = kind_of(source, places, folder)
        self.parts = [part.by_line() for part in partitions_of(kind)]
        prepare(kind, self.parts, self.executor)
        (count,) = self.executor.count(SharedFilesJob((kind,)), self.parts, no_progress) or (None,)
        self.result: SourceResult = kind.finish(count)
        return kind, count

    def of(self, indicator: str, unit: str) -> Trace:
        """The records behind the value of a unit."""
        kind = self.kind.prepared_to_trace(self.count, unit)
        found = self.executor.run(_TracePartition(kind, indicator, unit), _added, self.parts)
        traced: Sequence[TracedRecord] = sorted(found or [])
        values = self._values(indicator, unit)
        why = kind.why_no_shares(indicator)
        if not why and isinstance(kind, SharesLater):
            whole = _WholePartition(kind, frozenset(record.belongs_to for record in traced))
            state = self.executor.run(whole, _added, self.parts)
            traced = kind.shared(traced, state, indicator, unit, values)
        return Trace(tuple(traced), values, why)

    def _values(self, indicator: str, unit: str) -> dict[str, float]:
        column = self.result.columns[indicator]
        if not column.editions:
            return {"": column.values.get(unit, column.absent)}
        return {edition: own.values[unit] for edition, own in column.editions.items() if unit in own.values}


def _added(one: Any, other: Any) -> Any:
    return one + other
