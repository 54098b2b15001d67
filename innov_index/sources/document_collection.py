"""Rows of documents, collected once for all kinds that count the same documents.

Each kind has indicators and an account of its own; the rows say for which of the indicators they count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np

from innov_index.intake.records.batch import IdentifierRuns
from innov_index.intake.records.text_columns import hash_texts
from innov_index.model.arrays import Bools
from innov_index.sources.document_rows import (
    DocumentRows,
    Masks,
    PartialDocuments,
    RowsByDocument,
    Units,
)
from innov_index.sources.lost_shares import NO_PLACE
from innov_index.sources.record_account import RecordAccount
from innov_index.sources.record_source import RecordSource
from innov_index.sources.records import Records

NO_ID = "no id of a document: each such record counts as a document of its own"

MOST_INDICATORS = 64
"""Number of indicators that rows can be collected for together: a bit each."""


@runtime_checkable
class CountsDocuments(Protocol):
    """A kind that counts documents, from the rows of all of them."""

    @property
    def source(self) -> RecordSource:
        """What the config states."""

    def identified_by(self) -> Sequence[str] | None:
        """The columns that together identify a document; None where the kind counts no documents."""

    def counts_rows(self) -> bool:
        """Whether more of a document matters than the units that it has."""

    def add_details(self, rows: DocumentRows, records: Records) -> None:
        """Add to the rows of a batch what the kind needs to know of them, apart from their units."""

    def count_documents(self, rows: RowsByDocument | None, first: int, account: RecordAccount) -> Any:
        """The counts of all documents, of which there may be none.

        The indicators of this kind begin at the bit `first` of the masks.
        """


def collected(kinds: Sequence[CountsDocuments], records: Records) -> PartialDocuments:
    """The rows of a batch for kinds that count the same documents, with an account for each of them."""
    records.count_placements()
    rows = _rows(records, list(kinds[0].identified_by() or ()))
    accounts: list[RecordAccount] = []
    masks: list[Bools] = []
    for kind in kinds:
        own = records.of_kind(kind.source)
        masks += own.masks(kind.source.measures).values()
        kind.add_details(rows, own)
        accounts.append(own.account)
    if not len(records.kept):
        return PartialDocuments((), tuple(accounts))
    rows.masks = _packed(masks)
    if not any(kind.counts_rows() for kind in kinds):
        rows = rows.distinct()
    return PartialDocuments((rows,), tuple(accounts))


def counts_of(kinds: Sequence[CountsDocuments], state: PartialDocuments) -> tuple[Any, ...]:
    """The counts of each kind, from a state with all rows of its documents."""
    rows = RowsByDocument.of(state.parts) if state.parts else None
    accounts = state.accounts or (RecordAccount(),) * len(kinds)
    counts, first = [], 0
    for kind, account in zip(kinds, accounts, strict=True):
        counts.append(kind.count_documents(rows, first, account))
        first += len(kind.source.measures)
    return tuple(counts)


def _packed(masks: Sequence[Bools]) -> Masks:
    """A bit for each mask, in as few bytes as possible."""
    kind = np.min_scalar_type((1 << len(masks)) - 1)
    packed = masks[0].astype(kind)
    for bit, mask in enumerate(masks[1:], 1):
        packed |= mask.astype(kind) << kind.type(bit)
    return packed


def _rows(records: Records, document: list[str]) -> DocumentRows:
    """The documents and units of some records."""
    runs = _with_own_ids(records, records.identifiers(document))
    unit, names, causes = _units(records)
    masks = np.zeros(0, dtype=np.uint8)
    return DocumentRows(names, runs.hashes, runs.run.astype(np.int32), unit, masks, None, causes=causes)


def _with_own_ids(records: Records, runs: IdentifierRuns) -> IdentifierRuns:
    """Records without an id of their document are documents of their own, which is told."""
    empty = (runs.hashes == hash_texts([""])).all(axis=1)
    if not empty.any():
        return runs
    rows = np.flatnonzero(empty[runs.run])
    lines, record = np.unique(records.lines[rows], return_inverse=True)
    records.account.repaired[NO_ID] += len(lines)
    own = hash_texts([f"{records.batch.file}\0{line}" for line in lines.tolist()])
    run = runs.run.copy()
    run[rows] = len(runs.hashes) + record.reshape(-1)
    return IdentifierRuns(run, np.concatenate([runs.hashes, own]))


def _units(records: Records) -> tuple[Units, tuple[str, ...], tuple[str, ...]]:
    """The unit of each row, or -1 less the position of the cause why it has none; all units and causes."""
    names = records.names_of_units()
    placements = records.placements
    causes = tuple(sorted({NO_PLACE, *(placement.cause for placement in placements)}))
    if not placements:
        rows = np.full(len(records.kept), -1 - causes.index(NO_PLACE), dtype=np.int32)
        return rows, names, causes
    position: Mapping[str | None, int] = {name: at for at, name in enumerate(names)}
    lost = {cause: -1 - at for at, cause in enumerate(causes)}
    of_placement = [
        position[placement.unit]
        if placement.unit is not None
        else lost[placement.cause if stated else NO_PLACE]
        for placement, stated in zip(placements, records.stated, strict=True)
    ]
    return np.array(of_placement, dtype=np.int32)[records.placed], names, causes
