"""Records that are there twice, by one of several identifiers: found before anything is counted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from innov_index.frozen import frozen
from innov_index.intake.records.batch import Batch
from innov_index.intake.records.files import Partition
from innov_index.intake.records.text_columns import Hashes
from innov_index.intake.records.wanted_columns import WantedColumns
from innov_index.model.arrays import Bools, Ints

RecordLines = Mapping[str, Ints]
"""Lines of records by their file, sorted."""

_RESOLVER = r"(?:https?://)?(?:dx\.)?doi\.org/|doi:\s*"


def identifier(text: str) -> str:
    """A text as identifiers are compared: without capitals, and a DOI without the address of its resolver."""
    folded = text.strip().casefold()
    return re.sub(_RESOLVER, "", folded, count=1) if re.match(_RESOLVER, folded) else folded


@frozen
class RecordIdentifiers:
    """For each batch its file and lines, and for each column the hashes of its texts and which have one."""

    parts: tuple[tuple[str, Ints, tuple[Hashes, ...], tuple[Bools, ...]], ...] = ()

    def __add__(self, other: RecordIdentifiers) -> RecordIdentifiers:
        return RecordIdentifiers((*self.parts, *other.parts))

    def repeated(self, files: Sequence[str]) -> RecordLines:
        """The records that say in some column what an earlier one says; `files` in their order."""
        place = {name: at for at, name in enumerate(files)}
        parts = sorted(self.parts, key=lambda part: (place[part[0]], int(part[1][0]) if len(part[1]) else 0))
        if not parts:
            return {}
        again = np.zeros(sum(len(lines) for _, lines, *_ in parts), dtype=np.bool_)
        for column in range(len(parts[0][2])):
            hashes = np.concatenate([part[2][column] for part in parts])
            filled = np.flatnonzero(np.concatenate([part[3][column] for part in parts]))
            _, first, number = np.unique(hashes[filled], axis=0, return_index=True, return_inverse=True)
            again[filled] |= first[number.reshape(-1)] != np.arange(len(filled))
        found: dict[str, list[Ints]] = {}
        start = 0
        for name, lines, *_ in parts:
            found.setdefault(name, []).append(lines[again[start : start + len(lines)]])
            start += len(lines)
        return {name: np.sort(np.concatenate(lines)) for name, lines in found.items()}


@frozen
class IdentifyPartition:
    """Collects the identifiers of the records of a partition."""

    columns: tuple[str, ...]
    wanted: WantedColumns

    def __call__(self, partition: Partition) -> RecordIdentifiers | None:
        # all columns that are counted later: a file is then read in the same way, with the same lines
        return partition.reduce(self.wanted, self._of_batch, RecordIdentifiers.__add__)

    def _of_batch(self, batch: Batch) -> RecordIdentifiers:
        texts = [batch.texts(role).map(identifier) for role in self.columns]
        return RecordIdentifiers(
            (
                (
                    batch.file,
                    batch.lines,
                    tuple(own.hashes() for own in texts),
                    tuple(own.flags(bool) for own in texts),
                ),
            )
        )
