"""Several sources that read the same files: one pass over the records for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeAlias

from innov_index.intake.records.batch import Batch, Wanted
from innov_index.intake.records.files import Partition, Reading
from innov_index.sources.document_rows import Documents
from innov_index.sources.kind import Kind

States: TypeAlias = tuple[Any, ...]
"""What each kind has of some records; None for nothing."""


@dataclass(frozen=True)
class SharedPass:
    """What becomes of a partition: see `Work`. It travels to workers."""

    kinds: tuple[Kind[Any], ...]

    def partial(self, partition: Partition) -> States | None:
        """What each kind makes of a partition."""
        return partition.reduce(self._wanted(), self._of_batch, self.merge)

    def _wanted(self) -> Wanted:
        """The columns of all kinds, each once, by the names that it may have."""
        return {_key(names): names for kind in self.kinds for names in kind.wanted().values()}

    def _of_batch(self, batch: Batch) -> States:
        return tuple(kind.partial(_as_wanted(batch, kind.wanted())) for kind in self.kinds)

    def merge(self, one: States, other: States) -> States:
        """Both, kind by kind."""
        return tuple(
            mine if theirs is None else theirs if mine is None else kind.merge(mine, theirs)
            for kind, mine, theirs in zip(self.kinds, one, other, strict=True)
        )

    def records(self, states: States) -> int:
        """Records read: every kind has read the same ones."""
        return int(next((state.account.records for state in states if state is not None), 0))

    def held(self, states: States) -> int:
        """Bytes of rows that wait until their documents are complete."""
        return sum(state.held for state in states if isinstance(state, Documents))

    def split(self, states: States, buckets: int) -> list[States | None]:
        """Documents by bucket; everything else is in the first one."""
        nothing = [None] * (buckets - 1)
        pieces = [
            state.split(buckets) if isinstance(state, Documents) else [state, *nothing] for state in states
        ]
        return [
            None if all(piece is None for piece in bucket) else bucket for bucket in zip(*pieces, strict=True)
        ]

    def counted(self, states: States) -> States:
        """What each kind counts in a bucket."""
        return tuple(
            None if state is None else kind.counted(state)
            for kind, state in zip(self.kinds, states, strict=True)
        )

    def added(self, one: States, other: States) -> States:
        """Counts of both, kind by kind."""
        return self.merge(one, other)


def by_file(kinds: Sequence[Kind[Any]]) -> list[list[int]]:
    """Positions of the kinds that read the same files in the same way."""
    found: dict[tuple[str, ...], list[int]] = {}
    for at, kind in enumerate(kinds):
        # a matrix is read as a whole, by itself
        key = (str(at),) if kind.other_files() else _reading(kind.source)
        found.setdefault(key, []).append(at)
    return list(found.values())


def _reading(source: Reading) -> tuple[str, ...]:
    return tuple(repr(getattr(source, option.name)) for option in fields(Reading))


def _key(names: Sequence[str]) -> str:
    return "\n".join(names)


def _as_wanted(batch: Batch, wanted: Wanted) -> Batch:
    """The batch as if it had been read with these columns only."""

    def own(columns: Mapping[str, Any]) -> dict[str, Any]:
        return {role: columns[_key(names)] for role, names in wanted.items()}

    rows = batch.rows
    if rows is not None:
        rows = replace(rows, positions=own(rows.positions))
    return replace(batch, columns=own(batch.columns), rows=rows)
