"""The kinds of records, by the name that a config uses. A kind is imported when a config names it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar, runtime_checkable

import numpy as np

from innov_index.errors import DataError, did_you_mean
from innov_index.frozen import frozen
from innov_index.intake.options import described
from innov_index.intake.records.batch import Batch
from innov_index.intake.records.wanted_columns import WantedColumns
from innov_index.model.arrays import Bools, Floats, Ints
from innov_index.model.result import Gravity, Remark
from innov_index.sources.lost_shares import Losses
from innov_index.sources.places.place_options import Places
from innov_index.sources.preparing import RecordPreparer
from innov_index.sources.record_account import ROLES, RecordAccount
from innov_index.sources.record_source import RecordSource
from innov_index.sources.records import Records
from innov_index.wording import counted, listed

if TYPE_CHECKING:
    from innov_index.model.sheet import Sheet
    from innov_index.sources.places.placing import Placer


FILTERED = frozenset({"year", "class", "venue", "keywords", "status"})
"""Roles that filters alone use."""

MISSPELT = 0.75
"""Similarity from which on a name that nothing uses is taken for another one: `auther`, but not `title`."""

State = TypeVar("State")
Absent = Literal["zero", "missing"]


@frozen
class DerivedColumn:
    """One derived indicator.

    `values` and `records` (the number of records behind each value) are by unit, in the order of the units'
    names. A unit without records has the value `absent`. `filters` describes which records count. Where
    records are of editions, each of `editions` has values, and there are no others. `lost` is what a count of
    documents loses because rows have no unit.
    """

    values: Mapping[str, float]
    records: Mapping[str, int]
    absent: float
    filters: str
    editions: Mapping[str, DerivedColumn] = field(default_factory=dict)
    lost: Losses = field(default_factory=dict)

    @property
    def units(self) -> set[str]:
        """All units with a value."""
        return set(self.values).union(*(column.values for column in self.editions.values()))


@frozen
class SourceResult:
    """Everything derived from one source; `editions` has the number of records that count in each."""

    title: str
    columns: Mapping[str, DerivedColumn]
    account: RecordAccount
    files: tuple[Path, ...]
    remarks: tuple[str, ...] = ()
    units: Sheet | None = None
    exports: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)
    editions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, order=True)
class TracedRecord:
    """One of the records behind a value, and its share in it.

    A record that counts together with others, such as a row of a document, says what it `belongs_to`; its
    share is known once all of them are.
    """

    file: str
    line: int
    texts: tuple[str, ...]
    share: float | None = field(default=None, compare=False)
    belongs_to: tuple[int, ...] = field(default=(), compare=False)
    edition: str = field(default="", compare=False)


class SourceKind(ABC, Generic[State]):
    """A kind of records: how a batch becomes a partial result, and what the sum of all of them gives.

    Partial results are added up in any order and grouping; divisions happen only in `finish`. Where records
    belong together (the rows of a document), partial results merely collect them and `counted` counts them,
    bucket by bucket. Objects are sent to other processes, so they hold options but no tables.
    """

    def __init__(self, source: RecordSource, preparer: RecordPreparer) -> None:
        self.source = source
        self.preparer = preparer

    def wanted(self) -> WantedColumns:
        """Columns to read."""
        return self.source.wanted(self.used_columns())

    def used_columns(self) -> list[str]:
        """Columns that the indicators use."""
        source = self.source
        used = [name for measure in source.measures.values() for name in source.columns_of(measure)]
        return [*used, *self.further_columns()]

    def further_columns(self) -> Iterable[str]:
        """Columns that the kind reads, apart from those that the source states and filters use."""
        return ()

    def unused_roles(self) -> tuple[Remark, ...]:
        """A remark on columns with a role that neither this kind of records nor anything in the config uses.

        Raises
        ------
        DataError
            The role is nearly one that the source lacks: it is misspelt.
        """
        source = self.source
        known = described(type(source), "Columns")
        used = {*known, *source.used_columns(), *self.used_columns()}
        stated = dict.fromkeys(
            [*source.columns, *(role for own in source.lookup or () for role in own.columns)]
        )
        for role in (*stated, *source.made_columns()):
            lacking = known.keys() - stated.keys() - source.made_columns()
            if role not in used and (near := did_you_mean(role, sorted(lacking), MISSPELT)):
                raise DataError(f"{source.title}: nothing uses the column '{role}'.{near}")
        # a layout names what its files have, whether or not it is used
        own = stated if source.format is None else source.columns
        unused = [role for role in own if role not in used]
        if not unused:
            return ()
        text = (
            f"{source.title}: nothing uses {counted(len(unused), 'column')} of `columns`: {listed(unused, 5)}"
        )
        return (Remark(text, Gravity.CHOICE, "sources with columns that nothing uses"),)

    def partial(self, batch: Batch) -> State:
        """The partial result of a batch."""
        return self.of_records(self.preparer.prepare(batch))

    @abstractmethod
    def of_records(self, records: Records) -> State:
        """The partial result of prepared records."""

    def counted(self, state: State) -> Any:
        """Counts from a state that holds all records that belong together; counts add up as states do."""
        return state

    @abstractmethod
    def finish(self, count: Any) -> SourceResult:
        """The indicators, from the count of all records; the count is None if nothing was read."""

    def whole_files(self) -> tuple[Path, ...]:
        """Files that are read as a whole instead of in batches."""
        return ()

    def prepared_to_trace(self, count: Any, unit: str) -> SourceKind[Any]:
        """The kind, ready to trace the records of this unit, given the count of all records."""
        return self

    def why_no_shares(self, indicator: str) -> str:
        """Why the value is no sum of shares of its records, as a clause; empty where it is one."""
        return ""

    @abstractmethod
    def traced(self, records: Records, indicator: str, unit: str) -> list[TracedRecord]:
        """The records of a batch behind one value, with their shares in it unless they are known later."""


@runtime_checkable
class SharesLater(Protocol):
    """A kind that knows the share of a record once all records are read that it belongs together with."""

    def belonging(self, records: Records, traced: frozenset[tuple[int, ...]]) -> Any:
        """What the records of a batch say that belong together with traced ones; adds up."""

    def shared(
        self,
        traced: Sequence[TracedRecord],
        state: Any,
        indicator: str,
        unit: str,
        values: Mapping[str, float],
    ) -> list[TracedRecord]:
        """The traced records, sorted, with their shares in the value of each edition."""


def absent_value(stated: Absent | None, usual: Absent) -> float:
    """The value of a unit without records."""
    return 0.0 if (stated or usual) == "zero" else float("nan")


def describe_filters(*filters: Any) -> str:
    """Describe the filters of a source and an indicator in one line; empty if every record counts."""
    parts = []
    for block in filters:
        for name in ("years", "classes", "venues", "keywords", "status", "as_of", "joined", "above"):
            value = getattr(block, name, None)
            if value is not None:
                shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
                parts.append(f"{name.replace('_', ' ')} {shown}")
        parts += _conditions(getattr(block, "where", None) or {})
        if groups := getattr(block, "any_of", None):
            parts.append(f"any of ({' | '.join(' and '.join(_conditions(group)) for group in groups)})")
    return "; ".join(parts)


def _conditions(tests: Mapping[str, Any]) -> list[str]:
    return [f"{column}: {_condition(test)}" for column, test in tests.items()]


def _condition(test: Any) -> str:
    if not hasattr(test, "__dataclass_fields__"):
        return ", ".join(map(str, test)) if isinstance(test, list) else str(test)
    stated = {name: getattr(test, name) for name in test.__dataclass_fields__}
    return ", ".join(f"{name} {value}" for name, value in stated.items() if value is not None)


def rows_of_unit(records: Records, unit: str, mask: Bools) -> Ints:
    """The masked records of a unit."""
    units, names = records.units()
    if unit not in names:
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero((units == names.index(unit)) & mask)


def traced_rows(
    records: Records, rows: Ints, wanted: WantedColumns, shares: Floats | None = None
) -> list[TracedRecord]:
    """The records in some rows, with their columns as texts; `shares` are those of all records."""
    roles = [role for role in wanted if role not in ROLES and records.has(role)]
    roles += [role for role in ROLES if records.has(role)]
    columns = [(role, records.column(role).shown()) for role in roles]
    lines = records.lines
    own = [None] * len(rows) if shares is None else shares[rows].tolist()
    return [
        TracedRecord(
            records.batch.file,
            int(lines[row]),
            tuple(f"{role}: {column.values[column.codes[row]]}" for role, column in columns),
            None if share is None or share != share else share,
        )
        for row, share in zip(rows.tolist(), own, strict=True)
    ]


KINDS = {
    "companies": ("companies", "Companies", "CompaniesKind"),
    "documents": ("documents", "DocumentSource", "DocumentsKind"),
    "collaboration": ("collaboration", "Collaboration", "CollaborationKind"),
    "values": ("values", "Values", "ValuesKind"),
    "clusters": ("points", "Clusters", "ClustersKind"),
}
"""For each kind as a config names it: module, class of options, class that does the work."""


def options_of(kind: str) -> type[RecordSource]:
    """The class of options of a kind."""
    module, options, _ = KINDS[kind]
    found: type[RecordSource] = getattr(import_module(f"innov_index.sources.{module}"), options)
    return found


def kind_of(source: RecordSource, places: Places, folder: Path) -> SourceKind[Any]:
    """The object that works on a source; relative paths start at `folder`."""
    module, _, cls = KINDS[source.kind]
    source = _with_usual(source, getattr(import_module(f"innov_index.sources.{module}"), cls), folder)
    placer = _placer(source.places or places, folder) if source.is_placed else None
    kind: SourceKind[Any] = getattr(import_module(f"innov_index.sources.{module}"), cls)(
        source, RecordPreparer(source, placer, folder)
    )
    if source.edition is None:
        return kind
    from innov_index.sources.editions import EditionsKind

    return EditionsKind(kind)


def _with_usual(source: RecordSource, cls: type[SourceKind[Any]], folder: Path) -> RecordSource:
    """The source with those of its usual columns that something uses."""
    if not source.usual:
        return source
    whole = replace(source, columns=dict(source.named))
    kind = cls(whole, RecordPreparer(whole, None, folder))
    counted_by = described(type(source), "Columns").keys() - FILTERED
    used = {*counted_by, *whole.used_columns(), *kind.used_columns()}
    return replace(
        source,
        columns={role: name for role, name in source.named.items() if role in source.columns or role in used},
    )


def _placer(places: Places, folder: Path) -> Placer:
    """The placer of records. Its module, with gazetteer and geometry, is imported only if needed."""
    from innov_index.sources.places.placing import Placer

    return Placer(places, folder)
