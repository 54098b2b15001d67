"""Large files through pyarrow: CSV in blocks, Parquet by row groups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache, reduce
from pathlib import Path
from typing import IO, Any

import numpy as np

from innov_index.engine.executors import FileRange
from innov_index.errors import DataError, InnovIndexError, Mark, Problem, load_extra
from innov_index.intake.formats.archives import ensure_usual_ratio, open_decompressed
from innov_index.intake.formats.parquet_footer import sizes_of_first_group
from innov_index.intake.records.arrow_nested import values_at
from innov_index.intake.records.batch import Batch
from innov_index.intake.records.column_paths import ColumnPath, require_paths
from innov_index.intake.records.nested_columns import NestedColumn
from innov_index.intake.records.text_layout import TAIL, TextLayout
from innov_index.intake.records.wanted_columns import WantedColumns

ROWS_A_PARTITION = 1_000_000
_BLOCK = 16 << 20
_LARGE_FILE = 64 << 20


class NotPlain(Exception):
    """A large text file must be read row by row."""


@contextmanager
def _readable(path: Path, what: str) -> Iterator[None]:
    """Turn whatever goes wrong into one error that names the file."""
    try:
        yield
    except (InnovIndexError, NotPlain):
        raise
    except Exception as error:  # damaged files raise various errors, not only pyarrow's
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"{path}: cannot be read as {what}; it may be truncated ({reason})") from None


def row_groups(path: Path) -> list[tuple[int, ...]]:
    """Row groups of a Parquet file, combined up to about a million rows."""
    parquet = load_extra("pyarrow.parquet", f"{path}: reading a Parquet file", "parquet")
    groups: list[tuple[int, ...]] = [()]
    rows = 0
    with _readable(path, "a Parquet file"):
        metadata = parquet.read_metadata(path)
        for group in range(metadata.num_row_groups):
            if rows and rows + metadata.row_group(group).num_rows > ROWS_A_PARTITION:
                groups.append(())
                rows = 0
            groups[-1] = (*groups[-1], group)
            rows += metadata.row_group(group).num_rows
    return groups


def range_of_groups(path: Path, groups: tuple[int, ...]) -> tuple[FileRange, ...]:
    """The bytes that are read for some row groups: their own, and what the file says of all of them.

    All bytes of a file that is not large: a provenance needs the hash of these, too.
    """
    start, stop = 0, 0
    with _readable(path, "a Parquet file"):
        if path.stat().st_size < _LARGE_FILE:
            return (FileRange(path),)
        ends = _group_ends(path, path.stat().st_mtime_ns)
        start, stop = ends[groups[0]], ends[groups[-1] + 1]
    if sorted(ends) != ends:  # row groups need not stand in their order
        return (FileRange(path),)
    return (FileRange(path, start, stop), FileRange(path, ends[-1]))


@lru_cache(maxsize=8)
def _group_ends(path: Path, changed: int) -> list[int]:
    """Where each row group of a Parquet file begins, and where the last one ends."""
    parquet = load_extra("pyarrow.parquet", f"{path}: reading a Parquet file", "parquet")
    metadata = parquet.read_metadata(path)
    begin, end = [], 0
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        chunks = [group.column(column) for column in range(group.num_columns)]
        starts = [
            min(own.data_page_offset, own.dictionary_page_offset or own.data_page_offset) for own in chunks
        ]
        begin.append(min(starts, default=end))
        ends = (at + own.total_compressed_size for at, own in zip(starts, chunks, strict=True))
        end = max(ends, default=end)
    return [*begin, end]


def read_parquet(path: Path, shown: str, wanted: WantedColumns, groups: tuple[int, ...]) -> Iterator[Batch]:
    """Read some row groups of a Parquet file as one batch."""
    parquet = load_extra("pyarrow.parquet", f"{path}: reading a Parquet file", "parquet")
    with _readable(path, "a Parquet file"):
        metadata = parquet.read_metadata(path)
        file = parquet.ParquetFile(
            path,
            metadata=metadata,
            read_dictionary=repeating(path, metadata.schema),
            page_checksum_verification=True,  # of pages that have one
        )
        paths = require_paths(file.schema_arrow.names, wanted, Mark(shown))
        before = sum(file.metadata.row_group(group).num_rows for group in range(groups[0] if groups else 0))
        needed = list(dict.fromkeys(path.root for path in paths.values()))
        table = file.read_row_groups(list(groups), columns=needed)
        table.validate(full=True)  # positions in lists, and texts in UTF-8
    found = {path: at_path(table.column(path.root), path, shown) for path in dict.fromkeys(paths.values())}
    columns = {role: found[path] for role, path in paths.items()}
    yield Batch(shown, np.arange(before + 1, before + table.num_rows + 1, dtype=np.int64), columns)


def at_path(column: Any, path: ColumnPath, shown: str) -> Any:
    """What stands at a path of a column, in types that all functions on columns take."""
    values = values_at(_joined(column), path, shown)
    if isinstance(values, list):
        return values
    if isinstance(values, NestedColumn):
        return (
            values
            if isinstance(values.leaves, list)
            else replace(values, leaves=_plain(values.leaves, shown, str(path)))
        )
    return _plain(values, shown, str(path))


def _plain(column: Any, shown: str, name: str) -> Any:
    """A column in a type that all functions on columns take, with the same cells."""
    arrow = load_extra("pyarrow", "reading a Parquet file", "parquet")
    types = arrow.types
    kind = column.type
    if types.is_float16(kind):  # which older versions of pyarrow do not cast
        numbers = [None if cell is None else float(cell) for cell in column.to_pylist()]
        return arrow.array(numbers, arrow.float64())
    if types.is_uint64(kind):
        try:
            return column.cast(arrow.int64())
        except arrow.ArrowInvalid:
            return column.cast(arrow.large_string())
    if types.is_dictionary(kind) or any(test(kind) for test in (types.is_string, types.is_large_string)):
        return column
    if types.is_null(kind) or "string" in str(kind):
        return column.cast(arrow.large_string())
    if "binary" in str(kind):  # as older writers store texts
        try:
            return column.cast(arrow.large_binary()).cast(arrow.large_string())
        except arrow.ArrowInvalid:
            message = f"column '{name}' holds bytes that are no UTF-8 text"
            raise DataError(Problem(message, Mark(shown))) from None
    return column


def repeating(path: Path, schema: Any) -> list[str]:
    """Columns of repeating texts, for which it is faster to use the file's own list of distinct texts.

    A text stored as such needs four bytes for its length alone.
    """
    group = sizes_of_first_group(path)
    columns = [schema.column(at) for at in range(len(schema))]
    texts = [column.path for column in columns if column.converted_type == "UTF8"]
    return [name for name in texts if group.columns.get(name, 4 * group.rows) < 4 * group.rows]


def read_text(layout: TextLayout, shown: str) -> Iterator[Batch]:
    """Read batches of a large text file in UTF-8.

    Raises
    ------
    NotPlain
        The file has rows of uneven width, lines in another encoding, or notes below its rows.
    """
    arrow = load_extra("pyarrow", f"{layout.path}: reading a large file", "parquet")
    needed = [f"{position}" for position in dict.fromkeys(layout.positions.values())]
    line, said = layout.first, layout.said
    with _source(arrow, layout) as (source, tail), _readable(layout.path, "a text table"):
        for table in _text_batches(arrow, layout, source, needed):
            columns = {role: table.column(f"{at}") for role, at in layout.positions.items()}
            if _says_header(columns, layout):
                raise NotPlain
            lines = np.arange(line, line + table.num_rows, dtype=np.int64)
            yield Batch(shown, lines, columns, said, evidence=layout.evidence)
            line, said = line + table.num_rows, ()
        if tail is not None and layout.has_notes(tail.end):
            raise NotPlain


@contextmanager
def _source(arrow: Any, layout: TextLayout) -> Iterator[tuple[Any, _Tail | None]]:
    """The file as pyarrow reads it; of a compressed one the end, which is known only after reading."""
    if layout.compressed:
        with open_decompressed(layout.path) as (_, file):
            tail = _Tail(layout.path, file)
            yield arrow.PythonFile(tail, mode="r"), tail
        return
    with layout.path.open("rb") as file:
        file.seek(max(layout.path.stat().st_size - TAIL, 0))
        if layout.has_notes(file.read()):
            raise NotPlain
    yield arrow.OSFile(str(layout.path)), None


def _text_batches(arrow: Any, layout: TextLayout, source: Any, needed: list[str]) -> Iterator[Any]:
    arrow_csv = load_extra("pyarrow.csv", f"{layout.path}: reading a large file", "parquet")

    def refuse(row: Any) -> str:
        uneven.append(row.actual_columns)
        return "skip"

    uneven: list[int] = []
    try:
        reader = arrow_csv.open_csv(
            source,
            read_options=arrow_csv.ReadOptions(
                block_size=_BLOCK,
                skip_rows=layout.first - 1,
                column_names=[f"{at}" for at in range(layout.width)],
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=layout.delimiter, newlines_in_values=True, invalid_row_handler=refuse
            ),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=needed,
                column_types=dict.fromkeys(needed, arrow.string()),
                strings_can_be_null=False,
            ),
        )
        while True:
            table = reader.read_next_batch()
            if uneven:
                raise NotPlain
            yield table
    except StopIteration:
        if uneven:
            raise NotPlain from None
    except arrow.ArrowInvalid as error:
        if "UTF8" in str(error):
            raise NotPlain from None
        raise


def _says_header(columns: dict[str, Any], layout: TextLayout) -> bool:
    """Whether a row has the titles of all these columns."""
    compute = load_extra("pyarrow.compute", "reading this file", "parquet")
    titles = [(columns[role], layout.header.names[at]) for role, at in layout.positions.items()]
    # patterns, as to compare with a text would import pandas
    column, title = titles[0]
    if not compute.any(compute.starts_with(column, title)).as_py():
        return False
    same = [compute.match_substring_regex(column, f"^{re.escape(title)}$") for column, title in titles]
    return bool(compute.any(reduce(compute.and_, same)).as_py())


class _Tail:
    """A file that keeps the last bytes that were read from it.

    A compressed one may become larger than any table: then it is refused.
    """

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.end = b""
        self.closed = False
        self._path = path
        self._file = file
        self._read = 0
        self._packed = path.stat().st_size

    def read(self, size: int) -> bytes:
        content = self._file.read(size)
        self._read += len(content)
        ensure_usual_ratio(self._path, self._read, self._packed)
        if content:
            self.end = (self.end + content[-TAIL:])[-TAIL:]
        return content

    def close(self) -> None:
        self.closed = True


def _joined(column: Any) -> Any:
    """Combine the pieces of a column into one Arrow array."""
    if not hasattr(column, "combine_chunks"):  # the column of a batch
        return column
    combined = column.combine_chunks()
    if hasattr(combined, "chunks"):  # no rows, or too many for one array
        arrow = load_extra("pyarrow", "reading this file", "parquet")
        chunks = combined.chunks
        return arrow.concat_arrays(chunks) if chunks else arrow.array([], type=column.type)
    return combined
