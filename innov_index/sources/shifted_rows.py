"""Detection and repair of rows whose cells have shifted to the left.

Where a cell was dropped, the rest of its row moves left and is read into the wrong columns: `City` says
Fintech, `Industry` names the investors. A column with few distinct texts, such as the industry, reveals
this: one of its usual texts is in the column before it, and an unusual text in its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from innov_index.intake.records.batch import Batch, RawRows
from innov_index.intake.records.parsing import NO_TEXT

SHIFTED = "shifted cells, moved back"

_MOST_TEXTS = 5_000
_USUAL = 40
_COVERS = 0.8
_TIMES = 5
_ROWS = 30


@dataclass
class ColumnProfile:
    """Counts of the texts in each column, over all files of a source with the same header.

    A column with too many distinct texts is None: it cannot reveal a shift.
    """

    counts: dict[tuple[str, ...], list[Counter[str] | None]] = field(default_factory=dict)

    @classmethod
    def of(cls, batch: Batch) -> ColumnProfile:
        """The profile of a batch; empty for a batch without raw rows."""
        rows = batch.rows
        if rows is None or not rows.cells:
            return cls()
        columns = [Counter(map(_key, column)) for column in zip(*_even(rows), strict=True)]
        return cls({rows.header: [_limited(column) for column in columns]})

    def __add__(self, other: ColumnProfile) -> ColumnProfile:
        counts = dict(self.counts)
        for header, columns in other.counts.items():
            mine = counts.get(header)
            counts[header] = columns if mine is None else list(map(_added, mine, columns))
        return ColumnProfile(counts)

    def shift_signals(self, header: tuple[str, ...]) -> Mapping[int, tuple[frozenset[str], frozenset[str]]]:
        """Columns before one that reveals shifts: (texts that belong to the next column, its usual texts)."""
        columns = self.counts.get(header, [])
        found = {}
        for position in range(len(columns) - 1):
            before, own = columns[position], columns[position + 1]
            usual = _usual(own)
            if not usual or own is None:
                continue
            strangers = frozenset(
                text for text in usual if before is None or own[text] >= _TIMES * before.get(text, 0)
            )
            if strangers:
                found[position] = (strangers, usual)
        return found


def repaired(batch: Batch, profile: ColumnProfile) -> tuple[Batch, list[int]]:
    """Move shifted cells back; return the batch and the positions of the repaired rows."""
    rows = batch.rows
    if rows is None:
        return batch, []
    shift_signals = profile.shift_signals(rows.header)
    cells, positions = [], []
    for position, row in enumerate(rows.cells):
        gap = next((at for at, tell in shift_signals.items() if _is_shifted(row, at, *tell)), None)
        cells.append(row if gap is None else _moved(row, gap))
        if gap is not None:
            positions.append(position)
    if not positions:
        return batch, []
    whole = RawRows(rows.header, lambda: cells, rows.positions)
    return replace(batch, columns={**batch.columns, **whole.columns()}, rows=whole), positions


def _is_shifted(row: list[str], at: int, strangers: frozenset[str], usual: frozenset[str]) -> bool:
    own = _key(row[at + 1])
    return _key(row[at]) in strangers and own not in usual and own not in NO_TEXT


def _moved(row: list[str], gap: int) -> list[str]:
    """Insert an empty cell at `gap`; the next cell without content makes room for it."""
    room = next((at for at in range(gap + 1, len(row)) if _key(row[at]) in NO_TEXT), len(row) - 1)
    return [*row[:gap], "", *row[gap:room], *row[room + 1 :]]


def _key(cell: str) -> str:
    return cell.strip().casefold()


def _even(rows: RawRows) -> list[list[str]]:
    width = len(rows.header)
    return [row[:width] for row in rows.cells]


def _limited(column: Counter[str]) -> Counter[str] | None:
    return column if len(column) <= _MOST_TEXTS else None


def _added(one: Counter[str] | None, other: Counter[str] | None) -> Counter[str] | None:
    return None if one is None or other is None else _limited(one + other)


def _usual(column: Counter[str] | None) -> frozenset[str]:
    """The usual texts of a column with few distinct texts; empty for any other column."""
    if column is None:
        return frozenset()
    filled = {text: count for text, count in column.items() if text not in NO_TEXT}
    total = sum(filled.values())
    common = sorted(filled.items(), key=lambda entry: (-entry[1], entry[0]))[:_USUAL]
    if total < _ROWS or sum(count for _, count in common) < _COVERS * total:
        return frozenset()
    return frozenset(text for text, count in common if count >= _TIMES)
