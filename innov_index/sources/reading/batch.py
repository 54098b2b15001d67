"""Some records of one file, as columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from innov_index.io.cells import to_text
from innov_index.io.extras import load_extra
from innov_index.model.arrays import Ints
from innov_index.sources.cells import clean_text
from innov_index.sources.columns import Hashes, Texts, hash_bytes, hash_integers, hash_texts

Wanted: TypeAlias = Mapping[str, tuple[str, ...]]
"""Role of a column → the names it may have in a file."""


@dataclass(frozen=True)
class Runs:
    """Identifiers, rows with the same one side by side taken together: row r has `hashes[run[r]]`."""

    run: Ints
    hashes: Hashes


@dataclass(frozen=True)
class Rows:
    """Whole rows, as the careful readers see them, and where each role's column stands in them."""

    header: tuple[str, ...]
    cells: list[list[str]]
    positions: Mapping[str, int]

    def columns(self) -> dict[str, list[str]]:
        """The column of each role."""
        return {role: [row[position] for row in self.cells] for role, position in self.positions.items()}


@dataclass(frozen=True)
class Batch:
    """Columns by their role, each a list of texts or an Arrow array.

    `lines` are the numbers of the records in the file, as a person counts them there (in a large text file
    without the lines inside quotes). `found` counts what reading had to repair, by cause.
    """

    file: str
    lines: Ints
    columns: Mapping[str, Any]
    found: Counter[str] = field(default_factory=Counter)
    rows: Rows | None = None

    @classmethod
    def of_rows(cls, file: str, lines: Sequence[int], rows: Rows, found: Counter[str]) -> Batch:
        """A batch from whole rows."""
        return cls(file, np.array(lines, dtype=np.int64), rows.columns(), found, rows)

    def __len__(self) -> int:
        return len(self.lines)

    def texts(self, role: str) -> Texts:
        """A column as cleaned text; no value is the empty text."""
        column = self.columns[role]
        if isinstance(column, Texts):
            return column
        if isinstance(column, list):
            return _cleaned(Texts.of(column))
        encoded = column.dictionary_encode()
        # not to_numpy(), which imports pandas
        codes = np.from_dlpack(encoded.indices.fill_null(-1)).astype(np.int64)
        values = [clean_text(to_text(value)) for value in encoded.dictionary.to_pylist()]
        return Texts(np.where(codes < 0, len(values), codes), (*values, ""))

    def runs(self, roles: Sequence[str]) -> Runs:
        """One or several columns as the identifier of each row."""
        parts = [self._runs(role) for role in roles]
        if len(parts) == 1:
            return parts[0]
        hashes = [part.hashes[part.run] for part in parts]
        joined = np.concatenate(hashes, axis=1)
        offsets = np.arange(len(self) + 1, dtype=np.int64) * joined.shape[1] * 8
        whole = hash_bytes(np.ascontiguousarray(joined).view(np.uint8).reshape(-1), offsets)
        return Runs(np.arange(len(self), dtype=np.int64), whole)

    def _runs(self, role: str) -> Runs:
        column = self.columns[role]
        if isinstance(column, list | Texts):
            texts = self.texts(role)
            starts = np.diff(texts.codes, prepend=-1) != 0
            distinct = hash_texts(texts.values)
            return Runs(np.cumsum(starts) - 1, distinct[texts.codes[starts]])
        return _arrow_runs(column)


def _cleaned(texts: Texts) -> Texts:
    return texts.map(clean_text)


def _arrow_runs(column: Any) -> Runs:
    pyarrow = load_extra("pyarrow", "reading this file", "parquet")
    compute = load_extra("pyarrow.compute", "reading this file", "parquet")
    rows = len(column)
    starts = np.ones(rows, dtype=np.bool_)
    if rows > 1:
        changed = compute.not_equal(column[1:], column[:-1]).fill_null(True)
        starts[1:] = np.from_dlpack(changed.cast(pyarrow.uint8())).view(np.bool_)
    # not pyarrow.array(), which imports pandas
    bits = pyarrow.py_buffer(np.packbits(starts, bitorder="little").tobytes())
    first = column.filter(pyarrow.Array.from_buffers(pyarrow.bool_(), rows, [None, bits]))
    return Runs(np.cumsum(starts) - 1, _arrow_hashes(first, pyarrow, compute))


def _arrow_hashes(values: Any, arrow: Any, compute: Any) -> Hashes:
    """The hashes of an Arrow array: of texts, or of whole numbers."""
    if arrow.types.is_integer(values.type) and not values.null_count:
        numbers: Ints = np.from_dlpack(values.cast(arrow.int64())).astype(np.int64)
        if not len(numbers) or (numbers.min() >= 0 and numbers.max() < 10**18):
            return hash_integers(numbers)
    texts = values.cast(arrow.large_string()).fill_null("")
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    data = texts.buffers()[2]
    letters = np.frombuffer(data, dtype=np.uint8) if data is not None and data.size else np.zeros(0, np.uint8)
    hashes = hash_bytes(letters, offsets)
    plain = compute.match_substring_regex(texts, "^(0|[1-9][0-9]{0,17})$")
    if compute.any(plain).as_py():
        rows = np.from_dlpack(plain.cast(arrow.uint8())).view(np.bool_)
        hashes[rows] = hash_integers(np.from_dlpack(texts.filter(plain).cast(arrow.int64())).astype(np.int64))
    return hashes
