"""Run the sources of a config on an engine: several sources of the same files in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from innov_index.engine.chosen import chosen
from innov_index.engine.executors import Executor, FileRange, Progress
from innov_index.errors import DataError
from innov_index.frozen import frozen
from innov_index.intake.records.files import Partition, files_of
from innov_index.intake.records.parsing import DayOrder
from innov_index.model.result import Remark
from innov_index.sources.currencies import remarks as remarks_on_currencies
from innov_index.sources.date_orders import guessed, order_to_read
from innov_index.sources.date_orders import remarks as remarks_on_order
from innov_index.sources.doubtful_records import remarks as remarks_on_records
from innov_index.sources.duplicates import IdentifyPartition, RecordIdentifiers
from innov_index.sources.places.place_options import Places
from innov_index.sources.record_account import PlaceTexts, RecordAccount
from innov_index.sources.record_source import RecordSource
from innov_index.sources.shared_passes import SharedFilesJob, by_file, grouped, prepared_by, tables_of
from innov_index.sources.shifted_rows import ColumnProfile
from innov_index.sources.source_kinds import SourceKind, SourceResult, kind_of
from innov_index.wording import counted

if TYPE_CHECKING:
    from innov_index.sources.places.placing import Placer


MANY_MISSED = 0.1
"""Share of records without a row in a lookup from which on it is told."""

MOST_SHOWN = 10
"""Number of unplaced names shown."""


@frozen
class _ProfilePartition:
    """Makes the column profile of a partition (see `shifted_rows`)."""

    kind: SourceKind[Any]

    def files_read(self) -> tuple[FileRange, ...]:
        """See `ReadsFiles`."""
        return tables_of([self.kind])

    def __call__(self, partition: Partition) -> ColumnProfile | None:
        return partition.reduce(self.kind.wanted(), ColumnProfile.of, _added)


def derive(
    sources: Sequence[RecordSource],
    places: Places,
    folder: Path,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> list[SourceResult]:
    """Derive the indicators of every source; results in the order of the sources.

    Parameters
    ----------
    sources : sequence of Source
    places : Places
        For every source without `places` of its own.
    folder : Path
        Where relative paths start.
    executor : Executor, optional
        Where partial results are computed; on this computer by default.
    progress : callable, optional
        Called with the number of further records read.

    Raises
    ------
    DataError
        A file cannot be read, or too few records have a known place.
    """
    executor = executor or chosen()
    folder = executor.folder(folder)
    kinds = [kind_of(source, places, folder) for source in sources]
    unused = [kind.unused_roles() for kind in kinds]
    found: dict[int, SourceResult] = {}
    for positions in by_file(kinds):
        together = [kinds[at] for at in positions]
        found |= zip(positions, _derived(together, places, executor, progress or no_progress), strict=True)
    return [
        replace(found[at], remarks=(*found[at].remarks, *remarks)) if remarks else found[at]
        for at, remarks in enumerate(unused)
    ]


def _derived(
    kinds: Sequence[SourceKind[Any]], places: Places, executor: Executor, progress: Progress
) -> list[SourceResult]:
    """The indicators of sources that read the same files."""
    parts = partitions_of(kinds[0])
    for alike in grouped(map(prepared_by, kinds)):
        first, *others = (kinds[at] for at in alike)
        prepare(first, parts, executor)
        for kind in others:
            kind.preparer.know_as(first.preparer)
    counts = executor.count(SharedFilesJob(tuple(kinds)), parts, progress) or (None,) * len(kinds)
    found = [kind.finish(count) for kind, count in zip(kinds, counts, strict=True)]
    orders = [order_to_read(kind.source, own.account) for kind, own in zip(kinds, found, strict=True)]
    if any(orders):
        return _read_again(kinds, orders, found, places, executor, progress)
    return [_finished(kind, own, parts, places) for kind, own in zip(kinds, found, strict=True)]


def _read_again(
    kinds: Sequence[SourceKind[Any]],
    orders: Sequence[DayOrder | None],
    before: Sequence[SourceResult],
    places: Places,
    executor: Executor,
    progress: Progress,
) -> list[SourceResult]:
    """The indicators once more, with dates in the order that they were seen to have."""
    sources = [
        kind.source if order is None else replace(kind.source, dates=order)
        for kind, order in zip(kinds, orders, strict=True)
    ]
    again = [kind_of(source, places, kinds[0].preparer.folder) for source in sources]
    return [
        result
        if order is None
        else replace(result, remarks=(*result.remarks, guessed(kind.source, own.account)))
        for result, order, kind, own in zip(
            _derived(again, places, executor, progress), orders, kinds, before, strict=True
        )
    ]


def _finished(
    kind: SourceKind[Any], derived: SourceResult, parts: list[Partition], places: Places
) -> SourceResult:
    """The result with all files that were read, and with what is to be told of the records."""
    _check_placed(derived, kind.source.places or places, kind.preparer.placer)
    files = dict.fromkeys((*files_of(parts), *kind.preparer.files, *kind.whole_files()))
    said = (
        text if isinstance(text, Remark) else Remark(text, kind="remarks on how tables were read")
        for text in derived.account.said
    )
    doubts = [
        *remarks_on_order(kind.source, derived.account),
        *remarks_on_currencies(derived.title, derived.account),
        *remarks_on_records(derived.title, derived.account),
    ]
    remarks = (*derived.remarks, *said, *_missed(derived.account), *doubts)
    return replace(derived, files=tuple(files), remarks=remarks)


def _missed(account: RecordAccount) -> Iterator[Remark]:
    """Lookups that lack the keys of many records."""
    for title, missed in account.missed.items():
        sought = account.sought[title]
        if missed and missed >= MANY_MISSED * sought:
            text = f"{title}: no row for {missed:,} of {counted(sought, 'record')} that state a key"
            yield Remark(text, kind="remarks on lookups")


def partitions_of(kind: SourceKind[Any]) -> list[Partition]:
    """The parts of a source's files; none of those that are read as a whole."""
    return [] if kind.whole_files() else kind.preparer.partitions()


def prepare(kind: SourceKind[Any], parts: list[Partition], executor: Executor) -> None:
    """Find what must be known of all records before any is counted."""
    if kind.source.shifted == "repair":
        kind.preparer.profile = executor.run(_ProfilePartition(kind), _added, parts)
    if kind.source.duplicates is not None:
        identify = IdentifyPartition(tuple(kind.source.duplicates), kind.wanted())
        found = executor.run(identify, _added, parts) or RecordIdentifiers()
        kind.preparer.repeated = found.repeated(list(dict.fromkeys(part.shown for part in parts)))


def _check_placed(derived: SourceResult, places: Places, placer: Placer | None) -> None:
    account = derived.account
    if places.min_placed is None or account.share_placed >= places.min_placed:
        return
    names = "; ".join(
        f"{shown} ({count}{near})" for shown, count, near in frequent_unplaced(account, placer, MOST_SHOWN)
    )
    raise DataError(
        f"{derived.title}: only {account.share_placed:.1%} of {account.kept} records have a known place, "
        f"but min_placed requires {places.min_placed:.1%}. Most frequent unplaced: {names}"
    )


def frequent_unplaced(account: RecordAccount, placer: Placer | None, most: int) -> list[tuple[str, int, str]]:
    """The most frequent unplaced texts: (texts and cause, count, nearest candidates)."""
    common = sorted(account.unplaced.items(), key=lambda entry: (-entry[1], entry[0]))[:most]
    near = similar_places([key for key, _ in common], placer, ("not found", "ambiguous"))
    rows = []
    for (cause, texts), count in common:
        shown = ", ".join(text for _, text in texts if text) or "nothing"
        similar = near.get(texts, ())
        rows.append((f"{shown}: {cause}", count, f"; near: {' / '.join(similar)}" if similar else ""))
    return rows


def similar_places(
    unplaced: Iterable[tuple[str, PlaceTexts]], placer: Placer | None, causes: Sequence[str]
) -> dict[PlaceTexts, tuple[str, ...]]:
    """Places with similar names, by what records that are unplaced for one of these causes state."""
    asked = list(dict.fromkeys(texts for cause, texts in unplaced if cause in causes))
    if placer is None:
        return {}
    return dict(zip(asked, placer.near([dict(texts) for texts in asked]), strict=True))


def _added(one: Any, other: Any) -> Any:
    return one + other


def no_progress(records: int) -> None:
    """The progress callback if none is given."""
